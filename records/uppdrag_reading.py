"""Reading an uppdrag on either side: who may, who opened it first, which messages are read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases import repository
from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from records.access import readable
from records.errors import RecordRefusedError, database_rules
from records.models import (
    Meddelande,
    MeddelandeLasning,
    Notis,
    Sida,
    Uppdrag,
    UppdragOppning,
    UppdragStatus,
)
from records.notices import addressed_to
from records.writing import Holder

MESSAGE: Final = "meddelande"
"""The kind of the reminder that there is a message, and of its line in the history."""


def seen_uppdrag(uppdrag_id: UUID, actor: Actor, now: datetime) -> Uppdrag:
    """The uppdrag, where the actor may read its content: of the ordering or the receiving unit.

    Call it inside ``access_context``.

    Raises:
        NotFoundError: There is none that is open to her.
    """
    content = readable(actor, now, shared=True, column="arende_id", action=Action.CONTENT)
    rows = Uppdrag.objects.filter(content, pk=uppdrag_id).exclude(status=UppdragStatus.UTKAST)
    row = rows.select_related("unit", "mottagare_unit").first()
    if row is None:
        raise NotFoundError("uppdrag", uppdrag_id)
    return row


def log_refused(uppdrag_id: UUID, actor: Actor, now: datetime) -> None:
    """Write down that somebody asked for an uppdrag that is not hers; nothing where there is none.

    In a transaction of its own: the refused one is rolled back. The asker is told the same in both
    cases (K-7, R-163).
    """
    if actor.user_id is None:
        return
    with access_context(actor), connection.cursor() as cursor:
        # The owner of the tables (tests, tools) has no policies to tell it who asks.
        cursor.execute("SELECT set_config('kedja.user', %s, true)", [str(actor.user_id)])
        cursor.execute("SELECT records_refused_uppdrag(%s, %s)", [uppdrag_id, now])


def side_of(uppdrag: Uppdrag, actor: Actor) -> Sida:
    """Which side of an uppdrag that she may read the actor is on."""
    return Sida.MYNDIGHET if uppdrag.unit_id in actor.places else Sida.UTFORARE


def other_side(side: Sida) -> Sida:
    """The counterpart."""
    return Sida.UTFORARE if side == Sida.MYNDIGHET else Sida.MYNDIGHET


def unread_to(side: Sida) -> Q:
    """Messages that nobody of a side has read, as a filter of ``Meddelande``.

    A reader is always of the other side than the writer: the database sees to it.
    """
    return Q(sida=other_side(side), lasningar__isnull=True)


def note_opening(orders: Iterable[Uppdrag], actor: Actor, now: datetime) -> None:
    """Write down who at the receiving unit opens an unanswered uppdrag first.

    Call it inside ``access_context``, with uppdrag whose content the actor is about to be shown.
    A second one changes nothing, and neither does one that comes when the uppdrag is gone.
    """
    waiting = [row for row in orders if row.status == UppdragStatus.SKICKAT]
    new = [row for row in waiting if side_of(row, actor) == Sida.UTFORARE]
    if actor.user_id is None or not new:
        return
    opened = set(
        UppdragOppning.objects.filter(uppdrag__in=new).values_list("uppdrag_id", flat=True)
    )
    rows = [
        UppdragOppning(
            **stamp_of(row),
            delad_med_id=row.delad_med_id,
            uppdrag=row,
            oppnad=now,
            oppnad_av_id=actor.user_id,
        )
        for row in new
        if row.pk not in opened
    ]
    if rows:
        _kept(UppdragOppning, rows)


def take_turn(uppdrag: Uppdrag, side: Sida) -> None:
    """Let one at a time change what a side of an uppdrag has to read, until the transaction ends.

    Whoever writes to a side, keeps a draft to it or marks what is written to it as read takes it
    first and asks afterwards: what a reminder is left or put away for is then the truth.
    """
    repository.lock_word(f"meddelanden:{uppdrag.pk}:{side}")


def mark_read(uppdrag: Uppdrag, shown: Iterable[UUID], actor: Actor, now: datetime) -> None:
    """Write down that the actor has read what she was shown of what the other side wrote.

    Her reminders are put away when nothing to her side is left unread. Call it inside
    ``access_context``. A second time changes nothing.

    Args:
        uppdrag: What the messages are about.
        shown: The messages that she was shown, of either side.
        actor: Who reads.
        now: The moment, aware.
    """
    if actor.user_id is None or uppdrag.delad_med_id is None:
        return
    side = side_of(uppdrag, actor)
    take_turn(uppdrag, side)
    theirs = Meddelande.objects.filter(uppdrag=uppdrag, sida=other_side(side), pk__in=list(shown))
    fresh = theirs.exclude(lasningar__last_av=actor.user_id).values_list("pk", flat=True)
    rows = [
        MeddelandeLasning(
            **stamp_of(uppdrag),
            delad_med_id=uppdrag.delad_med_id,
            uppdrag=uppdrag,
            meddelande_id=one,
            last=now,
            last_av_id=actor.user_id,
        )
        for one in fresh
    ]
    if rows:
        _kept(MeddelandeLasning, rows)
    if not Meddelande.objects.filter(unread_to(side), uppdrag=uppdrag).exists():
        told = Notis.objects.filter(addressed_to(actor), typ=MESSAGE, handelse_id=uppdrag.pk)
        told.filter(last=None).update(last=now)


def stamp_of(uppdrag: Uppdrag) -> Holder:
    """What belongs to an uppdrag is held as it is: by the ordering unit."""
    return {
        "organisation_id": uppdrag.organisation_id,
        "unit_id": uppdrag.unit_id,
        "secrecy": uppdrag.secrecy,
    }


def _kept(table: type[Any], rows: list[Any]) -> None:
    """Write what tells of a reading; the reading itself does not fail when the sight has ended."""
    try:
        with database_rules(rows[0].uppdrag_id):
            table.objects.bulk_create(rows, ignore_conflicts=True)
    except RecordRefusedError:
        return
