"""The overview of who leads the work: one builder of rows for each number and the list behind it.

Only what the table ``atkomst`` lets the actor see as an overview (``lasa_oversikt``): that
something waits, how long and with whom, never what an ärende holds or whom it is about. Evaluate
inside ``access_context(actor)``; row-level security repeats the units and the protection levels.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from cases import access, bundles
from cases.access import Action, Resource
from cases.actor import Actor
from cases.paging import Cursor, page_of
from engine.bundle import Bundle
from records.access import readable
from records.answers import local_date
from records.models import Arende, Uppdrag

TABLE = "oversikt_tid"
NOBODY = 0
"""Instead of a person's id: what nobody has."""
CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for what. What is empty or None narrows nothing.

    Attributes:
        actor: Who.
        now: When, aware.
        bundle: The edition of the day.
        unit: Only what this unit has.
        person: Only what this user has, or ``NOBODY``.
        process: Only this process, by its key.
        step: Only this element of its diagram.
        kind: Only this class of a deviation or risk.
        since: The first day of a period.
        until: Its last day.
    """

    actor: Actor
    now: datetime
    bundle: Bundle
    unit: UUID | None = None
    person: int | None = None
    process: str = ""
    step: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def today(self) -> date:
        """The day in Stockholm."""
        return local_date(self.now)

    def days(self, kind: str) -> int:
        """How far the overview looks, by the local table ``oversikt_tid``."""
        return int(self.bundle.decision(TABLE).evaluate(TABLE, {"slag": kind}).value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list, the same for the page and the export; it names nobody cared for.

    Attributes:
        unit: Id of the unit that has it.
        secrecy: Its protection level.
        case: The ärende.
        number: A number of its own, where it has one.
        place: Name of the unit.
        what: What it is, in the words of a diagram or a code.
        who: The user who has it.
        day: The day that the list is about.
        end: Another day, where it has two.
        days: How many days, as the list says.
        step: The step of the ladder reached, and
        role: to whom it went.
        process: The process that a step belongs to.
        task: The task, where the row is one, and
        roles: the roles that may take it.
    """

    unit: UUID
    secrecy: int
    case: UUID | None = None
    number: str = ""
    place: str = ""
    what: str = ""
    who: int | None = None
    day: date | datetime | None = None
    end: date | datetime | None = None
    days: int | None = None
    step: str = ""
    role: str = ""
    process: str = ""
    task: UUID | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number and its list come from: rows, a unique order, and how a row is told."""

    rows: QuerySet[Any]
    order: tuple[str, ...]
    line: Callable[[Any], Line]


@dataclass(frozen=True, slots=True)
class LinePage:
    """Lines, and where the next page begins."""

    lines: list[Line]
    next: Cursor | None


Builder = Callable[[Asked], Source]


def led_units(actor: Actor, now: datetime) -> list[UUID]:
    """Return the units whose work as a whole the actor may see.

    Args:
        actor: Who.
        now: Its Stockholm day chooses the edition whose table decides.
    """
    bundle = bundles.newest_hash(local_date(now))
    return [
        unit
        for unit, organisation in actor.places.items()
        if access.allowed(
            actor,
            Action.OVERVIEW,
            Resource(
                ref=unit,
                bundle=bundle,
                organisation=organisation,
                unit=unit,
                secrecy=0,
                in_case=False,
            ),
        )
    ]


def reach(asked: Asked, column: str = "arende_id") -> Q:
    """What the asker may see as an overview, within the unit that is asked for.

    Args:
        asked: Who asks for what.
        column: The lookup of the rows' ärende.
    """
    seen = readable(asked.actor, asked.now, column=column, action=Action.OVERVIEW)
    return seen if asked.unit is None else seen & Q(unit_id=asked.unit)


def received(asked: Asked, column: str) -> Q:
    """The same for what the asker's units have got from the other side."""
    seen = readable(asked.actor, asked.now, column=column, action=Action.OVERVIEW, shared=True)
    places = led_units(asked.actor, asked.now) if asked.unit is None else [asked.unit]
    return seen & Q(delad_med_id__in=places)


def by_person(asked: Asked, column: str) -> Q:
    """Only what the person has who is asked for.

    Args:
        asked: Who asks for what.
        column: The column with the user's id.
    """
    if asked.person is None:
        return Q()
    if asked.person == NOBODY:
        return Q(**{f"{column}__isnull": True})
    return Q(**{column: asked.person})


def days_since(began: date | datetime, asked: Asked) -> int:
    """Whole days in Stockholm from a day to today; below zero when it is still to come."""
    first = local_date(began) if isinstance(began, datetime) else began
    return (asked.today - first).days


def count(source: Source) -> int:
    """How many rows the list has."""
    return source.rows.count()


def page(source: Source, *, after: Cursor | None, limit: int) -> LinePage:
    """Read one page of a list.

    Raises:
        NotFoundError: ``after`` was not made here.
    """
    found = page_of(source.rows, source.order, after=after, limit=limit)
    return LinePage([source.line(row) for row in found.rows], found.next)


def every(source: Source) -> Iterator[Line]:
    """Every line of a list, in its order."""
    ordered = source.rows.order_by(*(F(name).asc(nulls_last=True) for name in source.order))
    return (source.line(row) for row in ordered.iterator(chunk_size=CHUNK))


def numbers(asked: Asked, cases: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """The numbers that people know ärenden by; for a provider the uppdrag's. Two queries."""
    wanted = {case for case in cases if case is not None}
    sent = Uppdrag.objects.filter(
        readable(asked.actor, asked.now, column="arende_id", action=Action.OVERVIEW, shared=True),
        arende_id__in=wanted,
    )
    found = dict(sent.values_list("arende_id", "nummer"))
    own = Arende.objects.filter(
        readable(asked.actor, asked.now, column="pk", action=Action.OVERVIEW), pk__in=wanted
    )
    return found | dict(own.values_list("pk", "nummer"))


def opens(asked: Asked, lines: Sequence[Line]) -> frozenset[UUID]:
    """Which of the ärenden, and of the tasks outside them, the asker may open. No query.

    By the table ``atkomst``, as the pages that the lines lead to.
    """
    edition = bundles.newest_hash(asked.today)
    places = asked.actor.places
    return frozenset(
        ref
        for line in lines
        if (ref := line.case or line.task) is not None
        and line.unit in places
        and access.allowed(
            asked.actor,
            Action.READ,
            Resource(
                ref=ref,
                bundle=edition,
                organisation=places[line.unit],
                unit=line.unit,
                secrecy=line.secrecy,
                case=line.case,
                in_case=line.case is not None,
            ),
        )
    )
