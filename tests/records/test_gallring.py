"""Retention: when an akt goes, who decides, what is left, and what stops it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from cases.errors import AnswersInvalidError
from records.errors import AktDestroyedError, constraint_of
from records.models import (
    Akt,
    Arkivpaket,
    Dokument,
    ExternForvaring,
    Gallringsprotokoll,
    GallringStart,
    Journal,
    JournalEntry,
    Person,
    Plan,
    Uppdrag,
)
from records.models.skydd import SkyddadUppgift, ValvLasning
from tests.records.chain import Chain
from tests.records.destroying import (
    akt_of,
    decide,
    destroy,
    due,
    everything_held,
    hold,
    package,
    stamp,
)

pytestmark = pytest.mark.django_db
PROGRAMS = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
OTHER = "193510802394"
"""Born on the 20th: not kept for research."""


@pytest.fixture
def old(chain):
    return due(chain, personnummer=OTHER)


# -- when and what --


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("194003652387", "bevara"),
        ("193501752384", "bevara"),
        ("193501852382", "bevara"),
        ("189410059803", "bevara"),
        ("193510802394", "gallra"),
        ("191711602399", "bevara"),
        ("191500722390", "gallra"),
    ],
)
def test_r193_the_day_of_birth_decides_also_in_a_samordningsnummer(chain, number, outcome):
    # 65, 75, 85 are the 5th, 15th, 25th; day 60 is unknown; month 00 has a known day, the 12th.
    chain.opened(personnummer=number).investigated().decided().ordered().sent().accepted()
    chain.started()
    chain.ended()
    assert chain.closed()["gallring_utfall"] == outcome


def test_r193_an_unknown_day_asks_a_person(chain):
    due(chain, personnummer="191711602399")
    found = chain.call("gallring.prova", by="system:utforare", akt=chain.ids["akt"])
    assert (found["lage"], found["utfall"], found["manuell"]) == ("redo", "bevara", True)
    assert found["fodelsedag_okand"] is True


def test_l20_a_placed_child_is_kept(chain):
    chain.opened(personnummer=OTHER).investigated().decided().ordered()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_uppdraginsats SET delad_med_id = delad_med_id")
    chain.sent().accepted().started()
    from_table = chain.bundle.decision("placering")
    assert from_table.evaluate("placering", {"insats": "boende_barn_unga"}).value is True


def test_k10_other_records_of_the_same_person_ask_the_jurist(chain, authority, provider):
    due(chain, personnummer=OTHER)
    second = Chain(authority, provider)
    second.now = chain.now
    due(second, years=0, personnummer=OTHER)
    found = chain.call("gallring.prova", by="system:utforare", akt=chain.ids["akt"])
    assert (found["utfall"], found["manuell"]) == ("jurist", True)


def test_r192_the_supervisors_two_years_run_from_the_final_note(chain):
    due(chain, years=0, personnummer=OTHER)
    akt = akt_of(chain)
    final = akt.slutanteckning.signerad.date()
    assert akt.ivo_till == final.replace(year=final.year + 2)
    Akt.objects.update(gallringsdatum=chain.now.date())
    chain.now += timedelta(days=1)
    with pytest.raises(IntegrityError, match="ivo_access_open"):
        decide(chain)


def test_r183_the_nightly_look_gives_an_akt_once(old):
    found = old.call("gallring.finn", by="system:utforare")
    assert [line["akt"] for line in found["akter"]] == [old.ids["akt"]]
    assert old.call("gallring.finn", by="system:utforare")["akter"] == []
    assert GallringStart.objects.count() == 1


def test_r183_not_a_day_too_early(chain):
    due(chain, personnummer=OTHER)
    early = chain.now - timedelta(days=2)
    assert chain.call("gallring.finn", by="system:utforare", now=early)["akter"] == []
    with pytest.raises(IntegrityError, match="gallring_moved"):
        decide(chain, godkand=early)


def test_r211_a_closed_akt_is_handed_over_to_the_personakt_once(paper_chain):
    chain = due(paper_chain, years=0, personnummer=OTHER)
    assert chain.call("overforing.finn", by="system:utforare")["overforingar"] == []
    chain.later(days=40)
    found = chain.call("overforing.finn", by="system:utforare")["overforingar"]
    assert [line["akt"] for line in found] == [chain.ids["akt"]]
    sent = chain.call("akt.overfor", by="enhetschef", akt=chain.ids["akt"])
    assert sent["mottagare_enhet"] == str(chain.authority.unit.pk)
    assert chain.call("overforing.finn", by="system:utforare")["overforingar"] == []
    form = {"kvittens": "PA 1"}
    chain.call("akt.ta_emot", by="handlaggare", form=form, paket=sent["paket"])
    own = Arkivpaket.objects.get(slag="mottaget")
    kept = Arkivpaket.objects.get(slag="personakt")
    assert own.unit_id == chain.authority.unit.pk
    assert (own.sha256, bytes(own.innehall)) == (kept.sha256, bytes(kept.innehall))
    assert kept.kvittens == "PA 1"


# -- what is left --


def test_r183_destruction_leaves_a_protocol_and_nothing_of_the_content(old):
    unit = old.provider.unit
    told = ("Astrid", "Ekholt", OTHER, "Testgatan", "Duschar tre kvällar", "Stödet gavs som")
    before = everything_held(unit)
    assert all(word in before for word in told)
    destroy(old, decide(old))
    after = everything_held(unit)
    assert [word for word in told if word in after] == []
    protocol = Gallringsprotokoll.objects.get()
    assert protocol.innehall["records_journalentry"]["antal"] > 0
    assert protocol.antal_rader > 10
    assert protocol.pagar is None
    assert len(protocol.sha256) == 64
    assert (Journal.objects.filter(unit=unit).count(), Plan.objects.count()) == (0, 0)
    assert Dokument.objects.filter(unit=unit).count() == 0
    akt = akt_of(old)
    assert (akt.status, akt.gallrad, akt.slutanteckning) == ("stangd", old.now, None)


def test_k7_what_myndigheten_has_stays_and_the_providers_copy_ends(old):
    mine = JournalEntry.objects.filter(unit=old.authority.unit).count()
    destroy(old, decide(old))
    assert JournalEntry.objects.filter(unit=old.authority.unit).count() == mine
    uppdrag = Uppdrag.objects.get()
    assert (uppdrag.delad_med, uppdrag.insatser.exclude(delad_med=None).count()) == (None, 0)
    assert Person.objects.get(unit=old.authority.unit).personnummer == OTHER
    shell = Person.objects.get(unit=old.provider.unit)
    assert (shell.personnummer, shell.fornamn, shell.efternamn, shell.adress) == (None, "", "", "")


def test_r183_another_akt_of_the_same_person_stays_whole(chain, authority, provider):
    due(chain, personnummer=OTHER)
    second = Chain(authority, provider)
    second.now = chain.now
    due(second, years=0, personnummer=OTHER)
    notes = JournalEntry.objects.filter(journal__akt_id=second.ids["akt"]).count()
    destroy(chain, decide(chain))
    assert JournalEntry.objects.filter(journal__akt_id=second.ids["akt"]).count() == notes > 0
    assert Person.objects.get(unit=provider.unit).personnummer == OTHER


def test_r183_the_protocol_is_a_paper_too(paper_chain):
    chain = due(paper_chain, personnummer=OTHER)
    protocol = destroy(chain, decide(chain, regel="Fem år", lagrum="lss.21c"))
    made = chain.call(
        "papper.skapa", by="enhetschef", papper="gallringsprotokoll", underlag=str(protocol)
    )
    assert len(made["sha256"]) == 64


def test_p1_the_vault_is_emptied_and_the_log_of_who_read_stays(old):
    shell = Person.objects.get(unit=old.provider.unit)
    user = old.provider.users["enhetschef"].user_id
    values = {**stamp(old), "registrerad": old.now, "registrerad_av_id": user}
    kept = SkyddadUppgift.objects.create(person=shell, adress="Testgatan 9", kalla="prov", **values)
    ValvLasning.objects.create(
        **stamp(old), uppgift=kept, arende_id=old.arende, user_id=user, skal="Akut", at=old.now
    )
    destroy(old, decide(old))
    kept.refresh_from_db()
    assert (kept.adress, ValvLasning.objects.count()) == ("", 1)


# -- who and what stops it --


def test_r183_two_different_persons_also_in_the_database(old):
    one = old.provider.users["enhetschef"].user_id
    with pytest.raises(IntegrityError, match="gallring_two_persons"):
        decide(old, foreslagen_av_id=one, godkand_av_id=one)


@pytest.mark.parametrize("program", ["app", "worker"])
@PROGRAMS
def test_no_program_destroys_without_a_decision(old, program):
    with pytest.raises(IntegrityError, match="gallring_not_decided"):
        destroy(old, type("None_", (), {"pk": old.arende}), program)
    statements = (
        "DELETE FROM records_journalentry",
        "INSERT INTO records_gallringsprotokoll (id) VALUES (gen_random_uuid())",
        "UPDATE records_gallringsprotokoll SET pagar = 1",
        "SELECT records_blank_person(gen_random_uuid())",
    )
    for statement in statements:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(using=program),
            connections[program].cursor() as cursor,
        ):
            cursor.execute(statement)


@PROGRAMS
def test_a_program_carries_out_a_decision_of_its_own_unit(old):
    beslut = decide(old)
    with transaction.atomic(using="app"), connections["app"].cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.units', %s, true)", [str(old.authority.unit.pk)])
        with pytest.raises(IntegrityError, match="gallring_not_decided"):
            cursor.execute("SELECT records_forstor(%s, %s)", [beslut.pk, old.now])
    with transaction.atomic(using="app"), connections["app"].cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.units', %s, true)", [str(old.provider.unit.pk)])
        cursor.execute("SELECT records_forstor(%s, %s)", [beslut.pk, old.now])
    assert Gallringsprotokoll.objects.count() == 1


def test_not_even_the_owner_deletes_outside_a_destruction(old):
    destroy(old, decide(old))
    for statement in (
        "DELETE FROM records_gallringsprotokoll",
        "UPDATE records_gallringsprotokoll SET utfall = 'bevara'",
        "UPDATE records_akt SET gallrad = NULL",
        "UPDATE records_akt SET gallringsdatum = now()",
        "DELETE FROM records_gallringsbeslut",
        "DELETE FROM records_journalentry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_r183_a_destroyed_akt_is_not_destroyed_again_and_takes_no_note(old):
    beslut = decide(old)
    destroy(old, beslut)
    with pytest.raises(IntegrityError):
        destroy(old, beslut)
    with pytest.raises(IntegrityError, match="akt_gallrad"):
        hold(old)
    form = {"typ": "faktisk_omstandighet", "text": "För sent."}
    with pytest.raises(Exception, match=r"gallrad|finns inte"):
        old.call("journal.anteckna", by="personal", form=form, akt=old.ids["akt"])


def test_a_hold_stops_until_it_is_lifted_with_a_reason(old):
    row = hold(old)
    with pytest.raises(IntegrityError, match="gallring_sparrad"):
        decide(old)
    found = old.call("gallring.prova", by="system:utforare", akt=old.ids["akt"])
    assert found["lage"] == "sparrad"
    row.havd, row.havd_av_id = old.now, old.provider.users["enhetschef"].user_id
    with pytest.raises(IntegrityError, match="sparr_lifted_with_reason"), transaction.atomic():
        row.save()
    row.havd_skal = "Tvisten är löst."
    row.save()
    destroy(old, decide(old))


def test_a_hold_needs_a_person_and_a_reason(old):
    with pytest.raises(IntegrityError, match="sparr_set_with_reason"):
        hold(old, skal="")
    with pytest.raises(IntegrityError, match="satt_av"):
        hold(old, satt_av_id=None)


def test_r183_a_late_note_moves_the_day_also_past_an_approval(old):
    beslut = decide(old)
    form = {"typ": "faktisk_omstandighet", "text": "Nycklarna är återlämnade."}
    old.call("journal.anteckna", by="personal", form=form, akt=old.ids["akt"])
    assert akt_of(old).gallringsdatum.year == old.now.year + 5
    with pytest.raises(IntegrityError, match="gallring_moved"):
        destroy(old, beslut)
    assert JournalEntry.objects.filter(unit=old.provider.unit).exists()


@pytest.mark.parametrize(
    ("outcome", "made", "rule"),
    [
        ("bevara", None, "archive_receipt_missing"),
        ("bevara", {"kvittens": "", "kvitterad": None}, "archive_receipt_missing"),
        ("bevara", {"slag": "personakt"}, "archive_receipt_missing"),
        ("gallra", {}, "akt_is_kept"),
    ],
)
def test_r197_what_is_kept_goes_only_after_the_archives_receipt(chain, outcome, made, rule):
    due(chain)
    paket = None if made is None else package(chain, **made)
    with pytest.raises(IntegrityError, match=rule):
        decide(chain, utfall=outcome, paket=paket)
    ready = package(chain)
    destroy(chain, decide(chain, utfall="bevara", paket=ready))
    ready.refresh_from_db()
    assert (bytes(ready.innehall), ready.kvittens) == (b"", "SA 2")


def test_r197_no_package_without_consultation_and_no_receipt_before_delivery(chain):
    due(chain)
    with pytest.raises(IntegrityError, match="paket_archive_consulted"):
        package(chain, samrad_kvittens="")
    with pytest.raises(IntegrityError, match="paket_receipt_after_delivery"):
        package(chain, levererad_datum=None)


def test_r196_not_digital_only_with_a_reason(chain):
    due(chain)
    with pytest.raises(IntegrityError, match="paket_not_digital_has_reason"):
        package(chain, leveranssatt="fysisk")


def test_r172_what_is_kept_outside_is_settled_first(old):
    form = {"typ": "papper", "plats": "Skåp 3"}
    old.call("forvaring.registrera", by="enhetschef", form=form)
    with pytest.raises(IntegrityError, match="extern_forvaring_kvar"):
        decide(old)
    ExternForvaring.objects.update(avslutad=old.now, avslutad_som="forstord")
    destroy(old, decide(old))


def test_r171_the_journal_takes_no_note_of_health_care(chain):
    chain.running()
    form = {"typ": "hsl_anteckning", "text": "Blodtryck."}
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("journal.anteckna", by="personal", form=form, akt=chain.ids["akt"])
    assert error.value.errors["typ"][0] in {"note_type_unknown", "hsl_note_elsewhere"}
    journal = Journal.objects.get(kind="verkstallighet")
    with pytest.raises(IntegrityError, match="entry_no_hsl"), transaction.atomic():
        JournalEntry.objects.create(
            **stamp(chain),
            journal=journal,
            typ="hsl_anteckning",
            text="Blodtryck.",
            handelsetid=chain.now,
            registrerad=chain.now,
            forfattare_namn="Personal",
        )


# -- at the same time --


def race(*works):
    """Run each work on a connection of its own, at the same time; give what became of each."""
    ready = threading.Barrier(len(works))
    results = [""] * len(works)

    def run(place, work):
        try:
            ready.wait(10)
            work()
            results[place] = "won"
        except AktDestroyedError:
            results[place] = "akt_gallrad"
        except IntegrityError as error:
            results[place] = constraint_of(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_a_hold_and_a_destruction_at_the_same_time_never_both_win(old, turn):
    beslut = decide(old)
    found = race(lambda: hold(old), lambda: destroy(old, beslut))
    assert found in (["won", "gallring_sparrad"], ["akt_gallrad", "won"])
    assert Gallringsprotokoll.objects.count() == (1 if found[1] == "won" else 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_a_late_note_and_a_destruction_at_the_same_time_never_both_win(old, turn):
    beslut = decide(old)
    journal = Journal.objects.get(kind="verkstallighet")

    def note():
        with transaction.atomic():
            JournalEntry.objects.create(
                **stamp(old),
                journal=journal,
                typ="faktisk_omstandighet",
                text="Sent.",
                handelsetid=old.now,
                registrerad=old.now,
                forfattare_namn="Personal",
            )

    found = race(note, lambda: destroy(old, beslut))
    assert found[0] != found[1]
    assert "won" in found
    assert found[1] in {"won", "gallring_moved"}
    written = JournalEntry.objects.filter(text="Sent.").exists()
    assert written == (found[0] == "won")
    assert written != Gallringsprotokoll.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_two_nights_at_once_begin_with_an_akt_once(old, turn):
    begun = []

    def night():
        begun.extend(old.call("gallring.finn", by="system:utforare")["akter"])

    assert race(night, night) == ["won", "won"]
    assert [line["akt"] for line in begun] == [old.ids["akt"]]
    assert GallringStart.objects.count() == 1


def test_acceptance_13_29_february(chain):
    chain.opened(personnummer=OTHER).investigated().decided().ordered().sent().accepted()
    chain.started()
    chain.now = chain.now.replace(year=2028, month=2, day=29)
    chain.ended()
    chain.closed()
    assert (akt_of(chain).gallringsdatum, akt_of(chain).ivo_till) == (
        date(2033, 2, 28),
        date(2030, 2, 28),
    )
