"""A role that ended while its holder had a task: the task goes back to the role.

What somebody has as a substitute goes back to her colleague, whose it is (ADR 0023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan
from django.utils.timezone import localdate

from cases import repository
from cases.actor import SYSTEM
from cases.context import access_context
from cases.models import RoleGrant, Task, Vikariat
from cases.repository import Line, LockedTask, TaskChange
from cases.use_cases.substituting import to_colleague


class _Place(Func):
    """Where in an array a value stands, from 1; null when it does not."""

    function = "array_position"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grants:
    """Grants of one person in one place: any that holds, one of the lane, one of it that ended."""

    holds: QuerySet[RoleGrant]
    fits: QuerySet[RoleGrant]
    ended: QuerySet[RoleGrant]


def lost_role(
    user_id: int, groups: Sequence[str], *, organisation: UUID, unit: UUID, now: datetime
) -> bool:
    """Tell whether somebody held a role of a task's lane where it is, and does so no more.

    Who was given the task without ever having had the role (a colleague, a head) keeps it, as long
    as any role is left in the unit.

    Args:
        user_id: Who has the task.
        groups: The roles of its lane.
        organisation: Where it is.
        unit: Where it is.
        now: Its Stockholm day decides.
    """
    lane = Value(list(groups), output_field=ArrayField(CharField()))
    grants = _grants(user_id, lane, organisation, unit, localdate(now))
    if not grants.holds.exists():
        return True
    return grants.ended.exists() and not grants.fits.exists()


def release_lost(*, now: datetime, limit: int = 500) -> int:
    """Give every open task of somebody who has lost the role back to the role.

    What she has as a substitute goes to the colleague instead, unless she has lost it too. A second
    call finds none, where there were not more than ``limit``.

    Args:
        now: Its Stockholm day decides.
        limit: The most that are released.

    Returns:
        How many were released.
    """
    held = OuterRef("claimed_by_id"), OuterRef("groups")
    grants = _grants(*held, OuterRef("organisation_id"), OuterRef("unit_id"), localdate(now))
    lost = ~Exists(grants.holds) | (Exists(grants.ended) & ~Exists(grants.fits))
    with access_context(SYSTEM):
        rows = Task.objects.filter(lost, status=Task.Status.OPEN, claimed_by__isnull=False)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_release(task_id, now) for task_id in ids)


def _grants(user: Any, lane: Any, organisation: Any, unit: Any, day: date) -> _Grants:
    """The grants that tell; each argument a value, or an outer column of it."""
    place = Q(unit_id=unit) | Q(unit=None, organisation_id=organisation)
    here = RoleGrant.objects.filter(place, user_id=user)
    holds = here.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    in_lane = GreaterThan(_Place(lane, F("role")), 0)
    return _Grants(
        holds=holds, fits=holds.filter(in_lane), ended=here.filter(in_lane, valid_to__lt=day)
    )


def _release(task_id: UUID, now: datetime) -> bool:
    with access_context(SYSTEM):
        task = repository.lock_task(task_id)
        if not task.open or not _gone(task, task.claimed_by, now):
            return False
        repository.save_task_change(_change(task, now))
        return True


def _gone(task: LockedTask, user_id: int | None, now: datetime) -> bool:
    place = task.instance
    return user_id is not None and lost_role(
        user_id, task.groups, organisation=place.organisation, unit=place.unit, now=now
    )


def _change(task: LockedTask, now: datetime) -> TaskChange:
    if task.vikariat is not None:
        row = Vikariat.objects.select_related("person").get(pk=task.vikariat)
        if not _gone(task, row.person_id, now):
            return to_colleague(task, row, SYSTEM, now)
    return TaskChange(
        instance=task.instance,
        actor=SYSTEM,
        now=now,
        task=task.id,
        claimed_by=None,
        delegated_by=None,
        line=Line(kind="released", element=task.element, task_id=str(task.id)),
    )
