"""What an action changes, as plain values and as the rows of the writing statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cases import bundles
from cases.actor import Actor
from cases.capabilities import Fact
from cases.models import Instance
from cases.repository.limits import Limit, Line, basis_of, limits_of
from cases.repository.locks import LockedInstance
from engine.outcome import HistoryEvent, OpenTask, Outcome, ThrownMessage
from engine.variables import pack

ON_BEHALF = "vikarie_for"
"""Under which name a line says whom the actor stood in for, by username."""
DETAIL_KEYS = frozenset({"decision", "rules", "flow", "error", "message", "called"})
"""What the history repeats of the engine's details: identifiers, never inputs or results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request, kept under the client's idempotency key."""

    key: str
    request_hash: str
    response: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One engine action on one instance, ready to be written.

    Attributes:
        first: Lines of history before the engine's (started, received).
        facts: What capabilities recorded.
        task: The task that a person completed.
        job: The job that was completed.
        delivery: The message that was received.
        expiry: When each kind of thrown message expires; names that never do are left out.
        homes: Task id to the process whose diagram holds it, for called processes.
        status: Instead of the status that follows from the outcome.
        on_behalf: Username of whom the actor stood in for, where she did the task as substitute.
    """

    instance: LockedInstance
    outcome: Outcome
    actor: Actor
    now: datetime
    cause: str
    first: tuple[Line, ...] = ()
    facts: tuple[Fact, ...] = ()
    task: UUID | None = None
    job: UUID | None = None
    delivery: UUID | None = None
    expiry: Mapping[str, datetime] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    answer: Answer | None = None
    status: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """A change of who has a task; the state of the engine stays as it is.

    ``vikariat`` is by what the new holder has it as somebody's substitute.
    """

    instance: LockedInstance
    actor: Actor
    now: datetime
    task: UUID
    claimed_by: int | None
    delegated_by: int | None
    line: Line
    vikariat: UUID | None = None


def change_rows(change: Change) -> dict[str, Any]:
    """Return the rows of an action, as one JSON document for the writing statement.

    Of what the instance waits for (tasks ``tk``, timers ``ti``, subscriptions ``su``, jobs
    ``jo``) it holds whole rows only of what is new, and under ``stay`` the id of everything.
    """
    outcome, before = change.outcome, change.outcome.before
    tasks = [task for task in outcome.tasks if task.id not in before.tasks]
    timers = [timer for timer in outcome.timers if timer not in before.timers]
    moved = [task for task in outcome.tasks if task.id in outcome.moved & before.tasks]
    limits = limits_of(outcome, [*tasks, *moved], timers, change.first)
    rows: dict[str, Any] = {
        "p": _head(change.instance, change.actor, change.now, change.cause)
        | {"status": new_status(change), "ended": outcome.completed or bool(change.status)},
        "ev": _numbered(_history(change, limits)),
        "lk": [row for limit in limits.values() for row in limit.unknown],
        "stay": {
            "tk": [task.id for task in outcome.tasks],
            "ti": [timer.ref for timer in outcome.timers],
            "su": [subscription.ref for subscription in outcome.subscriptions],
            "jo": [job.id for job in outcome.jobs],
        },
        "tk": [_task(change, task) | basis_of(limits, task.id) for task in tasks],
        "mv": [{"id": task.id, "due": _due(task)} | basis_of(limits, task.id) for task in moved],
        "ti": [
            {"ref": timer.ref, "element": timer.element, "due": timer.due.isoformat()}
            | basis_of(limits, timer.ref)
            for timer in timers
        ],
        "su": [
            {"ref": s.ref, "element": s.element, "message": s.message, "key": s.key}
            for s in outcome.subscriptions
            if s not in before.subscriptions
        ],
        "jo": [
            {
                "id": job.id,
                "element": job.element,
                "type": job.type,
                "retries": job.retries,
                "inputs": pack(dict(job.inputs)),
            }
            for job in outcome.jobs
            if job.id not in before.jobs
        ],
        "ms": [_message(change, thrown) for thrown in outcome.thrown],
    }
    rows["p"] |= _single(change)
    return rows


