"""Egenkontroll: what was drawn, who reviews it, how far it has come, what each question showed.

An akt is named by its ärende, and read nowhere here. Who reviews has written nothing in it; the
database refuses anybody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet

from cases.context import access_context
from cases.errors import NotFoundError
from cases.models import Task, Unit
from cases.user_names import user_name
from records.answers import local_date
from records.checklist import checklist
from records.models import (
    Egenkontroll,
    EgenkontrollAkt,
    EgenkontrollPunkt,
    Kalla,
    Punktutfall,
)
from records.queries.quality.reader import PAGE, Reader, page_of
from records.queries.waiting import OpenTask, waiting
from records.terms import decide

WHAT = "egenkontroll"
PLANS, PLAN = "genomfor_egenkontroll", "Task_PlaneraEgenkontroll"
"""The process of one egenkontroll, and its first task."""


class ControlState(StrEnum):
    """Which egenkontroller: what the first choice of the page says."""

    ALL = "alla"
    GOING = "pagar"
    SETTLED = "faststallda"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLine:
    """One egenkontroll: its period, how much was drawn, reviewed and found wanting."""

    id: UUID
    enhet: str
    fran: date
    till: date
    drawn: int
    reviewed: int
    faststalld: date | None
    med_ska_brist: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDue:
    """When a unit last finished one, and by when the next must be.

    Before the first, ``senast`` is None and ``due`` the last day of the task that plans it.
    """

    enhet: str
    senast: date | None
    due: date | None
    late: bool
    has_one: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlList:
    """One page of egenkontroller, those under way first, and how the units stand."""

    rows: Sequence[ControlLine]
    units: Sequence[UnitDue]
    counts: Mapping[ControlState, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One akt of the sample: whose review it is and what it came to."""

    nummer: int
    arende: UUID
    granskare: str
    granskad: date | None
    ok: int
    lacks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointResult:
    """One question over the whole sample."""

    id: str
    namn: str
    krav: str
    modalitet: str
    ok: int
    brist: int
    ej_tillampligt: int
    seen: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPage:
    """One egenkontroll with its sample and its questions; ``row`` is the row itself."""

    line: ControlLine
    row: Egenkontroll
    sample: Sequence[Drawn]
    points: Sequence[PointResult]
    waiting: Sequence[OpenTask]


def controls(who: Reader, state: ControlState = ControlState.ALL, *, page: int = 1) -> ControlList:
    """One page of egenkontroller.

    Args:
        who: Who reads.
        state: Which of them.
        page: Which page, from 1.

    Raises:
        NotPermittedError: The actor reads the quality work of no unit.
    """
    who.need()
    with access_context(who.actor):
        counts = control_counts(who)
        here, last = page_of(counts[state], page)
        ordered = _rows(who, state).order_by(
            F("faststalld").desc(nulls_first=True), "-period_till", "unit__name", "pk"
        )
        found = ordered[(here - 1) * PAGE : here * PAGE]
        return ControlList(
            rows=[_line(row) for row in _counted(found)],
            units=units_due(who),
            counts=counts,
            page=here,
            pages=last,
        )


def control_counts(who: Reader) -> Mapping[ControlState, int]:
    """How many there are in each state. Call it inside ``access_context``."""
    return {state: _rows(who, state).count() for state in ControlState}


def control(who: Reader, ref: UUID) -> ControlPage:
    """One egenkontroll of a unit whose quality work the actor reads.

    Args:
        who: Who reads.
        ref: Its id.

    Raises:
        NotFoundError: There is no such one within sight.
    """
    with access_context(who.actor):
        found = _rows(who).filter(pk=ref).select_related("planerad_av", "faststalld_av")
        row = _counted(found).first()
        if row is None:
            raise NotFoundError(WHAT, ref)
        return ControlPage(
            line=_line(row),
            row=row,
            sample=_sample(row),
            points=_points(who, row),
            waiting=waiting(who.actor, who.now, Kalla.EGENKONTROLL.value, ref),
        )


