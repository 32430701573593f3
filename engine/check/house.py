"""The house rules: what binds the diagrams of ``processes/`` and of the Camunda 8 dialect."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from lxml import etree

from engine.check.edition import Edition
from engine.check.findings import Findings
from engine.check.loops import called_process
from engine.check.model import B, Diagram, Flow, Node, Scope, Z, line_of
from engine.check.promises import check_promises
from engine.manifest import ProcessEntry, split_citations

LANE: Final = "Lane_"
MAX_NODES: Final = 20
"""More flow nodes than this and nobody can read the drawing; divide with a call activity."""
_DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def check_house(
    diagram: Diagram,
    edition: Edition,
    capabilities: frozenset[str] | None,
    findings: Findings,
) -> None:
    """Check a diagram against the edition that it belongs to."""
    for process in diagram.processes:
        entry = None if edition.manifest is None else edition.manifest.entry(process.id)
        _process(process, diagram, edition, entry, findings)
        for lane in process.xml.iter(f"{B}lane"):
            _lane(lane, process, edition, entry, findings)
        for scope in process.walk():
            for node in scope.nodes:
                _node(node, edition, capabilities, entry, findings)
    for element in diagram.root.iter(f"{B}*"):
        _citations(element, edition, findings)
    if edition.root is not None:
        _drawing(diagram, findings)


def _process(
    process: Scope,
    diagram: Diagram,
    edition: Edition,
    entry: ProcessEntry | None,
    findings: Findings,
) -> None:
    if edition.root is None:
        return
    stem = PurePosixPath(diagram.path).stem
    if process.id != stem:
        findings.rule(
            "process_id", process.id, process.line,
            f"the process is called {process.id} and its file {stem}.bpmn; give both one name",
        )  # fmt: skip
    if edition.manifest is not None and entry is None and process.id not in edition.called():
        findings.rule(
            "not_in_manifest", process.id, process.line,
            f"the process {process.id} has no [[process]] in manifest.toml; add it",
        )  # fmt: skip
    if len(process.nodes) > MAX_NODES:
        findings.warning(
            "too_many_nodes", process.id, process.line,
            f"{len(process.nodes)} nodes in one drawing; divide it so that each has at most "
            f"{MAX_NODES}",
        )  # fmt: skip


def _lane(
    lane: etree._Element,
    process: Scope,
    edition: Edition,
    entry: ProcessEntry | None,
    findings: Findings,
) -> None:
    lane_id, line = lane.get("id", ""), line_of(lane)
    if lane.find(f"{B}childLaneSet") is not None:
        return
    if not lane_id.startswith(LANE):
        findings.rule(
            "lane_without_role", lane_id, line,
            f"the lane {lane_id or '(no id)'} names no role: its id must be {LANE}<role>",
        )  # fmt: skip
        return
    _role(lane_id.removeprefix(LANE), lane_id, line, process.id, edition, entry, findings)


def _role(
    role_id: str,
    element: str,
    line: int,
    process: str,
    edition: Edition,
    entry: ProcessEntry | None,
    findings: Findings,
) -> None:
    if edition.roles is None:
        return
    role = edition.roles.get(role_id)
    if role is None:
        findings.rule(
            "unknown_role", element, line,
            f"the role {role_id} is not in terms/roller.toml; add it or choose another",
        )  # fmt: skip
    elif entry is not None and role.organisation not in {"bada", entry.organisation}:
        findings.rule(
            "other_organisation", element, line,
            f"the role {role_id} belongs to {role.organisation}, but {process} runs in "
            f"{entry.organisation}: hand over with a message to a process of theirs",
        )  # fmt: skip


def _node(
    node: Node,
    edition: Edition,
    capabilities: frozenset[str] | None,
    entry: ProcessEntry | None,
    findings: Findings,
) -> None:
    if node.kind == "userTask":
        _user_task(node, edition, entry, findings)
    elif node.kind == "startEvent":
        _form(node, edition, findings, required=False)
    elif node.kind in {"serviceTask", "sendTask"}:
        _capability(node, capabilities, findings)
    elif node.kind == "businessRuleTask":
        _decision(node, edition, findings)
    elif node.kind == "callActivity":
        _called(node, edition, findings)
    instruction = node.properties.get("instruktion", "")
    if instruction and edition.root is not None and instruction not in edition.instructions:
        findings.rule(
            "unknown_instruction", node.id, node.line,
            f"the instruction {instruction} of {node.label} is not in instructions/; write it",
        )  # fmt: skip
    _message_name(node, edition, findings)


def _user_task(
    node: Node, edition: Edition, entry: ProcessEntry | None, findings: Findings
) -> None:
    if not node.lane:
        findings.rule(
            "task_without_lane", node.id, node.line,
            f"the user task {node.label} lies in no lane: nobody would get it; put it in the lane "
            "of a role",
        )  # fmt: skip
    groups = node.attribute("assignmentDefinition", "candidateGroups")
    if groups and not groups.startswith("="):
        names = [group.strip() for group in groups.split(",")]
        # One group for each kind of organisation serves a process that runs in both.
        both = entry is not None and entry.organisation == "bada" and _serves_both(names, edition)
        place = None if both else entry
        for name in names:
            _role(name, node.id, node.line, _process_of(node), edition, place, findings)
    if not node.name:
        findings.warning("task_without_name", node.id, node.line, f"{node.id} has no name")
    _form(node, edition, findings, required=True)
    check_promises(node, findings)


def _serves_both(names: list[str], edition: Edition) -> bool:
    roles = (None if edition.roles is None else edition.roles.get(name) for name in names)
    return {role.organisation for role in roles if role is not None} >= {"myndighet", "utforare"}


def _process_of(node: Node) -> str:
    scope = node.scope
    while scope.parent is not None:
        scope = scope.parent
    return scope.id


def _form(node: Node, edition: Edition, findings: Findings, *, required: bool) -> None:
    form_id = node.attribute("formDefinition", "formId")
    if not form_id:
        if required:
            findings.rule(
                "task_without_form", node.id, node.line,
                f"the user task {node.label} has no form: give it a zeebe:formDefinition formId",
            )  # fmt: skip
    elif form_id not in edition.forms:
        findings.rule(
            "unknown_form", node.id, node.line,
            f"the form {form_id} of {node.label} is not in forms/; write forms/{form_id}.form",
        )  # fmt: skip


def _capability(node: Node, capabilities: frozenset[str] | None, findings: Findings) -> None:
    name = node.attribute("taskDefinition", "type")
    if name and capabilities is not None and name not in capabilities:
        findings.rule(
            "unknown_capability", node.id, node.line,
            f"there is no capability {name}, which {node.label} uses; choose a registered one",
        )  # fmt: skip


def _decision(node: Node, edition: Edition, findings: Findings) -> None:
    decision = node.attribute("calledDecision", "decisionId")
    if decision and decision not in edition.decisions:
        findings.rule(
            "unknown_decision", node.id, node.line,
            f"the table {decision} of {node.label} is not in dmn/; write dmn/{decision}.dmn",
        )  # fmt: skip


def _called(node: Node, edition: Edition, findings: Findings) -> None:
    called = called_process(node)
    if called and not called.startswith("=") and called not in edition.processes:
        findings.rule(
            "unknown_process", node.id, node.line,
            f"the process {called} that {node.label} calls is not in bpmn/; draw it",
        )  # fmt: skip


def _message_name(node: Node, edition: Edition, findings: Findings) -> None:
    message = message_of(node)
    if message is None:
        return
    name = message.get("name", "")
    if name and edition.messages is not None and edition.messages.get(name) is None:
        findings.rule(
            "message_not_listed", node.id, node.line,
            f"the message {name} is not in messages.toml; say there who receives it",
        )  # fmt: skip
    top_start = node.kind == "startEvent" and node.scope.parent is None
    subscription = message.find(f"{B}extensionElements/{Z}subscription")
    if not top_start and (subscription is None or not subscription.get("correlationKey")):
        findings.rule(
            "message_without_key", node.id, line_of(message),
            f"the message {name} of {node.label} has no zeebe:subscription correlationKey: it "
            "would reach nobody",
        )  # fmt: skip


def message_of(node: Node) -> etree._Element | None:
    """The bpmn:message that an event or task throws or waits for."""
    holder = node.xml if node.xml.get("messageRef") else None
    if holder is None and node.event == "message":
        holder = node.definitions[0]
    if holder is None:
        return None
    reference = holder.get("messageRef", "")
    root = node.xml.getroottree().getroot()
    found = (item for item in root.iterchildren(f"{B}message") if item.get("id") == reference)
    return next(found, None)


def _citations(element: etree._Element, edition: Edition, findings: Findings) -> None:
    for item in element.iterfind(f"{B}extensionElements/{Z}properties/{Z}property"):
        if item.get("name") == "lagrum":
            for message, code in wrong_citations(item.get("value", ""), edition):
                findings.rule(code, element.get("id", ""), line_of(item), message)


def wrong_citations(text: str, edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield (message, code) for each citation that is unknown or not in force in the edition."""
    if edition.lagrum is None:
        return
    day = None if edition.manifest is None else edition.manifest.utgava.valid_from
    for citation_id in split_citations(text):
        citation = edition.lagrum.get(citation_id)
        if citation is None:
            yield f"the citation {citation_id} is not in lagrum.toml; add it", "unknown_citation"
        elif day is not None and citation.valid_to is not None and citation.valid_to < day:
            ended = f"the citation {citation_id} expired on {citation.valid_to}"
            yield f"{ended}, the edition begins on {day}; cite what replaced it", "expired_citation"


def _drawing(diagram: Diagram, findings: Findings) -> None:
    drawn = {
        shape.get("bpmnElement")
        for tag in ("BPMNShape", "BPMNEdge")
        for shape in diagram.root.iter(f"{_DI}{tag}")
    }
    for scope in diagram.scopes():
        items: list[Node | Flow] = [*scope.nodes, *scope.flows]
        for item in items:
            if item.id and item.id not in drawn:
                findings.warning(
                    "not_drawn", item.id, item.line, f"{item.id} is not drawn in the diagram"
                )
