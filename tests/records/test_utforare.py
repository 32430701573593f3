"""Approval and follow-up of providers, daily cooperation: what the record keeps and refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from cases.errors import AnswersInvalidError, CaseError
from engine.variables import pack
from records.models import (
    ExternPart,
    Forum,
    Godkannande,
    GodkannandeSlut,
    Granskning,
    GranskningRad,
    GranskningRapport,
    GranskningSvar,
    Samverkansplan,
    Samverkansrapport,
)
from tests.racing import at_once
from tests.records.chain import plan

pytestmark = pytest.mark.django_db

ASKED = {
    "utforare": "Omsorg Björken AB",
    "driftsform": "privat",
    "tjansteomrade": "hemtjanst",
    "grund": "upphandling",
    "bestallning": "Hemtjänst i norra Ekviken.",
}
REQUIREMENTS = [
    {"krav": "Fast omsorgskontakt", "uppfyllt": "ja", "underlag": "Bemanningen"},
    {"krav": "Dokumentation samma dag", "uppfyllt": "nej", "underlag": "Egenkontrollen"},
]
DECIDED = {
    "utfall": "godkand_med_villkor",
    "villkor": "Samma dag från oktober.",
    "period_fran": date(2026, 9, 1),
    "period_till": date(2028, 6, 30),
    "beslut_ref": "SN § 88",
    "beslutsdatum": date(2026, 8, 3),
    "motivering": "Kan ge stödet.",
}


def keep(chain, form):
    """Store a form of the operation and give its id."""
    answers = {key: pack(value) for key, value in form.items()}
    given = {"form_id": "prov", "form_hash": "0" * 64, "answers": answers}
    return str(chain.call("dokument.spara", by="myndighetschef", **given)["dokument"])


def approve(chain, earlier=None, krav=None, **changes):
    return chain.call(
        "godkannande.spara",
        by="myndighetschef",
        form={**DECIDED, **changes},
        ansokan=keep(chain, ASKED),
        provning=keep(chain, {"krav": krav or REQUIREMENTS}),
        foregaende=earlier,
    )


def refused(sql, *values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def judged(chain, granskning, rows, outcome="godtagbart"):
    form = {"rader": rows, "bedomning": outcome, "sammanfattning": "Genomgånget."}
    return chain.call("granskning.bedom", by="myndighetschef", form=form, granskning=granskning)


def test_r207a_a_provider_is_approved_with_conditions_a_period_and_a_reference(chain):
    found = approve(chain)
    row = Godkannande.objects.get(pk=found["godkannande"])
    assert (row.utfall, row.period_till, row.beslut_ref) == (
        "godkand_med_villkor",
        date(2028, 6, 30),
        "SN § 88",
    )
    assert [one.uppfyllt for one in row.krav.order_by("nummer")] == [True, False]
    refused("UPDATE records_godkannande SET utfall = 'godkand' WHERE id = %s", row.pk)


def test_r207a_a_requirement_that_is_not_met_needs_conditions(chain):
    with pytest.raises(AnswersInvalidError) as error:
        approve(chain, utfall="godkand")
    assert "utfall" in error.value.errors
    assert not Godkannande.objects.exists()
    assert approve(chain, utfall="godkand", krav=REQUIREMENTS[:1])["utfall"] == "godkand"


def test_r207b_what_was_procured_is_what_was_ordered(chain):
    without = {**ASKED, "bestallning": ""}
    with pytest.raises(CaseError) as error:
        chain.call(
            "godkannande.spara",
            by="myndighetschef",
            form=DECIDED,
            ansokan=keep(chain, without),
            provning=keep(chain, {"krav": REQUIREMENTS}),
        )
    assert error.value.code == "record_refused"


def test_r207a_a_renewal_ends_what_it_renews_and_an_end_has_a_reason(chain):
    first = approve(chain)["godkannande"]
    second = approve(chain, earlier=first)["godkannande"]
    assert GodkannandeSlut.objects.get(godkannande=first).orsak == "ersatt"
    state = chain.call("godkannande.lage", by="myndighetschef", godkannande=first)
    assert not state["galler"]
    form = {"datum": date(2028, 6, 30), "skal": "Verksamheten samlas."}
    chain.call("godkannande.avsluta", by="myndighetschef", form=form, godkannande=second)
    assert GodkannandeSlut.objects.get(godkannande=second).orsak == "upphort"
    with pytest.raises(CaseError) as error:
        chain.call("godkannande.avsluta", by="myndighetschef", form=form, godkannande=second)
    assert error.value.code == "record_refused"


def test_r207a_a_refusal_ends_the_earlier_approval(chain):
    first = approve(chain)["godkannande"]
    approve(chain, earlier=first, utfall="avslag")
    assert GodkannandeSlut.objects.get(godkannande=first).orsak == "avslag"


def test_r207a_an_approval_holds_to_the_last_day_of_its_period(chain):
    found = approve(chain)["godkannande"]

    def holds(day):
        moment = chain.now.replace(year=day.year, month=day.month, day=day.day)
        answer = chain.call("godkannande.lage", by="myndighetschef", now=moment, godkannande=found)
        return answer["galler"]

    assert holds(date(2028, 6, 30))
    assert not holds(date(2028, 7, 1))


def test_r207c_every_requirement_of_the_contract_is_followed_up_once(chain):
    found = approve(chain)["godkannande"]
    opened = chain.call("granskning.oppna", by="myndighetschef", godkannande=found)
    one = {"krav": "1", "utfall": "ok"}
    for rows in ([one], [one, one]):
        with pytest.raises(AnswersInvalidError):
            judged(chain, opened["granskning"], rows)
    answer = judged(
        chain,
        opened["granskning"],
        [one, {"krav": "2", "utfall": "brist", "iakttagelse": "Saknas."}],
        "brister",
    )
    assert (answer["bedomning"], answer["antal_brister"]) == ("brister", Decimal(1))
    kept = GranskningRad.objects.order_by("nummer").values_list("krav", "utfall")
    assert list(kept) == [("Fast omsorgskontakt", "ok"), ("Dokumentation samma dag", "brist")]


def test_r202_the_namnd_takes_part_once_with_its_paragraph(chain):
    found = approve(chain)["godkannande"]
    opened = chain.call("granskning.oppna", by="myndighetschef", godkannande=found)["granskning"]
    form = {"datum": chain.now.date(), "protokoll": "SN § 101"}
    chain.call("granskning.rapportera", by="myndighetschef", form=form, granskning=opened)
    assert GranskningRapport.objects.get().protokoll == "SN § 101"
    with pytest.raises(CaseError) as error:
        chain.call("granskning.rapportera", by="myndighetschef", form=form, granskning=opened)
    assert error.value.code == "record_refused"


def test_r207e_every_unit_of_a_provider_is_followed_up_whoever_runs_it(chain):
    found = chain.call("granskning.enheter", by="system:myndighet")["enheter"]
    assert list(map(str, found)) == [str(chain.provider.unit.pk)]
    opened = chain.call("granskning.oppna", by="system:myndighet", enhet=str(found[0]))
    row = Granskning.objects.get(pk=opened["granskning"])
    assert (row.kalla, row.driftsform) == ("verksamhetsuppfoljning", "egen_regi")
    assert str(opened["mottagare_enhet"]) == str(chain.provider.unit.pk)
    again = chain.call("granskning.oppna", by="system:myndighet", enhet=str(found[0]))
    assert again["granskning"] != opened["granskning"]


def test_r112_a_plan_is_current_through_the_day_six_months_after(chain):
    chain.running().planned().established()

    def numbers(moment):
        return chain.call(
            "verksamhet.nyckeltal",
            by="system:utforare",
            now=moment,
            uppgift="antal",
            andamal="uppfoljning",
        )

    assert numbers(chain.now) == {
        "antal_akter": Decimal(1),
        "antal_planer": Decimal(1),
        "antal_aktuella": Decimal(1),
    }
    last = chain.now.replace(year=2027, month=2, day=3)
    assert numbers(last)["antal_aktuella"] == Decimal(1)
    assert numbers(last + timedelta(days=1))["antal_aktuella"] == Decimal(0)
    chain.now = last + timedelta(days=1)
    chain.followed_up()
    assert numbers(chain.now)["antal_aktuella"] == Decimal(1)


def test_r112_without_a_plan_there_is_no_current_plan(chain):
    chain.running()
    asked = {"uppgift": "antal", "andamal": "uppfoljning"}
    found = chain.call("verksamhet.nyckeltal", by="system:utforare", **asked)
    assert (found["antal_akter"], found["antal_planer"]) == (Decimal(1), Decimal(0))
    chain.call("plan.skapa", by="utsedd_kontakt", form=plan(), akt=chain.ids["akt"])
    found = chain.call("verksamhet.nyckeltal", by="system:utforare", **asked)
    assert found["antal_planer"] == Decimal(0)


def test_l33_sensitive_data_is_not_compiled_for_another_purpose(chain):
    with pytest.raises(CaseError) as error:
        chain.call("verksamhet.nyckeltal", by="system:utforare", uppgift="kanslig", andamal="annat")
    assert error.value.code == "compilation_refused"


def test_r208_both_sides_keep_the_answer(chain):
    enhet = str(chain.provider.unit.pk)
    opened = chain.call("granskning.oppna", by="system:myndighet", enhet=enhet)["granskning"]
    numbers = {"antal_akter": 3, "antal_planer": 3, "antal_aktuella": 2}
    form = {"rutiner": "ja", "dokumentation": "ja", "tid": "nej", "forbattring": "Tid i schemat."}
    answer = chain.call(
        "verksamhet.svara", by="enhetschef", form=form, granskning=str(opened), **numbers
    )
    assert (answer["rutiner"], answer["tid"]) == (True, False)
    chain.call(
        "granskning.svar", by="system:myndighet", granskning=str(opened), **numbers, **answer
    )
    rows = GranskningSvar.objects.filter(granskning_id=opened)
    assert {row.organisation_id for row in rows} == {
        chain.provider.unit.organisation_id,
        chain.authority.unit.organisation_id,
    }
    with pytest.raises(CaseError) as error:
        chain.call(
            "granskning.svar",
            by="system:myndighet",
            granskning=str(opened),
            **{**numbers, "antal_aktuella": 4},
            **answer,
        )
    assert error.value.code == "record_refused"


FORUMS = [
    {"namn": "Passbyte", "deltagare": "Alla", "frekvens": "varje_pass", "syfte": "Föra vidare"}
]
PARTIES = [
    {
        "part": "Vårdcentralen",
        "kontaktvag": "Telefontid",
        "sekretessgrund": "samtycke",
        "nar": "Vid ändrad hälsa",
        "hur": "Telefon",
    }
]


def establish(chain, **changes):
    form = {"forum": FORUMS, "parter": PARTIES, "delaktighet": "Den enskilde frågas."} | changes
    return chain.call("samverkan.faststall", by="enhetschef", form=form)


def test_r022_r023_forums_and_parties_are_established_as_versions(chain):
    establish(chain)
    found = establish(chain, forum=[*FORUMS, {**FORUMS[0], "namn": "Teamträff"}])
    assert found["version"] == Decimal(2)
    assert Samverkansplan.objects.count() == 2
    assert Forum.objects.filter(plan__nummer=2).count() == 2
    assert ExternPart.objects.get(plan__nummer=1).sekretessgrund == "samtycke"
    refused("UPDATE records_forum SET frekvens = 'vid_behov'")
    refused("DELETE FROM records_externpart")


def test_r022_a_forum_stands_once(chain):
    with pytest.raises(AnswersInvalidError):
        establish(chain, forum=[*FORUMS, *FORUMS])
    with pytest.raises(AnswersInvalidError):
        establish(chain, parter=[*PARTIES, *PARTIES])
    assert not Samverkansplan.objects.exists()


def test_r023_a_party_told_by_law_names_the_section(chain):
    with pytest.raises(CaseError) as error:
        establish(chain, parter=[{**PARTIES[0], "sekretessgrund": "lagrum"}])
    assert error.value.code == "record_refused"


def hand_over(chain):
    form = {
        "forum": "Passbyte",
        "journal_att_lasa": True,
        "punkter": [{"slag": "bemanning", "text": "Vikarie klockan 15."}],
    }
    return str(chain.call("samverkan.rapportera", by="personal", form=form)["rapport"])


def test_r021_a_shift_reports_and_another_receives_it_once(chain):
    report = hand_over(chain)
    form = {"last": True, "fragor": "Vem möter?"}
    with pytest.raises(CaseError) as error:
        chain.call("samverkan.ta_emot", by="personal", form=form, rapport=report)
    assert error.value.code == "needs_second_person"
    chain.call("samverkan.ta_emot", by="utsedd_kontakt", form=form, rapport=report)
    row = Samverkansrapport.objects.get()
    assert (row.fragor, row.punkter) == (
        "Vem möter?",
        [{"slag": "bemanning", "text": "Vikarie klockan 15."}],
    )
    refused("UPDATE records_samverkansrapport SET mottagen_av_id = lamnad_av_id")


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_r021_one_of_two_receives_the_report(chain):
    report = hand_over(chain)

    def receive(by):
        def run():
            form = {"last": True, "fragor": by}
            chain.call("samverkan.ta_emot", by=by, form=form, rapport=report)
            return "done"

        return run

    assert sorted(at_once(receive("utsedd_kontakt"), receive("enhetschef"))) == [
        "done",
        "record_refused",
    ]
