"""Several insatser and uppdrag in one decision, oral orders, pauses: the record behind them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cases.errors import AnswersInvalidError
from records.errors import PersonDeceasedError
from records.models import (
    Delbeslut,
    Handelse,
    InsatsHandelse,
    JournalEntry,
    MuntligtUppdrag,
    Uppdrag,
    UppdragInsats,
    Uppehall,
)
from tests.records.chain import T0

pytestmark = pytest.mark.django_db
CARE, ALARM = "hemtjanst_omvardnad", "trygghetslarm"
ORAL = {
    "mottagare_enhet": "Hemtjänst Norr",
    "mottagare_namn": "Enhetschefen",
    "lamnat": T0,
    "innehall": "Hjälp morgon och kväll.",
    "skal": "Kom hem från sjukhuset i dag.",
}


def refused(error, field):
    return error.value.errors[field][0]


def parts():
    return {part.insats: part.pk for part in Delbeslut.objects.all()}


def change(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def pause(chain, **changes):
    form = {"orsak": "sjukhus", "fran": chain.now.date(), "beskrivning": "Inlagd."} | changes
    return chain.call("uppdrag.pausa", by="utsedd_kontakt", form=form, akt=chain.ids["akt"])


def resume(chain, uppehall, **changes):
    form = {"ater_datum": chain.now.date(), "lage": "Som förut."} | changes
    return chain.call("uppdrag.ateruppta", by="utsedd_kontakt", form=form, uppehall=uppehall)


# -- several uppdrag for one decision --------------------------------------------------------------
def test_r083_each_granted_insats_gets_its_uppdrag_and_never_two(chain):
    chain.opened().investigated().decided()
    form = {"mottagare_enhet": "Hemtjänst Norr", "livsomraden_med": ["personlig_vard", "trygghet"]}
    beslut = chain.ids["beslut"]
    first = chain.call(
        "uppdrag.skapa", by="handlaggare", form=form | {"insatser": [CARE]}, beslut=beslut
    )
    assert first["aterstar"] == [ALARM]
    with pytest.raises(AnswersInvalidError) as error:
        chain.call(
            "uppdrag.skapa", by="handlaggare", form=form | {"insatser": [CARE]}, beslut=beslut
        )
    assert refused(error, "insatser") == "already_ordered"
    rest = chain.call("uppdrag.skapa", by="handlaggare", form=form, beslut=beslut)
    assert rest["aterstar"] == []
    assert sorted(UppdragInsats.objects.values_list("insats", flat=True)) == sorted((CARE, ALARM))


def test_k12_an_insats_of_an_uppdrag_names_its_delbeslut(chain):
    chain.opened().investigated().decided().ordered()
    rows = dict(UppdragInsats.objects.values_list("insats", "delbeslut_id"))
    assert rows == parts()


def test_k8_a_declined_uppdrag_frees_its_insatser_for_the_persons_new_choice(chain):
    chain.opened().investigated().decided().ordered().sent()
    chain.call(
        "uppdrag.avboj",
        by="enhetschef",
        form={"avbojandeskal": "Ingen personal."},
        uppdrag=chain.ids["uppdrag"],
    )
    again = chain.ordered()
    assert Uppdrag.objects.count() == 2
    assert again.ids["uppdrag"] == str(Uppdrag.objects.order_by("-nummer").first().pk)


def test_r083_an_uppdrag_that_takes_the_place_of_another_may_have_its_insatser(chain):
    chain.running()
    form = {"mottagare_enhet": "Hemtjänst Norr", "livsomraden_med": ["personlig_vard", "trygghet"]}
    with pytest.raises(AnswersInvalidError):
        chain.call("uppdrag.skapa", by="handlaggare", form=form, beslut=chain.ids["beslut"])
    made = chain.call(
        "uppdrag.skapa",
        by="handlaggare",
        form=form,
        beslut=chain.ids["beslut"],
        foregaende_uppdrag=chain.ids["uppdrag"],
    )
    assert str(Uppdrag.objects.get(pk=made["uppdrag"]).foregaende_id) == chain.ids["uppdrag"]


# -- which part of the support began ---------------------------------------------------------------
def test_r130_each_insats_begins_on_its_own_day_for_its_own_delbeslut(chain):
    chain.opened().investigated().decided().ordered().sent().accepted()
    form = {"verkstalld_datum": chain.now.date(), "insatser": [CARE]}
    begun = chain.call("verkstallighet.registrera", by="personal", form=form, akt=chain.ids["akt"])
    assert begun["delbeslut"] == [str(parts()[CARE])]
    assert begun["aterstar"] == [ALARM]
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("verkstallighet.registrera", by="personal", form=form, akt=chain.ids["akt"])
    assert refused(error, "insatser") == "insats_not_waiting"
    chain.later(days=3)
    form = {"verkstalld_datum": chain.now.date()}
    rest = chain.call("verkstallighet.registrera", by="personal", form=form, akt=chain.ids["akt"])
    assert rest["delbeslut"] == [str(parts()[ALARM])]
    assert rest["verkstalld_datum"] == T0.date(), "the first day anchors the review (K-4)"
    days = dict(InsatsHandelse.objects.values_list("insats", "datum"))
    assert days == {CARE: T0.date(), ALARM: chain.now.date()}


def test_k12_support_goes_on_under_the_renewed_delbeslut(chain):
    chain.running()
    old = chain.ids["beslut"]
    chain.decided()
    chain.call(
        "uppdrag.andra",
        by="handlaggare",
        form={"livsomraden_med": ["personlig_vard"], "insatser": [CARE]},
        beslut=chain.ids["beslut"],
        ersatter_beslut=old,
    )
    found = chain.call("insatser.fortsatt", by="system:utforare", akt=chain.ids["akt"])
    new = Delbeslut.objects.get(beslut=chain.ids["beslut"], insats=CARE)
    assert found["delbeslut"] == [str(new.pk)]
    assert found["aterstar"] == []
    ended = InsatsHandelse.objects.get(handelse=Handelse.AVSLUTAD)
    assert (ended.insats, ended.orsak) == (ALARM, "beslut_andrat")
    again = chain.call("insatser.fortsatt", by="system:utforare", akt=chain.ids["akt"])
    assert again["delbeslut"] == []


# -- oral orders -----------------------------------------------------------------------------------
def test_l08_an_oral_order_says_what_when_to_whom_and_why(chain):
    chain.opened().investigated().decided()
    given = chain.call("uppdrag.muntligt", by="handlaggare", form=ORAL)
    row = MuntligtUppdrag.objects.get()
    assert (str(row.pk), row.mottagare_namn, row.lamnat) == (given["muntligt"], "Enhetschefen", T0)
    assert "Hjälp morgon och kväll." in JournalEntry.objects.get(typ="muntligt_uppdrag").text
    for field in ("mottagare_namn", "innehall", "skal"):
        with pytest.raises(AnswersInvalidError) as error:
            chain.call("uppdrag.muntligt", by="handlaggare", form=ORAL | {field: ""})
        assert field in error.value.errors


def test_r083_the_written_uppdrag_ends_the_oral_one_when_it_is_sent(chain):
    chain.opened().investigated().decided()
    given = chain.call("uppdrag.muntligt", by="handlaggare", form=ORAL)
    chain.ordered(muntligt_uppdrag=given["muntligt"])
    assert MuntligtUppdrag.objects.get().avslutat is None
    sent = chain.call("uppdrag.skicka", by="handlaggare", uppdrag=chain.ids["uppdrag"])
    assert sent["muntligt"] == given["muntligt"]
    row = MuntligtUppdrag.objects.get()
    assert (row.utfall, row.avslutat) == ("skrivet", chain.now)
    with pytest.raises(IntegrityError):
        change("UPDATE records_muntligtuppdrag SET utfall = 'inte_aktuellt', utfall_skal = 'x'")


def test_r083_an_oral_order_that_is_not_written_says_why(chain):
    chain.opened().investigated().decided()
    given = chain.call("uppdrag.muntligt", by="handlaggare", form=ORAL)
    with pytest.raises(AnswersInvalidError):
        chain.call(
            "uppdrag.muntligt_avsluta",
            by="handlaggare",
            form={"skal": ""},
            muntligt=given["muntligt"],
        )
    ended = chain.call(
        "uppdrag.muntligt_avsluta",
        by="handlaggare",
        form={"skal": "Tackade nej."},
        muntligt=given["muntligt"],
    )
    assert ended["utfall"] == "inte_aktuellt"
    with pytest.raises(AnswersInvalidError) as error:
        chain.ordered(muntligt_uppdrag=given["muntligt"])
    assert refused(error, "muntligt_uppdrag") == "oral_order_unknown"


def test_k2_no_oral_order_after_a_death(chain):
    chain.opened().investigated().decided()
    chain.call("person.avliden", by="handlaggare", datum=T0.date(), kalla="region")
    with pytest.raises(PersonDeceasedError):
        chain.call("uppdrag.muntligt", by="handlaggare", form=ORAL)


# -- pauses ----------------------------------------------------------------------------------------
def test_l25_a_pause_interrupts_each_delbeslut_and_the_return_carries_it_out(chain):
    chain.running()
    rested = pause(chain)
    assert sorted(rested["delbeslut"]) == sorted(map(str, parts().values()))
    with pytest.raises(AnswersInvalidError) as error:
        pause(chain)
    assert refused(error, "insatser") == "insats_not_running"
    chain.later(days=9)
    back = resume(chain, rested["uppehall"])
    assert (back["dagar"], sorted(back["delbeslut"])) == (9, sorted(rested["delbeslut"]))
    again = resume(chain, rested["uppehall"])
    assert again["delbeslut"] == [], "a second time changes nothing"
    kinds = list(InsatsHandelse.objects.order_by("registrerad").values_list("handelse", flat=True))
    assert kinds == ["paborjad"] * 2 + ["avbrott"] * 2 + ["aterupptagen"] * 2


def test_r136_the_journal_says_when_and_why_support_rested(chain):
    chain.running()
    rested = pause(chain, insatser=[ALARM], vantas_ater=chain.now.date() + timedelta(days=4))
    told = JournalEntry.objects.get(typ="uppehall").text
    assert str(chain.now.date()) in told
    assert "Inlagd." in told
    resume(chain, rested["uppehall"])
    assert JournalEntry.objects.filter(typ="uppehall_slut").count() == 1


@pytest.mark.parametrize("field", ["fran", "vantas_ater"])
def test_r136_a_pause_with_an_impossible_day_is_refused(chain, field):
    chain.running()
    days = {"fran": 1, "vantas_ater": -1}
    with pytest.raises(AnswersInvalidError) as error:
        pause(chain, **{field: chain.now.date() + timedelta(days=days[field])})
    assert refused(error, field) == "date_invalid"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_insatshandelse SET datum = '2020-01-01'",
        "DELETE FROM records_insatshandelse",
        "UPDATE records_uppehall SET orsak = 'annat'",
        "DELETE FROM records_uppehall",
        "DELETE FROM records_muntligtuppdrag",
    ],
)
def test_r136_what_happened_with_the_support_is_append_only(chain, statement):
    chain.running()
    chain.call("uppdrag.muntligt", by="handlaggare", form=ORAL)
    pause(chain)
    with pytest.raises(IntegrityError):
        change(statement)
    assert Uppehall.objects.get().orsak == "sjukhus"
