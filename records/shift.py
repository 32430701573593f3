"""Skiftet: mark as read, and write a note that is sent once however often it is sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context, native_cursor
from cases.errors import CaseError, IdempotencyConflictError, NotFoundError
from cases.idempotency import Request, earlier_answer, request_of
from cases.models import IdempotencyKey
from engine.bundle import Bundle
from records.access import readable
from records.answers import STOCKHOLM
from records.models import Akt, AktStatus
from records.notes import add_note
from records.terms import decide

TIMES = "skift_tid"
NOTE = "records.add_note"

# One statement, in the order of the akter: who marks in two windows at once waits, and what has
# been marked is never marked back.
_MARK = """
INSERT INTO records_skiftlasning AS kept (id, organisation_id, unit_id, secrecy, user_id, akt_id,
  read_until)
SELECT gen_random_uuid(), a.organisation_id, a.unit_id, a.secrecy, $1, a.id, $2
  FROM records_akt a WHERE a.id = ANY ($3) ORDER BY a.id
ON CONFLICT (user_id, akt_id) DO UPDATE
  SET read_until = greatest(kept.read_until, excluded.read_until)
"""


def shift_start(bundle: Bundle, slag: str, now: datetime) -> datetime:
    """From when Skiftet shows what has happened, as the table ``skift_tid`` says.

    Args:
        bundle: The edition of the day.
        slag: ``rapport`` or ``nytt``.
        now: The moment, aware.

    Raises:
        ConfigurationMissingError: The edition has no such table.
    """
    local = now.astimezone(STOCKHOLM)
    hours = int(decide(bundle, TIMES, {"slag": slag, "timme": local.hour}))
    # By the clock on the wall: a shift begins at seven on the night when the clocks change too.
    wall = local.replace(minute=0, second=0, microsecond=0, tzinfo=None) - timedelta(hours=hours)
    return wall.replace(tzinfo=STOCKHOLM)


def mark_read(akter: Iterable[UUID], *, until: datetime, actor: Actor, now: datetime) -> int:
    """Remember that the actor has read what was new in some akter, up to a moment.

    What has come after the moment stays new: the page says how far it was whole, which is before it
    was made, not when the button was pressed. Marking again never takes back.

    Args:
        akter: Open akter of the actor's units; those that she may not read are left out.
        until: Up to when, aware; a time to come counts as now.
        actor: Who has read.
        now: The moment, aware.

    Returns:
        How many were marked.

    Raises:
        NotFoundError: None of them is hers to read.
    """
    wanted = list(akter)
    with access_context(actor):
        seen = readable(actor, now, column="arende_id", action=Action.CONTENT)
        rows = Akt.objects.filter(seen, pk__in=wanted, status=AktStatus.OPPEN)
        found = list(rows.values_list("pk", flat=True))
        if not found or actor.user_id is None:
            raise NotFoundError("akt", wanted[0] if wanted else "")
        native_cursor().execute(_MARK.encode(), (actor.user_id, min(until, now), found))
    return len(found)


def add_note_once(
    arende_id: UUID, answers: Mapping[str, Any], *, key: str, actor: Actor, now: datetime
) -> UUID:
    """Write a note in the actor's own journal; the same note sent again is the first one.

    Args:
        arende_id: The case.
        answers: As ``records.notes.add_note`` takes them.
        key: The word of the page; a repetition with it writes nothing.
        actor: Who writes and signs.
        now: The moment, aware.

    Returns:
        Id of the note.

    Raises:
        IdempotencyConflictError: Another text was sent with the word before.
        NotFoundError, NotPermittedError, AnswersInvalidError: As ``add_note``.
    """
    request = request_of(actor, key, NOTE, arende_id, answers)
    if request is None:
        return add_note(arende_id, answers, actor=actor, now=now).pk
    try:
        with access_context(actor):
            entry = add_note(arende_id, answers, actor=actor, now=now)
            _keep(request, entry.pk, now)
            return entry.pk
    except CaseError as error:
        return UUID(earlier_answer(request, error)["anteckning"])


def is_written(key: str, *, actor: Actor) -> bool:
    """Whether the actor has written a note with the word of a page."""
    with access_context(actor):
        rows = IdempotencyKey.objects.filter(user_id=actor.user_id or 0, key=key)
        return rows.exists()


def _keep(request: Request, note: UUID, now: datetime) -> None:
    """Keep the answer; where there is one already, the note goes with the transaction."""
    try:
        IdempotencyKey.objects.create(
            user_id=request.user_id,
            key=request.key,
            request_hash=request.digest,
            response={"anteckning": str(note)},
            created_at=now,
        )
    except IntegrityError:
        raise IdempotencyConflictError from None
