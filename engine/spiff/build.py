"""Turns the model of a process into SpiffWorkflow specs. Iterative: a chain of any length loads."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.dmn.notes import PartNote
from engine.errors import DefinitionError
from engine.expressions import Formula
from engine.model import Flow, Node, Scope
from engine.origins import Tracer
from engine.spiff.elements import (
    Activity,
    Attached,
    ExclusiveGateway,
    Job,
    RuleTask,
    ScriptTask,
    UserTask,
)
from engine.spiff.events import Boundary, Catch, EventGateway, Start, Trigger
from engine.spiff.multi import MultiInstance
from engine.spiff.patch import Element, ParallelGateway, ScopeSpec
from engine.spiff.routing import Throw
from engine.spiff.subprocess import Call, EventSub, Sub

DecisionModel = Any
Decisions = Mapping[str, tuple[DecisionModel, Mapping[str, PartNote]]]
"""Decision id to the model that holds it and the notes of its file."""

_NO_CYCLE: Final = "a cycle on an intermediate event is not supported; use timeDuration and a loop"


def build(
    process: Scope, decisions: Decisions, specs: dict[str, ScopeSpec], tracer: Tracer
) -> None:
    """Add the specs of a process and of its sub-processes to ``specs``.

    Args:
        process: The process as read.
        decisions: Decision models by decision id.
        specs: Result: the process under its id, a sub-process under ``<process>/<id>``.
        tracer: Of the process and everything that it calls.

    Raises:
        DefinitionError: The profile refuses an element.
    """
    todo = [(process.id, process, False)]
    while todo:
        key, scope, by_event = todo.pop()
        builder = _Builder(process.id, scope, decisions, by_event=by_event)
        builder.run()
        _trace(builder, tracer)
        specs[key] = builder.spec
        todo.extend(
            (inside(process.id, node), node.scope, node.by_event)
            for node in scope.nodes.values()
            if node.scope is not None
        )
    _connect_event_subs(specs)


def inside(process_id: str, node: Node) -> str:
    """Return the name of a sub-process's scope among the definition's."""
    return f"{process_id}/{node.id}"


def _trace(builder: "_Builder", tracer: Tracer) -> None:
    """Say what can have set each due time."""
    for spec in builder.spec.task_specs.values():
        trigger = getattr(spec, "trigger", None)
        if isinstance(spec, UserTask) and spec.due is not None:
            spec.due_from = tracer.origins(builder.process_id, spec.node, spec.due.names)
        elif isinstance(trigger, Trigger) and trigger.when is not None:
            names = trigger.when.names
            trigger.due_from = tracer.origins(builder.process_id, spec.node, names)


def _connect_event_subs(specs: Mapping[str, ScopeSpec]) -> None:
    for spec in specs.values():
        for event_sub in spec.event_subs.values():
            starts = specs[event_sub.inside].bpmn_start_events
            start = starts[0]
            event_sub.triggered_by(start, interrupting=start.node.interrupting)


class _Builder:
    def __init__(
        self,
        process_id: str,
        scope: Scope,
        decisions: Decisions,
        *,
        by_event: bool,
    ) -> None:
        self.process_id = process_id
        self.by_event = by_event
        self.scope = scope
        self.decisions = decisions
        self.spec = ScopeSpec(scope.id)
        self.flows: dict[str, list[Flow]] = {}
        for flow in scope.flows:
            self.flows.setdefault(flow.source, []).append(flow)

    def run(self) -> None:
        """Create every spec, then connect them."""
        for node in self.scope.nodes.values():
            _check_event(node, by_event=self.by_event)
        for node in self.scope.nodes.values():
            if node.kind != "boundaryEvent":
                self._create(node)
        for node in self.scope.nodes.values():
            if node.kind == "boundaryEvent":
                self._attach(node)
        for node in self.scope.nodes.values():
            self._connect(node)
        self._check_starts()

    def _check_starts(self) -> None:
        starts = self.spec.bpmn_start_events
        if not starts:
            raise DefinitionError(self.scope.id, "no start event")
        plain = [start.bpmn_id for start in starts if start.trigger is None]
        if len(plain) > 1:
            raise DefinitionError(plain[1], "two start events without an event; keep one")
        if self.scope.id != self.process_id and len(starts) > 1:
            raise DefinitionError(starts[1].bpmn_id, "a sub-process begins at one start event")

    def _create(self, node: Node) -> None:
        if node.multi is None:
            self._element(node, None)
            return
        if node.kind not in _MULTI:
            raise DefinitionError(node.id, f"a {node.kind} cannot be multi-instance")
        body = self._element(node, f"{node.id} [body]")
        MultiInstance(self.spec, node, node.multi, body)

    def _element(self, node: Node, name: str | None) -> Any:
        if node.kind == "subProcess":
            return self._sub(node, name)
        if node.kind == "callActivity":
            return self._call(node, name)
        if node.kind in _GATEWAYS:
            return _GATEWAYS[node.kind](self.spec, node)
        if node.kind == "startEvent":
            start = Start(self.spec, node)
            self.spec.bpmn_start_events.append(start)
            return start
        task = _kind_of_task(node)(self.spec, node, name)
        if isinstance(task, RuleTask):
            task.model, task.notes = self._decision(node, task.decision)
        if isinstance(task, Catch) and task.trigger.time == "cycle":
            raise DefinitionError(node.id, _NO_CYCLE)
        return task

    def _decision(self, node: Node, decision: str) -> tuple[DecisionModel, Mapping[str, PartNote]]:
        if decision not in self.decisions:
            raise DefinitionError(node.id, f"calls the unknown decision {decision}")
        return self.decisions[decision]

    def _sub(self, node: Node, name: str | None) -> Any:
        scope_name = inside(self.process_id, node)
        if not node.by_event:
            return Sub(self.spec, node, name, scope_name)
        if name is not None or self.flows.get(node.id):
            raise DefinitionError(node.id, "an event sub-process has no flows and no instances")
        event_sub = EventSub(self.spec, node, name, scope_name)
        self.spec.event_subs[event_sub.name] = event_sub
        return event_sub

    def _call(self, node: Node, name: str | None) -> Any:
        called = node.extension("calledElement", "processId")
        if not called or called.startswith("="):
            raise DefinitionError(node.id, "needs zeebe:calledElement with the process's id")
        return Call(self.spec, node, name, called)

    def _attach(self, node: Node) -> None:
        host = node.attached_to or ""
        if self.scope.nodes[host].kind not in _HOSTS:
            raise DefinitionError(node.id, f"a boundary event cannot sit on {host}")
        if not self.flows.get(node.id):
            raise DefinitionError(node.id, "a boundary event needs an outgoing flow")
        split = self.spec.task_specs.get(f"{host} [attached]")
        if split is None:
            split = Attached(self.spec, f"{host} [attached]")
            split.connect(self.spec.task_specs[host])
        split.connect(Boundary(self.spec, node, host))

    def _connect(self, node: Node) -> None:
        source = self.spec.task_specs[node.id]
        flows = self.flows.get(node.id, [])
        if flows and node.kind == "endEvent":
            raise DefinitionError(flows[0].id, "nothing leaves an end event")
        if node.kind == "exclusiveGateway":
            self._choices(node, source, flows)
            return
        for flow in flows:
            if flow.condition is not None:
                raise DefinitionError(
                    flow.id, "a condition only counts on flows out of an exclusive gateway"
                )
            target = self._target(flow)
            source.connect(target)
            if isinstance(source, EventGateway):
                self._option(source, target)

    def _target(self, flow: Flow) -> Element:
        if self.scope.nodes[flow.target].kind in {"startEvent", "boundaryEvent"}:
            raise DefinitionError(flow.id, f"nothing flows into {flow.target}")
        target: Element = self.spec.task_specs.get(
            f"{flow.target} [attached]", self.spec.task_specs[flow.target]
        )
        return target

    def _choices(self, node: Node, gateway: ExclusiveGateway, flows: list[Flow]) -> None:
        for flow in flows:
            target = self._target(flow)
            gateway.connect(target)
            if flow.id == node.default or (len(flows) == 1 and flow.condition is None):
                gateway.otherwise = (flow.id, target.name)
            elif not flow.condition:
                raise DefinitionError(
                    flow.id, f"a flow out of {node.id} needs a condition or must be its default"
                )
            else:
                condition = Formula(flow.id, flow.condition, node.functions)
                gateway.branches.append((condition, target.name))

    def _option(self, gateway: EventGateway, target: Element) -> None:
        if not isinstance(target, Catch):
            raise DefinitionError(
                gateway.bpmn_id,
                f"{target.name} cannot follow an event-based gateway; only catch events without "
                "boundary events can",
            )
        gateway.options[target.name] = target.trigger


_GATEWAYS: Final[dict[str, Callable[[ScopeSpec, Node], Any]]] = {
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": lambda spec, node: ParallelGateway(spec, node.id, bpmn_name=node.name),
    "eventBasedGateway": EventGateway,
}
_TASKS: Final[dict[str, type[Activity]]] = {
    "task": Activity,
    "manualTask": Activity,
    "userTask": UserTask,
    "serviceTask": Job,
    "scriptTask": ScriptTask,
    "businessRuleTask": RuleTask,
    "receiveTask": Catch,
    "intermediateCatchEvent": Catch,
    "intermediateThrowEvent": Throw,
    "endEvent": Throw,
}
_MULTI: Final = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
    }
)
_HOSTS: Final = _MULTI | {"task", "manualTask"}


_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "startEvent": frozenset({"message", "timer"}),
    "endEvent": frozenset({"message", "error", "escalation", "terminate"}),
    "intermediateCatchEvent": frozenset({"message", "timer"}),
    "intermediateThrowEvent": frozenset({"message", "escalation"}),
    "boundaryEvent": frozenset({"message", "timer", "error", "escalation"}),
    "sendTask": frozenset({"message"}),
    "receiveTask": frozenset({"message"}),
}
_STARTS_BY_EVENT: Final = frozenset({"message", "timer", "error", "escalation"})


def _check_event(node: Node, *, by_event: bool) -> None:
    if node.event is None:
        return
    allowed = _EVENTS.get(node.kind, frozenset())
    if by_event and node.kind == "startEvent":
        allowed = _STARTS_BY_EVENT
    if node.event.kind not in allowed:
        raise DefinitionError(node.id, f"a {node.kind} cannot be a {node.event.kind} event")


def _kind_of_task(node: Node) -> type[Activity]:
    if node.kind == "sendTask":
        return Throw if node.event is not None else Job
    return _TASKS[node.kind]
