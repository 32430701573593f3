"""Is it a diagram at all: ids, flows that lead somewhere, starts, references inside the file."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.model import DMN_NAMESPACES, B, Diagram, Node, Scope, line_of

_RESERVED: Final = frozenset({"Start", "End", "Root", "root"})


def check_root(root: etree._Element, findings: Findings) -> bool:
    """Is the root a BPMN definitions element? Say what it is otherwise."""
    name = etree.QName(root)
    if root.tag == f"{B}definitions":
        return True
    namespace = name.namespace or ""
    if namespace.startswith(DMN_NAMESPACES):
        findings.error(
            "dmn_as_bpmn", root.get("id", ""), line_of(root),
            "this is a DMN file: a decision table; give it the suffix .dmn",
        )  # fmt: skip
    else:
        findings.error(
            "not_bpmn", root.get("id", ""), line_of(root),
            f"not a BPMN file: the root element is {name.localname}, not bpmn:definitions",
        )  # fmt: skip
    return False


def check_structure(diagram: Diagram, findings: Findings) -> None:
    """Check what every BPMN file must keep to, wherever it lies."""
    if not diagram.processes:
        findings.error(
            "no_process", diagram.root.get("id", ""), line_of(diagram.root),
            "no process: the file holds no bpmn:process element; draw one",
        )  # fmt: skip
    _ids(diagram, findings)
    for process in diagram.processes:
        if process.xml.get("isExecutable") != "true":
            findings.rule(
                "not_executable", process.id, process.line,
                'the process is not executable; set isExecutable="true"',
            )  # fmt: skip
    for scope in diagram.scopes():
        _flows(scope, findings)
        _starts(scope, findings)
        _unreachable(scope, findings)
        for node in scope.nodes:
            _attached(node, findings)
            _ends(node, findings)
            _default(node, findings)


def _ids(diagram: Diagram, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for element in diagram.root.iter(f"{B}*"):
        found, tag, line = element.get("id"), etree.QName(element).localname, line_of(element)
        if not found:
            _missing_id(diagram, element, tag, line, findings)
            continue
        if found in seen:
            findings.error(
                "duplicate_id", found, line,
                f"two elements have the id {found} (the other on line {seen[found]}); rename one",
            )  # fmt: skip
        seen.setdefault(found, line)
    items: list[Scope | Node] = [*diagram.processes, *diagram.nodes()]
    for item in items:
        if _is_reserved(item.id):
            findings.error(
                "reserved_id", item.id, item.line,
                f"the id {item.id} is reserved by the engine; rename the element",
            )  # fmt: skip


def _missing_id(
    diagram: Diagram, element: etree._Element, tag: str, line: int, findings: Findings
) -> None:
    if tag == "sequenceFlow":
        where = f"{element.get('sourceRef', '?')} -> {element.get('targetRef', '?')}"
        findings.rule(
            "missing_id", "", line,
            f"the sequence flow {where} has no id; the engine calls it by its ends: give it an id",
        )  # fmt: skip
    elif tag == "process" or any(node.xml is element for node in _without_id(diagram)):
        findings.error("missing_id", "", line, f"a {tag} has no id; give it one")


def _without_id(diagram: Diagram) -> Iterator[Node]:
    return (node for node in diagram.nodes() if not node.id)


def _is_reserved(found: str) -> bool:
    return found in _RESERVED or found.endswith((".EndJoin", " [child]"))


def _flows(scope: Scope, findings: Findings) -> None:
    for flow in scope.flows:
        name = flow.id or f"{flow.source}->{flow.target}"
        for word, end in (("source", flow.source), ("target", flow.target)):
            if scope.node(end) is None:
                what = f"unknown element {end}" if end else f"nothing ({word}Ref is missing)"
                findings.error(
                    "dangling_flow", name, flow.line,
                    f"flow {name} -> {what}: it must begin and end at elements of {scope.id}; "
                    "draw it again or remove it",
                )  # fmt: skip
        if flow.source and flow.source == flow.target:
            findings.error(
                "flow_to_itself", name, flow.line,
                f"flow {name} leads from {flow.source} to itself; put a gateway in the loop",
            )  # fmt: skip


def _starts(scope: Scope, findings: Findings) -> None:
    starts = [node for node in scope.nodes if node.kind == "startEvent"]
    none_starts = [node for node in starts if not node.event]
    if not scope.nodes:
        findings.error("empty_scope", scope.id, scope.line, f"{scope.id} is empty; draw its steps")
    elif not starts:
        findings.error("no_start", scope.id, scope.line, f"{scope.id} has no start event; draw one")
    for node in none_starts[1:]:
        findings.error(
            "two_starts", node.id, node.line,
            f"{scope.id} has two start events without trigger, {none_starts[0].label} and "
            f"{node.label}: it is not clear where to begin; keep one",
        )  # fmt: skip
    for node in starts:
        if node.incoming:
            findings.error(
                "flow_into_start", node.id, node.line,
                f"a flow leads into the start event {node.label}; lead it to the step after",
            )  # fmt: skip
    if scope.parent is not None:
        _inner_starts(scope, starts, findings)


def _inner_starts(scope: Scope, starts: list[Node], findings: Findings) -> None:
    by_event = scope.xml.get("triggeredByEvent") == "true"
    for node in starts:
        if by_event and not node.event:
            findings.error(
                "event_start_missing", node.id, node.line,
                f"the event sub-process {scope.id} must start with an event (message, timer, "
                "error or escalation)",
            )  # fmt: skip
        if not by_event and node.event:
            findings.error(
                "event_start_inside", node.id, node.line,
                f"the sub-process {scope.id} is entered by its flow; its start has no trigger",
            )  # fmt: skip
    if by_event and len(starts) > 1:
        findings.error(
            "two_starts", scope.id, scope.line,
            f"the event sub-process {scope.id} has {len(starts)} start events; keep one",
        )  # fmt: skip


def _unreachable(scope: Scope, findings: Findings) -> None:
    """Find what no path from a start, a boundary event or an event sub-process leads to."""
    todo = [
        n for n in scope.nodes if n.kind == "startEvent" or (n.inner is not None and n.by_event)
    ]
    reached = {id(node) for node in todo}
    while todo:
        node = todo.pop()
        targets = [scope.node(flow.target) for flow in node.outgoing]
        for found in (*targets, *scope.boundary_of(node)):
            if found is not None and id(found) not in reached:
                reached.add(id(found))
                todo.append(found)
    for node in scope.nodes:
        dangling = node.kind == "boundaryEvent" and scope.node(node.attached_to) is None
        if id(node) not in reached and not dangling:
            findings.rule(
                "unreachable", node.id, node.line,
                f"no path leads to {node.label}: it will never run; connect or remove it",
            )  # fmt: skip


def _attached(node: Node, findings: Findings) -> None:
    if node.kind != "boundaryEvent":
        return
    if node.scope.node(node.attached_to) is None:
        findings.error(
            "unknown_attachment", node.id, node.line,
            f"{node.label} attached to unknown {node.attached_to or '(nothing)'}; move it to the "
            "edge of an activity in the same scope",
        )  # fmt: skip
    if node.incoming:
        findings.error(
            "flow_into_boundary",
            node.id,
            node.line,
            f"a flow leads into boundary event {node.label}",
        )
    if not node.outgoing:
        findings.error(
            "boundary_without_flow", node.id, node.line,
            f"the boundary event {node.label} leads nowhere; draw a flow out of it",
        )  # fmt: skip


def _ends(node: Node, findings: Findings) -> None:
    if node.kind == "endEvent" and node.outgoing:
        findings.error(
            "flow_out_of_end", node.id, node.line, f"a flow leads out of the end event {node.label}"
        )
    if node.inner is not None and node.by_event and (node.incoming or node.outgoing):
        findings.error(
            "flow_at_event_subprocess", node.id, node.line,
            f"the event sub-process {node.label} is started by its event; remove its flows",
        )  # fmt: skip


def _default(node: Node, findings: Findings) -> None:
    default = node.xml.get("default")
    if default and default not in {flow.id for flow in node.outgoing}:
        findings.error(
            "unknown_default", node.id, node.line,
            f"the default flow {default} of {node.label} is not one of its outgoing flows",
        )  # fmt: skip
