"""What the engine runs (``docs/bpmn.md``), element by element; everything else is refused."""

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.model import ACTIVITIES, TASKS, B, Diagram, Node, Scope, Z, line_of

SUPPORTED_NODES: Final = frozenset(
    {
        *TASKS, "callActivity", "subProcess", "exclusiveGateway", "parallelGateway",
        "eventBasedGateway", "startEvent", "endEvent", "intermediateCatchEvent",
        "intermediateThrowEvent", "boundaryEvent",
    }
)  # fmt: skip
SUPPORTED_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "startEvent": frozenset({"", "message", "timer"}),
    "eventSubProcess": frozenset({"message", "timer", "error", "escalation"}),
    "intermediateCatchEvent": frozenset({"message", "timer"}),
    "intermediateThrowEvent": frozenset({"", "message", "escalation"}),
    "endEvent": frozenset({"", "message", "error", "escalation", "terminate"}),
    "boundaryEvent": frozenset({"message", "timer", "error", "escalation"}),
}
"""Per kind of event, the event definitions that run; "" is an event without one."""

_NOT_FLOW: Final = frozenset(
    {
        "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "sequenceFlow",
        "textAnnotation", "association", "group", "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics", "conditionExpression", "script", "auditing", "monitoring",
    }
)  # fmt: skip
_IGNORED: Final = frozenset(
    {
        "property", "ioSpecification", "dataStoreReference", "dataInput", "dataOutput",
        "dataInputAssociation", "dataOutputAssociation", "inputSet", "outputSet", "ioBinding",
        "performer", "humanPerformer", "potentialOwner", "rendering", "correlationSubscription",
        "resourceRole", "operationRef", "inMessageRef", "supports", "artifact",
    }
)  # fmt: skip
_MENDS: Final[Mapping[str, str]] = {
    "inclusiveGateway": "use exclusive and parallel gateways instead",
    "complexGateway": "use exclusive and parallel gateways instead",
    "transaction": "use a sub-process with an error boundary event",
    "adHocSubProcess": "draw the order of its steps",
    "dataObject": "variables need no data objects: remove it, or use a text annotation",
    "dataObjectReference": "variables need no data objects: remove it, or use a text annotation",
    "conditional": "decide at an exclusive gateway, or wait for a message",
    "link": "draw the flow, or use a call activity",
    "compensate": "draw what is to be done as ordinary steps",
    "cancel": "use an error end event and an error boundary event",
    "signal": "use a message",
}
MAX_INSTANCES: Final = 500
"""More instances than this of one activity stop with an incident; a literal is refused."""


def check_profile(diagram: Diagram, findings: Findings) -> None:
    """Refuse what the engine does not run, and what it could only misunderstand."""
    for scope in diagram.scopes():
        _children(scope, findings)
        for node in scope.nodes:
            _supported(node, findings)
            _events(node, diagram, findings)
            _loops(node, findings)
            _event_gateway(node, findings)
            _boundary(node, findings)


def _children(scope: Scope, findings: Findings) -> None:
    nodes = {id(node.xml) for node in scope.nodes}
    for child in scope.xml.iterchildren(f"{B}*"):
        tag = etree.QName(child).localname
        if id(child) in nodes or tag in _NOT_FLOW:
            continue
        name = child.get("id", "") or tag
        if tag in _IGNORED:
            findings.warning("without_effect", name, line_of(child), f"{tag} {name} has no effect")
        else:
            _unsupported(name, tag, line_of(child), findings)


def _unsupported(name: str, tag: str, line: int, findings: Findings) -> None:
    mend = _MENDS.get(tag, "see docs/bpmn.md for what is supported")
    findings.error("unsupported_element", name, line, f"{tag} {name} is not supported; {mend}")


def _supported(node: Node, findings: Findings) -> None:
    if node.kind not in SUPPORTED_NODES:
        _unsupported(node.label, node.kind, node.line, findings)
        return
    if node.kind == "subProcess" and node.xml.get("triggeredByEvent") not in (
        None,
        "true",
        "false",
    ):
        findings.error(
            "wrong_attribute", node.id, node.line, "triggeredByEvent must be true or false"
        )
    known = _NOT_FLOW | _IGNORED
    for child in node.xml.iterchildren(f"{B}*"):
        tag = etree.QName(child).localname
        if tag.endswith(("EventDefinition", "eventDefinitionRef")):
            continue
        if tag in _IGNORED:
            findings.warning(
                "without_effect", node.id, line_of(child), f"{tag} in {node.label} has no effect"
            )
        elif tag not in known and node.inner is None:
            _unsupported(node.label, tag, line_of(child), findings)


def _events(node: Node, diagram: Diagram, findings: Findings) -> None:
    definitions = node.definitions
    if len(definitions) > 1:
        findings.error(
            "several_definitions", node.id, node.line,
            f"{node.label} has several event definitions; draw one event for each",
        )  # fmt: skip
        return
    kind = node.kind
    if kind == "startEvent" and node.scope.xml.get("triggeredByEvent") == "true":
        kind = "eventSubProcess"
    allowed = SUPPORTED_EVENTS.get(kind)
    if allowed is not None and node.event not in allowed:
        if not node.event:
            if kind != "eventSubProcess":
                findings.error(
                    "event_without_definition", node.id, node.line,
                    f"{node.label} waits for nothing: choose message or timer",
                )  # fmt: skip
        else:
            mend = _MENDS.get(node.event, "see docs/bpmn.md for what is supported")
            findings.error(
                "unsupported_event", node.id, node.line,
                f"{node.event} event {node.label} ({node.kind}) is not supported; {mend}",
            )  # fmt: skip
        return
    check = _REFERENCES.get(node.event)
    if check is not None and definitions:
        check(node, definitions[0], diagram, findings)
    if node.kind in {"receiveTask", "sendTask"}:
        _task_message(node, diagram, findings)


