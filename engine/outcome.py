"""The whole result of one engine action, to be stored in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Value = Any
"""A FEEL value: None, bool, Decimal, str, date, time, datetime, duration, list or context."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Ids of the elements that can have set one variable; the one that did so last has set it.

    ``decisions`` are business rule tasks, ``others`` other steps (a form), ``carried`` messages:
    pairs of the event that takes one and a name in its payload.
    """

    decisions: tuple[str, ...]
    others: tuple[str, ...] = ()
    carried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A user task that waits for a person. ``due_from`` says what can have set its due date."""

    id: str
    element: str
    name: str
    lane: str | None
    groups: tuple[str, ...]
    assignee: str | None
    form: str | None
    due: datetime | None
    follow_up: datetime | None
    inputs: Mapping[str, Value]
    called_from: tuple[str, ...] = ()
    due_from: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDue:
    """A timer that waits. ``ref`` is what ``fire_timer`` takes; ``due_from`` can have set it."""

    ref: str
    element: str
    due: datetime
    due_from: tuple[Origin, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A message that the instance waits for. ``ref`` is what ``correlate_message`` takes."""

    ref: str
    element: str
    message: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownMessage:
    """A message to deliver to other instances after the commit."""

    id: str
    element: str
    message: str
    key: str | None
    payload: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingJob:
    """A service task that waits for its capability."""

    id: str
    element: str
    name: str
    type: str
    inputs: Mapping[str, Value]
    retries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEvent:
    """One line of the history: what happened to which element, by which action.

    ``kind`` is one of entered, completed, cancelled, failed, decision. A boundary event and an
    arrival at a join are told when they happen, not while they wait. ``failed`` (a BPMN error was
    thrown at a job, ``detail["error"]``) is followed by the end of the job; ``decision`` carries
    ``decision`` and the matched ``rules`` as ``<decision>:<number>``. A completed exclusive gateway
    says which ``flow`` it took, a message event which ``message`` it was. ``detail`` is identifiers
    only. A ``decision`` has an ``explanation`` (``engine.explain``), which may hold case data.
    """

    seq: int
    kind: str
    element: str
    task_id: str
    cause: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    explanation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What an instance waits for, as identities: ids of tasks and jobs, and whole hints."""

    tasks: frozenset[str] = frozenset()
    timers: frozenset[TimerDue] = frozenset()
    subscriptions: frozenset[Subscription] = frozenset()
    jobs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """New state and everything that follows from it.

    ``before`` is what the instance waited for when the action began, so that whoever stores the
    outcome can tell what is new and what has gone; empty for a start and for ``inspect``.
    ``moved`` are ids of open tasks whose due date the action changed.
    """

    state: bytes
    tasks: tuple[OpenTask, ...]
    timers: tuple[TimerDue, ...]
    subscriptions: tuple[Subscription, ...]
    thrown: tuple[ThrownMessage, ...]
    jobs: tuple[PendingJob, ...]
    history: tuple[HistoryEvent, ...]
    completed: bool
    variables: Mapping[str, Value]
    before: Waits = field(default=Waits(), compare=False)
    moved: frozenset[str] = frozenset()
