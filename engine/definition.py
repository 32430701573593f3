"""A process ready to run: its specs, and what the rest of Kedja wants to know about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from engine.dmn import DecisionModel, Library, parse_decisions
from engine.dmn.errors import DmnError
from engine.dmn.notes import PartNote, read_notes
from engine.errors import DefinitionError
from engine.feel import NO_FUNCTIONS, Functions
from engine.model import Node, Scope
from engine.origins import Tracer
from engine.outcome import Origin
from engine.reader import read_file
from engine.spiff.build import build
from engine.spiff.patch import ScopeSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInfo:
    """A way to start the process. ``kind`` is none, message or timer.

    ``mapped``: the event's outputs say which parts of the payload become variables. A timer's
    ``time`` is date, duration or cycle and ``text`` what the diagram says.
    """

    element: str
    kind: str
    message: str | None = None
    form: str | None = None
    mapped: bool = False
    time: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementInfo:
    """An element of the diagram, sub-processes included. ``kind`` is BPMN's own name.

    ``ways`` is what the drawing says of each of the flows to ``outgoing``; "" where nothing.
    ``due`` is what a user task's due date is read from, as it is written.
    """

    id: str
    name: str
    kind: str
    lane: str | None
    role: str | None
    form: str | None = None
    groups: str | None = None
    called: str | None = None
    decision: str | None = None
    capability: str | None = None
    message: str | None = None
    documentation: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    outgoing: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    attached_to: str | None = None
    scope: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A process with everything that it calls. Never changed by running; threads share it.

    ``carries`` says, by thrown message and name in its payload, which tables can have decided it;
    ``given``, by task with a form and name of an input, where what it is given comes from.
    """

    process_id: str
    name: str
    starts: tuple[StartInfo, ...]
    elements: Mapping[str, ElementInfo]
    calls: frozenset[str]
    decisions: frozenset[str]
    messages: frozenset[str]
    carries: Mapping[str, Mapping[str, tuple[Origin, ...]]]
    given: Mapping[str, Mapping[str, Origin]]
    specs: Mapping[str, ScopeSpec]

    def start_element(self, element: str | None, *, with_payload: bool = False) -> str:
        """Return the start event to begin at.

        Raises:
            DefinitionError: Unknown, or not given where several would do.
        """
        if element is not None:
            if element not in {start.element for start in self.starts}:
                raise DefinitionError(element, "is no start event of this process")
            return element
        plain = [start.element for start in self.starts if start.kind == "none"]
        found = plain if plain and not with_payload else [s.element for s in self.starts]
        if len(found) != 1:
            raise DefinitionError(self.process_id, "several start events: say which one")
        return found[0]


def load_definition(
    process_id: str,
    *,
    bpmn: Mapping[str, bytes],
    dmn: Mapping[str, bytes],
    functions: Functions = NO_FUNCTIONS,
) -> Definition:
    """Read a process, what it calls, and the tables they use.

    Args:
        process_id: Id of the process.
        bpmn: Path to content of the diagrams where it and its callees may be.
        dmn: Path to content of the decision tables.
        functions: What FEEL may call there beside its own functions.

    Raises:
        DefinitionError: Unknown process, callee or table, or an element that is refused.
    """
    return define(process_id, read_processes(bpmn, functions), Tables(dmn, functions))


def define(process_id: str, processes: Mapping[str, Scope], tables: "Tables") -> Definition:
    """Make a process ready to run from diagrams and tables that are read once for all of them.

    Args:
        process_id: Id of the process.
        processes: It and its callees by id, as read.
        tables: Where the decisions are found.

    Raises:
        DefinitionError: Unknown process, callee or table, or an element that is refused.
    """
    if process_id not in processes:
        raise DefinitionError(process_id, "no diagram has a process with this id")
    needed = _closure(process_id, processes)
    wanted = {
        decision
        for key in needed
        for node in all_nodes(processes[key])
        if (decision := node.extension("calledDecision", "decisionId"))
    }
    decisions = tables.find(wanted)
    specs: dict[str, ScopeSpec] = {}
    tracer = Tracer({key: processes[key] for key in needed})
    for key in needed:
        build(processes[key], decisions, specs, tracer)
    process = processes[process_id]
    elements = {node.id: info for node, info in _infos(process)}
    return Definition(
        process_id=process_id,
        name=process.name or process_id,
        starts=tuple(_start(n) for n in process.nodes.values() if n.kind == "startEvent"),
        elements=elements,
        calls=frozenset(needed[1:]),
        decisions=frozenset(wanted),
        messages=frozenset(info.message for info in elements.values() if info.message),
        carries=_carries({key: processes[key] for key in needed}, tracer),
        given={
            node.id: given
            for node in all_nodes(process)
            if node.kind == "userTask" and (given := tracer.given(process_id, node))
        },
        specs=specs,
    )