def _message(node: Node, holder: etree._Element, diagram: Diagram, findings: Findings) -> None:
    reference = holder.get("messageRef", "")
    message = diagram.messages.get(reference)
    if message is None:
        findings.error(
            "unknown_message", node.id, node.line,
            f"{node.label} refers to unknown message {reference or '(none)'}; choose a message",
        )  # fmt: skip
    elif not message.get("name"):
        findings.error(
            "message_without_name", node.id, line_of(message),
            f"the message {reference} has no name; messages are delivered by name",
        )  # fmt: skip


def _task_message(node: Node, diagram: Diagram, findings: Findings) -> None:
    is_job = node.kind == "sendTask" and node.attribute("taskDefinition", "type")
    if not is_job or node.xml.get("messageRef"):
        _message(node, node.xml, diagram, findings)


def _error(node: Node, holder: etree._Element, diagram: Diagram, findings: Findings) -> None:
    _coded(node, holder.get("errorRef"), "error", diagram.errors, findings)


def _escalation(node: Node, holder: etree._Element, diagram: Diagram, findings: Findings) -> None:
    _coded(node, holder.get("escalationRef"), "escalation", diagram.escalations, findings)


def _coded(
    node: Node,
    reference: str | None,
    kind: str,
    known: Mapping[str, etree._Element],
    findings: Findings,
) -> None:
    throws = node.kind in {"endEvent", "intermediateThrowEvent"}
    if reference and reference not in known:
        findings.error(
            f"unknown_{kind}",
            node.id,
            node.line,
            f"{node.label} refers to unknown {kind} {reference}",
        )
    elif throws and (not reference or not known[reference].get(f"{kind}Code")):
        findings.error(
            f"{kind}_without_code", node.id, node.line,
            f"{node.label} throws an {kind} without code; give it a reference with {kind}Code",
        )  # fmt: skip


_REFERENCES: Final[Mapping[str, Callable[[Node, etree._Element, Diagram, Findings], None]]] = {
    "message": _message,
    "error": _error,
    "escalation": _escalation,
}


def _loops(node: Node, findings: Findings) -> None:
    if node.xml.find(f"{B}standardLoopCharacteristics") is not None:
        findings.error(
            "unsupported_loop", node.id, node.line,
            f"the standard loop of {node.label} is not supported; draw the loop with a gateway",
        )  # fmt: skip
    multi = node.xml.find(f"{B}multiInstanceLoopCharacteristics")
    if multi is None:
        return
    loop = multi.find(f"{B}extensionElements/{Z}loopCharacteristics")
    cardinality = (multi.findtext(f"{B}loopCardinality") or "").strip()
    if cardinality.isdecimal() and len(cardinality) <= 20 and int(cardinality) > MAX_INSTANCES:
        findings.error(
            "too_many_instances", node.id, node.line,
            f"{node.label} would have {cardinality} instances; at most {MAX_INSTANCES} are run",
        )  # fmt: skip
    elif loop is None or not loop.get("inputCollection"):
        findings.error(
            "multi_instance_without_collection", node.id, node.line,
            f"the multi-instance {node.label} has no zeebe:loopCharacteristics inputCollection",
        )  # fmt: skip


def _event_gateway(node: Node, findings: Findings) -> None:
    if node.kind != "eventBasedGateway":
        return
    if node.xml.get("instantiate") == "true":
        findings.error(
            "unsupported_element", node.id, node.line,
            f"{node.label} cannot start a process; use message start events",
        )  # fmt: skip
    if len(node.outgoing) < 2:
        findings.error(
            "event_gateway",
            node.id,
            node.line,
            f"{node.label} needs at least two events to wait for",
        )
    for flow in node.outgoing:
        target = node.scope.node(flow.target)
        if target is None:
            continue
        if target.kind not in {"intermediateCatchEvent", "receiveTask"}:
            findings.error(
                "event_gateway", node.id, node.line,
                f"{node.label} leads to {target.label}; it can only lead to catching events",
            )  # fmt: skip
        elif len(target.incoming) > 1:
            findings.error(
                "event_gateway", target.id, target.line,
                f"{target.label} stands after {node.label} and cannot have another incoming flow",
            )  # fmt: skip


def _boundary(node: Node, findings: Findings) -> None:
    if node.kind != "boundaryEvent":
        return
    host = node.scope.node(node.attached_to)
    if host is None:
        return
    if host.kind not in ACTIVITIES:
        findings.error(
            "boundary_on_event", node.id, node.line,
            f"{node.label} sits on {host.label}, a {host.kind}; boundary events sit on activities",
        )  # fmt: skip
    behind = (node.scope.node(flow.source) for flow in host.incoming)
    if any(found is not None and found.kind == "eventBasedGateway" for found in behind):
        findings.error(
            "boundary_behind_event_gateway", node.id, node.line,
            f"{node.label} sits on {host.label}, which an event-based gateway waits for; add the "
            "event to the gateway instead",
        )  # fmt: skip
    if node.event == "error" and node.xml.get("cancelActivity") == "false":
        findings.error(
            "error_not_interrupting", node.id, node.line,
            f"{node.label} catches an error and must interrupt; use an escalation otherwise",
        )  # fmt: skip
