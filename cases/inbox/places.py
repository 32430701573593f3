"""Where a person's roles hold, as arrays that one statement can go through.

``access.visible`` says the same as a condition of Django's; a test compares the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from cases import access, bundles, substitution
from cases.access import Action
from cases.actor import Actor, Grant
from cases.inbox.wanted import Wanted, Whose

APART = ","
"""What joins the roles of a lane in the column ``queue``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Units where the same protection levels may be read.

    ``levels``: of any ärende; ``named``: also those of the ärenden that the person is one of the
    named for (P-2); ``apart``: what belongs to no ärende.
    """

    units: tuple[UUID, ...]
    levels: tuple[int, ...]
    named: tuple[int, ...]
    apart: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Who looks and when, with what holds for every choice.

    Attributes:
        actor: Who.
        now: When, aware.
        queues: The combinations of roles that tasks wait for anywhere.
        sights: What may be read where.
        led: Units where everybody's tasks may be handed over.
        barred: Colleagues' tasks that one may not take as their substitute (four eyes).
    """

    actor: Actor
    now: datetime
    queues: tuple[str, ...]
    sights: tuple[Sight, ...]
    led: tuple[UUID, ...]
    barred: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to look for one choice.

    Attributes:
        queues_of_units: (unit, queue) of free tasks.
        queues_of_organisations: (organisation, queue) of free tasks, where that is all its units.
        led: Units whose held tasks are wanted.
        colleagues: Whose tasks are wanted because one stands in for them.
    """

    queues_of_units: tuple[tuple[UUID, str], ...] = ()
    queues_of_organisations: tuple[tuple[UUID, str], ...] = ()
    led: tuple[UUID, ...] = ()
    colleagues: tuple[int, ...] = ()


def looker_of(actor: Actor, now: datetime, queues: Iterable[str]) -> Looker:
    """Return who looks.

    Args:
        actor: Who.
        now: Its Stockholm day chooses the edition whose table decides.
        queues: The combinations of roles that tasks wait for anywhere.
    """
    bundle = bundles.newest_hash(localdate(now))
    return Looker(
        actor=actor,
        now=now,
        queues=tuple(queues),
        sights=_sights(actor, bundle),
        led=_led(actor, bundle),
        barred=tuple(substitution.barred(actor)),
    )


def places_of(who: Looker, wanted: Wanted) -> Places:
    """Return where to look for what is wanted."""
    if wanted.whose in (Whose.MINE, Whose.ASLEEP):
        return Places()
    colleagues = tuple(who.actor.stands_for)
    if wanted.whose is Whose.STOOD_IN:
        return Places(colleagues=colleagues)
    lanes = [(queue, frozenset(queue.split(APART))) for queue in who.queues]
    waiting = [(queue, groups) for queue, groups in lanes if wanted.role in groups | {""}]
    led: tuple[UUID, ...] = ()
    if wanted.whose is Whose.ALL:
        led = tuple(unit for unit in who.led if wanted.unit in (None, unit))
        free = [queue for queue, _groups in waiting if wanted.holder is None]
        whole = {(place, queue) for place in _wholly_led(who, led) for queue in free}
        parts = {(unit, queue) for unit in led for queue in free}
    else:
        whole, parts = _own_queues(who.actor, wanted, waiting)
    places = who.actor.places
    return Places(
        queues_of_units=tuple(
            sorted(pair for pair in parts if (places[pair[0]], pair[1]) not in whole)
        ),
        queues_of_organisations=tuple(sorted(whole)),
        led=led,
        colleagues=colleagues if wanted.whose is Whose.FOR_ME else (),
    )


def _own_queues(
    actor: Actor, wanted: Wanted, waiting: Iterable[tuple[str, frozenset[str]]]
) -> tuple[set[tuple[UUID, str]], set[tuple[UUID, str]]]:
    """The queues of the actor's own roles: in whole organisations, and in units."""
    whole: set[tuple[UUID, str]] = set()
    parts: set[tuple[UUID, str]] = set()
    pairs = list(waiting)
    for grant in actor.grants:
        queues = [queue for queue, groups in pairs if grant.role in groups]
        if grant.unit is None and wanted.unit is None:
            whole |= {(grant.organisation, queue) for queue in queues}
        else:
            units = [unit for unit in _units(actor, grant) if wanted.unit in (None, unit)]
            parts |= {(unit, queue) for unit in units for queue in queues}
    return whole, parts


def _wholly_led(who: Looker, led: Sequence[UUID]) -> Iterable[UUID]:
    """Organisations where the actor has a role in all of it, and leads every unit."""
    for grant in who.actor.grants:
        if grant.unit is None and set(who.actor.units_of(grant.organisation)) <= set(led):
            yield grant.organisation


def _led(actor: Actor, bundle: str) -> tuple[UUID, ...]:
    led = {
        unit
        for grant in actor.grants
        if any(
            access.grant_may(grant, Action.REASSIGN, bundle, in_case=in_case)
            for in_case in (True, False)
        )
        for unit in _units(actor, grant)
    }
    return tuple(sorted(led))


def _units(actor: Actor, grant: Grant) -> Sequence[UUID]:
    return (grant.unit,) if grant.unit is not None else actor.units_of(grant.organisation)


def _sights(actor: Actor, bundle: str) -> tuple[Sight, ...]:
    units: dict[tuple[tuple[int, ...], ...], set[UUID]] = {}
    for grant in actor.grants:
        seen = tuple(
            tuple(access.readable_levels(grant, bundle, named=named, in_case=in_case))
            for named, in_case in ((False, True), (True, True), (False, False))
        )
        if any(seen):
            units.setdefault(seen, set()).update(_units(actor, grant))
    return tuple(
        Sight(units=tuple(sorted(held)), levels=levels, named=named, apart=apart)
        for (levels, named, apart), held in sorted(units.items())
    )
