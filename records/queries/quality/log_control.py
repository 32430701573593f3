"""Loggkontroll as it is looked at: each month's check, its lines, who judged and who signed.

The process draws, asks and signs; this only shows (LBP 10 §, L-34, P-9). Who answers for the
readings of a unit sees its lines. Who only leads the quality work sees those that are hers to
judge: the head's own, and what was found unclear. Nobody judges what she has read herself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from cases.access import Action
from cases.context import access_context
from cases.errors import NotFoundError
from cases.user_names import user_name
from records.answers import local_date
from records.models import LoggBedomning, Loggkontroll, LoggRad, LoggSlag, LoggUtfall
from records.queries.quality.log_missing import MissingCheck, missing_checks
from records.queries.quality.reader import PAGE, Reader, page_of
from records.queries.waiting import OpenTask, open_tasks

WHAT = "loggkontroll"
HEAD = "chefen"
LINES = 100
"""Lines of a page: a month's check is looked through in one go."""


class CheckState(StrEnum):
    """Which checks: what the first choice of the page says."""

    ALL = "alla"
    OPEN = "oppna"
    DONE = "klara"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check of one unit: the month, how much was drawn, how far it has come."""

    id: UUID
    enhet: str
    fran: date
    till: date
    readings: int
    drawn: int
    judged: int
    of_protected: int
    emergencies: int
    signed: date | None
    signed_by: str
    tasks: Sequence[OpenTask]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckList:
    """One page of checks, those not signed first, and the months without one."""

    rows: Sequence[CheckLine]
    missing: Sequence[MissingCheck]
    counts: Mapping[CheckState, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line: who read what, when, why it was taken, and what the reviewer thought.

    ``own``: the one who looks at the page has read it herself, so somebody else judges it.
    """

    nummer: int
    slag: LoggSlag
    at: datetime
    lasare: str
    arende: UUID
    vad: str
    skal: str
    own: bool
    heads: bool
    utfall: LoggUtfall | None
    motivering: str
    granskare: str
    judged: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """One check with one page of its lines; ``counts`` is by kind, "" for all of them."""

    line: CheckLine
    slutsats: str
    whole: bool
    counts: Mapping[str, int]
    rows: Sequence[Reading]
    page: int
    pages: int


def checks(
    who: Reader, state: CheckState = CheckState.ALL, *, unit: UUID | None = None, page: int = 1
) -> CheckList:
    """One page of checks: those not signed first, then the newest.

    Args:
        who: Who reads.
        state: Which of them.
        unit: Only those of this unit.
        page: Which page, from 1.

    Raises:
        NotPermittedError: The actor reads the quality work of no unit.
    """
    who.need()
    with access_context(who.actor):
        counts = check_counts(who, unit)
        here, last = page_of(counts[state], page)
        waits = Case(When(_waits(), then=Value(0)), default=Value(1), output_field=IntegerField())
        rows = _rows(who, state, unit).annotate(waits=waits)
        ordered = rows.order_by("waits", "-fran", "unit__name", "pk")
        lines = _lines(who, ordered[(here - 1) * PAGE : here * PAGE])
        missing = missing_checks(who, unit)
    return CheckList(rows=lines, missing=missing, counts=counts, page=here, pages=last)


def check_counts(who: Reader, unit: UUID | None = None) -> Mapping[CheckState, int]:
    """How many there are in each state. Call it inside ``access_context``."""
    return {state: _rows(who, state, unit).count() for state in CheckState}


def _waits() -> Q:
    """Waits to be signed; a check without a line has nothing to look at, and never is."""
    return Q(Exists(LoggRad.objects.filter(kontroll=OuterRef("pk")))) & Q(signerad=None)


