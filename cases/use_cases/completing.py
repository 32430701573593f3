"""A person completes a task."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from cases import access, four_eyes, repository, substitution
from cases.actor import Actor
from cases.context import access_context
from cases.errors import (
    CapabilityFailedError,
    CaseError,
    FourEyesError,
    NotPermittedError,
    ProcessStoppedError,
    StaleVersionError,
    TaskAlreadyCompletedError,
    TaskClaimedError,
    TaskNotOpenError,
)
from cases.idempotency import Request, earlier_answer, request_of
from cases.models import Instance, Task
from cases.repository import Change, LockedTask
from cases.results import Completed, NextTask
from cases.substitution_errors import SubstitutionOverError
from cases.use_cases.actions import Action, checked_answers, home_processes
from cases.use_cases.incidents import COMPLETE_TASK, Failure, record_failure, settle_incidents
from cases.use_cases.lost_roles import lost_role
from engine import runtime
from engine.errors import IncidentError
from engine.errors import TaskNotOpenError as EngineTaskNotOpenError
from engine.outcome import Outcome


def complete_task(
    task_id: UUID,
    answers: Mapping[str, object],
    *,
    version: int,
    actor: Actor,
    now: datetime,
    idempotency_key: str | None = None,
) -> Completed:
    """Complete an open task with the answers to its form.

    Args:
        task_id: The task.
        answers: Field key to what was written.
        version: The task's version as the client read it. Only changes to this task raise it, so
            a reminder that fires meanwhile does not reject a half-written form.
        actor: Who completes it.
        now: The moment, aware.
        idempotency_key: The client's word for this request; a repetition gets the first answer.

    Raises:
        NotFoundError, NotPermittedError: Out of sight, or not for the actor's roles.
        TaskAlreadyCompletedError, TaskNotOpenError, StaleVersionError, TaskClaimedError: Too late.
        AnswersInvalidError: The form refuses the answers.
        FourEyesError: The actor did the step that this one must check, or whom she stands in for.
        SubstitutionOverError: She took it as a substitute and is that no more.
        CaseError: What a capability refuses, e.g. ``final_note_missing``.
        ProcessStoppedError, CapabilityFailedError: It broke; an incident was opened.
    """
    request = request_of(actor, idempotency_key, COMPLETE_TASK, task_id, version, answers)
    try:
        with access_context(actor):
            locked = repository.lock_task(task_id)
            _require_completable(locked, version, actor)
            on_behalf = _stands_for(locked, actor, now)
            _require_role_kept(locked, actor, now)
            action = Action(instance=locked.instance, actor=actor, now=now, on_behalf=on_behalf)
            return _complete(action, locked, answers, request)
    except (IncidentError, CapabilityFailedError) as error:
        _record(task_id, error, actor=actor, now=now)
        raise _as_case_error(error) from None
    except CaseError as error:
        return Completed.from_json(earlier_answer(request, error))


def _stands_for(locked: LockedTask, actor: Actor, now: datetime) -> str:
    """Username of whom the actor does the task for as a substitute; "" when for herself."""
    if locked.vikariat is None:
        return ""
    standing = actor.standing(locked.vikariat)
    if standing is None or not substitution.holds(standing.id, now):
        raise SubstitutionOverError(locked.id)
    return standing.username


def _require_role_kept(locked: LockedTask, actor: Actor, now: datetime) -> None:
    """Who took the task as a role may not do it when the role has ended (it is released)."""
    if locked.claimed_by is None or actor.user_id is None:
        return
    instance = locked.instance
    if lost_role(
        actor.user_id,
        locked.groups,
        organisation=instance.organisation,
        unit=instance.unit,
        now=now,
    ):
        raise NotPermittedError(access.Action.COMPLETE.value, locked.id)


def _complete(
    action: Action, locked: LockedTask, answers: Mapping[str, object], request: Request | None
) -> Completed:
    def inputs() -> Mapping[str, object]:
        return _inputs(action, locked)

    values = checked_answers(action, locked.form_id, answers, inputs)
    document = None
    if locked.form_id:
        document = action.save_answers(locked.form_id, values, locked.element, str(locked.id))
    try:
        outcome = runtime.complete_task(
            action.definition,
            locked.instance.state,
            str(locked.id),
            values,
            now=action.now,
            document=document,
            perform=action.perform,
        )
    except EngineTaskNotOpenError:
        raise TaskNotOpenError(locked.id) from None
    return _save(action, locked, outcome, request)


def _save(
    action: Action, locked: LockedTask, outcome: Outcome, request: Request | None
) -> Completed:
    instance = locked.instance
    completed = Completed(
        task_id=locked.id,
        version=locked.version + 1,
        instance_id=instance.id,
        status=str(Instance.Status.COMPLETED if outcome.completed else instance.status),
        tasks=NextTask.of(outcome),
    )
    repository.save_outcome(
        Change(
            instance=instance,
            outcome=outcome,
            actor=action.actor,
            now=action.now,
            cause=COMPLETE_TASK,
            facts=tuple(action.facts),
            task=locked.id,
            expiry=action.expiry(outcome),
            homes=home_processes(action, outcome),
            answer=request.answer(completed.to_json()) if request else None,
            on_behalf=action.on_behalf,
        )
    )
    settle_incidents(instance, COMPLETE_TASK, locked.id, actor=action.actor, now=action.now)
    return completed


def _require_completable(locked: LockedTask, version: int, actor: Actor) -> None:
    access.require(actor, access.Action.COMPLETE, locked.resource(actor))
    require_open(locked)
    if locked.version != version:
        raise StaleVersionError(locked.id, expected=version, stored=locked.version)
    if locked.claimed_by not in (None, actor.user_id):
        raise TaskClaimedError(locked.id)
    require_others_wrote(locked, substitution.pair_of(locked, actor))


def require_open(locked: LockedTask) -> None:
    """Refuse what can no longer be done to a task.

    Raises:
        TaskAlreadyCompletedError: Somebody was faster.
        TaskNotOpenError: An event cancelled it.
    """
    if locked.status == Task.Status.COMPLETED:
        raise TaskAlreadyCompletedError(locked.id)
    if not locked.open or not locked.instance.live:
        raise TaskNotOpenError(locked.id)


def require_others_wrote(locked: LockedTask, usernames: Collection[str]) -> None:
    """Refuse a task to whoever wrote what it checks.

    Raises:
        FourEyesError: One of them did the step.
    """
    place = (locked.instance.bundle, locked.process_key, locked.element)
    wrote = four_eyes.written_by(locked.instance.id, four_eyes.checked_by(*place), usernames)
    if wrote is not None:
        raise FourEyesError(locked.id, wrote)


def _inputs(action: Action, locked: LockedTask) -> Mapping[str, object]:
    outcome = runtime.inspect(action.definition, locked.instance.state, now=action.now)
    return next((task.inputs for task in outcome.tasks if task.id == str(locked.id)), {})


def _record(task_id: UUID, error: Exception, *, actor: Actor, now: datetime) -> None:
    with access_context(actor):
        task = Task.objects.only("instance_id", "element").get(pk=task_id)
    failure = Failure.of(COMPLETE_TASK, task_id, error, task.element)
    record_failure(task.instance_id, failure, actor=actor, now=now)


def _as_case_error(error: IncidentError | CapabilityFailedError) -> CaseError:
    if isinstance(error, IncidentError):
        return ProcessStoppedError(error.element, error.reason, error.incident_code)
    return error
