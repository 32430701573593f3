"""Notes: who writes, when it happened, and that nothing written is ever changed."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from cases.errors import AnswersInvalidError
from engine.bundle import Bundle
from records.models import Dodsfall, JournalEntry, NamndListning, Notis, Person, Sida
from records.note_kinds import note_kinds
from tests.records.chain import T0

pytestmark = pytest.mark.django_db
NOTE = {"typ": "handelse_av_betydelse", "text": "Har fått besök av sin syster."}


def note(chain, *, by="personal", **changes):
    return chain.call("journal.anteckna", by=by, form=NOTE | changes, akt=chain.ids["akt"])


@pytest.fixture
def kinds(chain):
    """A running chain with the kinds of notes that the edition has, not the tests' own."""
    path = "terms/anteckningstyper.toml"
    content = Path(settings.PROCESSES_DIR, path).read_bytes()
    chain.bundle = Bundle({**chain.bundle.files, path: content})
    return chain.running()


def change(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("year", [1, 2, 9999])
def test_a_note_of_no_readable_year_is_refused(chain, year):
    chain.running()
    with pytest.raises(AnswersInvalidError) as error:
        note(chain, handelsetid=T0.replace(year=year))
    assert error.value.errors["handelsetid"][0] == "year_out_of_range"


def test_r122_who_performs_writes_and_signs(chain):
    chain.running()
    note(chain)
    entry = JournalEntry.objects.get(typ="handelse_av_betydelse")
    personal = chain.provider.users["personal"]
    assert (entry.forfattare_id, entry.signerad_av_id) == (personal.user_id, personal.user_id)
    assert entry.forfattare_namn == "Personal Norr"
    assert entry.automatisk is False


def test_r122_who_writes_for_a_colleague_names_the_colleague(chain):
    chain.running()
    with pytest.raises(AnswersInvalidError):
        note(chain, skriver_at="finns_inte")
    note(chain, by="enhetschef", skriver_at="personal_norr")
    entry = JournalEntry.objects.get(typ="handelse_av_betydelse")
    assert entry.utford_av.username == "personal_norr"
    assert entry.forfattare_id == chain.provider.users["enhetschef"].user_id


def test_r123_when_it_happened_and_when_it_was_written_are_two_times(chain):
    chain.running()
    happened = chain.now
    chain.later(days=2)
    note(chain, handelsetid=happened)
    entry = JournalEntry.objects.get(typ="handelse_av_betydelse")
    assert (entry.handelsetid, entry.registrerad) == (happened, happened + timedelta(days=2))
    with pytest.raises(AnswersInvalidError):
        note(chain, handelsetid=chain.now + timedelta(hours=1))


def test_r130_the_journal_shows_when_support_started(chain):
    day = T0.date() - timedelta(days=3)
    chain.opened().investigated().decided().ordered().sent().accepted().started(day)
    entry = JournalEntry.objects.get(typ="stod_paborjat")
    assert entry.automatisk is True
    assert entry.handelsetid.date() == day
    assert entry.registrerad == chain.now
    assert str(day) in entry.text


def test_r136_the_journal_shows_when_support_changed_or_ended_and_why(chain):
    chain.running()
    form = {"handelse": "andrat", "datum": chain.now.date(), "skal": ""}
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("verkstallighet.andra", by="personal", form=form, akt=chain.ids["akt"])
    assert error.value.errors["skal"][0] == "reason_missing"
    changed = form | {"skal": "Klarar frukosten själv."}
    chain.call("verkstallighet.andra", by="personal", form=changed, akt=chain.ids["akt"])
    assert "Klarar frukosten själv." in JournalEntry.objects.get(typ="stod_andrat").text
    chain.ended(avslutsorsak="annat", avslutsorsak_text="Flyttade hem till sin dotter.")
    assert "Flyttade hem" in JournalEntry.objects.get(typ="stod_avslutat").text


@pytest.mark.parametrize("typ", ["atgard", "faktisk_omstandighet", "handelse_av_betydelse"])
def test_r072_measures_facts_and_events_are_kinds_of_notes(kinds, typ):
    note(kinds, typ=typ)
    assert JournalEntry.objects.filter(typ=typ, text=NOTE["text"]).count() == 1
    with pytest.raises(AnswersInvalidError) as error:
        note(kinds, typ="finns_inte")
    assert error.value.errors["typ"][0] == "note_type_unknown"


@pytest.mark.parametrize(
    ("typ", "by", "code"),
    [
        ("skyddsbedomning", "personal", "note_type_of_other_side"),
        ("avvikelse_fran_plan", "personal", None),
        ("avvikelse_fran_plan", "handlaggare", "note_type_of_other_side"),
        ("skyddsbedomning", "handlaggare", None),
        ("delaktighet", "handlaggare", None),
    ],
)
def test_r072_a_note_of_the_other_sides_kind_is_refused(kinds, typ, by, code):
    journal = {"akt": kinds.ids["akt"]} if by == "personal" else {}
    form = NOTE | {"typ": typ}
    if code is None:
        kinds.call("journal.anteckna", by=by, form=form, **journal)
        assert JournalEntry.objects.filter(typ=typ, text=NOTE["text"]).count() == 1
        return
    with pytest.raises(AnswersInvalidError) as error:
        kinds.call("journal.anteckna", by=by, form=form, **journal)
    assert error.value.errors["typ"][0] == code
    assert not JournalEntry.objects.filter(typ=typ).exists()


def test_every_kind_of_note_belongs_to_a_side_or_to_both(kinds):
    found = note_kinds(kinds.bundle)
    assert {kind.sida for kind in found.values()} == {"", *Sida.values}
    by_steps = {kind.id for kind in found.values() if kind.automatisk and kind.sida}
    assert by_steps == set(), "what the system writes is chosen by nobody"


def test_r072_a_note_without_words_is_refused_by_form_and_database(chain):
    chain.running()
    with pytest.raises(AnswersInvalidError):
        note(chain, text="")
    note(chain)
    with pytest.raises(IntegrityError, match="entry_has_text"):
        change(
            "INSERT INTO records_journalentry SELECT (jsonb_populate_record(e, jsonb_build_object("
            "'id', gen_random_uuid(), 'text', ''))).* FROM records_journalentry e LIMIT 1"
        )


def test_r071_a_note_tells_which_activity_and_goal_it_is_about(chain):
    """What is done is held against the plan, so that the reader sees how the goal comes closer."""
    chain.running().planned().established()
    note(chain, mal="2", aktivitet="2")
    entry = JournalEntry.objects.get(typ="handelse_av_betydelse")
    assert entry.aktivitet.vad == "Larm"
    assert entry.aktivitet.mal.uppdragsmal == entry.uppdragsmal
    for field in ("mal", "aktivitet"):
        with pytest.raises(AnswersInvalidError) as error:
            note(chain, **{field: "7"})
        assert set(error.value.errors) == {field}


@pytest.mark.parametrize("typ", ["delaktighet", "viktig_livshandelse"])
def test_r138_r139_participation_and_life_events_are_noted(kinds, typ):
    """Who performs the support chooses the kind; the system never writes such a note."""
    note(kinds, typ=typ)
    assert not note_kinds(kinds.bundle)[typ].automatisk
    assert JournalEntry.objects.get(typ=typ).forfattare_namn == "Personal Norr"


@pytest.mark.parametrize("missing", ["kalla", "vidtagna_atgarder"])
def test_r140_a_complaint_is_noted_with_who_made_it_and_what_was_done(kinds, missing):
    said = {"typ": "klagomal", "kalla": "Anna Ekvall", "vidtagna_atgarder": "Tiden är flyttad."}
    with pytest.raises(AnswersInvalidError) as error:
        note(kinds, **said | {missing: ""})
    assert error.value.errors[missing][0] == "note_incomplete"
    note(kinds, **said)
    entry = JournalEntry.objects.get(typ="klagomal")
    assert entry.kalla == "Anna Ekvall"
    assert entry.text.endswith("Vidtagna åtgärder: Tiden är flyttad.")


def test_r125_a_correction_stands_beside_what_it_corrects(kinds):
    """What was written is seen with its correction, so that the reader can judge both."""
    first = note(kinds)["anteckning"]
    note(kinds, typ="ratelse", rattar=str(first), text="Det var hennes bror.")
    entry = JournalEntry.objects.get(pk=first)
    assert entry.text == NOTE["text"]
    assert [row.text for row in entry.rattelser.all()] == ["Det var hennes bror."]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_journalentry SET text = 'annat'",
        "UPDATE records_journalentry SET signerad = NULL",
        "UPDATE records_journalentry SET forfattare_id = NULL, forfattare_namn = 'X'",
        "UPDATE records_journalentry SET handelsetid = registrerad - interval '1 year'",
        "DELETE FROM records_journalentry",
        "UPDATE records_dokument SET answers = '{}'",
        "DELETE FROM records_dokument",
        "UPDATE records_delbeslut SET lagrum = 'annat'",
        "UPDATE records_beslut SET beslutsdatum = '2020-01-01'",
        "UPDATE records_uppdrag SET omfattning = 'annat'",
        "UPDATE records_uppdragmal SET mal = 'annat'",
    ],
)
def test_what_is_written_stays_as_it_was(chain, statement):
    chain.running()
    note(chain)
    with pytest.raises(IntegrityError, match=r"append_only|uppdrag_frozen"):
        change(statement)


