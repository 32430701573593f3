"""Objections, corrections and notes in the wrong akt: nothing is lost, and nothing leaks."""

import pytest
from django.db import DatabaseError, connections, transaction

from cases.context import access_context
from cases.errors import AnswersInvalidError, NotFoundError, NotPermittedError
from records.errors import NeedsSecondPersonError, RecordRefusedError
from records.models import (
    Beslut,
    Dokument,
    Forsegling,
    Invandning,
    JournalEntry,
    Rattelse,
    ReadLog,
)
from records.queries import papers
from records.queries.sealed import sealed_note
from tests.records.chain import DEATH_CASE, database_role
from tests.records.secrecy import prepared

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])

SECRET = "Ringde om en annan människas ekonomi."


@pytest.fixture
def chain(program_chain, monkeypatch):
    chain = prepared(program_chain).running()
    monkeypatch.setattr("cases.bundles.newest_hash", lambda _day: "prov")
    monkeypatch.setattr("cases.bundles.compiled", lambda _hash: chain.bundle)
    return chain


@pytest.fixture
def misplaced(chain):
    """A note in the provider's journal that is about somebody else."""
    form = {"typ": "handelse_av_betydelse", "text": SECRET}
    made = chain.call("journal.anteckna", by="personal", form=form, akt=chain.ids["akt"])
    return made["anteckning"]


def found_by(chain, by, note):
    """The form in which somebody tells of it."""
    form = {"anteckning": note, "upptackt": chain.now.date(), "text": "Fel namn."}
    chain.call("journal.anteckna_egen", by=by, form=form, typ="kontakt")
    return str(Dokument.objects.filter(answers__anteckning=note).latest("skapad").pk)


def confirmed(**changes):
    return {"felford": "ja", "orsak": "fel_person", "flyttas": "nej"} | changes


def sealed(chain, note, *, by="enhetschef", found="personal", **changes):
    begaran = found_by(chain, found, note)
    return chain.call("anteckning.forsegla", by=by, form=confirmed(**changes), begaran=begaran)


