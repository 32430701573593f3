"""Journal notes written by people: notes, corrections, signatures and the slutanteckning."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_noop

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date, needed_document
from records.capabilities.plan import current_version
from records.capabilities.shapes import AktDocumentInput, Inputs, Outputs
from records.closing import closing_reason
from records.journal_rules import pattern_seen
from records.models import (
    Dokument,
    Journal,
    JournalEntry,
    JournalKind,
    PlanAktivitet,
    Sida,
    UppdragMal,
)
from records.note_kinds import CORRECTION, note_kinds
from records.uppdrag_content import current_goals
from records.writing import (
    Note,
    akt_of,
    arende_of,
    journal_of_akt,
    journal_of_arende,
    write_note,
)

FINAL = "slutanteckning"
OWN_STEP = frozenset({FINAL, "avslutsorsak"})
TEXT_KEYS = ("text", "beskrivning", "skal")
SIDES = {JournalKind.MYNDIGHET: Sida.MYNDIGHET, JournalKind.VERKSTALLIGHET: Sida.UTFORARE}
NOT_OURS = {
    Sida.MYNDIGHET: gettext_noop(
        "Den typen av anteckning skriver utföraren. Välj en annan i listan."
    ),
    Sida.UTFORARE: gettext_noop(
        "Den typen av anteckning skriver myndigheten. Välj en annan i listan."
    ),
}
COMPLAINT_PARTS = (("vidtagna_atgarder", "Vidtagna åtgärder"),)
FINAL_PARTS = (
    ("maluppfyllelse", "Måluppfyllelse"),
    ("overlamnat", "Överlämnat"),
    ("kvarstaende", "Kvarstående"),
)


class NoteInput(Inputs):
    """The form with the note; without ``akt`` it goes into myndighetens journal.

    ``typ`` is for forms that do not ask.
    """

    dokument: str
    akt: str | None = None
    typ: str | None = None


class NoteOutput(Outputs):
    """The note and its kind; ``monster`` says that such notes call for contact (R-133)."""

    anteckning: UUID
    typ: str
    monster: bool


class FinalOutput(Outputs):
    """The final note, and why and when support ended."""

    slutanteckning: UUID
    avslutsdatum: date
    avslutsorsak: str


@capability("journal.anteckna", input=NoteInput, output=NoteOutput)
def write_journal(context: CapabilityContext, data: NoteInput) -> NoteOutput:
    """Write a note as the one who performed the support, or naming the colleague (R-122).

    A closed akt still takes a late note; it moves the day of gallring (R-183). A correction names
    the note that it is about.

    Raises:
        AnswersInvalidError: Unknown type, no text, unknown colleague, or a time to come.
    """
    found, answers = needed_document(context, data.dokument)
    journal = _journal(context, data.akt)
    note = note_of(context, answers, found, journal, typ=data.typ)
    about = _about(answers, journal)
    answers.check()
    entry = write_note(context, journal, replace(note, rattar=about))
    context.record("anteckning", anteckning=entry.pk, typ=note.typ)
    seen = journal.akt_id is not None and pattern_seen(context, journal, entry)
    return NoteOutput(anteckning=entry.pk, typ=note.typ, monster=seen)


def note_of(
    context: CapabilityContext,
    answers: Answers,
    found: Dokument | None,
    journal: Journal,
    *,
    typ: str | None = None,
) -> Note:
    """The note that a form describes; problems are noted in ``answers``.

    A kind that the other side of the uppdrag writes is refused, and one that only the system
    writes (R-072); what a diagram names is not.
    """
    side = SIDES[JournalKind(journal.kind)]
    chosen, typ = not typ, typ or answers.text("typ")
    text = next((key for key in TEXT_KEYS if answers.text(key)), "text")
    kind = note_kinds(context.bundle).get(typ)
    if kind is None or typ in OWN_STEP:
        answers.refuse("typ", "note_type_unknown", "Välj typ av anteckning i listan.")
    elif chosen and not kind.chosen_by_people:
        answers.refuse(
            "typ",
            "note_type_of_system",
            "Den typen av anteckning skriver systemet när steget görs. Välj en annan i listan.",
        )
    elif chosen and not kind.written_by(side):
        answers.refuse("typ", "note_type_of_other_side", NOT_OURS[side])
    for field in kind.kraver if kind else ():
        answers.needed(field, "note_incomplete", "Fyll i fältet; typen av anteckning kräver det.")
    happened = answers.moment("handelsetid", context.now)
    if happened > context.now:
        answers.refuse("handelsetid", "date_invalid", "Tiden kan inte ligga framåt.")
    written = answers.needed(text, "reason_missing", "Skriv anteckningen.")
    return Note(
        typ=typ,
        text=" ".join([written, *_said(answers, COMPLAINT_PARTS)]),
        handelsetid=happened,
        dokument=found,
        automatisk=False,
        utford_av_id=_colleague(answers),
        uppdragsmal=_goal(answers, journal),
        aktivitet=_activity(answers, journal),
        livsomrade=answers.text("livsomrade"),
        omgivningsfaktor=answers.text("omgivningsfaktor"),
        kalla=answers.text("kalla"),
        kalla_relation=answers.text("kalla_relation"),
    )


@capability("journal.slutanteckning", input=AktDocumentInput, output=FinalOutput)
def write_final_note(context: CapabilityContext, data: AktDocumentInput) -> FinalOutput:
    """Write and sign the slutanteckning with the reason support ended (R-136, R-180, R-181).

    Raises:
        AnswersInvalidError: Reason, summary, day or signature is missing.
    """
    akt = akt_of(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    orsak, text = closing_reason(context.bundle, answers)
    summary = answers.needed("sammanfattning", "summary_missing", "Skriv en sammanfattning.")
    today = local_date(context.now)
    ended = answers.day("avslutsdatum") or today
    if ended > today:
        answers.refuse("avslutsdatum", "date_invalid", "Dagen har inte kommit än.")
    if not answers.yes("signera"):
        answers.refuse("signera", "final_note_unsigned", "Signera slutanteckningen.")
    answers.check()
    journal = journal_of_akt(akt)
    reason = f"Orsak: {orsak.namn}. {text}".strip()
    happened = answers.moment("avslutsdatum", context.now)
    write_note(
        context,
        journal,
        Note(
            typ="stod_avslutat",
            text=f"Stödet avslutades {ended}. {reason}",
            handelsetid=happened,
            dokument=found,
        ),
    )
    final = Note(
        typ=FINAL,
        orsak=orsak.id,
        text=" ".join(
            [f"Stödet avslutades {ended}. {reason}", summary, *_said(answers, FINAL_PARTS)]
        ),
        handelsetid=happened,
        dokument=found,
        automatisk=False,
    )
    entry = write_note(context, journal, final)
    context.record(FINAL, slutanteckning=entry.pk, akt=akt.pk, uppdrag=akt.uppdrag_id)
    return FinalOutput(slutanteckning=entry.pk, avslutsdatum=ended, avslutsorsak=orsak.id)


def _said(answers: Answers, parts: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{label}: {said}" for key, label in parts if (said := answers.text(key))]


def _journal(context: CapabilityContext, akt: str | None) -> Journal:
    if akt:
        return journal_of_akt(akt_of(context, akt, allow_closed=True))
    arende_of(context)
    return journal_of_arende(context)


def _colleague(answers: Answers) -> int | None:
    """The colleague who performed what somebody else writes down."""
    name = answers.text("skriver_at")
    if not name:
        return None
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        answers.refuse("skriver_at", "contact_unknown", "Ange kollegans användarnamn.")
        return None
    return int(user.pk)


def _about(answers: Answers, journal: Journal) -> JournalEntry | None:
    """The note that a correction is about; it stays as it was (R-073, R-075)."""
    if answers.text("typ") != CORRECTION:
        return None
    named = answers.needed("rattar", "note_unknown", "Välj anteckningen som rättas.")
    if not named:
        return None
    found = JournalEntry.objects.filter(journal=journal, pk=named).first()
    if found is None:
        answers.refuse("rattar", "note_unknown", "Välj en anteckning i den egna journalen.")
    return found


def _activity(answers: Answers, journal: Journal) -> PlanAktivitet | None:
    """The activity of the plan in force that a note is about (R-120)."""
    number = answers.number("aktivitet")
    if number is None or journal.akt is None:
        return None
    version = current_version(journal.akt)
    found = version.aktiviteter.filter(nummer=number).first() if version else None
    if found is None:
        answers.refuse("aktivitet", "activity_unknown", "Välj en aktivitet i planen.")
    return found


def _goal(answers: Answers, journal: Journal) -> UppdragMal | None:
    number = answers.number("mal")
    if number is None or journal.akt is None:
        return None
    goal = current_goals(journal.akt.uppdrag_id).get(str(number))
    if goal is None:
        answers.refuse("mal", "goal_unknown", "Välj ett mål i uppdraget.")
    return goal
