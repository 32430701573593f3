"""Objections, corrections and notes in the wrong akt: beside what stands, never over it."""

from datetime import datetime
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date, needed_document
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.models import Beslut, Dokument, Invandning, JournalEntry, Rattelse
from records.subject import subject_of
from records.terms import law_version
from records.writing import Note, holder, write_note

DECISION = "beslut"


class OwnNoteInput(Inputs):
    """A form with a text, and the type of note that it becomes."""

    dokument: str
    typ: str


class OwnNoteOutput(Outputs):
    """The note."""

    anteckning: UUID


class ObjectionOutput(Outputs):
    """The objection and the note that it is about."""

    invandning: UUID
    anteckning: UUID


class CorrectionInput(Inputs):
    """What was said to be wrong, and the review; ``anteckning`` where a process names the note."""

    begaran: str | None = None
    dokument: str
    anteckning: str | None = None


class CorrectionOutput(Outputs):
    """The reviewed correction, and whether anything was corrected."""

    rattelse: UUID
    rattad: bool


@capability("journal.anteckna_egen", input=OwnNoteInput, output=OwnNoteOutput)
def note_in_own_journal(context: CapabilityContext, data: OwnNoteInput) -> OwnNoteOutput:
    """Write what a form says into the journal that the unit keeps in the ärende, either side.

    Raises:
        AnswersInvalidError: The form has no text.
    """
    found, answers = needed_document(context, data.dokument)
    key = next((key for key in ("text", "beskrivning", "skal") if answers.text(key)), "text")
    text = answers.needed(key, "reason_missing", "Skriv vad som hänt.")
    answers.check()
    note = Note(typ=data.typ, text=text, handelsetid=context.now, dokument=found)
    entry = write_note(context, subject_of(context).journal, note)
    context.record("anteckning", anteckning=entry.pk, typ=data.typ)
    return OwnNoteOutput(anteckning=entry.pk)


@capability("invandning.spara", input=DocumentInput, output=ObjectionOutput)
def keep_objection(context: CapabilityContext, data: DocumentInput) -> ObjectionOutput:
    """Keep that the individual holds a note to be wrong; the note stays as it is (R-075, R-142).

    Raises:
        AnswersInvalidError: No such note in the unit's own journal, or no text.
    """
    found, answers = needed_document(context, data.dokument)
    entry = own_note(context, answers)
    text = answers.needed("text", "objection_missing", "Skriv vad den enskilde anser är fel.")
    day = answers.day("datum") or local_date(context.now)
    if day > local_date(context.now):
        answers.refuse("datum", "date_invalid", "Dagen har inte kommit än.")
    answers.check()
    row = Invandning.objects.create(
        **holder(context),
        anteckning=entry,
        datum=day,
        text=text,
        framford_av=answers.text("framford_av") or "den_enskilde",
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    said = f"Den enskilde anser att anteckningen {_stamp(entry.registrerad)} är oriktig: {text}"
    _beside(context, entry, "oriktig_enligt_enskild", said, found)
    context.record("invandning", invandning=row.pk, anteckning=entry.pk)
    return ObjectionOutput(invandning=row.pk, anteckning=entry.pk)


@capability("rattelse.spara", input=CorrectionInput, output=CorrectionOutput)
def keep_correction(context: CapabilityContext, data: CorrectionInput) -> CorrectionOutput:
    """Keep the review of an error in a note or a decision; a correcting note stands beside it.

    Raises:
        AnswersInvalidError: Nothing is pointed at, no reasons, or no right wording.
    """
    found, answers = needed_document(context, data.dokument)
    asked = needed_document(context, data.begaran)[1] if data.begaran else Answers({})
    corrected = answers.yes("rattas")
    reason = answers.needed("skal", "reason_missing", "Skriv skälen.")
    right = answers.text("ratt_lydelse")
    if corrected and not right:
        answers.refuse("ratt_lydelse", "right_wording_missing", "Skriv vad som ska gälla.")
    answers.check()
    entry, beslut = _pointed_at(context, asked, data.anteckning)
    wrong = answers.text("fel_lydelse") or asked.text("fel") or "Se invändningen."
    note = _beside(
        context, entry, "ratelse", _said(entry, beslut, corrected, wrong, right, reason), found
    )
    with database_rules(data.dokument):
        row = Rattelse.objects.create(
            **holder(context),
            arende_id=subject_of(context).arende_id,
            anteckning=entry,
            beslut=beslut,
            rattad=corrected,
            grund=answers.text("grund") or "felaktig_uppgift",
            fel=wrong,
            ratt=right if corrected else "",
            skal=reason,
            rattelseanteckning=note,
            dokument=found,
            law_version=law_version(context.bundle, local_date(context.now), required=False),
            registrerad=context.now,
            registrerad_av_id=context.actor.user_id,
        )
    context.record("rattelse", rattelse=row.pk, rattad=corrected)
    return CorrectionOutput(rattelse=row.pk, rattad=corrected)


def own_note(context: CapabilityContext, answers: Answers) -> JournalEntry:
    """The note that a form points at, in the journal that the unit keeps in the ärende.

    Raises:
        AnswersInvalidError: It is not there, or sealed.
    """
    rows = JournalEntry.objects.filter(journal=subject_of(context).journal, forseglad=None)
    wanted = answers.text("anteckning")
    found = next((row for row in rows if str(row.pk) == wanted), None)
    if found is None:
        answers.refuse("anteckning", "note_unknown", "Välj en anteckning i listan.")
        answers.check()
        raise RecordNotFoundError("Anteckning", wanted)
    return found


def _pointed_at(
    context: CapabilityContext, asked: Answers, note_id: str | None
) -> tuple[JournalEntry | None, Beslut | None]:
    if note_id:
        return own_note(context, Answers({"anteckning": note_id})), None
    if asked.text("galler") != DECISION:
        return own_note(context, asked), None
    rows = Beslut.objects.filter(
        arende_id=subject_of(context).arende_id, organisation_id=context.organisation
    )
    found = next((row for row in rows if str(row.pk) == asked.text("beslut")), None)
    if found is None:
        raise RecordNotFoundError("Beslut", asked.text("beslut"))
    return None, found


def _said(
    entry: JournalEntry | None,
    beslut: Beslut | None,
    corrected: bool,  # noqa: FBT001 - one of two wordings
    wrong: str,
    right: str,
    reason: str,
) -> str:
    day = beslut.beslutsdatum if beslut else None
    what = f"Beslutet {day}" if entry is None else f"Anteckningen {_stamp(entry.registrerad)}"
    if corrected:
        return f"{what} rättas. Fel: {wrong} Rätt: {right} Skäl: {reason}"
    return f"{what} rättas inte. Påstått fel: {wrong} Skäl: {reason}"


def _beside(
    context: CapabilityContext, entry: JournalEntry | None, typ: str, text: str, found: Dokument
) -> JournalEntry:
    note = Note(typ=typ, text=text, handelsetid=context.now, dokument=found, rattar=entry)
    journal = entry.journal if entry is not None else subject_of(context).journal
    return write_note(context, journal, note)


def _stamp(moment: datetime) -> str:
    return local_date(moment).isoformat()