def check(who: Reader, ref: UUID, *, slag: str = "", page: int = 1) -> CheckPage:
    """One check and its lines.

    Args:
        who: Who reads.
        ref: Its id.
        slag: Only lines of this kind (``LoggSlag``).
        page: Which page, from 1.

    Raises:
        NotFoundError: There is no such check within sight.
    """
    with access_context(who.actor):
        found = _rows(who).filter(pk=ref)
        lines = _lines(who, found)
        if not lines:
            raise NotFoundError(WHAT, ref)
        made = found.get()
        whole = made.unit_id in who.units(Action.READERS)
        seen = _readings(made, whole=whole)
        by_kind = dict(
            seen.order_by().values_list("slag").annotate(antal=Count("pk")).order_by("slag")
        )
        counts = {"": sum(by_kind.values())} | by_kind
        rows = seen.filter(slag=slag) if slag else seen
        here, last = page_of(counts.get(slag, 0), page, LINES)
        ordered = rows.select_related("lasare").order_by("nummer")
        shown = list(ordered[(here - 1) * LINES : here * LINES])
        verdicts = _verdicts(shown)
        return CheckPage(
            line=lines[0],
            slutsats=made.slutsats,
            whole=whole,
            counts=counts,
            rows=[_reading(who, row, verdicts.get(row.pk)) for row in shown],
            page=here,
            pages=last,
        )


def _rows(
    who: Reader, state: CheckState = CheckState.ALL, unit: UUID | None = None
) -> QuerySet[Loggkontroll]:
    """The rows of a choice: the count and the list are both this."""
    states = {CheckState.ALL: Q(), CheckState.OPEN: _waits(), CheckState.DONE: ~_waits()}
    found = Loggkontroll.objects.filter(who.rows(), states[state])
    return found if unit is None else found.filter(unit=unit)


def _lines(who: Reader, rows: QuerySet[Loggkontroll]) -> list[CheckLine]:
    judged = Exists(LoggBedomning.objects.filter(rad=OuterRef("rader")))
    counted = rows.select_related("unit", "signerad_av").annotate(
        drawn=Count("rader"),
        of_protected=Count("rader", filter=Q(rader__slag__in=(LoggSlag.SKYDDAD, LoggSlag.VALVET))),
        emergencies=Count("rader", filter=Q(rader__slag=LoggSlag.NODOPPNING)),
        judged=Count("rader", filter=judged),
    )
    found = list(counted)
    todo = _tasks(who, found)
    return [
        CheckLine(
            id=row.pk,
            enhet=row.unit.name,
            fran=row.fran,
            till=row.till,
            readings=row.antal_lasningar,
            drawn=row.drawn,
            judged=row.judged,
            of_protected=row.of_protected,
            emergencies=row.emergencies,
            signed=None if row.signerad is None else local_date(row.signerad),
            signed_by=user_name(row.signerad_av),
            tasks=todo.get(row.instance_id, ()),
        )
        for row in found
    ]


def _tasks(who: Reader, rows: Sequence[Loggkontroll]) -> Mapping[UUID, Sequence[OpenTask]]:
    """The open tasks of each check that is not signed."""
    return open_tasks(who.actor, who.now, [row.instance_id for row in rows if row.signerad is None])


def _readings(made: Loggkontroll, *, whole: bool) -> QuerySet[LoggRad]:
    """The lines that may be seen: the count of a kind and the list are both this."""
    newest = LoggBedomning.objects.filter(rad=OuterRef("pk")).order_by("-nummer")
    rows = LoggRad.objects.filter(kontroll=made).annotate(
        outcome=Subquery(newest.values("utfall")[:1]),
    )
    if whole:
        return rows
    return rows.filter(Q(grupp=HEAD) | Q(outcome__in=(LoggUtfall.OKLAR, LoggUtfall.OBEHORIG)))


def _verdicts(rows: Sequence[LoggRad]) -> dict[UUID, LoggBedomning]:
    """Line to its newest verdict."""
    given = LoggBedomning.objects.filter(rad__in=[row.pk for row in rows])
    return {one.rad_id: one for one in given.select_related("granskare").order_by("nummer")}


def _reading(who: Reader, row: LoggRad, verdict: LoggBedomning | None) -> Reading:
    return Reading(
        nummer=row.nummer,
        slag=LoggSlag(row.slag),
        at=row.at,
        lasare=user_name(row.lasare),
        arende=row.arende_id,
        vad=row.vad,
        skal=row.skal,
        own=row.lasare_id == who.actor.user_id,
        heads=row.grupp == HEAD,
        utfall=None if verdict is None else LoggUtfall(verdict.utfall),
        motivering="" if verdict is None else verdict.motivering,
        granskare="" if verdict is None else user_name(verdict.granskare),
        judged=None if verdict is None else local_date(verdict.at),
    )
