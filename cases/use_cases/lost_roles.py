"""A role that ended while its holder had a task: the task goes back to the role."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate

from cases import repository
from cases.actor import SYSTEM
from cases.context import access_context
from cases.models import RoleGrant, Task
from cases.repository import Line, TaskChange


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
    day = localdate(now)
    here = RoleGrant.objects.filter(
        Q(unit_id=unit) | Q(unit=None, organisation_id=organisation), user_id=user_id
    )
    holds = here.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    if not holds.exists():
        return True
    ended = here.filter(role__in=groups, valid_to__lt=day)
    return ended.exists() and not holds.filter(role__in=groups).exists()


def release_lost(*, now: datetime, limit: int = 500) -> int:
    """Give every open task of somebody who has lost the role back to the role.

    A second call finds none.

    Returns:
        How many were released.
    """
    with access_context(SYSTEM):
        rows = Task.objects.filter(status=Task.Status.OPEN, claimed_by__isnull=False)
        ids = [row.pk for row in rows.order_by("pk")[:limit] if _gone(row, now)]
    return sum(_release(task_id, now) for task_id in ids)


def _gone(row: Task, now: datetime) -> bool:
    return row.claimed_by_id is not None and lost_role(
        row.claimed_by_id,
        row.groups,
        organisation=row.organisation_id,
        unit=row.unit_id,
        now=now,
    )


def _release(task_id: UUID, now: datetime) -> bool:
    with access_context(SYSTEM):
        task = repository.lock_task(task_id)
        if not task.open or task.claimed_by is None:
            return False
        line = Line(kind="released", element=task.element, task_id=str(task.id))
        repository.save_task_change(
            TaskChange(
                instance=task.instance,
                actor=SYSTEM,
                now=now,
                task=task.id,
                claimed_by=None,
                delegated_by=None,
                line=line,
            )
        )
        return True
