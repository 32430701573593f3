"""A BPMN file as the checks see it: tolerant, with everything that is wrong still in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN_NAMESPACES: Final = ("https://www.omg.org/spec/DMN/", "http://www.omg.org/spec/DMN/")
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
MODELER: Final = "http://camunda.org/schema/modeler/1.0"
B: Final = f"{{{BPMN}}}"
Z: Final = f"{{{ZEEBE}}}"

FLOW_NODES: Final = frozenset(
    {
        "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask",
        "businessRuleTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
        "exclusiveGateway", "parallelGateway", "eventBasedGateway", "inclusiveGateway",
        "complexGateway", "startEvent", "endEvent", "intermediateCatchEvent",
        "intermediateThrowEvent", "boundaryEvent", "implicitThrowEvent", "event",
        "choreographyTask", "subChoreography", "callChoreography", "globalTask",
    }
)  # fmt: skip
"""Everything of BPMN that a sequence flow may touch, supported or not."""

SUB_SCOPES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS: Final = frozenset(
    {
        "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask",
        "businessRuleTask",
    }
)  # fmt: skip
ACTIVITIES: Final = TASKS | SUB_SCOPES | {"callActivity"}


@dataclass(slots=True, eq=False)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    line: int
    condition: str | None
    language: str


@dataclass(slots=True, eq=False)
class Node:
    """A flow node. ``id`` is "" where the file gives none."""

    id: str
    kind: str
    name: str
    line: int
    xml: etree._Element
    scope: "Scope"
    lane: str | None = None
    inner: "Scope | None" = None
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What to call the node in a message."""
        return self.id or f"{self.kind} on line {self.line}"

    @property
    def attached_to(self) -> str | None:
        """The activity that a boundary event sits on."""
        return self.xml.get("attachedToRef")

    @property
    def by_event(self) -> bool:
        """Whether this is an event sub-process."""
        return self.xml.get("triggeredByEvent") == "true"

    @property
    def definitions(self) -> tuple[etree._Element, ...]:
        """The event definitions of an event, references included."""
        return tuple(
            child
            for child in self.xml.iterchildren(f"{B}*")
            if etree.QName(child).localname.endswith(("EventDefinition", "eventDefinitionRef"))
        )

    @property
    def event(self) -> str:
        """The kind of the first event definition (``timer``, ``message``, …), "" for none."""
        if not self.definitions:
            return ""
        return etree.QName(self.definitions[0]).localname.removesuffix("EventDefinition")

    @property
    def properties(self) -> Mapping[str, str]:
        """``zeebe:properties``."""
        return {
            item.get("name", ""): item.get("value", "")
            for item in self.xml.iterfind(f"{B}extensionElements/{Z}properties/{Z}property")
        }

    def extension(self, tag: str) -> etree._Element | None:
        """A ``zeebe:`` extension element."""
        return self.xml.find(f"{B}extensionElements/{Z}{tag}")

    def attribute(self, tag: str, name: str) -> str:
        """An attribute of a ``zeebe:`` extension element, "" where it is missing."""
        found = self.extension(tag)
        return "" if found is None else (found.get(name) or "").strip()


@dataclass(slots=True, eq=False)
class Scope:
    """A process, or the inside of a sub-process."""

    id: str
    kind: str
    line: int
    xml: etree._Element
    parent: "Scope | None" = None
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    index: dict[str, Node] = field(default_factory=dict)
    attached: dict[str, list[Node]] = field(default_factory=dict)

    def node(self, node_id: str | None) -> Node | None:
        """The node with this id in this very scope."""
        return self.index.get(node_id) if node_id else None

    def boundary_of(self, node: Node) -> list[Node]:
        """The boundary events that sit on a node."""
        return self.attached.get(node.id, []) if node.id else []

    def walk(self) -> Iterator["Scope"]:
        """This scope and every scope inside it."""
        todo = [self]
        while todo:
            scope = todo.pop()
            yield scope
            todo.extend(node.inner for node in scope.nodes if node.inner is not None)


