"""Notes that people write outside a task: one transaction, the same rules as the capability."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cases import bundles
from cases.access import Action
from cases.actor import Actor
from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError
from cases.use_cases.starting import start
from records.access import may_write, readable
from records.answers import Answers, local_date
from records.capabilities.journal import note_of
from records.journal_rules import pattern_seen
from records.models import Journal, JournalEntry, Notis
from records.note_kinds import CORRECTION
from records.notices import addressed_to, same_as
from records.uppdrag_content import current_decision
from records.writing import write_note

FOLLOW_PATTERN = "avbojt_stod"
NOTE_FORM = "journalanteckning"


def add_note(
    arende_id: UUID,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    rattar: UUID | None = None,
) -> JournalEntry:
    """Write a note in the actor's own journal of a case (R-122).

    A note about an earlier one corrects or adds to it; the earlier one stays as it was (R-073).
    That the person finds a note wrong is kept by its own process (R-075).

    Args:
        arende_id: The case.
        answers: ``typ``, ``text`` and optionally ``handelsetid``, ``livsomrade``, ``mal``,
            ``kalla``, ``skriver_at``, ``akt`` (needed when the unit has several).
        actor: Who writes and signs.
        now: The moment, aware.
        rattar: The note that this one is about.

    Raises:
        NotFoundError: No journal of the case is within sight.
        NotPermittedError: The actor's roles may not write in it.
        AnswersInvalidError: Unknown type, one that only the system writes, a correction of no
            note, no text, or a time to come.
    """
    with access_context(actor):
        journal = _journal(arende_id, answers.get("akt"), actor, now)
        if not may_write(actor, journal.unit_id, journal.secrecy, now, case=arende_id):
            raise NotPermittedError("journal", arende_id)
        context = _context(journal, actor, now)
        form = Answers(answers, NOTE_FORM)
        about = _about(journal, rattar)
        note = note_of(context, form, None, journal)
        if note.typ == CORRECTION and about is None:
            form.refuse("rattar", "note_unknown", "Välj anteckningen som rättas.")
        form.check()
        entry = write_note(context, journal, replace(note, rattar=about))
        if journal.akt_id is not None and pattern_seen(context, journal, entry):
            _act_on_pattern(journal, actor, now)
        return entry


def _act_on_pattern(journal: Journal, actor: Actor, now: datetime) -> None:
    """Begin the process that asks whether handläggaren shall be contacted (R-133)."""
    akt = journal.akt
    if akt is None:
        return
    start(
        FOLLOW_PATTERN,
        arende_id=journal.arende_id,
        answers={},
        actor=actor,
        now=now,
        unit=journal.unit_id,
        variables={
            "akt": str(akt.pk),
            "uppdrag": str(akt.uppdrag_id),
            "beslut": str(current_decision(akt.uppdrag)),
        },
    )


def sign_note(entry_id: UUID, *, actor: Actor, now: datetime) -> JournalEntry:
    """Sign an unsigned note, once. A second time changes nothing.

    Raises:
        NotFoundError: There is no such note, or it is out of sight.
        NotPermittedError: Somebody else wrote it.
    """
    with access_context(actor):
        seen = readable(actor, now, column="journal__arende_id", action=Action.CONTENT)
        rows = JournalEntry.objects.select_for_update(of=("self",)).filter(seen, pk=entry_id)
        entry = rows.first()
        if entry is None:
            raise NotFoundError("note", entry_id)
        if entry.forfattare_id != actor.user_id:
            raise NotPermittedError("sign", entry_id)
        if entry.signerad is None:
            entry.signerad = now
            entry.signerad_av_id = actor.user_id
            entry.save(update_fields=["signerad", "signerad_av"])
        return entry


def read_notice(notice_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Mark a reminder as read, by one of those it was sent to; a second time changes nothing.

    Raises:
        NotFoundError: There is no such reminder, or it was not to the actor.
    """
    with access_context(actor):
        rows = Notis.objects.filter(addressed_to(actor))
        found = rows.filter(pk=notice_id).first()
        if found is None:
            raise NotFoundError("reminder", notice_id)
        rows.filter(same_as(found), last=None).update(last=now)


def _journal(arende_id: UUID, akt: object, actor: Actor, now: datetime) -> Journal:
    seen = readable(actor, now, case=arende_id, action=Action.CONTENT)
    rows = Journal.objects.filter(seen, arende_id=arende_id)
    if akt:
        rows = rows.filter(akt_id=str(akt))
    found = rows.select_related("akt").order_by("-oppnad").first()
    if found is None:
        raise NotFoundError("journal", arende_id)
    return found


def _about(journal: Journal, rattar: UUID | None) -> JournalEntry | None:
    if rattar is None:
        return None
    found = JournalEntry.objects.filter(journal=journal, pk=rattar).first()
    if found is None:
        raise NotFoundError("note", rattar)
    return found


def _context(journal: Journal, actor: Actor, now: datetime) -> CapabilityContext:
    bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
    return CapabilityContext(
        now=now,
        actor=actor,
        bundle=bundle,
        process_key="",
        instance_id=journal.pk,
        arende_id=journal.arende_id,
        organisation=journal.organisation_id,
        unit=journal.unit_id,
        secrecy=journal.secrecy,
        element="journal",
    )
