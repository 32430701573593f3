"""``anteckning.forsegla``: a note in the wrong person's akt is sealed there and moved."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import Q

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date, needed_document
from records.capabilities.rattelse import own_note
from records.capabilities.shapes import Inputs, Outputs
from records.errors import NeedsSecondPersonError, database_rules
from records.models import Dokument, Forsegling, Journal, JournalEntry, Papper, ReadLog
from records.writing import Holder, Note, holder, write_note

TOMBSTONE = "felford_flyttad"


class SealInput(Inputs):
    """The form that found it, and the one in which another person confirms."""

    begaran: str
    dokument: str


class SealOutput(Outputs):
    """The sealing, who had read the note (user names), and whether it has got a new place."""

    forsegling: UUID
    lasare: Sequence[str]
    antal_lasare: int
    flyttad: bool


@capability("anteckning.forsegla", input=SealInput, output=SealOutput)
def seal(context: CapabilityContext, data: SealInput) -> SealOutput:
    """Seal a note, leave a tombstone in its place and write it anew in the right journal.

    Nothing is deleted or changed: the row stays, out of sight. The tombstone does not say whom the
    note was about; the new note says that it was moved, and the sealing ties the two.

    Raises:
        NeedsSecondPersonError: Who found it also confirms.
        AnswersInvalidError: No such note, or no such journal within the unit.
    """
    begun, asked = needed_document(context, data.begaran)
    found, answers = needed_document(context, data.dokument)
    if context.actor.user_id is None or begun.skapad_av_id == context.actor.user_id:
        raise NeedsSecondPersonError(data.begaran)
    entry = own_note(context, asked)
    target = _target(context, answers, entry)
    answers.check()
    readers = _readers(entry)
    with database_rules(entry.pk):
        moved = _moved(context, entry, target) if target else None
        row = Forsegling.objects.create(
            **holder(context),
            anteckning=entry,
            gravsten=_tombstone(context, entry, found),
            ny_anteckning=moved,
            orsak=answers.text("orsak") or "fel_person",
            upptackt=asked.day("upptackt") or local_date(context.now),
            lasare=readers,
            papper=_papers(entry),
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=context.actor.user_id,
        )
    context.record("anteckning.forseglad", forsegling=row.pk, anteckning=entry.pk)
    return SealOutput(
        forsegling=row.pk, lasare=readers, antal_lasare=len(readers), flyttad=target is not None
    )


def _target(context: CapabilityContext, answers: Answers, entry: JournalEntry) -> Journal | None:
    """The right journal, by the number of its ärende; None where another unit has to take it."""
    if answers.text("flyttas") != "ja":
        return None
    number = answers.needed("ratt_arendenummer", "number_missing", "Ange rätt ärendenummer.")
    named = Q(arende__nummer=number, akt=None) | Q(akt__uppdrag__nummer=number)
    rows = Journal.objects.filter(named, unit_id=context.unit).exclude(pk=entry.journal_id)
    target = rows.order_by("-oppnad").first()
    if target is None:
        answers.refuse("ratt_arendenummer", "journal_unknown", "Enheten har inget sådant ärende.")
    return target


def _moved(context: CapabilityContext, entry: JournalEntry, target: Journal) -> JournalEntry:
    """The note anew, in the words it had, signed by who moves it."""
    when = local_date(entry.registrerad)
    note = Note(
        typ=entry.typ,
        text=f"{entry.text}\n(Skriven {when} av {entry.forfattare_namn}, flyttad från fel akt"
        f" {local_date(context.now)}.)",
        handelsetid=entry.handelsetid,
        automatisk=False,
        utford_av_id=entry.utford_av_id or entry.forfattare_id,
        livsomrade=entry.livsomrade,
        kalla=entry.kalla,
    )
    stamp: Holder = {**holder(context), "secrecy": target.secrecy}
    return write_note(replace(context, secrecy=target.secrecy), target, note, stamp)


def _tombstone(context: CapabilityContext, entry: JournalEntry, found: Dokument) -> JournalEntry:
    note = Note(
        typ=TOMBSTONE,
        text=f"En anteckning från {local_date(entry.registrerad)} hörde inte hit och är flyttad.",
        handelsetid=context.now,
        dokument=found,
        rattar=entry,
    )
    return write_note(context, entry.journal, note)


def _readers(entry: JournalEntry) -> list[str]:
    """Who has read about the wrong person since the note was written, its author aside."""
    rows = ReadLog.objects.filter(person_id=entry.journal.person_id, at__gte=entry.registrerad)
    read = rows.values_list("user_id", "user__username")
    return sorted({name for user, name in read if user != entry.forfattare_id})


def _papers(entry: JournalEntry) -> list[UUID]:
    """Kept papers of the journal that may hold the note."""
    rows = Papper.objects.filter(underlag_id=entry.journal_id, skapad__gte=entry.registrerad)
    return list(rows.values_list("pk", flat=True))
