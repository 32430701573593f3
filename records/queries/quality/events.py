"""Deviations and complaints: the list of each, its counts, and when one should be done.

A line never says who reported, nor who it happened to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.context import access_context
from engine.bundle import Bundle
from records.answers import local_date
from records.models import (
    Atgard,
    AtgardStatus,
    Avvikelse,
    Kalla,
    Klagomal,
    KvalitetsSteg,
    Steg,
)
from records.queries.quality.reader import PAGE, Reader, page_of
from records.terms import decide

OPEN_MEASURES = (AtgardStatus.BESLUTAD, AtgardStatus.UTFORD)
PRAISE = "berom"


class State(StrEnum):
    """Which of them: what the first choice of the page says."""

    OPEN = "oppna"
    WAITING = "vantar"
    LATE = "forsenade"
    CLOSED = "stangda"
    ALL = "alla"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A choice of deviations or complaints.

    ``first`` and ``last`` are the first and last day it happened or came. ``weight``: the
    consequence of a deviation, the kind of a complaint.
    """

    state: State = State.OPEN
    unit: UUID | None = None
    first: date | None = None
    last: date | None = None
    category: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One deviation or complaint in a list: which, where, how grave, how far it has come.

    ``next`` is the first stage of R-050 that remains; None when all are gone through or closed.
    """

    id: UUID
    nummer: str
    enhet: str
    dag: date
    kategori: str
    vikt: str
    klass: str
    foreslagen: str
    open: bool
    next: Steg | None
    due: date | None
    late: bool
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventList:
    """One page of a choice, with how many each state of the same choice has."""

    rows: Sequence[EventLine]
    counts: Mapping[State, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What differs between the two: columns, and the table that says when one should be done.

    ``columns`` are those that ``due`` reads.
    """

    kalla: Kalla
    model: Any
    day: str
    registered: str
    weight: str
    waiting: Q
    columns: tuple[str, ...]
    due: Callable[[Bundle, Any], date | None]


def _deviation_due(bundle: Bundle, row: Avvikelse) -> date | None:
    klass = row.foreslagen_klass or row.klass
    if not klass:
        return None
    asked = {"klass": klass, "fran": local_date(row.rapporterad)}
    found: date = decide(bundle, "avvikelse_tid", asked)["klar_senast"]
    return found


def _complaint_due(bundle: Bundle, row: Klagomal) -> date | None:
    """The day to answer by; where there is nobody to answer, or it is done, the day to be ready."""
    found = decide(bundle, "klagomal_tid", {"typ": row.typ, "fran": row.inkom_datum})
    answered = row.anonym or row.svarad_datum is not None
    due: date = found["klar_senast" if answered else "svara_senast"]
    return due


DEVIATIONS = Register(
    kalla=Kalla.AVVIKELSE,
    model=Avvikelse,
    day="handelse_datum",
    registered="rapporterad",
    weight="konsekvens",
    waiting=Q(klass=""),
    columns=("stangd", "foreslagen_klass", "klass", "rapporterad"),
    due=_deviation_due,
)
COMPLAINTS = Register(
    kalla=Kalla.KLAGOMAL,
    model=Klagomal,
    day="inkom_datum",
    registered="registrerad",
    weight="typ",
    waiting=Q(anonym=False, svarad_datum=None),
    columns=("stangd", "typ", "inkom_datum", "anonym", "svarad_datum"),
    due=_complaint_due,
)


def events(who: Reader, register: Register, wanted: Wanted, *, page: int = 1) -> EventList:
    """One page of deviations or complaints, the newest first, and the count of each state.

    Args:
        who: Who reads.
        register: Which of the two.
        wanted: The choice.
        page: Which page, from 1.

    Raises:
        NotPermittedError: The actor reads the quality work of no unit.
    """
    who.need()
    with access_context(who.actor):
        late = late_ones(who, register)
        counts = {state: _rows(who, register, wanted, late, state).count() for state in State}
        here, last = page_of(counts[wanted.state], page)
        found = _rows(who, register, wanted, late, wanted.state).select_related("unit")
        order = (f"-{register.registered}", "-pk")
        rows = list(found.order_by(*order)[(here - 1) * PAGE : here * PAGE])
        lines = event_lines(who, register, rows)
    return EventList(rows=lines, counts=counts, page=here, pages=last)


def event_counts(who: Reader, register: Register) -> Mapping[State, int]:
    """How many there are in each state, all units together. Call it inside ``access_context``."""
    late = late_ones(who, register)
    return {state: _rows(who, register, Wanted(), late, state).count() for state in State}


def late_ones(who: Reader, register: Register) -> list[UUID]:
    """The open ones whose day, by the table, has passed."""
    rows = register.model.objects.filter(who.rows(), stangd=None).only(*register.columns)
    return [row.pk for row in rows if _is_late(who, register, row)]


def _is_late(who: Reader, register: Register, row: Any) -> bool:
    due = register.due(who.bundle, row)
    return row.stangd is None and due is not None and due < who.day


def _rows(
    who: Reader, register: Register, wanted: Wanted, late: Sequence[UUID], state: State
) -> QuerySet[Any]:
    """The rows of a choice: the count and the list are both this."""
    states = {
        State.OPEN: Q(stangd=None),
        State.WAITING: Q(stangd=None) & register.waiting,
        State.LATE: Q(pk__in=late),
        State.CLOSED: Q(stangd__isnull=False),
        State.ALL: Q(),
    }
    chosen = {
        "unit": wanted.unit,
        f"{register.day}__gte": wanted.first,
        f"{register.day}__lte": wanted.last,
        "kategori": wanted.category or None,
        register.weight: wanted.weight or None,
    }
    only = {column: value for column, value in chosen.items() if value is not None}
    rows: QuerySet[Any] = register.model.objects.filter(who.rows(), states[state], **only)
    return rows


def event_lines(who: Reader, register: Register, rows: Sequence[Any]) -> list[EventLine]:
    """The lines of some rows; two queries however many there are."""
    refs = [row.pk for row in rows]
    done: dict[UUID, set[str]] = {}
    stages = KvalitetsSteg.objects.filter(kalla=register.kalla, kalla_id__in=refs)
    for ref, step in stages.values_list("kalla_id", "steg"):
        done.setdefault(ref, set()).add(step)
    going = Atgard.objects.filter(
        kalla=register.kalla, kalla_id__in=refs, status__in=OPEN_MEASURES
    ).values_list("kalla_id", flat=True)
    measures = list(going)
    return [
        EventLine(
            id=row.pk,
            nummer=row.nummer,
            enhet=row.unit.name,
            dag=getattr(row, register.day),
            kategori=row.kategori,
            vikt=getattr(row, register.weight),
            klass=getattr(row, "klass", ""),
            foreslagen=getattr(row, "foreslagen_klass", ""),
            open=row.stangd is None,
            next=next_stage(row, done.get(row.pk, set())),
            due=register.due(who.bundle, row) if row.stangd is None else None,
            late=_is_late(who, register, row),
            measures=measures.count(row.pk),
        )
        for row in rows
    ]


def next_stage(row: Any, done: set[str]) -> Steg | None:
    """The first stage that is neither done nor left out; praise has none to go through."""
    if row.stangd is not None or getattr(row, "typ", "") == PRAISE:
        return None
    return next((step for step in Steg if step not in done), None)