def _carries(
    processes: Mapping[str, Scope], tracer: Tracer
) -> dict[str, Mapping[str, tuple[Origin, ...]]]:
    found: dict[str, dict[str, tuple[Origin, ...]]] = {}
    for key, scope in processes.items():
        for node in all_nodes(scope):
            if node.kind in _THROWING and node.event is not None and node.event.kind == "message":
                for name, origins in tracer.carried(key, node).items():
                    carried = found.setdefault(node.event.name, {})
                    carried[name] = carried.get(name, ()) + origins
    return {message: carried for message, carried in found.items() if carried}


_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def all_nodes(scope: Scope) -> Iterable[Node]:
    """Yield the nodes of a process, sub-processes included."""
    todo = [scope]
    while todo:
        for node in todo.pop().nodes.values():
            yield node
            if node.scope is not None:
                todo.append(node.scope)


def read_processes(
    bpmn: Mapping[str, bytes], functions: Functions = NO_FUNCTIONS
) -> dict[str, Scope]:
    """Read every diagram; process id to process.

    Raises:
        DefinitionError: A diagram cannot be read, or two processes have one id.
    """
    found: dict[str, Scope] = {}
    for path, content in bpmn.items():
        for key, scope in read_file(path, content, functions).items():
            if key in found:
                raise DefinitionError(key, f"two processes have this id; one is in {path}")
            found[key] = scope
    return found


def _closure(process_id: str, processes: Mapping[str, Scope]) -> list[str]:
    """Return the process and everything it calls, itself first."""
    found = [process_id]
    for key in found:
        for node in all_nodes(processes[key]):
            called = node.extension("calledElement", "processId")
            if node.kind != "callActivity" or not called or called in found:
                continue
            if called not in processes:
                raise DefinitionError(node.id, f"calls the unknown process {called}")
            found.append(called)
    return found


class Tables:
    """The decision tables of an edition, each file read when it is first wanted.

    Args:
        dmn: Path to content.
        functions: What FEEL may call there beside its own functions.
    """

    def __init__(self, dmn: Mapping[str, bytes], functions: Functions = NO_FUNCTIONS) -> None:
        self._dmn, self._functions = dmn, functions
        self._library = Library(lambda: dmn)
        self._read: dict[str, tuple[DecisionModel, Mapping[str, PartNote]]] = {}

    def find(self, wanted: Iterable[str]) -> dict[str, Any]:
        """Return decision id to model and notes; the file named after a decision is read first.

        Raises:
            DefinitionError: A file that had to be read cannot be.
        """
        missing, found = set(wanted), {}
        by_name = sorted(
            self._dmn, key=lambda path: (PurePosixPath(path).stem not in missing, path)
        )
        for path in by_name:
            if not missing:
                break
            model, notes = self._file(path)
            for decision in missing & set(model.decisions):
                found[decision] = (model, notes)
            missing -= set(found)
        return found

    def _file(self, path: str) -> tuple[DecisionModel, Mapping[str, PartNote]]:
        if path not in self._read:
            content = self._dmn[path]
            try:
                model = parse_decisions(
                    content, name=path, imports=self._library, functions=self._functions
                )
            except DmnError as error:
                raise DefinitionError(path, str(error)) from error
            self._read[path] = (model, read_notes(content, name=path))
        return self._read[path]


def _start(node: Node) -> StartInfo:
    return StartInfo(
        element=node.id,
        kind="none" if node.event is None else node.event.kind,
        message=node.event.name if node.event and node.event.kind == "message" else None,
        form=node.extension("formDefinition", "formId"),
        mapped=bool(node.outputs),
        time=(node.event.time or None) if node.event else None,
        text=(node.event.text or None) if node.event else None,
    )


def _infos(process: Scope) -> Iterable[tuple[Node, ElementInfo]]:
    todo: list[tuple[Scope, str | None]] = [(process, None)]
    while todo:
        scope, owner = todo.pop()
        for node in scope.nodes.values():
            yield node, _info(scope, node, owner)
            if node.scope is not None:
                todo.append((node.scope, node.id))


def _info(scope: Scope, node: Node, owner: str | None) -> ElementInfo:
    event = node.event
    return ElementInfo(
        id=node.id,
        name=node.name,
        kind=node.kind,
        lane=node.lane,
        role=node.role,
        form=node.extension("formDefinition", "formId"),
        groups=node.extension("assignmentDefinition", "candidateGroups"),
        called=node.extension("calledElement", "processId"),
        decision=node.extension("calledDecision", "decisionId"),
        capability=node.extension("taskDefinition", "type"),
        message=event.name if event is not None and event.kind == "message" else None,
        documentation=node.documentation,
        properties=node.properties,
        outgoing=tuple(flow.target for flow in scope.outgoing(node.id)),
        ways=tuple(flow.name for flow in scope.outgoing(node.id)),
        attached_to=node.attached_to,
        scope=owner,
        due=node.extension("taskSchedule", "dueDate"),
    )
