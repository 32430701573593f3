"""Where the value of a variable comes from: read off the diagrams, once, when they are loaded.

A due time is often set by a table long before the task that it is for is reached. Nothing about
that is kept in the state: the diagram says which elements can have written what an expression
reads, and the history says which of them did so last.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.expressions import expression
from engine.model import Node, Scope
from engine.outcome import HistoryEvent, Origin

_LIMIT: Final = 12
"""Origins of one expression that are told."""


@dataclass(slots=True)
class _Found:
    decisions: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    carried: set[tuple[str, str]] = field(default_factory=set)
    tables: list[tuple[str, Node]] = field(default_factory=list)

    def origin(self) -> Origin:
        """Return what was found, in a stable order."""
        decisions, others = tuple(sorted(self.decisions)), tuple(sorted(self.others))
        return Origin(decisions, others, tuple(sorted(self.carried)))


@dataclass(frozen=True, slots=True)
class _Read:
    """A name that is read: at a node (None: at the root of the process)."""

    process: str
    node: Node | None
    name: str


class Tracer:
    """Follows names backwards through the diagrams of one definition.

    Args:
        processes: The process and everything that it calls, by id.
    """

    def __init__(self, processes: Mapping[str, Scope]) -> None:
        self._nodes: dict[str, list[Node]] = {}
        self._parents: dict[tuple[str, str], Node] = {}
        self._callers: dict[str, list[tuple[str, Node]]] = {}
        for key, scope in processes.items():
            self._nodes[key] = list(self._walk(key, scope))
        self._writers: dict[str, dict[str, list[Node]]] = {}
        self._known: dict[tuple[str, ...], tuple[Origin, ...]] = {}
        self._passing = {
            key: [called for node in nodes if (called := _passes_all_out(node)) in self._nodes]
            for key, nodes in self._nodes.items()
        }
        self._hosts = {(key, node.id): node for key, nodes in self._nodes.items() for node in nodes}

    def _walk(self, process: str, scope: Scope) -> Iterator[Node]:
        todo: list[tuple[Scope, Node | None]] = [(scope, None)]
        while todo:
            inside, owner = todo.pop()
            for node in inside.nodes.values():
                yield node
                if owner is not None:
                    self._parents[process, node.id] = owner
                if node.scope is not None:
                    todo.append((node.scope, node))
                called = node.extension("calledElement", "processId")
                if node.kind == "callActivity" and called:
                    self._callers.setdefault(called, []).append((process, node))

    def origins(self, process: str, node: Node, names: Iterable[str]) -> tuple[Origin, ...]:
        """Return the origins of what an expression at ``node`` reads.

        First those of each name, then those of what the tables found there were given, and so on:
        a day that one table computes from a number of months that another one decides has both.

        Args:
            process: Id of the process.
            node: Where the expression stands.
            names: What it reads.
        """
        parent = self._parents.get((process, node.id))
        plain = not (node.attached_to or _local_sources(node))
        wanted = sorted(names)
        # Nodes without locals of their own read the same in one scope: a large diagram stays fast.
        place = f"in {parent.id if parent else ''}" if plain else node.id
        key = (process, place, *wanted)
        if key not in self._known:
            reads = [_Read(process, parent if plain else node, name) for name in wanted]
            self._known[key] = self._origins(reads)
        return self._known[key]

    def _origins(self, todo: list[_Read]) -> tuple[Origin, ...]:
        direct = len(todo)
        origins: dict[Origin, None] = {}
        seen: set[tuple[str, str]] = set()
        for place, read in enumerate(todo):
            found = self._found(read)
            if found.decisions or found.carried or (found.others and place < direct):
                origins.setdefault(found.origin())
            for owner, table in found.tables:
                if (owner, table.id) not in seen:
                    seen.add((owner, table.id))
                    todo.extend(self._given(owner, table))
        return tuple(origins)[:_LIMIT]

    def carried(self, process: str, node: Node) -> dict[str, tuple[Origin, ...]]:
        """Return, by name in the payload, which tables decided what a message carries."""
        found: dict[str, tuple[Origin, ...]] = {}
        for target, source in node.inputs:
            reads = [self._outside(process, node, name) for name in sorted(_names(node, source))]
            origins = dict.fromkeys(self._found(read).origin() for read in reads)
            decided = tuple(origin for origin in origins if origin.decisions or origin.carried)
            if decided:
                found[target] = decided
        return found

    def given(self, process: str, node: Node) -> dict[str, Origin]:
        """Return, by input of a task, which elements can have written what it is given.

        Args:
            process: Id of the process.
            node: The task.
        """
        found: dict[str, Origin] = {}
        for target, source in node.inputs:
            all_of_it = _Found()
            for name in sorted(_names(node, source)):
                part = self._found(self._outside(process, node, name))
                all_of_it.decisions |= part.decisions
                all_of_it.others |= part.others
                all_of_it.carried |= part.carried
            found[target] = all_of_it.origin()
        return {target: origin for target, origin in found.items() if origin != Origin(())}

    def _given(self, process: str, table: Node) -> Iterator[_Read]:
        for _target, source in table.inputs:
            for name in sorted(_names(table, source)):
                yield self._outside(process, table, name)

    def _found(self, first: _Read) -> _Found:
        found = _Found()
        todo, seen = [first], set()
        while todo:
            read = todo.pop()
            key = (read.process, "" if read.node is None else read.node.id, read.name)
            if key in seen:
                continue
            seen.add(key)
            node = read.node
            todo.extend(self._at_root(read, found) if node is None else self._at(read, node))
        return found

    def _at(self, read: _Read, node: Node) -> Iterator[_Read]:
        """Yield what a name read at a node goes back to: its locals hide what is outside."""
        if node.attached_to and read.name not in _local_sources(node):
            host = self._hosts[read.process, node.attached_to]
            if read.name in _local_sources(host):
                yield _Read(read.process, host, read.name)
                return
        sources = _local_sources(node).get(read.name)
        if sources is None:
            yield self._outside(read.process, node, read.name)
            return
        if node.scope is not None:
            yield _Read(read.process, None, read.name)  # also a variable of what is inside
        for source in sources:
            for name in _names(node, source):
                yield self._outside(read.process, node, name)

    def _outside(self, process: str, node: Node, name: str) -> _Read:
        return _Read(process, self._parents.get((process, node.id)), name)

    def _at_root(self, read: _Read, found: _Found) -> Iterator[_Read]:
        """Yield what the writers of a process variable read; note those that decide themselves."""
        writers = self._writers_of(read.process)
        for node in writers.get(read.name, writers[_MERGED]):
            yield from self._written(read.process, node, read.name, found)
        for called in self._passing.get(read.process, ()):
            yield _Read(called, None, read.name)
        for process, call in self._callers.get(read.process, ()):
            passed = call.extension("calledElement", "propagateAllParentVariables") != "false"
            if passed or any(target == read.name for target, _ in call.inputs):
                yield _Read(process, call, read.name)

    def _written(self, process: str, node: Node, name: str, found: _Found) -> Iterator[_Read]:
        sources = [source for target, source in node.outputs if target == name]
        if node.kind == "businessRuleTask":
            found.decisions.add(node.id)
            found.tables.append((process, node))
        elif node.event is not None and node.event.kind == "message":
            names = {inner for source in sources for inner in _names(node, source)}
            found.carried.update((node.id, inner) for inner in names or {name})
        elif node.kind in _PASSING:
            for source in sources or _own_sources(node, name):
                for inner in _names(node, source):
                    yield self._inside(process, node, inner)
        else:
            found.others.add(node.id)

    def _inside(self, process: str, node: Node, name: str) -> _Read:
        """Where the outputs of a passing element read: a called process has its own variables."""
        called = node.extension("calledElement", "processId")
        if node.kind == "callActivity" and called in self._nodes:
            return _Read(called, None, name)
        return _Read(process, node, name)

    def _writers_of(self, process: str) -> Mapping[str, list[Node]]:
        if process not in self._writers:
            index: dict[str, list[Node]] = {_MERGED: []}
            for node in self._nodes[process]:
                for name in _written_names(node):
                    index.setdefault(name, []).append(node)
            self._writers[process] = index
        return self._writers[process]


_PASSING: Final = frozenset({"scriptTask", "callActivity", "subProcess", "task", "manualTask"})
"""Kinds that only pass on what others wrote."""


_CATCHING: Final = frozenset(
    {"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"}
)
_MERGED: Final = ""
"""Stands for any name: a message without outputs writes whatever its payload has."""


def _written_names(node: Node) -> Iterator[str]:
    by_message = node.event is not None and node.event.kind == "message"
    if by_message and node.kind in _CATCHING and not node.outputs:
        yield _MERGED
    yield from (target for target, _source in node.outputs)
    for tag in ("calledDecision", "script"):
        target = node.extension(tag, "resultVariable")
        if target and not node.outputs:
            yield target
    if node.multi is not None and node.multi.output_collection:
        yield node.multi.output_collection


def _local_sources(node: Node) -> dict[str, list[str]]:
    """Return what the locals of a node are computed from, by name."""
    found: dict[str, list[str]] = {}
    if node.multi is not None and node.multi.item:
        found[node.multi.item] = [node.multi.collection]
    for target, source in node.inputs:
        found[target] = [source]
    return found


def _own_sources(node: Node, name: str) -> Iterator[str]:
    if node.kind == "scriptTask":
        yield node.extension("script", "expression") or ""
    if node.multi is not None and node.multi.output_collection == name:
        yield node.multi.output_element or ""


def _passes_all_out(node: Node) -> str | None:
    if node.kind != "callActivity" or node.outputs:
        return None
    if node.extension("calledElement", "propagateAllChildVariables") == "false":
        return None
    return node.extension("calledElement", "processId")


def _names(node: Node, source: str) -> frozenset[str]:
    return expression(node.id, source, node.functions).names if source.strip() else frozenset()


def basis_in(history: Iterable[HistoryEvent], origin: Origin) -> Mapping[str, Any] | None:
    """Return what set the variable last, as far as this action's history knows.

    Args:
        history: Of one action, in order.
        origin: What can have set it.

    Returns:
        The ``basis`` of a decision, ``{"element": …}`` for another step, None when it was set by
        an earlier action.
    """
    for event in reversed(tuple(history)):
        if event.kind == "decision" and event.element in origin.decisions:
            found: Mapping[str, Any] = (event.explanation or {}).get("basis") or {}
            return found
        if event.kind == "completed" and event.element in origin.others:
            return {"element": event.element}
    return None