def units_due(who: Reader) -> list[UnitDue]:
    """How every unit stands; three queries however many there are. Call it inside a context."""
    newest = dict(
        _rows(who, ControlState.SETTLED)
        .order_by()
        .values_list("unit")
        .annotate(senast=Max("faststalld_datum"))
    )
    waiting = Task.objects.filter(
        unit__in=who.units(), process_key=PLANS, element=PLAN, status=Task.Status.OPEN
    )
    first = dict(waiting.order_by().values_list("unit").annotate(due=Min("due")))
    names = Unit.objects.filter(pk__in=who.units()).order_by("name", "pk")
    entry = who.bundle.manifest.entry(PLANS)
    return [
        replace(
            _due(who, name, newest.get(ref), first.get(ref)),
            has_one=entry is None or entry.runs_in(kind),
        )
        for ref, name, kind in names.values_list("pk", "name", "organisation__kind")
    ]


def _due(who: Reader, name: str, last: date | None, first: datetime | None) -> UnitDue:
    if last is None:
        late = first is not None and first < who.now
        return UnitDue(enhet=name, senast=None, due=first and local_date(first), late=late)
    times = decide(who.bundle, "egenkontroll_tid", {"senast_genomford": last})
    late = times["forsenad"] <= who.day
    return UnitDue(enhet=name, senast=last, due=times["senast"], late=late)


def _rows(who: Reader, state: ControlState = ControlState.ALL) -> QuerySet[Egenkontroll]:
    """The rows of a choice: the count and the list are both this."""
    states = {
        ControlState.ALL: Q(),
        ControlState.GOING: Q(faststalld=None),
        ControlState.SETTLED: Q(faststalld__isnull=False),
    }
    return Egenkontroll.objects.filter(who.rows(), states[state])


def _counted(rows: QuerySet[Egenkontroll]) -> QuerySet[Any]:
    return rows.select_related("unit").annotate(
        drawn=Count("granskningar"),
        reviewed=Count("granskningar", filter=Q(granskningar__granskad__isnull=False)),
    )


def _line(row: Any) -> ControlLine:
    return ControlLine(
        id=row.pk,
        enhet=row.unit.name,
        fran=row.period_fran,
        till=row.period_till,
        drawn=row.drawn,
        reviewed=row.reviewed,
        faststalld=row.faststalld_datum,
        med_ska_brist=row.med_ska_brist,
    )


def _sample(row: Egenkontroll) -> list[Drawn]:
    lacking = Q(punkter__utfall=Punktutfall.BRIST)
    rows = EgenkontrollAkt.objects.filter(egenkontroll=row).select_related("granskare")
    counted = rows.annotate(
        ok=Count("punkter", filter=Q(punkter__utfall=Punktutfall.OK)),
        lacks=Count("punkter", filter=lacking),
    )
    return [
        Drawn(
            nummer=one.nummer,
            arende=one.arende_id,
            granskare=user_name(one.granskare),
            granskad=None if one.granskad is None else local_date(one.granskad),
            ok=one.ok,
            lacks=one.lacks,
        )
        for one in counted.order_by("nummer")
    ]


def _points(who: Reader, row: Egenkontroll) -> list[PointResult]:
    rows = EgenkontrollPunkt.objects.filter(granskning__egenkontroll=row)
    counts: dict[str, dict[str, int]] = {}
    kept: dict[str, tuple[str, str]] = {}
    for point, krav, kind, outcome, number in (
        rows.order_by("punkt", "krav", "modalitet", "utfall")
        .values_list("punkt", "krav", "modalitet", "utfall")
        .annotate(antal=Count("pk"))
    ):
        counts.setdefault(point, {})[outcome] = number
        kept[point] = krav, kind
    seen: dict[str, list[tuple[int, str]]] = {}
    lacking = rows.filter(utfall=Punktutfall.BRIST).order_by("granskning__nummer")
    for point, number, text in lacking.values_list("punkt", "granskning__nummer", "iakttagelse"):
        seen.setdefault(point, []).append((number, text))
    return [
        PointResult(
            id=point,
            namn=name,
            krav=kept[point][0],
            modalitet=kept[point][1],
            ok=counts[point].get(Punktutfall.OK, 0),
            brist=counts[point].get(Punktutfall.BRIST, 0),
            ej_tillampligt=counts[point].get(Punktutfall.EJ_TILLAMPLIGT, 0),
            seen=seen.get(point, ()),
        )
        for point, name in _names(who, counts)
    ]


def _names(who: Reader, found: Mapping[str, object]) -> list[tuple[str, str]]:
    """The points that have an answer, in the order of the list; what it has no longer, last."""
    named = {point.id: point.namn for point in checklist(who.bundle)}
    ordered = [(point, name) for point, name in named.items() if point in found]
    return ordered + [(point, point) for point in sorted(found) if point not in named]
