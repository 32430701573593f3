"""The closing gate (K-3): by capability, by SQL, by another process, in a race."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from cases.errors import AnswersInvalidError
from records.errors import (
    ArendeClosedError,
    FinalNoteMissingError,
    UppdragPendingError,
    constraint_of,
)
from records.models import Akt, Arende, Journal, JournalEntry, Uppdrag
from tests.records.chain import DEATH_CASE

pytestmark = pytest.mark.django_db
REASON = {"avslutsorsak": "behov_upphort"}


def close_case(chain, form=None):
    return chain.call("arende.avsluta", by="handlaggare", **({"form": form} if form else {}))


def end_order(chain):
    return chain.call("uppdrag.avsluta", by="system:myndighet", uppdrag=chain.ids["uppdrag"])


def sql(statement, alias="default"):
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def test_r180_no_akt_closes_without_a_final_note(chain):
    chain.running()
    with pytest.raises(FinalNoteMissingError) as error:
        chain.closed()
    assert error.value.code == "final_note_missing"
    assert Akt.objects.get().status == "oppen"
    chain.ended()
    chain.closed()
    akt = Akt.objects.get()
    assert akt.slutanteckning.typ == "slutanteckning"
    assert akt.slutanteckning.signerad == chain.now


def test_r180_the_final_note_must_be_signed(chain):
    chain.running()
    with pytest.raises(AnswersInvalidError) as error:
        chain.ended(signera=False)
    assert error.value.errors["signera"][0] == "final_note_unsigned"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"avslutsorsak": None}, "avslutsorsak"),
        ({"avslutsorsak": "paahitt"}, "avslutsorsak"),
        ({"avslutsorsak": "annat", "avslutsorsak_text": "för kort"}, "avslutsorsak_text"),
    ],
)
def test_r181_the_final_note_states_the_reason(chain, changes, field):
    chain.running()
    with pytest.raises(AnswersInvalidError) as error:
        chain.ended(**changes)
    assert error.value.errors[field][0] == "closing_reason_missing"
    chain.ended(avslutsorsak="annat", avslutsorsak_text="Flyttade hem till sin dotter.")
    assert "Flyttade hem" in JournalEntry.objects.get(typ="slutanteckning").text


def test_r182_the_akt_closes_when_support_ended_and_then_the_arende(chain):
    chain.running()
    with pytest.raises(FinalNoteMissingError):
        close_case(chain, REASON)
    with pytest.raises(FinalNoteMissingError):
        end_order(chain)
    chain.ended()
    with pytest.raises(FinalNoteMissingError):
        close_case(chain, REASON)
    chain.closed()
    assert end_order(chain)["alla_avslutade"] is True
    assert end_order(chain)["alla_avslutade"] is True
    close_case(chain)
    assert Arende.objects.get().status == "avslutat"
    with pytest.raises(ArendeClosedError):
        close_case(chain)


def test_r182_a_deceased_persons_akt_is_closed_with_that_reason(chain):
    chain.opened(personnummer=DEATH_CASE).investigated().decided().ordered().sent().accepted()
    chain.started()
    chain.call("person.avliden", by="enhetschef", datum=chain.now.date(), kalla="anhorig")
    chain.ended(avslutsorsak="avliden")
    assert chain.closed()["gallring_utfall"] == "bevara"


def test_r183_kept_as_long_as_the_table_says_from_the_last_note(chain):
    chain.running()
    chain.later(days=40).ended()
    last = chain.now.date()
    chain.later(days=1)
    result = chain.closed()
    assert result["gallringsdatum"] == last.replace(year=last.year + 5)
    assert Akt.objects.get().sista_anteckning == last


def test_r183_a_late_note_moves_the_day(chain):
    chain.running()
    chain.ended()
    chain.closed()
    before = Akt.objects.get().gallringsdatum
    chain.later(days=30)
    form = {"typ": "faktisk_omstandighet", "text": "Nycklarna är återlämnade."}
    chain.call("journal.anteckna", by="personal", form=form, akt=chain.ids["akt"])
    akt = Akt.objects.get()
    assert akt.gallringsdatum == before + timedelta(days=30)
    assert akt.status == "stangd"


def test_k3_a_case_never_carried_out_closes_with_a_reason_in_the_authoritys_journal(chain):
    chain.opened().investigated().decided(utfall="avslag")
    with pytest.raises(AnswersInvalidError):
        close_case(chain, {"avslutsorsak": ""})
    close_case(chain, REASON)
    arende = Arende.objects.get()
    assert arende.avslutsorsak_anteckning.journal.kind == "myndighet"
    assert arende.avslutsorsak_anteckning.orsak == "behov_upphort"


def test_k3_a_case_with_an_unanswered_uppdrag_stays_open(chain):
    chain.opened().investigated().decided().ordered().sent()
    with pytest.raises(UppdragPendingError):
        close_case(chain, REASON)
    chain.call(
        "uppdrag.aterkalla", by="handlaggare", uppdrag=chain.ids["uppdrag"], orsak="aterkallad"
    )
    close_case(chain, REASON)
    with pytest.raises(ArendeClosedError):
        chain.ordered()


def test_k3_a_reason_is_not_enough_where_something_was_carried_out(chain):
    chain.running()
    with pytest.raises(FinalNoteMissingError):
        close_case(chain, REASON)
    assert not JournalEntry.objects.filter(typ="avslutsorsak").exists()


SHUT_AKT = "UPDATE records_akt SET status = 'stangd', stangd = now()"
SHUT_CASE = "UPDATE records_arende SET status = 'avslutat', avslutad = now()"
ANY_NOTE = "(SELECT id FROM records_journalentry WHERE typ = '{}')"
FORGERIES = [
    SHUT_AKT,
    f"{SHUT_AKT}, slutanteckning_id = {ANY_NOTE.format('uppdrag_mottaget')}",
    SHUT_CASE,
    f"{SHUT_CASE}, avslutsorsak_anteckning_id = {ANY_NOTE.format('beslut')}",
    "UPDATE records_uppdrag SET status = 'avslutat', avslutad = now()",
]


@pytest.mark.parametrize("statement", FORGERIES)
def test_k3_not_even_the_owner_of_the_tables_closes_by_sql(chain, statement):
    chain.running()
    with pytest.raises(IntegrityError):
        sql(statement)
    assert (Akt.objects.get().status, Arende.objects.get().status) == ("oppen", "oppet")


def test_k3_an_unsigned_final_note_does_not_close_by_sql(chain):
    chain.running()
    journal = Journal.objects.get(kind="verkstallighet")
    entry = journal_entry(chain, journal, "slutanteckning")
    with pytest.raises(FinalNoteMissingError):
        chain.closed()
    statement = "UPDATE records_akt SET status = 'stangd', stangd = now(), slutanteckning_id = '{}'"
    with pytest.raises(IntegrityError, match="final_note_missing"):
        sql(statement.format(entry.pk))


def test_r180_a_final_note_that_nobody_signed_is_not_signed(chain):
    chain.running()
    entry = JournalEntry.objects.latest("registrerad")
    entry.pk, entry.typ, entry.orsak = None, "slutanteckning", "flytt"
    entry.signerad, entry.signerad_av = chain.now, None
    with pytest.raises(IntegrityError, match="signed_by_somebody"), transaction.atomic():
        entry.save(force_insert=True)


def test_k3_a_closed_akt_stays_closed(chain):
    chain.running()
    chain.ended()
    chain.closed()
    with pytest.raises(IntegrityError, match="akt_closed"):
        sql("UPDATE records_akt SET status = 'oppen', stangd = NULL")
    with pytest.raises(IntegrityError, match="append_only"):
        sql("DELETE FROM records_akt")


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
@pytest.mark.parametrize("alias", ["app", "worker"])
@pytest.mark.parametrize("statement", FORGERIES)
def test_k3_no_program_closes_by_sql(chain, statement, alias):
    chain.running()
    units = f"{chain.authority.unit.pk},{chain.provider.unit.pk}"
    setting = (
        f"SELECT set_config('kedja.units', '{units}', true),"
        " set_config('kedja.secrecy', '3', true);"
    )
    with pytest.raises(IntegrityError):
        sql(setting + statement, alias)
    assert (Akt.objects.get().status, Arende.objects.get().status) == ("oppen", "oppet")


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_k3_no_program_disables_the_gate(chain):
    chain.running()
    for alias in ("app", "worker"):
        for statement in (
            "ALTER TABLE records_akt DISABLE TRIGGER ALL",
            "ALTER TABLE records_akt NO FORCE ROW LEVEL SECURITY",
            "SET session_replication_role = replica",
            "DELETE FROM records_journalentry",
            "UPDATE records_dokument SET answers = '{}'",
            "TRUNCATE records_journalentry CASCADE",
        ):
            with pytest.raises(Exception, match=r"permission denied|must be owner"):
                sql(statement, alias)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(8))
def test_k3_closing_and_sending_at_the_same_time_never_both_win(chain, turn):
    chain.opened().investigated().decided().ordered()
    journal = Journal.objects.get(kind="myndighet")
    reason = journal_entry(chain, journal, "avslutsorsak", signerad=chain.now)
    close = f"{SHUT_CASE}, avslutsorsak_anteckning_id = '{reason.pk}'"
    send = (
        "UPDATE records_uppdrag SET status = 'skickat', skickad = now(),"
        " delad_med_id = mottagare_unit_id"
    )
    assert sorted(race(close, send)) in (["arende_closed", "won"], ["uppdrag_pending", "won"])
    sent = Uppdrag.objects.get().status == "skickat"
    assert sent == (Arende.objects.get().status == "oppet")


def race(*statements):
    """Run each statement on a connection of its own, at the same time."""
    ready = threading.Barrier(len(statements))
    results = []

    def run(statement):
        try:
            ready.wait(10)
            sql(statement)
            results.append("won")
        except IntegrityError as error:
            results.append(constraint_of(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(statement,)) for statement in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def journal_entry(chain, journal, typ, **values):
    return JournalEntry.objects.create(
        organisation_id=journal.organisation_id,
        unit_id=journal.unit_id,
        journal=journal,
        typ=typ,
        orsak="behov_upphort",
        text="Text.",
        handelsetid=chain.now,
        registrerad=chain.now,
        forfattare_namn="Personal",
        **values,
    )


def test_the_day_of_gallring_on_29_february(chain):
    from_leap = date(2028, 2, 29)
    chain.running()
    chain.now = chain.now.replace(year=2028, month=2, day=29)
    chain.ended()
    assert chain.closed()["gallringsdatum"] == date(from_leap.year + 5, 2, 28)
