"""Who has a task: claim, release, delegate and its return, reassign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model

from cases import access, repository
from cases.access import Action, Resource
from cases.actor import Actor, actor_for
from cases.context import access_context
from cases.errors import NotPermittedError, StaleVersionError, TaskClaimedError, UserUnknownError
from cases.repository import Line, LockedTask, TaskChange
from cases.results import TaskState
from cases.use_cases.completing import require_open


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a person asks for."""

    action: Action
    kind: str
    actor: Actor
    now: datetime
    version: int | None
    to_user: int | None = None


Holders = tuple[int | None, int | None]
"""Who has the task, and who gets it back."""


def claim(task_id: UUID, *, actor: Actor, now: datetime, version: int | None = None) -> TaskState:
    """Take a task. Taking one's own again changes nothing.

    Raises:
        TaskClaimedError: Somebody else has it.
        TaskAlreadyCompletedError, TaskNotOpenError, StaleVersionError: Too late.
        NotFoundError, NotPermittedError: Out of sight, or not for the actor's roles.
    """

    def decide(task: LockedTask) -> Holders:
        if task.claimed_by not in (None, actor.user_id):
            raise TaskClaimedError(task.id)
        return actor.user_id, task.delegated_by

    return _change(task_id, decide, _Wish(Action.CLAIM, "claimed", actor, now, version))


def release(task_id: UUID, *, actor: Actor, now: datetime, version: int | None = None) -> TaskState:
    """Give a task back to its role; a delegated one goes back to who delegated it.

    Raises:
        NotPermittedError: The actor does not have the task.
        TaskAlreadyCompletedError, TaskNotOpenError, StaleVersionError: Too late.
    """

    def decide(task: LockedTask) -> Holders:
        _require_holder(task, actor, Action.RELEASE)
        return task.delegated_by, None

    return _change(task_id, decide, _Wish(Action.RELEASE, "released", actor, now, version))


def delegate(
    task_id: UUID, *, to_user: int, actor: Actor, now: datetime, version: int | None = None
) -> TaskState:
    """Let somebody else do a task and give it back (``resolve_delegation``) or complete it.

    Raises:
        TaskClaimedError: Somebody else has it.
        UserUnknownError: ``to_user`` has no role in the task's unit.
    """

    def decide(task: LockedTask) -> Holders:
        if task.claimed_by not in (None, actor.user_id):
            raise TaskClaimedError(task.id)
        _require_reachable(task, to_user, now)
        return to_user, task.delegated_by or actor.user_id

    change = _Wish(Action.DELEGATE, "delegated", actor, now, version, to_user)
    return _change(task_id, decide, change)


def resolve_delegation(
    task_id: UUID, *, actor: Actor, now: datetime, version: int | None = None
) -> TaskState:
    """Give a delegated task back to who delegated it.

    Raises:
        NotPermittedError: The task is not delegated to the actor.
    """

    def decide(task: LockedTask) -> Holders:
        _require_holder(task, actor, Action.RELEASE)
        if task.delegated_by is None:
            raise NotPermittedError(Action.RELEASE.value, task.id)
        return task.delegated_by, None

    return _change(task_id, decide, _Wish(Action.RELEASE, "returned", actor, now, version))


def reassign(
    task_id: UUID, *, to_user: int | None, actor: Actor, now: datetime, version: int | None = None
) -> TaskState:
    """Give a task to somebody, or back to its role with None, whoever has it.

    Raises:
        UserUnknownError: ``to_user`` has no role in the task's unit.
    """

    def decide(task: LockedTask) -> Holders:
        if to_user is not None:
            _require_reachable(task, to_user, now)
        return to_user, None

    change = _Wish(Action.REASSIGN, "reassigned", actor, now, version, to_user)
    return _change(task_id, decide, change)


def _change(task_id: UUID, decide: Callable[[LockedTask], Holders], wish: _Wish) -> TaskState:
    with access_context(wish.actor):
        task = repository.lock_task(task_id)
        access.require(wish.actor, wish.action, task.resource(wish.actor))
        require_open(task)
        if wish.version not in (None, task.version):
            raise StaleVersionError(task.id, expected=wish.version or 0, stored=task.version)
        claimed_by, delegated_by = decide(task)
        if (claimed_by, delegated_by) == (task.claimed_by, task.delegated_by):
            return _state(task, task.version, claimed_by, delegated_by)
        detail = {} if wish.to_user is None else {"user": wish.to_user}
        repository.save_task_change(
            TaskChange(
                instance=task.instance,
                actor=wish.actor,
                now=wish.now,
                task=task.id,
                claimed_by=claimed_by,
                delegated_by=delegated_by,
                line=Line(
                    kind=wish.kind, element=task.element, task_id=str(task.id), detail=detail
                ),
            )
        )
        return _state(task, task.version + 1, claimed_by, delegated_by)


def _state(
    task: LockedTask, version: int, claimed_by: int | None, delegated_by: int | None
) -> TaskState:
    return TaskState(
        task_id=task.id, version=version, claimed_by=claimed_by, delegated_by=delegated_by
    )


def _require_holder(task: LockedTask, actor: Actor, action: Action) -> None:
    if task.claimed_by is None or task.claimed_by != actor.user_id:
        raise NotPermittedError(action.value, task.id)


def _require_reachable(task: LockedTask, user_id: int, now: datetime) -> None:
    """The receiver must be able to see the task, or it would be lost to everybody."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise UserUnknownError(user_id)
    receiver = actor_for(user, now)
    instance = task.instance
    resource = Resource(
        ref=task.id,
        bundle=instance.bundle,
        organisation=instance.organisation,
        unit=instance.unit,
        secrecy=instance.secrecy,
        roles=task.groups,
        assigned=True,
        case=instance.arende_id,
        in_case=instance.arende_id is not None,
    )
    reaches = any(receiver.grants_in(instance.organisation, instance.unit))
    if not reaches or not access.allowed(receiver, Action.COMPLETE, resource):
        raise UserUnknownError(user_id)