def test_k2_a_death_is_registered_once_and_can_be_taken_back(chain):
    chain.running()
    death = {"by": "enhetschef", "datum": chain.now.date(), "kalla": "anhorig"}
    assert chain.call("person.avliden", **death)["avliden"] is True
    assert chain.call("person.avliden", **death)["avliden"] is False
    assert Dodsfall.objects.count() == 2  # one for each holder's copy
    assert chain.call("person.ar_avliden", by="personal")["avliden"] is True
    assert chain.call("person.ar_avliden", by="handlaggare")["avliden"] is True
    chain.call("person.avliden_aterfor", by="enhetschef", skal="fel_person")
    assert chain.call("person.ar_avliden", by="personal")["avliden"] is False
    assert set(Dodsfall.objects.values_list("aterford_skal", flat=True)) == {"fel_person"}
    assert chain.call("person.avliden", **death)["avliden"] is True
    assert Dodsfall.objects.count() == 4


def test_k2_two_registrations_at_once_are_refused_by_the_database(chain):
    chain.running()
    chain.call("person.avliden", by="enhetschef", datum=chain.now.date(), kalla="region")
    with pytest.raises(IntegrityError, match="dodsfall_once"):
        change(
            "INSERT INTO records_dodsfall (id, organisation_id, unit_id, secrecy, person_id, datum,"
            " kalla, registrerad, aterford_skal) SELECT gen_random_uuid(), organisation_id,"
            " unit_id, secrecy, person_id, datum, kalla, registrerad, '' FROM records_dodsfall"
        )


