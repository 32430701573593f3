"""What is open in an instance, as the outcome tells it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine import scopes
from engine.errors import IncidentError
from engine.outcome import OpenTask, Outcome, PendingJob, Subscription, TimerDue, Waits
from engine.spiff.elements import Job, UserTask
from engine.spiff.events import EventGateway, Trigger
from engine.spiff.patch import READY, STARTED, WAITING, Flow, Token
from engine.spiff.subprocess import Call

Waiting = tuple[str, str, Trigger, Mapping[str, Any]]
"""Reference, element, trigger, what it is armed with."""


def outcome_of(flow: Flow, state: bytes) -> Outcome:
    """Return the outcome of the action that ``flow`` went through."""
    tasks, jobs, timers, subscriptions = _open_in(flow)
    live = any(scope.live for scope in flow.all_scopes())
    if live and not (tasks or jobs or timers or subscriptions):
        raise _stuck(flow)
    return Outcome(
        state=state,
        tasks=tuple(_open_task(token) for token in tasks),
        timers=tuple(timers),
        subscriptions=tuple(subscriptions),
        thrown=tuple(flow.action.thrown),
        jobs=tuple(pending_job(token) for token in jobs),
        history=tuple(flow.action.history),
        completed=not live,
        variables=scopes.variables_of(flow),
        before=flow.action.before,
        moved=frozenset(map(flow.action.public, flow.action.moved)),
    )


def waits_of(flow: Flow) -> Waits:
    """Return what a quiet instance waits for."""
    tasks, jobs, timers, subscriptions = _open_in(flow)
    public = flow.action.public
    return Waits(
        tasks=frozenset(public(token.id) for token in tasks),
        timers=frozenset(timers),
        subscriptions=frozenset(subscriptions),
        jobs=frozenset(public(token.id) for token in jobs),
    )


def _open_in(
    flow: Flow,
) -> tuple[list[Token], list[Token], list[TimerDue], list[Subscription]]:
    """Return the tokens of open tasks and jobs, and the hints of everything armed."""
    tasks: list[Token] = []
    jobs: list[Token] = []
    timers: list[TimerDue] = []
    subscriptions: list[Subscription] = []
    for scope in flow.all_scopes():
        for token in scope.live_tokens():
            spec, state_of = token.task_spec, token.state
            if state_of == READY and isinstance(spec, UserTask):
                tasks.append(token)
            elif state_of == STARTED and isinstance(spec, Job):
                jobs.append(token)
            elif state_of == WAITING:
                _collect(_armed_of(token), timers, subscriptions)
        if scope.live and "armed" in scope.data:
            _collect(_armed_in(scope), timers, subscriptions)
    return tasks, jobs, timers, subscriptions


def pending_job(token: Token) -> PendingJob:
    """Return the job that a service task waits for."""
    spec = token.task_spec
    return PendingJob(
        id=token.workflow.action.public(token.id),
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        type=spec.type,
        inputs=_inputs(token),
        retries=spec.retries,
    )


def _inputs(token: Token) -> dict[str, Any]:
    return dict(token.internal_data.get("l") or {})


def _open_task(token: Token) -> OpenTask:
    spec, own = token.task_spec, token.internal_data
    return OpenTask(
        id=token.workflow.action.public(token.id),
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        lane=spec.node.lane,
        groups=_groups(token),
        assignee=_assignee(token),
        form=spec.form,
        due=_moment(own.get("due")),
        follow_up=_moment(own.get("follow_up")),
        inputs=_inputs(token),
        called_from=_called_from(token),
        due_from=spec.due_from if own.get("due") else (),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _groups(token: Token) -> tuple[str, ...]:
    spec = token.task_spec
    if spec.groups is None:
        return (spec.node.role,) if spec.node.role else ()
    value = token.internal_data.get("groups", getattr(spec.groups, "text", None))
    if isinstance(value, str):
        value = value.split(",")
    return tuple(str(group).strip() for group in value or ())


def _assignee(token: Token) -> str | None:
    spec = token.task_spec
    value = token.internal_data.get("assignee", getattr(spec.assignee, "text", None))
    return None if value is None else str(value)


def _called_from(token: Token) -> tuple[str, ...]:
    path = []
    owner = token.workflow.owner
    while owner is not None:
        if isinstance(owner.task_spec, Call):
            path.append(owner.task_spec.bpmn_id)
        owner = owner.workflow.owner
    return tuple(reversed(path))


def _armed_of(token: Token) -> Iterator[Waiting]:
    spec, public = token.task_spec, token.workflow.action.public(token.id)
    if isinstance(spec, EventGateway):
        for name, armed in token.internal_data["armed"].items():
            yield f"{public}:{name}", name, spec.options[name], armed
    elif "armed" in token.internal_data:
        yield f"{public}:{spec.bpmn_id}", spec.bpmn_id, spec.trigger, token.internal_data["armed"]


def _armed_in(scope: Any) -> Iterator[Waiting]:
    public = scope.action.public(scope.task_tree.id)
    for name, armed in scope.data["armed"].items():
        yield f"{public}:{name}", name, scope.spec.event_subs[name].trigger, armed


def _collect(
    waiting: Iterator[Waiting], timers: list[TimerDue], subscriptions: list[Subscription]
) -> None:
    for ref, element, trigger, armed in waiting:
        if "due" in armed:
            due = datetime.fromisoformat(armed["due"])
            from_ = trigger.due_from
            timers.append(TimerDue(ref=ref, element=element, due=due, due_from=from_))
        elif "key" in armed:
            subscriptions.append(
                Subscription(ref=ref, element=element, message=trigger.name, key=armed["key"])
            )


def _stuck(flow: Flow) -> IncidentError:
    """Nothing outside can move the instance: a join waits for what will never come."""
    elements = sorted(
        {
            token.task_spec.bpmn_id
            for scope in flow.all_scopes()
            for token in scope.live_tokens()
            if token.state == WAITING
        }
    )
    return IncidentError(
        elements[0] if elements else flow.spec.name,
        f"nothing can move any more; waiting for ever at {', '.join(elements)}",
        "stuck",
    )
