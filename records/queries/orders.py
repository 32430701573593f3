"""Uppdrag that the actor's units have sent or received: how far each has come, and what is late.

One builder gives the rows, so a count is always the number of rows behind it. Whoever reads no
content (verksamhetsansvarig: "ser försening, inte innehåll") sees number, state and days, nothing
about the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from records.access import readable
from records.execution import stages
from records.models import Meddelande, Sida, Skydd, Uppdrag, UppdragStatus
from records.persons import PersonData
from records.queries.lists import Cursor
from records.queries.order_limits import Limit, limits_of
from records.queries.reads import log_list
from records.uppdrag_reading import side_of


class OrderState(StrEnum):
    """How far an uppdrag has come."""

    NEW = "ny"
    OPENED = "oppnad"
    RECEIVED = "mottagen"
    RUNNING = "pagar"
    CLOSING = "avslutas"
    CLOSED = "avslutad"
    DECLINED = "avbojd"
    WITHDRAWN = "aterkallad"


class Choice(StrEnum):
    """Which of the uppdrag are shown."""

    WAITING = "vantar"
    UNREAD = "olasta"
    RUNNING = "pagar"
    ENDED = "slut"
    ALL = "alla"


ENDED = (UppdragStatus.AVSLUTAT, UppdragStatus.AVBOJT, UppdragStatus.ATERKALLAT)
STATES: Mapping[str, OrderState] = {
    UppdragStatus.AVSLUTAT: OrderState.CLOSED,
    UppdragStatus.AVBOJT: OrderState.DECLINED,
    UppdragStatus.ATERKALLAT: OrderState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One uppdrag. ``namn`` and ``insatser`` are empty where they are not the reader's to see.

    ``limit`` is there while the uppdrag waits for an answer; ``opened_by`` is who at the receiving
    unit opened it first.
    """

    row: Uppdrag
    side: Sida
    state: OrderState
    content: bool
    namn: str = ""
    protected: bool = False
    insatser: tuple[str, ...] = ()
    unread: int = 0
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """Uppdrag of a choice, the count of every choice, and where the next page begins."""

    rows: list[OrderLine] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)
    next: Cursor | None = None


def orders(
    actor: Actor,
    *,
    now: datetime,
    choice: Choice = Choice.WAITING,
    own: bool = False,
    after: Cursor | None = None,
    limit: int = 30,
) -> OrderPage:
    """The uppdrag of a choice: those that wait the oldest first, the others the newest first.

    Args:
        actor: Who looks.
        now: The moment, aware.
        choice: Which of them.
        own: Of what her units have sent, only what she wrote herself.
        after: ``next`` of the page before.
        limit: Rows per page.
    """
    with access_context(actor):
        seen = _seen(actor, now, own=own)
        wanted = {one: _chosen(one, actor, now) for one in Choice}
        counts = seen.aggregate(**{one.value: Count("pk", filter=q) for one, q in wanted.items()})
        rows = _page(seen.filter(wanted[choice]), choice, after)[: limit + 1]
        found = list(rows)
        lines = order_lines(found[:limit], actor, now)
        _log(lines, actor, now)
    last = found[limit - 1] if len(found) > limit else None
    return OrderPage(
        rows=lines,
        counts=counts,
        next=None if last is None else (last.skickad or last.skapad, last.pk),
    )


def order_lines(rows: Sequence[Uppdrag], actor: Actor, now: datetime) -> list[OrderLine]:
    """What there is to tell of each uppdrag, with the same queries however many they are.

    Call it inside ``access_context``.
    """
    ids = [row.pk for row in rows]
    content = set(
        Uppdrag.objects.filter(_content(actor, now), pk__in=ids).values_list("pk", flat=True)
    )
    unread = unread_counts(ids, actor)
    reached = stages(ids)
    limits = limits_of([row for row in rows if row.status == UppdragStatus.SKICKAT], actor, now)
    lines = [
        OrderLine(
            row=row,
            side=side_of(row, actor),
            state=_state(row, reached),
            content=row.pk in content,
            unread=unread.get(row.pk, 0) if row.pk in content else 0,
            limit=limits.get(row.pk),
        )
        for row in rows
    ]
    return [_told(line) if line.content else line for line in lines]


def open_orders(ids: Iterable[UUID], actor: Actor, *, now: datetime) -> frozenset[UUID]:
    """Those of the uppdrag whose pages the actor may open."""
    wanted = list(ids)
    if not wanted:
        return frozenset()
    with access_context(actor):
        rows = Uppdrag.objects.filter(_content(actor, now), pk__in=wanted, skickad__isnull=False)
        return frozenset(rows.values_list("pk", flat=True))