def test_k2_what_the_law_still_asks_for_goes_on_after_death(chain):
    chain.running()
    chain.call("person.avliden", by="enhetschef", datum=chain.now.date(), kalla="region")
    note(chain)
    chain.ended(avslutsorsak="avliden")
    assert chain.closed()["gallringsdatum"] is not None


def remind(chain, **changes):
    inputs = {
        "typ": "uppfoljning",
        "niva": "T0",
        "mottagare_roll": "enhetschef",
        "akt": chain.ids.get("akt"),
        "forfallen_datum": T0.date(),
    } | changes
    return chain.call("paminnelse.skicka", by="system:utforare", **inputs)["skickad"]


def test_every_step_of_the_ladder_is_sent_once(chain):
    chain.running()
    assert remind(chain) is True
    assert remind(chain) is False
    assert remind(chain, mottagare_roll="utsedd_kontakt") is True
    assert remind(chain, niva="T7") is True
    assert remind(chain, forfallen_datum=T0.date() + timedelta(days=1)) is True
    assert Notis.objects.count() == 4


def test_two_units_late_the_same_day_are_both_reminded_where_there_is_no_case(chain):
    late = {"typ": "loggkontroll", "mottagare_roll": "chef", "forfallen_datum": T0.date()}
    sent = [
        chain.call("paminnelse.skicka", by=f"system:{side}", **late)["skickad"]
        for side in ("utforare", "myndighet", "utforare")
    ]
    assert sent == [True, True, False]
    row = Notis.objects.get(unit=chain.authority.unit)
    row.pk = uuid4()
    with pytest.raises(IntegrityError, match="notis_once_per_unit"), transaction.atomic():
        row.save(force_insert=True)


def test_w3_two_uppdrag_of_one_case_are_each_reminded_of(chain):
    chain.opened().investigated().decided().ordered().sent()
    one = chain.ids["uppdrag"]
    late = {"typ": "bekraftelse_uppdrag", "akt": None, "uppdrag": one}
    assert remind(chain, **late) is True
    assert remind(chain, **late) is False
    assert remind(chain, **late | {"uppdrag": str(uuid4())}) is True, "another uppdrag, same day"
    assert Notis.objects.filter(handelse_id=one).count() == 1


def test_k2_no_reminder_is_sent_about_a_deceased_person(chain):
    chain.running()
    chain.call("person.avliden", by="enhetschef", datum=chain.now.date(), kalla="region")
    assert remind(chain) is False
    due = T0.date()
    listed = chain.call(
        "namnd.lista", by="system:utforare", akt=chain.ids["akt"], forfallen_datum=due
    )
    assert listed["listad"] is False
    assert not Notis.objects.exists()
    assert remind(chain, typ="slutanteckning", trots_dodsfall=True) is True


def test_the_list_to_the_namnd_holds_each_missed_review_once(chain):
    chain.running()
    for expected in (True, False):
        listed = chain.call(
            "namnd.lista", by="system:utforare", akt=chain.ids["akt"], forfallen_datum=T0.date()
        )
        assert listed["listad"] is expected
    assert NamndListning.objects.get().delad_med_id == chain.authority.unit.pk


@pytest.mark.parametrize("show", [str, repr, lambda person: f"{person}"])
def test_a_personnummer_is_masked_wherever_a_person_is_printed(chain, show):
    chain.opened()
    shown = show(Person.objects.get())
    assert "19400365-****" in shown
    assert "652387" not in shown.replace("-", "")
