"""Program code in a diagram: scripts, listeners and attributes that another engine would run."""

from typing import Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.model import B, Diagram, Node, Z, line_of

_CODE_EXTENSIONS: Final = frozenset(
    {
        "preScript", "postScript", "script", "executionListener", "taskListener", "connector",
        "serviceTaskOperator", "unitTests", "executionListeners", "taskListeners",
    }
)  # fmt: skip
_CODE_ATTRIBUTES: Final = frozenset({"class", "expression", "delegateExpression", "resource"})


def check_code(diagram: Diagram, findings: Findings) -> None:
    """Refuse what another engine would execute: ours would leave it undone without a word."""
    for node in diagram.nodes():
        _script(node, findings)
        _extensions(node, findings)
        _attributes(node, findings)


def _script(node: Node, findings: Findings) -> None:
    script = node.xml.find(f"{B}script")
    if script is not None and (script.text or "").strip():
        findings.error(
            "script_code", node.id, line_of(script),
            f"the script of {node.label} is refused: no program code runs here; use a FEEL "
            'expression: <zeebe:script expression="= …" resultVariable="…"/>',
        )  # fmt: skip


def _extensions(node: Node, findings: Findings) -> None:
    extensions = node.xml.find(f"{B}extensionElements")
    for child in () if extensions is None else extensions.iter(etree.Element):
        name = etree.QName(child)
        runs = name.localname in _CODE_EXTENSIONS
        if runs and not (child.tag == f"{Z}script" and node.kind == "scriptTask"):
            findings.error(
                "foreign_code", node.id, line_of(child),
                f"{name.localname} of {node.label} is not run here; remove it, or use a capability "
                "(zeebe:taskDefinition type)",
            )  # fmt: skip


def _attributes(node: Node, findings: Findings) -> None:
    for attribute in node.xml.attrib:
        name = etree.QName(str(attribute))
        if name.namespace and name.localname in _CODE_ATTRIBUTES:
            findings.error(
                "foreign_code", node.id, node.line,
                f"the attribute {name.localname} of {node.label} is not run here; use a capability",
            )  # fmt: skip
