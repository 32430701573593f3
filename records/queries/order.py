"""One uppdrag with what the two sides have written to each other about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from cases.user_names import user_name
from records.models import Meddelande, MeddelandeLasning, Sida, Uppdrag
from records.queries.case_page import WholeCase, whole_case
from records.queries.lists import Cursor
from records.queries.orders import OrderLine, order_lines, with_names
from records.uppdrag_reading import (
    log_refused,
    mark_read,
    seen_uppdrag,
    side_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSeen:
    """One message; ``fresh`` when nobody on the reader's side had read it before."""

    id: UUID
    side: Sida
    author: str
    text: str
    at: datetime
    own: bool
    fresh: bool
    read_by: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An uppdrag, the case as far as the reader sees it, and the messages, oldest first.

    ``earlier`` is where the messages before these begin, None when these are all.
    """

    line: OrderLine
    uppdrag: Uppdrag
    seen: WholeCase
    messages: tuple[MessageSeen, ...]
    earlier: Cursor | None


def order(
    actor: Actor,
    uppdrag_id: UUID,
    *,
    now: datetime,
    before: Cursor | None = None,
    limit: int = 50,
) -> OrderView:
    """One uppdrag as far as the actor may read it; the read is logged.

    Opening it is what the sender sees as "öppnat", and what the other side wrote is read by it, as
    far as it is shown.

    Args:
        actor: Who reads, on either side.
        uppdrag_id: The uppdrag.
        now: The moment, aware.
        before: Only messages before this one.
        limit: Messages on a page.

    Raises:
        NotFoundError: There is none, or it is not open to her; the attempt is logged (R-163).
    """
    try:
        with access_context(actor):
            uppdrag = seen_uppdrag(uppdrag_id, actor, now)
    except NotFoundError:
        log_refused(uppdrag_id, actor, now)
        raise
    seen = whole_case(actor, uppdrag.arende_id, now=now)
    with access_context(actor):
        messages, earlier = _messages(uppdrag, actor, before, limit)
        row = with_names(Uppdrag.objects.filter(pk=uppdrag_id)).get()
        line = order_lines([row], actor, now)[0]
        mark_read(uppdrag, [one.id for one in messages], actor, now)
    parts = next((one for one in seen.uppdrag if one.pk == uppdrag_id), row)
    return OrderView(line=line, uppdrag=parts, seen=seen, messages=messages, earlier=earlier)


def _messages(
    uppdrag: Uppdrag, actor: Actor, before: Cursor | None, limit: int
) -> tuple[tuple[MessageSeen, ...], Cursor | None]:
    """The newest ones of an uppdrag, oldest first."""
    readers = MeddelandeLasning.objects.select_related("last_av").order_by("last")
    rows = Meddelande.objects.filter(uppdrag=uppdrag)
    if before is not None:
        rows = rows.filter(skickat__lt=before[0]) | rows.filter(skickat=before[0], pk__lt=before[1])
    rows = rows.prefetch_related(Prefetch("lasningar", readers)).order_by("-skickat", "-pk")
    found = list(rows[: limit + 1])
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    told = tuple(_told(reversed(shown), side_of(uppdrag, actor)))
    return told, None if last is None else (last.skickat, last.pk)


def _told(rows: "Iterator[Meddelande]", side: Sida) -> Iterator[MessageSeen]:
    for row in rows:
        readers = [(user_name(one.last_av), one.last) for one in row.lasningar.all()]
        own = row.sida == side
        yield MessageSeen(
            id=row.pk,
            side=Sida(row.sida),
            author=row.forfattare_namn,
            text=row.text,
            at=row.skickat,
            own=own,
            fresh=not own and not readers,
            read_by=tuple(readers),
        )
