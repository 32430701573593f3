"""Bevakning: a task is put to sleep by whoever has it, and woken."""

from datetime import date, datetime, time
from uuid import UUID

from django.utils.timezone import get_current_timezone, localdate, localtime

from cases import access, repository
from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import StaleVersionError, TaskClaimedError
from cases.inbox.errors import SleepError
from cases.models import Bevakning, Task
from cases.repository import Line, LockedTask, TaskChange
from cases.use_cases.completing import require_open

LONGEST = 300
"""Characters of a reason."""


def put_to_sleep(
    task_id: UUID,
    *,
    until: date,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Hide a task from its holder's list until the morning of a day; a free one is taken first.

    It comes back earlier when its last day passes or something happens in the case. Putting it to
    sleep again changes the day and the reason. The history gets a line, without the reason.

    Args:
        task_id: The task.
        until: The day (Stockholm) on which it is to come back, after today's and not after its
            last day.
        reason: Why it can wait, in the person's own words; at most ``LONGEST`` characters.
        actor: Who has the task, or may take it.
        now: The moment, aware.
        version: Of the task, as the page knows it.

    Raises:
        SleepError: No reason, a day that has been, or one past the last day.
        TaskClaimedError: Somebody else has it.
        TaskAlreadyCompletedError, TaskNotOpenError, StaleVersionError: Too late.
        NotFoundError, NotPermittedError: Out of sight, or not for the actor's roles.
    """
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST:
        raise SleepError(task_id, "reason")
    morning = datetime.combine(until, time.min, get_current_timezone())
    with access_context(actor):
        task = repository.lock_task(task_id)
        access.require(actor, Action.COMPLETE, task.resource(actor))
        _require_fresh(task, version)
        if task.claimed_by not in (None, actor.user_id):
            raise TaskClaimedError(task_id)
        row = Task.objects.get(pk=task_id)
        if until <= localdate(now):
            raise SleepError(task_id, "past")
        if row.due is not None and morning > localtime(row.due):
            raise SleepError(task_id, "due")
        _write(task, actor, now, "bevakad")
        place = task.instance
        Bevakning.objects.update_or_create(
            task_id=task_id,
            defaults={
                "organisation_id": place.organisation,
                "unit_id": place.unit,
                "secrecy": place.secrecy,
                "arende_id": place.arende_id,
                "user_id": actor.user_id or 0,
                "at": now,
                "until": morning,
                "reason": why,
            },
        )


def wake(task_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a task back into the list at once; one that is awake stays so.

    Raises:
        TaskClaimedError: Somebody else has it.
        NotFoundError, NotPermittedError: Out of sight, or not for the actor's roles.
    """
    with access_context(actor):
        task = repository.lock_task(task_id)
        access.require(actor, Action.COMPLETE, task.resource(actor))
        if task.claimed_by not in (None, actor.user_id):
            raise TaskClaimedError(task_id)
        gone, _by_table = Bevakning.objects.filter(task_id=task_id).delete()
        if gone:
            _write(task, actor, now, "vaknade")


def _require_fresh(task: LockedTask, version: int | None) -> None:
    require_open(task)
    if version not in (None, task.version):
        raise StaleVersionError(task.id, expected=version or 0, stored=task.version)


def _write(task: LockedTask, actor: Actor, now: datetime, kind: str) -> None:
    """A line of history; the task is the actor's afterwards."""
    repository.save_task_change(
        TaskChange(
            instance=task.instance,
            actor=actor,
            now=now,
            task=task.id,
            claimed_by=actor.user_id,
            delegated_by=task.delegated_by,
            vikariat=task.vikariat,
            line=Line(kind=kind, element=task.element, task_id=str(task.id)),
        )
    )