@dataclass(slots=True, eq=False)
class Diagram:
    """One BPMN file."""

    path: str
    root: etree._Element
    processes: list[Scope]
    messages: Mapping[str, etree._Element]
    errors: Mapping[str, etree._Element]
    escalations: Mapping[str, etree._Element]
    lanes: Mapping[str, etree._Element]
    dialect: bool
    """Whether the file says that it is written for Camunda 8."""

    def scopes(self) -> Iterator[Scope]:
        """Every process and sub-process."""
        for process in self.processes:
            yield from process.walk()

    def nodes(self) -> Iterator[Node]:
        """Every flow node."""
        for scope in self.scopes():
            yield from scope.nodes


def line_of(element: etree._Element) -> int:
    """The line of an element, 0 when unknown."""
    line: Any = element.sourceline
    return int(line or 0)


def read(path: str, root: etree._Element) -> Diagram:
    """Read a tree whose root is ``bpmn:definitions``."""
    lanes = _lanes(root)
    processes = [_scope(process, None, lanes) for process in root.iterchildren(f"{B}process")]
    return Diagram(
        path=path,
        root=root,
        processes=processes,
        messages=_by_id(root, "message"),
        errors=_by_id(root, "error"),
        escalations=_by_id(root, "escalation"),
        lanes={lane.get("id", ""): lane for lane in root.iter(f"{B}lane")},
        dialect=root.get(f"{{{MODELER}}}executionPlatform", "") == "Camunda Cloud",
    )


def _by_id(root: etree._Element, tag: str) -> dict[str, etree._Element]:
    return {item.get("id", ""): item for item in root.iterchildren(f"{B}{tag}")}


def _lanes(root: etree._Element) -> dict[str, str]:
    """Node id to lane id; the innermost of nested lanes wins."""
    found: dict[str, tuple[int, str]] = {}
    for lane in root.iter(f"{B}lane"):
        depth = sum(1 for _ in lane.iterancestors(f"{B}lane"))
        for reference in lane.iterchildren(f"{B}flowNodeRef"):
            node = (reference.text or "").strip()
            if node not in found or depth > found[node][0]:
                found[node] = (depth, lane.get("id", ""))
    return {node: lane for node, (_, lane) in found.items()}


def _scope(element: etree._Element, parent: Scope | None, lanes: Mapping[str, str]) -> Scope:
    scope = Scope(
        id=element.get("id", ""),
        kind=etree.QName(element).localname,
        line=line_of(element),
        xml=element,
        parent=parent,
    )
    for child in element.iterchildren(f"{B}*"):
        tag = etree.QName(child).localname
        if tag == "sequenceFlow":
            scope.flows.append(_flow(child))
        elif tag in FLOW_NODES:
            scope.nodes.append(_node(child, tag, scope, lanes))
    _connect(scope)
    return scope


def _flow(element: etree._Element) -> Flow:
    condition = element.find(f"{B}conditionExpression")
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        line=line_of(element),
        condition=None if condition is None else (condition.text or "").strip(),
        language="" if condition is None else condition.get("language", ""),
    )


def _node(element: etree._Element, tag: str, scope: Scope, lanes: Mapping[str, str]) -> Node:
    node = Node(
        id=element.get("id", ""),
        kind=tag,
        name=element.get("name", ""),
        line=line_of(element),
        xml=element,
        scope=scope,
    )
    node.lane = lanes.get(node.id) or _outer_lane(element, lanes)
    if tag in SUB_SCOPES:
        node.inner = _scope(element, scope, lanes)
    return node


def _outer_lane(element: etree._Element, lanes: Mapping[str, str]) -> str | None:
    """A node inside a sub-process belongs to the lane of the sub-process."""
    for ancestor in element.iterancestors():
        if ancestor.get("id") in lanes:
            return lanes[ancestor.get("id", "")]
    return None


def _connect(scope: Scope) -> None:
    for node in scope.nodes:
        if node.id:
            scope.index.setdefault(node.id, node)
        if node.kind == "boundaryEvent" and node.attached_to:
            scope.attached.setdefault(node.attached_to, []).append(node)
    for flow in scope.flows:
        source, target = scope.node(flow.source), scope.node(flow.target)
        if source is not None:
            source.outgoing.append(flow)
        if target is not None:
            target.incoming.append(flow)