def run(alias, units, statement):
    """One statement as a program that may see the unit."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.units', %s, true)", [units])
        cursor.execute("SELECT set_config('kedja.secrecy', '3', true)")
        cursor.execute(statement)


def seen_by(chain, by):
    _, actor = chain.actor(by)
    with database_role("app"):
        rows, _ = papers.journal(actor, chain.arende, now=chain.now, limit=100)
    return rows


def test_r073_a_sealed_note_is_out_of_sight_and_unchanged(chain, misplaced):
    assert SECRET in {row.text for row in seen_by(chain, "enhetschef")}
    before = JournalEntry.objects.filter(pk=misplaced).values().get()
    result = sealed(chain, misplaced)
    rows = seen_by(chain, "enhetschef")
    assert misplaced not in {str(row.pk) for row in rows}
    assert not any(SECRET in row.text for row in rows)
    tombstone = next(row for row in rows if row.typ == "felford_flyttad")
    assert str(tombstone.rattar_id) == misplaced
    after = JournalEntry.objects.filter(pk=misplaced).values().get()
    assert after.pop("forseglad") == chain.now
    assert before.pop("forseglad") is None
    assert after == before
    assert result["flyttad"] is False


def test_the_form_behind_a_sealed_note_is_hidden_too(chain, misplaced):
    form = JournalEntry.objects.get(pk=misplaced).dokument_id
    sealed(chain, misplaced)
    _, actor = chain.actor("enhetschef")
    with database_role("app"), access_context(actor):
        assert not Dokument.objects.filter(pk=form).exists()
        assert not JournalEntry.objects.filter(text__contains="ekonomi").exists()
    assert Dokument.objects.get(pk=form).forseglad == chain.now


def test_those_who_have_read_since_then_are_listed(chain, misplaced):
    seen_by(chain, "utsedd_kontakt")
    seen_by(chain, "personal")
    result = sealed(chain, misplaced)
    assert result["lasare"] == ["utsedd_kontakt_norr"]
    assert Forsegling.objects.get().lasare == ["utsedd_kontakt_norr"]


def test_two_persons_are_needed(chain, misplaced):
    with pytest.raises(NeedsSecondPersonError):
        sealed(chain, misplaced, by="enhetschef", found="enhetschef")
    assert not Forsegling.objects.exists()


def test_it_is_moved_word_for_word_to_the_right_journal(chain, misplaced):
    wrong = chain.arende
    own = {"typ": "handelse_av_betydelse", "text": SECRET}
    other = chain.opened(personnummer=DEATH_CASE, fornamn="Dagny", efternamn="Forsmo").arende
    number = JournalEntry.objects.filter(journal__arende=other).first().journal.arende.nummer
    chain.arende = wrong
    made = chain.call("journal.anteckna", by="handlaggare", form=own)["anteckning"]
    with pytest.raises(AnswersInvalidError):
        sealed(
            chain,
            made,
            by="myndighetschef",
            found="handlaggare",
            flyttas="ja",
            ratt_arendenummer="2020-99999",
        )
    sealed(
        chain,
        made,
        by="myndighetschef",
        found="handlaggare",
        flyttas="ja",
        ratt_arendenummer=number,
    )
    row = Forsegling.objects.get()
    assert row.ny_anteckning.journal.arende_id == other
    assert row.ny_anteckning.text.startswith(SECRET)
    assert row.ny_anteckning.utford_av == row.anteckning.forfattare
    assert number not in row.gravsten.text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_journalentry SET forseglad = now()",
        "UPDATE records_journalentry SET text = 'x'",
        "UPDATE records_dokument SET forseglad = now()",
        "UPDATE records_forsegling SET lasare = '{}'",
        "DELETE FROM records_forsegling",
        "DELETE FROM records_dokument",
    ],
)
@pytest.mark.parametrize("alias", ["default", "app", "worker"])
def test_no_program_seals_by_sql_nor_changes_what_was_sealed(chain, misplaced, statement, alias):
    sealed(chain, misplaced)
    with pytest.raises(DatabaseError):
        run(alias, str(chain.provider.unit.pk), statement)


def test_who_may_reads_it_for_a_reason_and_leaves_a_line(chain, misplaced):
    sealed(chain, misplaced)
    for by, error in (("personal", NotPermittedError), ("handlaggare", NotFoundError)):
        _, actor = chain.actor(by)
        with database_role("app"), pytest.raises(error):
            sealed_note(actor, misplaced, reason="utredning", now=chain.now)
    _, actor = chain.actor("enhetschef")
    with database_role("app"):
        row, note = sealed_note(actor, misplaced, reason="utredning", now=chain.now)
    assert (note.text, row.orsak) == (SECRET, "fel_person")
    assert ReadLog.objects.filter(vad="forseglad:utredning").count() == 1
    assert not any(SECRET in row.text for row in seen_by(chain, "enhetschef"))


def test_what_the_case_itself_says_cannot_be_sealed(chain):
    automatic = str(JournalEntry.objects.filter(journal__akt_id=chain.ids["akt"]).first().pk)
    with pytest.raises(RecordRefusedError) as refused:
        sealed(chain, automatic)
    assert refused.value.constraint == "note_not_sealable"


def test_r075_r142_an_objection_stands_with_the_note(chain, misplaced):
    form = {"anteckning": misplaced, "text": "Jag ringde aldrig.", "framford_av": "den_enskilde"}
    chain.call("invandning.spara", by="personal", form=form)
    row = Invandning.objects.get()
    assert str(row.anteckning_id) == misplaced
    note = JournalEntry.objects.get(typ="oriktig_enligt_enskild")
    assert str(note.rattar_id) == misplaced
    assert "Jag ringde aldrig." in note.text
    assert JournalEntry.objects.get(pk=misplaced).text == SECRET
    shown = next(row for row in seen_by(chain, "personal") if str(row.pk) == misplaced)
    assert [one.text for one in shown.invandningar.all()] == ["Jag ringde aldrig."]
    with pytest.raises(AnswersInvalidError):
        chain.call("invandning.spara", by="handlaggare", form=form)


def test_r073_a_decision_is_corrected_beside_and_keeps_its_words(chain):
    beslut = Beslut.objects.get()
    before = Beslut.objects.filter(pk=beslut.pk).values().get()
    asked = {"galler": "beslut", "beslut": str(beslut.pk), "text": "Fel namn på insatsen."}
    chain.call("journal.anteckna_egen", by="handlaggare", form=asked, typ="kontakt")
    begaran = str(Dokument.objects.get(answers__galler="beslut").pk)
    form = {
        "rattas": "ja",
        "grund": "skrivfel",
        "fel_lydelse": "Trygghetslarm",
        "ratt_lydelse": "Trygghetslarm med fallarm",
        "skal": "Uppenbart skrivfel.",
    }
    chain.call("rattelse.spara", by="handlaggare", form=form, begaran=begaran)
    row = Rattelse.objects.get()
    assert (row.beslut_id, row.rattad, row.rattelseanteckning.typ) == (beslut.pk, True, "ratelse")
    assert Beslut.objects.filter(pk=beslut.pk).values().get() == before
    with pytest.raises(AnswersInvalidError):
        chain.call(
            "rattelse.spara",
            by="handlaggare",
            form=form | {"ratt_lydelse": ""},
            begaran=begaran,
        )
