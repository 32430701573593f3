"""Loops and calls that would never stop, and gateways that cannot decide or join."""

from collections.abc import Mapping
from typing import Final

from engine.check.findings import Findings
from engine.check.graph import loops, reached, starts_of
from engine.check.model import Diagram, Node, Scope

Processes = Mapping[str, Scope]
"""Every process that is known, by id: those of the edition and of the files checked with it."""

_ALWAYS: Final = frozenset({"userTask", "receiveTask", "intermediateCatchEvent"})
_JOBS: Final = frozenset({"serviceTask", "sendTask"})
_WAITING_BOUNDARY: Final = frozenset({"message", "timer"})


def called_process(node: Node) -> str:
    """The process that a call activity calls, "" when it names none."""
    return node.attribute("calledElement", "processId") or (node.xml.get("calledElement") or "")


class Waits:
    """Which nodes surely stop and wait for a person, a message or a time."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._scopes: dict[int, bool] = {}
        self._at_once: dict[str, list[Node]] = {}
        self._waiting: set[str] = set()
        self._settle()

    def node(self, node: Node) -> bool:
        """Whether a token that comes to the node always waits there."""
        if node.kind in _ALWAYS:
            return True
        if node.kind == "boundaryEvent":
            return node.event in _WAITING_BOUNDARY
        if node.kind == "callActivity":
            called = called_process(node)
            return called not in self._processes or called in self._waiting
        return node.inner is not None and self._scope(node.inner)

    def calls_at_once(self, process: Scope) -> list[Node]:
        """The call activities that a new instance reaches before it waits."""
        if process.id not in self._at_once:
            found: list[Node] = []
            todo = [process]
            while todo:
                for node in reached(starts_of(todo.pop()), lambda node: not self.node(node)):
                    if node.kind == "callActivity":
                        found.append(node)
                    elif node.inner is not None and not node.by_event:
                        todo.append(node.inner)
            self._at_once[process.id] = found
        return self._at_once[process.id]

    def _settle(self) -> None:
        """Find the processes in which every path waits; each one found is news to its callers."""
        callers: dict[str, set[str]] = {}
        for name, process in self._processes.items():
            for scope in process.walk():
                for node in scope.nodes:
                    if node.kind == "callActivity":
                        callers.setdefault(called_process(node), set()).add(name)
        todo = list(self._processes)
        while todo:
            name = todo.pop()
            if name not in self._waiting and self._every_path_waits(self._processes[name]):
                self._waiting.add(name)
                self._scopes.clear()
                todo.extend(callers.get(name, ()))

    def _scope(self, scope: Scope) -> bool:
        key = id(scope)
        if key not in self._scopes:
            self._scopes[key] = self._every_path_waits(scope)
        return self._scopes[key]

    def _every_path_waits(self, scope: Scope) -> bool:
        found = reached(starts_of(scope), lambda node: not self.node(node))
        return not any(not node.outgoing and not self.node(node) for node in found)


def check_loops(diagram: Diagram, processes: Processes, waits: Waits, findings: Findings) -> None:
    """Check loops, calls and gateways of a diagram."""
    for scope in diagram.scopes():
        _loops_that_never_wait(scope, waits, findings)
        _loops_without_gateway(scope, findings)
        for node in scope.nodes:
            _exclusive(node, findings)
            _conditions(node, findings)
            _join(node, findings)
    for process in diagram.processes:
        _cyclic_calls(process, processes, waits, findings)


def _loops_that_never_wait(scope: Scope, waits: Waits, findings: Findings) -> None:
    for part in loops(scope, lambda node: not waits.node(node)):
        shown = sorted(part, key=lambda node: (node.kind.endswith("Gateway"), node.line, node.id))
        names = ", ".join(node.label for node in shown[:5])
        note = (
            f"the loop {names} never waits: it would run for ever without a person, a message or "
            "a time; put a wait in it"
        )
        if any(node.kind in _JOBS for node in part):
            findings.rule("loop_without_wait", shown[0].id, shown[0].line, note)
        else:
            findings.error("loop_without_wait", shown[0].id, shown[0].line, note)


def _loops_without_gateway(scope: Scope, findings: Findings) -> None:
    for part in loops(scope, lambda node: node.kind != "exclusiveGateway"):
        shown = sorted(part, key=lambda node: (node.line, node.id))
        names = ", ".join(node.label for node in shown[:5])
        findings.rule(
            "loop_without_gateway", shown[0].id, shown[0].line,
            f"the loop {names} passes no exclusive gateway: nothing decides when it ends; lead the "
            "flow back to an exclusive gateway",
        )  # fmt: skip


def _exclusive(node: Node, findings: Findings) -> None:
    if node.kind != "exclusiveGateway" or len(node.outgoing) < 2:
        return
    default = node.xml.get("default")
    if not default:
        findings.rule(
            "no_default_flow", node.id, node.line,
            f"the exclusive gateway {node.label} has no default flow; mark one",
        )  # fmt: skip
    for flow in node.outgoing:
        if flow.id != default and not flow.condition:
            findings.error(
                "flow_without_condition", flow.id or f"{flow.source}->{flow.target}", flow.line,
                f"the flow {flow.id} out of {node.label} has neither condition nor is it the "
                "default; give it a condition",
            )  # fmt: skip
        if flow.id == default and flow.condition:
            findings.warning(
                "condition_on_default", flow.id, flow.line,
                f"the default flow {flow.id} has a condition, which is never read; remove it",
            )  # fmt: skip


def _conditions(node: Node, findings: Findings) -> None:
    if node.kind == "exclusiveGateway":
        return
    for flow in node.outgoing:
        if flow.condition is not None:
            findings.error(
                "condition_outside_gateway", flow.id or f"{flow.source}->{flow.target}", flow.line,
                f"the flow {flow.id} out of {node.label} ({node.kind}) has a condition; only flows "
                "out of an exclusive gateway decide: add one",
            )  # fmt: skip


def _join(node: Node, findings: Findings) -> None:
    """Warn where two branches of one choice meet in a parallel join: it would wait for ever."""
    if node.kind != "parallelGateway" or len(node.incoming) < 2:
        return
    seen: dict[int, Node] = {}
    for flow in node.incoming:
        origin = _origin(node.scope.node(flow.source))
        if origin is not None and id(origin) in seen:
            findings.warning(
                "choice_into_join", node.id, node.line,
                f"branches of the choice {origin.label} meet in the parallel join {node.label}: "
                "only one of them comes, so the join waits for ever; use an exclusive gateway",
            )  # fmt: skip
        if origin is not None:
            seen[id(origin)] = origin


def _origin(node: Node | None) -> Node | None:
    """The choice that a branch surely comes from, walking back along single flows."""
    seen: set[int] = set()
    while node is not None and id(node) not in seen:
        seen.add(id(node))
        if len(node.outgoing) > 1:
            return node if node.kind in {"exclusiveGateway", "eventBasedGateway"} else None
        if len(node.incoming) != 1:
            return None
        node = node.scope.node(node.incoming[0].source)
    return None


def _cyclic_calls(process: Scope, processes: Processes, waits: Waits, findings: Findings) -> None:
    for node in waits.calls_at_once(process):
        path = _leads_back(called_process(node), process.id, processes, waits)
        if path is not None:
            chain = " -> ".join((process.id, *path))
            findings.error(
                "cyclic_call", node.id, node.line,
                f"cyclic call {chain} without wait state: it would call itself for ever; put a "
                "wait between, or draw the loop in one process",
            )  # fmt: skip


def _leads_back(
    first: str, goal: str, processes: Processes, waits: Waits
) -> tuple[str, ...] | None:
    todo: list[tuple[str, ...]] = [(first,)]
    seen = {first}
    while todo:
        path = todo.pop()
        if path[-1] == goal:
            return path
        scope = processes.get(path[-1])
        for node in () if scope is None else waits.calls_at_once(scope):
            called = called_process(node)
            if called not in seen:
                seen.add(called)
                todo.append((*path, called))
    return None
