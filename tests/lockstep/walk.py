"""One walk: the same random actions on both sides, compared after each."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from engine import runtime
from engine.definition import Definition, load_definition
from engine.errors import EngineError
from engine.outcome import Outcome
from tests.lockstep.audit import Audit
from tests.lockstep.generate import Diagram, diagram
from tests.lockstep.live import alive

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
Change = Callable[[bytes], bytes]
"""What a mutation does to the stored bytes."""


@dataclass
class Result:
    """How a walk went. ``fault`` is empty when both sides agreed all the way."""

    seed: int
    steps: int = 0
    end: str = ""
    fault: str = ""
    largest: int = 0
    rows: Counter[str] = field(default_factory=Counter)


class MismatchError(Exception):
    """The two sides differ."""


def walk(
    seed: int,
    limit: int = 120,
    depth: int = 4,
    change: Change | None = None,
    broken: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> Result:
    """Walk the diagram of ``seed``.

    Args:
        seed: Of the diagram and of the walk.
        limit: Most actions.
        depth: Of the blocks in each other.
        change: A mutation of the stored bytes between actions.
        broken: A mutation of the engine, in force on the live side only.
    """
    drawn = diagram(seed, depth)
    result = Result(seed, rows=drawn.rows)
    try:
        _walk(drawn, result, limit, change, broken)
    except MismatchError as fault:
        result.fault = str(fault)
    return result


def _walk(
    drawn: Diagram,
    result: Result,
    limit: int,
    change: Change | None,
    broken: Callable[[], AbstractContextManager[Any]],
) -> None:
    random, audit = Random(result.seed * 7 + 1), Audit()  # noqa: S311 - repeatable
    here, there = load(drawn), load(drawn)
    now = NOW

    def first(definition: Definition) -> Outcome:
        by_message = definition.starts[0].kind == "message"
        return runtime.start(
            definition,
            {} if by_message else {"r": 1, "nyckel": "A"},
            now=NOW,
            seed=UUID(int=result.seed),
            payload={"r": 1, "nyckel": "A"} if by_message else None,
        )

    pair = _both(lambda: first(here), lambda: first(there), broken)
    while not isinstance(pair, str):
        live, stored = pair
        compare(live, stored)
        audit.read(stored, there)
        result.largest = max(result.largest, len(stored.state))
        options = list(_options(stored))
        if not options or result.steps >= limit:
            result.end = "done" if stored.completed else "limit"
            return
        option, value = random.choice(options), random.randrange(10)
        while option.kind == "error" and random.random() < 0.9 and _refused(option, there, stored):
            option = random.choice(options)
        now = max(now, option.due or now)
        result.steps += 1
        if result.steps % 3 == 0:
            there = load(drawn)
        state = stored.state if change is None else change(stored.state)
        pair = _both(
            lambda: option.act(here, live.state, value, now),  # noqa: B023 - called at once
            lambda: option.act(there, state, value, now),  # noqa: B023
            broken,
        )
    result.end = pair


def _refused(option: "Option", definition: Definition, outcome: Outcome) -> bool:
    """Whether the error has no catcher. A try on the live side would end the walk."""
    return isinstance(_attempt(lambda: option.act(definition, outcome.state, 0, NOW)), str)


def load(drawn: Diagram) -> Definition:
    return load_definition("p", bpmn={"p.bpmn": drawn.xml}, dmn={"niva.dmn": drawn.dmn})


def _both(
    live: Callable[[], Outcome],
    stored: Callable[[], Outcome],
    broken: Callable[[], AbstractContextManager[Any]],
) -> tuple[Outcome, Outcome] | str:
    """Return both outcomes, or the error when both raised the same."""
    with alive(), broken():
        one = _attempt(live)
    two = _attempt(stored)
    if isinstance(one, Outcome) and isinstance(two, Outcome):
        return one, two
    if isinstance(one, Outcome) or isinstance(two, Outcome) or one != two:
        raise MismatchError(f"error: live={_short(one)} stored={_short(two)}")
    return one


def _short(value: Outcome | str) -> str:
    return value if isinstance(value, str) else "none"


def _attempt(action: Callable[[], Outcome]) -> Outcome | str:
    try:
        return action()
    except (EngineError, AttributeError, KeyError, TypeError, IndexError) as error:
        return f"{type(error).__name__} {error}"


@dataclass(frozen=True)
class Option:
    """Something that the world can do now."""

    kind: str
    ref: str
    due: datetime | None = None

    def act(self, definition: Definition, state: Any, value: int, now: datetime) -> Outcome:
        if self.kind == "task":
            answers = {"r": value}
            document = f"d{value}" if value % 4 == 0 else None
            return runtime.complete_task(
                definition, state, self.ref, answers, now=now, document=document
            )
        if self.kind == "job":
            return runtime.complete_job(definition, state, self.ref, {"id": value}, now=now)
        if self.kind == "error":
            return runtime.complete_job(definition, state, self.ref, {}, now=now, error_code="X")
        if self.kind == "timer":
            return runtime.fire_timer(definition, state, self.ref, now=now)
        return runtime.correlate_message(definition, state, self.ref, {"r": value}, now=now)


def _options(outcome: Outcome) -> Iterator[Option]:
    for task in outcome.tasks:
        yield Option("task", task.id)
        yield Option("task", task.id)
    for job in outcome.jobs:
        yield Option("job", job.id)
    if outcome.jobs and len(outcome.tasks) % 3 == 1:
        yield Option("error", outcome.jobs[0].id)
    for timer in outcome.timers:
        yield Option("timer", timer.ref, timer.due + timedelta(seconds=1))
    for subscription in outcome.subscriptions:
        yield Option("message", subscription.ref)


_COMPARED = (
    "tasks",
    "timers",
    "subscriptions",
    "thrown",
    "jobs",
    "history",
    "completed",
    "variables",
)


def compare(live: Outcome, stored: Outcome) -> None:
    """Compare everything that an outcome tells, ids included.

    Raises:
        MismatchError: They differ.
    """
    for name in _COMPARED:
        one, two = getattr(live, name), getattr(stored, name)
        if one != two:
            raise MismatchError(f"{name}: live={one!r} stored={two!r}"[:700])
        if name == "variables" and _types(one) != _types(two):
            raise MismatchError(f"{name}: other types")


def _types(values: Any) -> list[str]:
    return sorted(f"{key} {type(value).__name__}" for key, value in values.items())
