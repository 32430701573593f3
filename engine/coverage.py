"""Which elements of the diagrams and which rows of the tables a history has passed.

The history tells every element that was completed, the flow that an exclusive gateway took and the
rules that matched. All other sequence flows follow: what leaves a completed element is taken, and
of what leaves an event-based gateway the flow to the event that came first.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.bundle import Bundle
from engine.definition import all_nodes
from engine.dmn.xml import children, read_root
from engine.model import Flow, Node, Scope
from engine.reader import read_file

Part = tuple[str, str]
"""A process and one of its flow nodes or sequence flows."""

_COMPLETED: Final = frozenset({"completed"})
_ENTERED: Final = frozenset({"entered", "completed"})
_PASSES: Final = {"callActivity": _ENTERED, "subProcess": _ENTERED}
"""Kinds that are passed when entered: what is inside, and the flow out, count for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of history.

    ``process`` is the process in whose diagram the element stands: the called one, where an
    instance calls another.
    """

    process: str
    kind: str
    element: str
    flow: str | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The parts of one process, sub-processes included."""

    process: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]

    @property
    def parts(self) -> frozenset[str]:
        """The ids of all flow nodes and sequence flows."""
        return frozenset((*self.nodes, *(flow.id for flow in self.flows)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What has been passed: parts of diagrams, and rules as ``<decision>:<number>``."""

    parts: frozenset[Part] = frozenset()
    rules: frozenset[str] = frozenset()

    def __or__(self, other: "Passed") -> "Passed":
        return Passed(parts=self.parts | other.parts, rules=self.rules | other.rules)


def drawings(bundle: Bundle) -> Mapping[str, Drawing]:
    """Return what is drawn in the edition, by process id.

    Raises:
        DefinitionError: A diagram cannot be read.
    """
    return {
        key: _drawing(scope)
        for path, content in bundle.files.items()
        if path.startswith("bpmn/") and path.endswith(".bpmn")
        for key, scope in read_file(path, content, bundle.functions).items()
    }


def tables(bundle: Bundle) -> Mapping[str, int]:
    """Return the number of rules of each decision table, by decision id; a local one wins.

    Raises:
        DmnError: A table cannot be read.
    """
    found: dict[str, int] = {}
    for path, content in bundle.files.items():
        if path.endswith(".dmn"):
            for decision in children(read_root(content, path), "decision"):
                for table in children(decision, "decisionTable"):
                    found[str(decision.get("id"))] = len(list(children(table, "rule")))
    return found


def passed(drawn: Mapping[str, Drawing], lines: Iterable[Line]) -> Passed:
    """Say what a history has passed.

    Args:
        drawn: The edition, from ``drawings``.
        lines: The history of one or several instances that ran on this edition.
    """
    nodes: set[Part] = set()
    completed: set[Part] = set()
    rules: set[str] = set()
    for line in lines:
        rules.update(line.rules)
        node = drawn[line.process].nodes.get(line.element) if line.process in drawn else None
        if node is not None and line.kind in _PASSES.get(node.kind, _COMPLETED):
            nodes.add((line.process, line.element))
        if line.kind == "completed":
            completed |= {(line.process, line.element), (line.process, line.flow or "")}
    flows = {
        (process, flow.id)
        for process, drawing in drawn.items()
        for flow in drawing.flows
        if (process, _told_by(flow, drawing)) in completed
    }
    return Passed(parts=frozenset(nodes | flows), rules=frozenset(rules))


def unpassed(drawn: Mapping[str, Drawing], found: Passed) -> Mapping[str, tuple[str, ...]]:
    """Return what is left, by process, sorted; a process that is passed whole is left out."""
    left = {
        process: tuple(sorted(part for part in drawing.parts if (process, part) not in found.parts))
        for process, drawing in drawn.items()
    }
    return {process: parts for process, parts in sorted(left.items()) if parts}


def unmatched(rules: Mapping[str, int], found: Passed) -> Mapping[str, tuple[int, ...]]:
    """Return the numbers of the rules that nothing has matched, by decision."""
    left = {
        table: tuple(n for n in range(1, count + 1) if f"{table}:{n}" not in found.rules)
        for table, count in rules.items()
    }
    return {table: numbers for table, numbers in sorted(left.items()) if numbers}


def _drawing(scope: Scope) -> Drawing:
    nodes = {node.id: node for node in all_nodes(scope)}
    return Drawing(process=scope.id, nodes=nodes, flows=tuple(_flows(scope, nodes.values())))


def _flows(scope: Scope, nodes: Iterable[Node]) -> Iterator[Flow]:
    yield from scope.flows
    for node in nodes:
        if node.scope is not None:
            yield from node.scope.flows


def _told_by(flow: Flow, drawing: Drawing) -> str:
    """Return the id whose completion says that the flow was taken."""
    kind = drawing.nodes[flow.source].kind
    if kind == "exclusiveGateway":
        return flow.id
    return flow.target if kind == "eventBasedGateway" else flow.source
