"""Who has a task: claim, release, delegate and its return, reassign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from cases import access, reason_text, repository, substitution
from cases.access import Action, Resource
from cases.actor import Actor, Standing, actor_for
from cases.context import access_context
from cases.errors import (
    NotPermittedError,
    StaleVersionError,
    TaskClaimedError,
    UserUnknownError,
)
from cases.models import Vikariat
from cases.repository import ON_BEHALF, Line, LockedTask, TaskChange
from cases.results import TaskState
from cases.substitution_errors import SubstitutionOverError
from cases.use_cases.completing import require_open, require_others_wrote


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a person asks for, and why: a code, and what she says about it."""

    action: Action
    kind: str
    actor: Actor
    now: datetime
    version: int | None
    to_user: int | None = None
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has the task, who gets it back, and by what the first has it as a substitute."""

    claimed_by: int | None
    delegated_by: int | None
    vikariat: UUID | None = None


def claim(task_id: UUID, *, actor: Actor, now: datetime, version: int | None = None) -> TaskState:
    """Take a task. Taking one's own again changes nothing.

    A substitute takes from the colleague, who gets it back when it is released or the
    substitution is over.

    Raises:
        TaskClaimedError: Somebody else has it.
        FourEyesError: The substitute, or the colleague, did the step that it checks.
        TaskAlreadyCompletedError, TaskNotOpenError, StaleVersionError: Too late.
        NotFoundError, NotPermittedError: Out of sight, or not for the actor's roles.
    """

    def decide(task: LockedTask) -> Holders:
        if task.claimed_by is None:
            return Holders(actor.user_id, task.delegated_by)
        if task.claimed_by == actor.user_id:
            return Holders(actor.user_id, task.delegated_by, task.vikariat)
        standing = substitution.standing_in(task, actor)
        if standing is None:
            raise TaskClaimedError(task.id)
        _require_standing(task, actor, standing, now)
        return Holders(actor.user_id, task.delegated_by, standing.id)

    return _change(task_id, decide, _Wish(Action.CLAIM, "claimed", actor, now, version))


def release(task_id: UUID, *, actor: Actor, now: datetime, version: int | None = None) -> TaskState:
    """Give a task back to its role; a delegated one goes back to who delegated it.

    One that was taken as a substitute goes back to the colleague.

    Raises:
        NotPermittedError: The actor does not have the task.
        TaskAlreadyCompletedError, TaskNotOpenError, StaleVersionError: Too late.
    """

    def decide(task: LockedTask) -> Holders:
        _require_holder(task, actor, Action.RELEASE)
        colleague = _colleague(task)
        if colleague is not None:
            return Holders(colleague, task.delegated_by)
        return Holders(task.delegated_by, None)

    return _change(task_id, decide, _Wish(Action.RELEASE, "released", actor, now, version))


def delegate(
    task_id: UUID, *, to_user: int, actor: Actor, now: datetime, version: int | None = None
) -> TaskState:
    """Let somebody else do a task and give it back (``resolve_delegation``) or complete it.

    Raises:
        TaskClaimedError: Somebody else has it.
        UserUnknownError: ``to_user`` has no role in the task's unit.
        FourEyesError: ``to_user`` did the step that the task checks.
    """

    def decide(task: LockedTask) -> Holders:
        if task.claimed_by not in (None, actor.user_id):
            raise TaskClaimedError(task.id)
        _require_reachable(task, to_user, now)
        return Holders(to_user, task.delegated_by or _colleague(task) or actor.user_id)

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
        return Holders(task.delegated_by, None)

    return _change(task_id, decide, _Wish(Action.RELEASE, "returned", actor, now, version))


def reassign(
    task_id: UUID,
    *,
    to_user: int | None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    reason: str = "",
    text: str = "",
) -> TaskState:
    """Give a task to somebody, or back to its role with None, whoever has it.

    Args:
        task_id: The task.
        to_user: Who gets it.
        actor: Who decides it.
        now: The moment, aware.
        version: Of the task, as the page knows it.
        reason: A code that goes into the history; "" for none.
        text: What the actor adds in her own words, read where the history is read and logged
            nowhere; "" for nothing.

    Raises:
        ReasonTextError: The text is too long, or seems to hold an identity number.
        UserUnknownError: ``to_user`` has no role in the task's unit.
        FourEyesError: ``to_user`` did the step that the task checks.
    """
    words = reason_text.checked(text)

    def decide(task: LockedTask) -> Holders:
        if to_user is not None:
            _require_reachable(task, to_user, now)
        return Holders(to_user, None)

    change = _Wish(Action.REASSIGN, "reassigned", actor, now, version, to_user, reason, words)
    return _change(task_id, decide, change)


def _change(task_id: UUID, decide: Callable[[LockedTask], Holders], wish: _Wish) -> TaskState:
    with access_context(wish.actor):
        task = repository.lock_task(task_id)
        access.require(wish.actor, wish.action, task.resource(wish.actor))
        require_open(task)
        if wish.version not in (None, task.version):
            raise StaleVersionError(task.id, expected=wish.version or 0, stored=task.version)
        held = decide(task)
        if held == Holders(task.claimed_by, task.delegated_by, task.vikariat):
            return _state(task, task.version, held)
        repository.save_task_change(
            TaskChange(
                instance=task.instance,
                actor=wish.actor,
                now=wish.now,
                task=task.id,
                claimed_by=held.claimed_by,
                delegated_by=held.delegated_by,
                vikariat=held.vikariat,
                line=Line(
                    kind=wish.kind,
                    element=task.element,
                    task_id=str(task.id),
                    detail=_detail(task, held, wish),
                    explanation={"text": wish.text} if wish.text else None,
                ),
            )
        )
        return _state(task, task.version + 1, held)


def _detail(task: LockedTask, held: Holders, wish: _Wish) -> dict[str, Any]:
    """Who gets it, why, and for whom the actor did it as a substitute."""
    detail: dict[str, Any] = {} if wish.to_user is None else {"user": wish.to_user}
    if wish.reason:
        detail["reason"] = wish.reason
    mine = wish.actor.user_id in (task.claimed_by, held.claimed_by)
    standing = wish.actor.standing(held.vikariat or task.vikariat) if mine else None
    return detail if standing is None else {**detail, ON_BEHALF: standing.username}


def _state(task: LockedTask, version: int, held: Holders) -> TaskState:
    return TaskState(
        task_id=task.id,
        version=version,
        claimed_by=held.claimed_by,
        delegated_by=held.delegated_by,
    )


def _require_holder(task: LockedTask, actor: Actor, action: Action) -> None:
    if task.claimed_by is None or task.claimed_by != actor.user_id:
        raise NotPermittedError(action.value, task.id)


def _require_standing(task: LockedTask, actor: Actor, standing: Standing, now: datetime) -> None:
    """It is still so, and neither of the two has written what the task checks."""
    if not substitution.holds(standing.id, now):
        raise SubstitutionOverError(task.id)
    require_others_wrote(task, substitution.pair_of(task, actor, standing))


def _colleague(task: LockedTask) -> int | None:
    """Whose task it is when a substitute has it."""
    if task.vikariat is None:
        return None
    return int(Vikariat.objects.values_list("person_id", flat=True).get(pk=task.vikariat))


def _require_reachable(task: LockedTask, user_id: int, now: datetime) -> None:
    """The receiver must be able to see the task and to do it, or it would be lost to everybody."""
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
    require_others_wrote(task, {receiver.username})
