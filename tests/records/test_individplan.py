"""Individual plan of LSS 10 §, plans of placed children, and a fault told to Skatteverket."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from cases.errors import AnswersInvalidError, CaseError
from records.models import IndividuellPlan, JournalEntry, Placeringsplan, Utlamnande

pytestmark = pytest.mark.django_db

PLAN = {"insatser": "Daglig verksamhet", "synpunkt": "Vill arbeta med djur."}
CARE = {
    "mal": "Trygg vardag",
    "insatser": "Familjehem",
    "umgange": "Varannan helg",
    "synpunkt_barn": "Vill bo kvar",
    "synpunkt_vardnadshavare": "Samtycker",
}
CARRIED_OUT = {
    "nar_och_hur": "Från i dag",
    "uppfoljning": "Var tredje månad",
    "andra_huvudman": "Skolan",
    "kontakt_med_namnden": "Varje månad",
}


def step(chain, name, form, **inputs):
    given = {"omprovas_senast": date(2027, 8, 3)} | inputs
    return chain.call("lss_plan.spara", by="handlaggare", form=form, steg=name, **given)


def placed(chain, kind, form):
    return chain.call("placeringsplan.spara", by="handlaggare", form=form, slag=kind)


def test_l23_the_steps_of_a_plan_stand_in_order_and_in_the_journal(chain):
    chain.opened()
    assert step(chain, "upprattad", PLAN)["galler"]
    assert step(chain, "omprovad", PLAN)["galler"]
    assert not step(chain, "avslutad", {"skal": "Vill inte."})["galler"]
    rows = IndividuellPlan.objects.order_by("nummer").values_list("nummer", "steg")
    assert list(rows) == [(1, "upprattad"), (2, "omprovad"), (3, "avslutad")]
    assert JournalEntry.objects.filter(typ="individuell_plan").count() == 3
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_individuellplan SET insatser = 'annat'")


def test_l23_a_plan_without_content_or_review_day_is_refused(chain):
    chain.opened()
    for form, day in ((PLAN | {"insatser": ""}, date(2027, 8, 3)), (PLAN, None)):
        with pytest.raises(CaseError) as error:
            step(chain, "upprattad", form, omprovas_senast=day)
        assert error.value.code == "record_refused"
    assert not step(chain, "avbojd", {"skal": "Vill vänta."}, omprovas_senast=None)["galler"]


def test_l23_the_day_has_come(chain):
    chain.opened()
    with pytest.raises(AnswersInvalidError):
        step(chain, "upprattad", {**PLAN, "datum": date(2026, 8, 4)})


@pytest.mark.parametrize(("citation", "law"), [("lss.9", "LSS"), ("sol2025.11.1", "SoL")])
def test_l23_the_plan_is_offered_when_the_support_rests_on_lss(chain, citation, law):
    chain.opened().investigated().decided(lagrum=citation)
    found = chain.call("lss_plan.lag", by="system:myndighet", beslut=str(chain.ids["beslut"]))
    assert found == {"lag": law}


def test_l30_a_plan_of_a_placed_child_has_every_part(chain):
    chain.opened()
    placed(chain, "vardplan", CARE)
    placed(chain, "genomforandeplan", CARE | CARRIED_OUT)
    placed(chain, "vardplan", CARE)
    rows = Placeringsplan.objects.order_by("slag", "nummer").values_list("slag", "nummer")
    assert list(rows) == [("genomforandeplan", 1), ("vardplan", 1), ("vardplan", 2)]


@pytest.mark.parametrize("part", sorted(CARE))
def test_l30_a_vardplan_without_a_part_is_refused(chain, part):
    chain.opened()
    with pytest.raises(CaseError) as error:
        placed(chain, "vardplan", CARE | {part: ""})
    assert error.value.code == "record_refused"


@pytest.mark.parametrize("part", sorted(CARRIED_OUT))
def test_l30_a_genomforandeplan_without_a_part_is_refused(chain, part):
    chain.opened()
    with pytest.raises(CaseError) as error:
        placed(chain, "genomforandeplan", CARE | CARRIED_OUT | {part: ""})
    assert error.value.code == "record_refused"


def tried(chain, outcome):
    form = {"beslut": outcome, "skal": "Adressen kan antas vara oriktig."}
    return chain.call("folkbokforing.prova", by="handlaggare", form=form, lagrum="fol.32c")


def test_l37_skatteverket_is_told_on_the_section_after_an_assessment(chain):
    chain.opened()
    found = str(tried(chain, "underratta")["utlamnande"])
    row = Utlamnande.objects.get(pk=found)
    assert (row.grund, row.lagrum, row.status) == ("lagrum", "fol.32c", "vantar")
    assert row.uppgifter == ["kontaktuppgifter"]
    form = {"skickad_datum": chain.now.date()}
    chain.call("folkbokforing.skickad", by="handlaggare", form=form, utlamnande=found)
    row.refresh_from_db()
    assert row.status == "skickad"
    note = JournalEntry.objects.get(typ="uppgifter_utlamnade")
    assert "Skatteverket underrättades" in note.text
    assert "oriktig" not in note.text


def test_l37_what_is_left_undone_cannot_be_sent(chain):
    chain.opened()
    found = str(tried(chain, "underlats")["utlamnande"])
    with pytest.raises(CaseError) as error:
        chain.call("folkbokforing.skickad", by="handlaggare", form={}, utlamnande=found)
    assert error.value.code == "disclosure_stopped"
