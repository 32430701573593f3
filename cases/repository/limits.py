"""Time limits and what set them, as lines of the history and columns of what waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.origins import basis_in
from engine.outcome import OpenTask, Origin, Outcome, TimerDue


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of history. ``ref`` is the task or timer that it tells the time limit of."""

    kind: str
    element: str = ""
    task_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    explanation: Mapping[str, Any] | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A new time limit: what is known to have set it, and what is to be looked up.

    The history of earlier actions knows the rest; the writing statement reads it there.
    """

    line: Line
    basis: list[Mapping[str, Any]]
    unknown: list[dict[str, Any]]


def limits_of(
    outcome: Outcome, tasks: Iterable[OpenTask], timers: Iterable[TimerDue]
) -> dict[str, Limit]:
    """Return the time limits of an action that a variable set, by task or timer.

    Args:
        outcome: Of the action.
        tasks: Those of its tasks that are new.
        timers: Those of its timers that are new.
    """
    return dict(_limits(outcome, tasks, timers))


def _limits(
    outcome: Outcome, tasks: Iterable[OpenTask], timers: Iterable[TimerDue]
) -> Iterable[tuple[str, Limit]]:
    for task in tasks:
        if task.due_from and task.due is not None:
            line = Line(kind="deadline", element=task.element, task_id=task.id, ref=task.id)
            yield task.id, _limit(outcome, line, task.due, task.due_from)
    for timer in timers:
        if timer.due_from:
            line = Line(kind="deadline", element=timer.element, ref=timer.ref)
            yield timer.ref, _limit(outcome, line, timer.due, timer.due_from)


def _limit(outcome: Outcome, line: Line, due: datetime, origins: Iterable[Origin]) -> Limit:
    basis: list[Mapping[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    for number, origin in enumerate(origins):
        found = basis_in(outcome.history, origin)
        if found is None:
            ids = {"decisions": list(origin.decisions), "others": list(origin.others)}
            unknown.append({"ref": line.ref, "n": number, **ids})
        elif found not in basis:
            basis.append(found)
    explanation = {"due": due.isoformat(), "basis": basis}
    return Limit(line=replace(line, explanation=explanation), basis=basis, unknown=unknown)


def basis_of(limits: Mapping[str, Limit], ref: str) -> dict[str, Any]:
    """Return the column of a task or timer that says what set its time."""
    limit = limits.get(ref)
    return {"basis": [] if limit is None else limit.basis}
