"""Properties of a user task that the program acts on: what they name must be there."""

import re
from typing import Final

from engine.check.findings import Findings
from engine.check.model import Node, Scope
from engine.model import LIMIT, MOVES, PREPARED

_CLOCK: Final = re.compile(r"\b(today|now)\s*\(")


def check_promises(node: Node, findings: Findings) -> None:
    """Check the properties ``underlag`` and ``frist`` of a user task."""
    _prepared(node, findings)
    _limit(node, findings)


def _prepared(node: Node, findings: Findings) -> None:
    wanted = node.properties.get(PREPARED, "").replace(",", " ").split()
    asked = {
        found.id
        for scope in _process(node).walk()
        for found in scope.nodes
        if found.kind == "userTask" and found.attribute("formDefinition", "formId")
    }
    for name in wanted:
        if name not in asked - {node.id}:
            findings.rule(
                "unknown_prepared", node.id, node.line,
                f"{node.label} is to show what {name} answered, which is no other user task with "
                "a form in this process; name one that is",
            )  # fmt: skip


def _limit(node: Node, findings: Findings) -> None:
    value = node.properties.get(LIMIT, "")
    due = node.attribute("taskSchedule", "dueDate")
    if value and (value != MOVES or not due.startswith("=") or _CLOCK.search(due)):
        findings.rule(
            "limit_cannot_move", node.id, node.line,
            f"{node.label} says {LIMIT} = {value}: write {MOVES}, and a dueDate that reads "
            "variables and not the clock, or the limit would move with every action",
        )  # fmt: skip


def _process(node: Node) -> Scope:
    scope = node.scope
    while scope.parent is not None:
        scope = scope.parent
    return scope
