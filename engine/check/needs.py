"""What each element must say so that the engine can run it, wherever the file lies."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.loops import called_process
from engine.check.model import B, Diagram, Node, Z, line_of

_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")
_REPEATABLE: Final = frozenset(
    {
        "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
        "callActivity", "subProcess",
    }
)  # fmt: skip
_NAMED_THINGS: Final = ("message", "error", "escalation")


def check_needs(diagram: Diagram, findings: Findings) -> None:
    """Check that every element carries what running it takes."""
    for tag in _NAMED_THINGS:
        for item in diagram.root.iterchildren(f"{B}{tag}"):
            if not item.get("id"):
                findings.error("missing_id", "", line_of(item), f"a {tag} has no id; give it one")
    for node in diagram.nodes():
        check = _NEEDS.get(node.kind)
        if check is not None:
            check(node, findings)
        _targets(node, findings)
        _repeated(node, findings)
        _cycle(node, findings)


def _job(node: Node, findings: Findings) -> None:
    if node.kind == "sendTask" and node.xml.get("messageRef"):
        return
    name = node.attribute("taskDefinition", "type")
    if not name:
        findings.error(
            "task_without_capability", node.id, node.line,
            f"{node.label} has no zeebe:taskDefinition type: name the capability that it uses",
        )  # fmt: skip
    elif name.startswith("="):
        findings.error(
            "dynamic_capability", node.id, node.line,
            f"{node.label} computes its capability; name one",
        )  # fmt: skip
    retries = node.attribute("taskDefinition", "retries")
    if retries and not re.fullmatch(r"[0-9]{1,3}", retries):
        findings.error(
            "wrong_retries", node.id, node.line, f"retries of {node.label} must be a whole number"
        )


def _script(node: Node, findings: Findings) -> None:
    has_code = (node.xml.findtext(f"{B}script") or "").strip()
    needed = ("expression", "resultVariable")
    missing = [name for name in needed if not node.attribute("script", name)]
    if missing and not has_code:
        findings.error(
            "script_missing", node.id, node.line,
            f"the script task {node.label} has no zeebe:script {missing[0]}",
        )  # fmt: skip


def _rule(node: Node, findings: Findings) -> None:
    decision = node.attribute("calledDecision", "decisionId")
    if not decision:
        findings.error(
            "task_without_decision", node.id, node.line,
            f"{node.label} has no zeebe:calledDecision decisionId: name its table",
        )  # fmt: skip
    elif decision.startswith("="):
        findings.error(
            "dynamic_decision", node.id, node.line, f"{node.label} computes its table; name one"
        )
    elif not node.attribute("calledDecision", "resultVariable"):
        findings.error(
            "decision_without_result", node.id, node.line,
            f"{node.label} has no resultVariable: name the variable that takes the answer",
        )  # fmt: skip


def _call(node: Node, findings: Findings) -> None:
    called = called_process(node)
    if not called:
        findings.error(
            "call_without_process", node.id, node.line,
            f"{node.label} has no calledElement: choose the process that it calls",
        )  # fmt: skip
    elif called.startswith("="):
        findings.error(
            "dynamic_call", node.id, node.line,
            f"{node.label} computes which process it calls; name one process",
        )  # fmt: skip
    elif not node.attribute("calledElement", "processId"):
        findings.error(
            "foreign_call", node.id, node.line,
            f'{node.label} names {called} in another dialect: write <zeebe:calledElement '
            f'processId="{called}"/>',
        )  # fmt: skip


_NEEDS: Final[Mapping[str, Callable[[Node, Findings], None]]] = {
    "serviceTask": _job,
    "sendTask": _job,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "callActivity": _call,
}


def _targets(node: Node, findings: Findings) -> None:
    for tag in ("input", "output"):
        for item in node.xml.iterfind(f"{B}extensionElements/{Z}ioMapping/{Z}{tag}"):
            target = item.get("target", "")
            if not _PLAIN_NAME.fullmatch(target):
                findings.error(
                    "mapping_target", node.id, line_of(item),
                    f"the {tag} mapping of {node.label} writes to {target or '(nothing)'}: its "
                    "target must be a plain variable name",
                )  # fmt: skip


def _repeated(node: Node, findings: Findings) -> None:
    multi = node.xml.find(f"{B}multiInstanceLoopCharacteristics")
    if multi is None:
        return
    if node.kind not in _REPEATABLE or node.by_event:
        findings.error(
            "unsupported_loop", node.id, node.line,
            f"{node.label} ({node.kind}) cannot have several instances",
        )  # fmt: skip
    loop = multi.find(f"{B}extensionElements/{Z}loopCharacteristics")
    if loop is not None:
        _collected(node, loop, findings)


def _collected(node: Node, loop: etree._Element, findings: Findings) -> None:
    for name in ("inputElement", "outputCollection"):
        variable = loop.get(name)
        if variable and not _PLAIN_NAME.fullmatch(variable):
            findings.error(
                "mapping_target", node.id, line_of(loop),
                f"{name} of {node.label} must be a plain variable name",
            )  # fmt: skip
    if bool(loop.get("outputCollection")) != bool(loop.get("outputElement")):
        findings.error(
            "collection_incomplete", node.id, line_of(loop),
            f"{node.label} collects results only with both outputCollection and outputElement",
        )  # fmt: skip


def _cycle(node: Node, findings: Findings) -> None:
    """A cycle on something that interrupts would fire once: it is a duration."""
    if not any(definition.find(f"{B}timeCycle") is not None for definition in node.definitions):
        return
    inside_event = node.scope.xml.get("triggeredByEvent") == "true"
    interrupts = (node.kind == "boundaryEvent" and node.xml.get("cancelActivity") != "false") or (
        inside_event and node.xml.get("isInterrupting") != "false"
    )
    if interrupts:
        findings.error(
            "cycle_interrupting", node.id, node.line,
            f"the cycle on {node.label} would fire once, since it interrupts; use timeDuration",
        )  # fmt: skip