def with_names(rows: "QuerySet[Uppdrag]") -> "QuerySet[Uppdrag]":
    """Uppdrag with what a line tells of them."""
    more = ("unit", "mottagare_unit", "skapad_av", "oppning__oppnad_av")
    return rows.select_related(*more).prefetch_related("insatser")


def unread_counts(ids: Iterable[UUID], actor: Actor) -> dict[UUID, int]:
    """How many messages nobody on the actor's side has read, by uppdrag.

    Call it inside ``access_context``.
    """
    rows = Meddelande.objects.filter(_to(actor), uppdrag__in=list(ids), lasningar__isnull=True)
    counted = rows.order_by().values_list("uppdrag_id").annotate(Count("pk"))
    return dict(counted)


def _seen(actor: Actor, now: datetime, *, own: bool) -> "QuerySet[Uppdrag]":
    """Everything sent that the actor may know of; the one builder of rows and counts."""
    seen = readable(actor, now, shared=True, column="arende_id")
    late = readable(actor, now, shared=True, column="arende_id", action=Action.OVERVIEW)
    rows = Uppdrag.objects.filter(seen | late, skickad__isnull=False)
    if own:
        rows = rows.filter(Q(skapad_av_id=actor.user_id) | Q(delad_med_id__in=actor.units))
    return rows


def _content(actor: Actor, now: datetime) -> Q:
    return readable(actor, now, shared=True, column="arende_id", action=Action.CONTENT)


def _chosen(choice: Choice, actor: Actor, now: datetime) -> Q:
    match choice:
        case Choice.WAITING:
            return Q(status=UppdragStatus.SKICKAT)
        case Choice.RUNNING:
            return Q(status=UppdragStatus.ACCEPTERAT)
        case Choice.ENDED:
            return Q(status__in=ENDED)
        case Choice.UNREAD:
            told = Meddelande.objects.filter(
                _to(actor), uppdrag=OuterRef("pk"), lasningar__isnull=True
            )
            return _content(actor, now) & Q(Exists(told))
        case Choice.ALL:
            return ~Q(pk=None)


def _to(actor: Actor) -> Q:
    """Messages to the actor's side."""
    mine = Q(unit_id__in=actor.units)
    return (mine & Q(sida=Sida.UTFORARE)) | (~mine & Q(sida=Sida.MYNDIGHET))


def _page(rows: "QuerySet[Uppdrag]", choice: Choice, after: Cursor | None) -> "QuerySet[Uppdrag]":
    oldest_first = choice is Choice.WAITING
    if after is not None:
        way = "gt" if oldest_first else "lt"
        beyond = Q(**{f"skickad__{way}": after[0]})
        rows = rows.filter(beyond | Q(skickad=after[0], **{f"pk__{way}": after[1]}))
    order = ("skickad", "pk") if oldest_first else ("-skickad", "-pk")
    return with_names(rows).order_by(*order)


def _state(row: Uppdrag, reached: Mapping[UUID, str]) -> OrderState:
    if row.status == UppdragStatus.SKICKAT:
        return OrderState.OPENED if hasattr(row, "oppning") else OrderState.NEW
    if row.status == UppdragStatus.ACCEPTERAT:
        return OrderState(reached.get(row.pk, OrderState.RECEIVED))
    return STATES.get(row.status, OrderState.NEW)


def _told(line: OrderLine) -> OrderLine:
    """With whom and what it is about, for who reads the content; no name of a protected person."""
    row = line.row
    copy = PersonData.of_json(row.person_kopia)
    protected = bool(row.secrecy) or copy.skydd != Skydd.INGEN
    newest = max((part.version for part in row.insatser.all()), default=1)
    parts = [part.insats for part in row.insatser.all() if part.version == newest]
    return replace(
        line,
        namn="" if protected else f"{copy.fornamn} {copy.efternamn}".strip(),
        protected=protected,
        insatser=tuple(sorted(parts)),
    )


def _log(lines: Iterable[OrderLine], actor: Actor, now: datetime) -> None:
    """A list that tells what somebody gets is a reading, with her name or without it (L-34)."""
    seen: dict[UUID, list[UUID]] = {}
    for line in lines:
        own = line.row.unit_id if line.side == Sida.MYNDIGHET else line.row.delad_med_id
        if line.content and own is not None:
            seen.setdefault(own, []).append(line.row.arende_id)
    log_list(actor, seen, "uppdrag", now)
