"""Reads the history as the event table will: it alone must tell what is live."""

import json
from typing import Any

from engine.definition import Definition
from engine.outcome import Outcome

_ENDS = {"completed", "cancelled"}
_SILENT_KINDS = {"parallelGateway", "boundaryEvent"}


class AuditError(AssertionError):
    """The history does not add up."""


class Audit:
    """Entered once, ended at most once, live = entered minus ended."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}
        self.ended: set[str] = set()

    def read(self, outcome: Outcome, definition: Definition) -> None:
        """Take in the history of one action and compare with the stored state."""
        for number, event in enumerate(outcome.history, 1):
            if event.seq != number:
                raise AuditError("the history is not numbered from 1")
            if event.kind == "entered":
                self._entered(event.task_id, event.element)
            elif event.kind in _ENDS:
                self._ended(event.task_id, event.kind, event.element)
        stored = {
            identity: element
            for identity, element in tokens(outcome.state)
            if not _silent(element, definition)
        }
        if stored.keys() != self.live.keys():
            odd = {i: (stored.get(i), self.live.get(i)) for i in stored.keys() ^ self.live.keys()}
            raise AuditError(f"stored and told differ: {odd}")
        open_ = {item.id for item in (*outcome.tasks, *outcome.jobs)}
        if not open_ <= self.live.keys():
            raise AuditError("an open task or job without history")
        if outcome.completed and self.live:
            raise AuditError("completed while something is live")

    def _entered(self, identity: str, element: str) -> None:
        if identity in self.live or identity in self.ended:
            raise AuditError(f"{element} entered twice")
        self.live[identity] = element

    def _ended(self, identity: str, kind: str, element: str) -> None:
        if identity not in self.live:
            raise AuditError(f"{element} {kind} without having been entered")
        del self.live[identity]
        self.ended.add(identity)


def tokens(state: bytes) -> list[tuple[str, str]]:
    """Return (public id, element) of every live token in a stored state."""
    data: dict[str, Any] = json.loads(state)
    p = data["p"]
    return [
        (f"{p[:8]}-{p[8:12]}-{p[12:16]}-{p[16:20]}-{p[20:]}{row[0]:08x}", row[1].split(" [")[0])
        for scope in data["s"]
        for row in scope[3]
        if row[2] in (8, 16, 32)
    ]


def _silent(element: str, definition: Definition) -> bool:
    for spec in definition.specs.values():
        found = spec.task_specs.get(element)
        if found is not None:
            return bool(found.silent_while_waiting)
    return False
