"""The engine's actions: state in, outcome out. No clock, no database, nothing half-moved.

Each action restores the instance, changes one thing, runs until everything waits, and encodes once.
An exception throws the restored object away; the stored state is untouched.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import codec, scopes
from engine.definition import Definition
from engine.errors import (
    BpmnError,
    JobNotPendingError,
    NoSubscriptionError,
    NotDueError,
    TaskNotOpenError,
)
from engine.history import Action
from engine.outcome import Outcome, PendingJob
from engine.report import outcome_of, pending_job, waits_of
from engine.spiff.elements import Job, UserTask
from engine.spiff.events import EventGateway
from engine.spiff.patch import READY, STARTED, WAITING, Flow, Token
from engine.spiff.routing import throw_error
from engine.spiff.subprocess import begin

Value = Any
Perform = Callable[[PendingJob], Mapping[str, Value] | None]


def start(
    definition: Definition,
    variables: Mapping[str, Value],
    *,
    now: datetime,
    seed: UUID,
    start_event: str | None = None,
    payload: Mapping[str, Value] | None = None,
    perform: Perform | None = None,
    cause: str = "start",
) -> Outcome:
    """Start an instance.

    Args:
        definition: What to run.
        variables: The process's first variables.
        now: The time, aware.
        seed: Makes the ids of the instance; the same seed gives the same ids.
        start_event: Id of the start event; needed when several would do.
        payload: The starting message's payload, merged unless the start event maps it.
        perform: Called for each pending job; see ``complete_task``.
        cause: Told with the history.

    Raises:
        DefinitionError: No such start event, or more than one would do.
        IncidentError: The diagram cannot go on.
    """
    action = Action(now, cause, seed)
    first = definition.start_element(start_event, with_payload=payload is not None)
    flow = Flow(definition.specs[definition.process_id], definition.specs, action)
    flow.data["v"] = dict(variables)
    begin(flow, flow.spec.task_specs[first], payload)
    return _finish(flow, perform)


def complete_task(
    definition: Definition,
    state: bytes,
    task_id: str,
    answers: Mapping[str, Value],
    *,
    now: datetime,
    document: str | None = None,
    perform: Perform | None = None,
    cause: str = "complete_task",
) -> Outcome:
    """Complete an open user task.

    Args:
        definition: What runs.
        state: As last stored.
        task_id: As in ``Outcome.tasks``.
        answers: Field to value, checked against the form; variables only through outputs.
        now: The time, aware.
        document: Id of the stored answers; becomes the variable ``<element>_dokument``.
        perform: Called for each pending job: a mapping completes it at once, None leaves it
            pending, ``BpmnError`` is thrown at it, any other exception aborts the action.
        cause: Told with the history.

    Raises:
        TaskNotOpenError: Finished, cancelled or unknown.
        IncidentError: The diagram cannot go on.
    """
    flow = _restored(definition, state, Action(now, cause))
    token = _find(flow, task_id)
    if token is None or not isinstance(token.task_spec, UserTask) or token.state != READY:
        raise TaskNotOpenError(task_id)
    if document is not None:
        scopes.put(token, f"{token.task_spec.bpmn_id}_dokument", document)
    _complete(token, answers)
    return _finish(flow, perform)


def complete_job(
    definition: Definition,
    state: bytes,
    job_id: str,
    result: Mapping[str, Value],
    *,
    now: datetime,
    error_code: str | None = None,
    perform: Perform | None = None,
    cause: str = "complete_job",
) -> Outcome:
    """Complete a pending job, or throw the BPMN error ``error_code`` at it.

    Raises:
        JobNotPendingError: Completed, cancelled or unknown.
        IncidentError: The diagram cannot go on, or nobody catches the error.
    """
    flow = _restored(definition, state, Action(now, cause))
    token = _find(flow, job_id)
    if token is None or not isinstance(token.task_spec, Job) or token.state != STARTED:
        raise JobNotPendingError(job_id)
    if error_code is None:
        _complete(token, result)
    else:
        _fail(token, error_code)
    return _finish(flow, perform)


def fire_timer(
    definition: Definition,
    state: bytes,
    ref: str,
    *,
    now: datetime,
    perform: Perform | None = None,
    cause: str = "fire_timer",
) -> Outcome:
    """Fire exactly this timer.

    Raises:
        NotDueError: Not due at ``now``, cancelled or unknown.
        IncidentError: The diagram cannot go on.
    """
    flow = _restored(definition, state, Action(now, cause))
    token, element, armed = _waiting(flow, ref)
    if token is None or "due" not in armed or datetime.fromisoformat(armed["due"]) > now:
        raise NotDueError(ref)
    _deliver(token, element, None)
    return _finish(flow, perform)


def correlate_message(
    definition: Definition,
    state: bytes,
    ref: str,
    payload: Mapping[str, Value],
    *,
    now: datetime,
    perform: Perform | None = None,
    cause: str = "correlate_message",
) -> Outcome:
    """Deliver a message to exactly this subscription.

    Raises:
        NoSubscriptionError: Nothing waits there any more.
        IncidentError: The diagram cannot go on.
    """
    flow = _restored(definition, state, Action(now, cause))
    token, element, armed = _waiting(flow, ref)
    if token is None or "key" not in armed:
        raise NoSubscriptionError(ref)
    _deliver(token, element, payload)
    return _finish(flow, perform)


def cancel(
    definition: Definition, state: bytes, *, now: datetime, cause: str = "cancel"
) -> Outcome:
    """Cancel everything that is open. The history tells each element."""
    flow = _restored(definition, state, Action(now, cause))
    flow.data.pop("armed", None)
    flow.cancel_all()
    return outcome_of(flow, codec.encode(flow))


def inspect(definition: Definition, state: bytes, *, now: datetime | None = None) -> Outcome:
    """Return what is open, without change; ``now`` is of no importance."""
    flow = codec.decode(state, definition, Action(now or _EPOCH, "inspect"))
    return outcome_of(flow, state)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _restored(definition: Definition, state: bytes, action: Action) -> Flow:
    """Return the stored instance; the action knows what it waited for."""
    flow = codec.decode(state, definition, action)
    action.before = waits_of(flow)
    return flow


def _finish(flow: Flow, perform: Perform | None) -> Outcome:
    flow.settle()
    if perform is not None:
        _perform_all(flow, perform)
    _move_limits(flow)
    return outcome_of(flow, codec.encode(flow))


def _move_limits(flow: Flow) -> None:
    """Give open tasks whose limit follows what decides it the one that counts now."""
    for scope in flow.all_scopes():
        for token in scope.live_tokens():
            spec = token.task_spec
            if token.state == READY and isinstance(spec, UserTask) and spec.move_limit(token):
                flow.action.moved.append(token.id)


def _perform_all(flow: Flow, perform: Perform) -> None:
    """Offer each pending job once, oldest first, until none is new."""
    offered: set[int] = set()
    while True:
        pending = [
            token
            for scope in flow.all_scopes()
            for token in scope.live_tokens()
            if token.state == STARTED
            and isinstance(token.task_spec, Job)
            and token.id not in offered
        ]
        if not pending:
            return
        token = min(pending, key=lambda job: job.id)
        offered.add(token.id)
        try:
            result = perform(pending_job(token))
        except BpmnError as error:
            _fail(token, error.error_code)
        else:
            if result is None:
                continue
            _complete(token, result)
        flow.settle()


def _complete(token: Token, result: Mapping[str, Value]) -> None:
    token.workflow.action.step(token.task_spec.bpmn_id)
    token.internal_data["r"] = result
    token.complete()


def _fail(token: Token, code: str) -> None:
    token.workflow.action.tell("failed", token.task_spec.bpmn_id, token.id, {"error": code})
    throw_error(token, code, at_token=True)


def _find(flow: Flow, public_id: str) -> Token | None:
    number = flow.action.private(public_id)
    return None if number is None else flow.find(number)


def _waiting(flow: Flow, ref: str) -> tuple[Token | None, str, Mapping[str, Any]]:
    """Return the token behind a reference ``id:element`` with what it is armed with."""
    public_id, _, element = ref.partition(":")
    token = _find(flow, public_id)
    if token is None:
        return None, element, {}
    if token.parent is None:
        armed = token.workflow.data.get("armed", {}).get(element)
    elif token.state != WAITING:
        armed = None
    elif isinstance(token.task_spec, EventGateway):
        armed = token.internal_data["armed"].get(element)
    else:
        armed = token.internal_data.get("armed")
    return (None, element, {}) if armed is None else (token, element, armed)


def _deliver(token: Token, element: str, payload: Mapping[str, Value] | None) -> None:
    if token.parent is None:
        token.workflow.spec.event_subs[element].fire(token.workflow, payload)
    elif isinstance(token.task_spec, EventGateway):
        token.task_spec.choose(token, element, payload)
    else:
        token.task_spec.fire(token, payload)
