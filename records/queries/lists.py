"""Lists of cases: one line per ärende of the authority and per akt of a provider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q

from cases.actor import Actor
from cases.context import access_context
from cases.models import Unit
from records.access import readable
from records.answers import local_date
from records.identity import PersonnummerInvalidError, canonical, mask
from records.models import Akt, Arende, Uppdrag
from records.queries.reads import log_list

Side = Literal["myndighet", "utforare"]
Status = Literal["open", "closed", "all"]
Cursor = tuple[datetime, UUID]
OPEN = ("oppet", "oppen")
MOST_FOUND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list. ``id`` is the ärende; the number is masked."""

    id: UUID
    side: Side
    nummer: str
    namn: str
    personnummer: str
    skydd: str
    status: str
    open: bool
    opened: datetime
    unit: str
    akt: UUID | None = None
    deceased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Cases and where the next page begins."""

    rows: list[CaseLine]
    next: Cursor | None


def cases(
    actor: Actor,
    *,
    now: datetime,
    status: Status = "open",
    unit: UUID | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> CasePage:
    """The cases that the actor may read, newest first.

    Args:
        actor: Who reads.
        now: The moment, aware.
        status: ``open``, ``closed`` or ``all``.
        unit: Only those that this unit holds.
        after: ``next`` of the page before.
        limit: Rows per page.
    """
    with access_context(actor):
        wanted = _beyond(after) & (Q() if unit is None else Q(unit_id=unit))
        own_seen = readable(actor, now, column="pk") & wanted
        held_seen = readable(actor, now, column="arende_id") & wanted
        own = Arende.objects.filter(own_seen, _status(status))
        held = Akt.objects.filter(held_seen, _status(status))
        found: list[Arende | Akt] = [
            *own.select_related("person", "unit").order_by("-oppnad", "-id")[: limit + 1],
            *held.select_related("person", "unit").order_by("-oppnad", "-id")[: limit + 1],
        ]
        numbers = numbers_of(found)
        keyed = sorted(found, key=lambda row: (row.oppnad, row.pk), reverse=True)
        log_list(actor, _by_unit(keyed[:limit]), "arenden", now)
    page = [line_of(row, numbers) for row in keyed[:limit]]
    last = keyed[limit - 1] if len(keyed) > limit else None
    return CasePage(rows=page, next=(last.oppnad, last.pk) if last else None)


def find_cases(actor: Actor, asked: str, *, now: datetime) -> list[CaseLine]:
    """The cases with this number, or about the person with this personnummer, newest first.

    Only what the actor may read is found, so a protected person is found by nobody else. What the
    search showed is logged as a list (L-34).

    Args:
        actor: Who searches.
        asked: The number of an ärende or an uppdrag, or a personnummer in any way of writing it.
        now: The moment, aware.
    """
    about = Q(person__personnummer=_personnummer(asked, now))
    with access_context(actor):
        own = Arende.objects.filter(
            readable(actor, now, column="pk"), Q(nummer__iexact=asked) | about
        )
        held = Akt.objects.filter(
            readable(actor, now, column="arende_id"), Q(uppdrag__nummer__iexact=asked) | about
        )
        found: list[Arende | Akt] = [
            *own.select_related("person", "unit").order_by("-oppnad", "-id")[:MOST_FOUND],
            *held.select_related("person", "unit").order_by("-oppnad", "-id")[:MOST_FOUND],
        ]
        numbers = numbers_of(found)
        log_list(actor, _by_unit(found), "sok", now)
    keyed = sorted(found, key=lambda row: (row.oppnad, row.pk), reverse=True)
    return [line_of(row, numbers) for row in keyed]


def _personnummer(asked: str, now: datetime) -> str:
    """The number as it is stored; what is none matches nobody."""
    try:
        return canonical(asked, today=local_date(now))
    except PersonnummerInvalidError:
        return ""


def unit_names(actor: Actor) -> list[tuple[str, str]]:
    """The actor's units, by name: (id, name)."""
    rows = Unit.objects.filter(pk__in=list(actor.units)).order_by("name")
    return [(str(row.pk), row.name) for row in rows]


def _by_unit(rows: Iterable[Arende | Akt]) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        case = row.pk if isinstance(row, Arende) else row.arende_id
        found.setdefault(row.unit_id, []).append(case)
    return found


def line_of(row: Arende | Akt, numbers: Mapping[UUID, str]) -> CaseLine:
    """The line of an ärende or an akt."""
    own = isinstance(row, Arende)
    return CaseLine(
        id=row.pk if isinstance(row, Arende) else row.arende_id,
        side="myndighet" if own else "utforare",
        nummer=row.nummer if isinstance(row, Arende) else numbers.get(row.uppdrag_id, ""),
        namn=row.person.namn,
        personnummer=mask(row.person.personnummer),
        skydd=row.person.skydd,
        status=row.status,
        open=row.status in OPEN,
        opened=row.oppnad,
        unit=row.unit.name,
        akt=None if isinstance(row, Arende) else row.pk,
        deceased=row.person.avliden_datum is not None,
    )


def numbers_of(rows: Iterable[Arende | Akt]) -> Mapping[UUID, str]:
    """The number of each akt is its uppdrag's."""
    wanted = [row.uppdrag_id for row in rows if isinstance(row, Akt)]
    if not wanted:
        return {}
    return dict(Uppdrag.objects.filter(pk__in=wanted).values_list("pk", "nummer"))


def _beyond(after: Cursor | None) -> Q:
    if after is None:
        return Q()
    return Q(oppnad__lt=after[0]) | Q(oppnad=after[0], id__lt=after[1])


def _status(status: Status) -> Q:
    if status == "all":
        return Q()
    return Q(status__in=OPEN) if status == "open" else ~Q(status__in=OPEN)
