"""Which rows of the record an actor may read: the table ``atkomst``, unit by unit.

Row-level security has already left only the actor's units; this asks what the roles there may do,
so that a systemadministrator or verksamhetsansvarig reads no content of a unit she answers for.
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


def readable(actor: Actor, now: datetime, *, shared: bool = False) -> Q:
    """The rows that the actor may read, as a filter.

    Args:
        actor: Who reads.
        now: The moment, aware; its Stockholm day chooses the edition whose table decides.
        shared: Also rows that were sent to the unit (``delad_med``).
    """
    parts = [
        Q(**{f"{column}_id": unit, "secrecy__lte": level})
        for unit in actor.units
        for level in (_highest(actor, unit, now),)
        if level is not None
        for column in (("unit", "delad_med") if shared else ("unit",))
    ]
    return reduce(or_, parts, NOTHING)


def may_write(actor: Actor, unit: UUID, secrecy: int, now: datetime) -> bool:
    """Whether the actor may write notes about somebody held by a unit at a protection level."""
    return unit in actor.places and _allowed(actor, Action.COMPLETE, unit, secrecy, now)


def _highest(actor: Actor, unit: UUID, now: datetime) -> int | None:
    levels = [
        level.value for level in Secrecy if _allowed(actor, Action.READ, unit, level.value, now)
    ]
    return max(levels, default=None)


def _allowed(actor: Actor, action: Action, unit: UUID, secrecy: int, now: datetime) -> bool:
    resource = Resource(
        ref=unit,
        bundle=bundles.newest_hash(local_date(now)),
        organisation=actor.places[unit],
        unit=unit,
        secrecy=secrecy,
    )
    return access.allowed(actor, action, resource)
