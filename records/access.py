"""Which rows of the record an actor may read: the table ``atkomst``, unit by unit.

Row-level security has already left only the actor's units; this asks what the roles there may do,
so that a systemadministrator or verksamhetsansvarig reads no content of a unit she answers for, a
registrator no utredning (R-163), and nobody but the named a protected case (P-2).
"""

from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from cases import access, bundles
from cases.access import Action, Resource
from cases.actor import Actor
from cases.models import Secrecy
from records.answers import local_date

NOTHING = Q(pk__in=())


def readable(
    actor: Actor,
    now: datetime,
    *,
    shared: bool = False,
    case: UUID | None = None,
    column: str = "",
    action: Action = Action.READ,
) -> Q:
    """The rows that the actor may read, as a filter.

    Args:
        actor: Who reads.
        now: The moment, aware; its Stockholm day chooses the edition whose table decides.
        shared: Also rows that were sent to the unit (``delad_med``).
        case: The ärende that all the rows are about: one of the named for it reads more (P-2).
        column: For rows of many cases: the lookup of their ärende, to the same end.
        action: ``CONTENT`` for utredning, journal, plans and papers; ``READ`` for what tells only
            that there is a case and how far it has come.
    """
    if not actor.units:
        return NOTHING
    named = case in actor.appointed
    edition = bundles.newest_hash(local_date(now))  # once: there may be many units
    parts = [
        Q(**{f"{place}_id": unit}) & levels
        for unit in actor.units
        for levels in (_levels(actor, unit, edition, action, named=named, column=column),)
        if levels is not None
        for place in (("unit", "delad_med") if shared else ("unit",))
    ]
    return reduce(or_, parts, NOTHING)


def may(
    actor: Actor, action: Action, unit: UUID, secrecy: int, now: datetime, *, case: UUID | None
) -> bool:
    """Whether the actor may do something with what a unit holds at a protection level."""
    if unit not in actor.places:
        return False
    edition = bundles.newest_hash(local_date(now))
    return _allowed(actor, action, unit, secrecy, edition, named=case in actor.appointed)


def may_write(
    actor: Actor, unit: UUID, secrecy: int, now: datetime, *, case: UUID | None = None
) -> bool:
    """Whether the actor may write notes about somebody held by a unit at a protection level."""
    return may(actor, Action.COMPLETE, unit, secrecy, now, case=case)


def _levels(
    actor: Actor, unit: UUID, edition: str, action: Action, *, named: bool, column: str
) -> Q | None:
    plain = _highest(actor, unit, edition, action, named=named)
    found = None if plain is None else Q(secrecy__lte=plain)
    if not column or named or not actor.appointed:
        return found
    more = _highest(actor, unit, edition, action, named=True)
    if more is None or more == plain:
        return found
    own = Q(secrecy__lte=more, **{f"{column}__in": actor.appointed})
    return own if found is None else found | own


def _highest(actor: Actor, unit: UUID, edition: str, action: Action, *, named: bool) -> int | None:
    levels = [
        level.value
        for level in Secrecy
        if _allowed(actor, action, unit, level.value, edition, named=named)
    ]
    return max(levels, default=None)


def _allowed(
    actor: Actor, action: Action, unit: UUID, secrecy: int, edition: str, *, named: bool
) -> bool:
    resource = Resource(
        ref=unit,
        bundle=edition,
        organisation=actor.places[unit],
        unit=unit,
        secrecy=secrecy,
        case=next(iter(actor.appointed), None) if named else None,
    )
    return access.allowed(actor, action, resource)