def line_rows(instance: LockedInstance, actor: Actor, now: datetime, line: Line) -> dict[str, Any]:
    """Return the rows of a line of history that changes nothing else."""
    return {"p": _head(instance, actor, now, line.kind), "ev": _numbered([line])}


def task_change_rows(change: TaskChange) -> dict[str, Any]:
    """Return the rows of a change of who has a task."""
    head = _head(change.instance, change.actor, change.now, change.line.kind)
    head |= {
        "task": str(change.task),
        "claimed_by": change.claimed_by,
        "delegated_by": change.delegated_by,
        "vikariat": _text(change.vikariat),
    }
    return {"p": head, "ev": _numbered([change.line])}


def new_status(change: Change) -> str:
    """Return where the instance stands after the action."""
    completed = Instance.Status.COMPLETED if change.outcome.completed else change.instance.status
    return str(change.status or completed)


def _head(instance: LockedInstance, actor: Actor, now: datetime, cause: str) -> dict[str, Any]:
    return {
        "id": str(instance.id),
        "version": instance.version,
        "now": now.isoformat(),
        "actor": actor.username,
        "user_id": actor.user_id,
        "cause": cause,
        "process_key": instance.process_key,
    }


def _single(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {"task": _text(change.task), "job": _text(change.job)}
    if change.delivery is not None:
        found["delivery"] = str(change.delivery)
    if change.answer is not None:
        found["idempotency_key"] = change.answer.key
        found["request_hash"] = change.answer.request_hash
        found["response"] = dict(change.answer.response)
    return found


def _text(ref: UUID | None) -> str | None:
    return None if ref is None else str(ref)


def _history(change: Change, limits: Mapping[str, Limit]) -> Iterable[Line]:
    yield from change.first
    for event in change.outcome.history:
        yield _as_substitute(_engine_line(event, change.instance.bundle), change)
    yield from (limit.line for limit in limits.values())
    for fact in change.facts:
        yield Line(kind="recorded", detail={"record": fact.name, **fact.ids})
    for thrown in change.outcome.thrown:
        detail = {"message": thrown.message, "id": thrown.id}
        yield Line(kind="thrown", element=thrown.element, detail=detail)
    if change.status or change.outcome.completed:
        yield Line(kind="ended", detail={"status": new_status(change)})


def _as_substitute(line: Line, change: Change) -> Line:
    if not change.on_behalf or line.kind != "completed" or line.task_id != str(change.task):
        return line
    return replace(line, detail={**line.detail, ON_BEHALF: change.on_behalf})


def _engine_line(event: HistoryEvent, bundle: str) -> Line:
    detail = {key: value for key, value in event.detail.items() if key in DETAIL_KEYS}
    why = event.explanation
    if why is not None:
        why = {**why, "edition": bundles.edition(bundle)}
    return Line(
        kind=event.kind,
        element=event.element,
        task_id=event.task_id,
        detail=detail,
        explanation=why,
    )


def _numbered(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "seq": seq,
            "kind": line.kind,
            "element": line.element,
            "task_id": line.task_id,
            "detail": dict(line.detail),
            **_why(line),
        }
        for seq, line in enumerate(lines, start=1)
    ]


def _why(line: Line) -> dict[str, Any]:
    """Return what most lines do not have, so that they do not pay for it."""
    found: dict[str, Any] = {}
    if line.explanation is not None:
        found["explanation"] = line.explanation
    if line.ref:
        found["ref"] = line.ref
    return found


def _task(change: Change, task: OpenTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "process_key": change.homes.get(task.id, change.instance.process_key),
        "element": task.element,
        "name": task.name,
        "role": task.groups[0] if task.groups else "",
        "groups": list(task.groups),
        "form_id": task.form or "",
        "assignee": task.assignee,
        "due": _due(task),
        "follow_up": None if task.follow_up is None else task.follow_up.isoformat(),
    }


def _due(task: OpenTask) -> str | None:
    return None if task.due is None else task.due.isoformat()


def _message(change: Change, thrown: ThrownMessage) -> dict[str, Any]:
    expires = change.expiry.get(thrown.message)
    return {
        "id": thrown.id,
        "name": thrown.message,
        "key": thrown.key or "",
        "payload": pack(dict(thrown.payload)),
        "expires": None if expires is None else expires.isoformat(),
    }
