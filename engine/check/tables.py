"""Decision tables (DMN): what the reader refuses, code in cells, gaps and overlaps of rules."""

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.check.expressions import ALWAYS_WRONG, problem
from engine.check.findings import Findings
from engine.check.model import DMN_NAMESPACES, line_of
from engine.check.text import check_text
from engine.check.xml import parse
from engine.dmn import DmnError, parse_decisions
from engine.dmn.analysis import TableFinding, analyse
from engine.feel import Functions

_CODE: Final = ALWAYS_WRONG - {"single_quotes"}
"""A name in a table may hold an apostrophe."""
_HOUSE: Final = frozenset({"dmn_gap", "dmn_rule_never", "dmn_rule_hidden", "dmn_no_priority"})


def check_table(
    path: str,
    content: bytes,
    functions: Functions,
    findings: Findings,
    *,
    imports: Mapping[str, bytes],
    whole: bool = True,
) -> None:
    """Check a DMN file.

    Args:
        path: Its name in messages.
        content: The file.
        functions: What its FEEL may call beside FEEL's own functions.
        findings: Grows by what is wrong.
        imports: The files that it may import, by namespace.
        whole: Whether it must answer in every case; a local table may leave some to the next.
    """
    root = parse(content, findings)
    if root is None:
        return
    namespace = etree.QName(root).namespace or ""
    if not namespace.startswith(DMN_NAMESPACES):
        findings.error(
            "not_dmn", root.get("id", ""), line_of(root),
            f"not a DMN file: the root element is {etree.QName(root).localname}",
        )  # fmt: skip
        return
    check_text(root, findings)
    _check_cells(root, functions, findings)
    try:
        model = parse_decisions(content, name=path, imports=imports, functions=functions)
    except DmnError as error:
        line = error.line or _line_of_element(root, error.decision)
        findings.error(error.code, error.decision, line, error.message)
        return
    if not model.decisions:
        findings.error("no_decision", root.get("id", ""), line_of(root), "the file has no decision")
    for fault in analyse(content, name=path, model=model):
        if whole or fault.code != "dmn_gap":
            _tell(fault, findings)


def _check_cells(root: etree._Element, functions: Functions, findings: Findings) -> None:
    for element, line, text, unary in _cells(root):
        found = problem(text, functions, unary=unary)
        if found is not None and found.code in _CODE:
            findings.error(found.code, element, line, f"the cell is refused: {found.message}")


def _tell(found: TableFinding, findings: Findings) -> None:
    """Report what the analysis found.

    DMN lets a table be silent and a rule be idle, so outside of an edition that is a warning; in
    an edition a handläggare would get an incident instead of an answer.
    """
    if found.severity != "error":
        report = findings.warning
    elif found.code in _HOUSE:
        report = findings.rule
    else:
        report = findings.error
    report(found.code, found.decision, found.line, found.message)


def _cells(root: etree._Element) -> Iterator[tuple[str, int, str, bool]]:
    for text in root.iter("{*}text"):
        parent = text.getparent()
        if parent is not None and text.text and etree.QName(parent).localname != "description":
            unary = etree.QName(parent).localname in {"inputEntry", "inputValues", "outputValues"}
            yield _nearest(parent), line_of(text), text.text.strip(), unary


def _nearest(element: etree._Element | None) -> str:
    while element is not None:
        if element.get("id"):
            return str(element.get("id"))
        element = element.getparent()
    return ""


def _line_of_element(root: etree._Element, element_id: str) -> int:
    found = (e for e in root.iter(etree.Element) if element_id and e.get("id") == element_id)
    return next((line_of(element) for element in found), 0)
