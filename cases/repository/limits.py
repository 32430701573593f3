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


LAST_BASIS = """SELECT l.ref, jsonb_agg(one ORDER BY l.n) AS basis FROM {rows}
 AS l(ref text, n int, decisions text[], others text[], events text[], names text[]),
 LATERAL (SELECT CASE h.kind WHEN 'decision' THEN jsonb_build_array(h.explanation->'basis')
 WHEN 'received' THEN (SELECT h.explanation->'basis'->w FROM unnest(l.names) w
 WHERE h.explanation->'basis' ? w LIMIT 1)
 ELSE jsonb_build_array(jsonb_build_object('element', h.element)) END AS basis
 FROM cases_event h WHERE h.instance_id = {instance}
 AND (h.kind = 'decision' AND h.element = ANY (l.decisions)
 OR h.kind = 'completed' AND h.element = ANY (l.others)
 OR h.kind = 'received' AND h.element = ANY (l.events) AND h.explanation IS NOT NULL)
 ORDER BY h.version DESC, h.seq DESC LIMIT 1) b,
 LATERAL jsonb_array_elements(b.basis) one WHERE one <> 'null' GROUP BY l.ref"""
"""What set each variable in an earlier action: the last of the elements that can have done it.

``rows`` are those of ``lookup`` with ``ref`` and ``n``, ``instance`` is whose history is read.
"""

RECEIVED = "received"
"""Kind of the line that tells of a message; ``basis`` by name in its payload, if it carries any."""

Carried = Mapping[tuple[str, str], Iterable[Mapping[str, Any]]]
"""What set a variable, by the event that took the message and the name in its payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A new time limit: what is known to have set it, and what is to be looked up.

    The history of earlier actions knows the rest; the writing statement reads it there.
    """

    line: Line
    basis: list[Mapping[str, Any]]
    unknown: list[dict[str, Any]]


def limits_of(
    outcome: Outcome,
    tasks: Iterable[OpenTask],
    timers: Iterable[TimerDue],
    first: Iterable[Line] = (),
) -> dict[str, Limit]:
    """Return the time limits of an action that a variable set, by task or timer.

    Args:
        outcome: Of the action.
        tasks: Those of its tasks that are new.
        timers: Those of its timers that are new.
        first: Lines before the engine's: the message that was received says what it carries.
    """
    carried = {
        (line.element, name): basis
        for line in first
        if line.kind == RECEIVED and line.explanation
        for name, basis in line.explanation["basis"].items()
    }
    return dict(_limits(outcome, tasks, timers, carried))


def _limits(
    outcome: Outcome, tasks: Iterable[OpenTask], timers: Iterable[TimerDue], carried: Carried
) -> Iterable[tuple[str, Limit]]:
    for task in tasks:
        if task.due_from and task.due is not None:
            line = Line(kind="deadline", element=task.element, task_id=task.id, ref=task.id)
            yield task.id, _limit(outcome, line, task.due, task.due_from, carried)
    for timer in timers:
        if timer.due_from:
            line = Line(kind="deadline", element=timer.element, ref=timer.ref)
            yield timer.ref, _limit(outcome, line, timer.due, timer.due_from, carried)


def _limit(
    outcome: Outcome, line: Line, due: datetime, origins: Iterable[Origin], carried: Carried
) -> Limit:
    basis: list[Mapping[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    for number, origin in enumerate(origins):
        own = basis_in(outcome.history, origin)
        found = [own] if own is not None else _arrived(origin, carried)
        if found is None:
            unknown.append({"ref": line.ref, "n": number, **lookup(origin)})
        else:
            basis += [one for one in found if one not in basis]
    explanation = {"due": due.isoformat(), "basis": basis}
    return Limit(line=replace(line, explanation=explanation), basis=basis, unknown=unknown)


def _arrived(origin: Origin, carried: Carried) -> list[Mapping[str, Any]] | None:
    """Return what came with the message of this action; None when it brought nothing."""
    return next((list(carried[pair]) for pair in origin.carried if pair in carried), None)


def lookup(origin: Origin) -> dict[str, Any]:
    """Return what to look for in the history of earlier actions."""
    return {
        "decisions": list(origin.decisions),
        "others": list(origin.others),
        "events": [element for element, _name in origin.carried],
        "names": sorted({name for _element, name in origin.carried}),
    }


def basis_of(limits: Mapping[str, Limit], ref: str) -> dict[str, Any]:
    """Return the column of a task or timer that says what set its time."""
    limit = limits.get(ref)
    return {"basis": [] if limit is None else limit.basis}
