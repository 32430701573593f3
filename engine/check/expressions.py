"""Every expression of a diagram: FEEL that compiles, calls only FEEL's functions, and no code."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from lxml import etree

from engine.check.findings import Findings
from engine.check.model import B, Diagram, Node, Z, line_of
from engine.feel import (
    NO_FUNCTIONS,
    FeelError,
    Functions,
    compile_expression,
    compile_unary_tests,
)

MAX_EXPRESSION: Final = 10_000
_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_MENDS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"__", "code_refused", "program code is refused; only FEEL is evaluated"),
    (r"\b(lambda|import|exec|eval)\b", "code_refused",
     "program code is refused; only FEEL is evaluated"),
    (r"[$#]\{", "foreign_expression", "remove ${ } and write FEEL after ="),
    (r"===?", "double_equals", "FEEL compares with one =: write a = b"),
    (r"&&", "foreign_operator", "write and instead of &&"),
    (r"\|\|", "foreign_operator", "write or instead of ||"),
    (r"!(?!=)", "foreign_operator", "write not(…) instead of !"),
    (r"\b(True|False|None|undefined)\b", "foreign_literal", "write true, false or null"),
    (r"'", "single_quotes", 'write text in double quotes: "…"'),
)  # fmt: skip
ALWAYS_WRONG: Final = frozenset(
    {"code_refused", "double_equals", "foreign_literal", "single_quotes"}
)
"""Codes of what FEEL might still read, as names or comparisons, but never as it was meant."""
_PATTERNS: Final = tuple((re.compile(p), code, mend) for p, code, mend in _MENDS)


class Problem(NamedTuple):
    """Why a text is refused as an expression."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Place:
    """One expression: where it stands and how a text without ``=`` is read there."""

    element: str
    line: int
    what: str
    text: str
    kind: Literal["condition", "value", "feel"]


def check_expressions(diagram: Diagram, functions: Functions, findings: Findings) -> None:
    """Compile every expression of a diagram."""
    for place in _places(diagram):
        if place.text.strip():
            _check(place, functions, findings)
    for scope in diagram.scopes():
        for flow in scope.flows:
            if flow.language and "feel" not in flow.language.lower():
                findings.error(
                    "foreign_expression", flow.id, flow.line,
                    f"the condition is written in {flow.language}; only FEEL is evaluated",
                )  # fmt: skip


def _check(place: Place, functions: Functions, findings: Findings) -> None:
    text = place.text.strip()
    written = text.startswith("=")
    if not written and place.kind == "value":
        _literal(place, text, findings)
        return
    found = problem(text.removeprefix("="), functions)
    if found is not None:
        findings.error(
            found.code, place.element, place.line, f"{place.what} is refused: {found.message}"
        )
    elif not written:
        findings.rule(
            "missing_equals", place.element, place.line,
            f"{place.what} does not begin with =; it is read as FEEL: write = {text[:80]}",
        )  # fmt: skip


def _literal(place: Place, text: str, findings: Findings) -> None:
    """A literal is harmless; one that looks like code of another engine is a mistake."""
    match = re.search(r"[$#]\{|__\w+__|\b(eval|exec)\s*\(", text)
    if match is not None:
        findings.error(
            "foreign_expression", place.element, place.line,
            f"{place.what} looks like an expression of another language; write FEEL after =",
        )  # fmt: skip


def problem(
    text: str, functions: Functions = NO_FUNCTIONS, *, unary: bool = False
) -> Problem | None:
    """Say why a text (without ``=``) is not FEEL that may run; None when it is.

    Args:
        text: The expression, or the unary tests of a table's cell.
        functions: What it may call beside FEEL's own functions.
        unary: Whether it is a cell of a decision table's input.
    """
    if len(text) > MAX_EXPRESSION:
        return Problem("expression_too_long", f"longer than {MAX_EXPRESSION} characters")
    bare = _STRINGS.sub('""', text)
    known = next((Problem(code, mend) for p, code, mend in _PATTERNS if p.search(bare)), None)
    if known is not None and known.code in ALWAYS_WRONG:
        return known
    try:
        if unary:
            compile_unary_tests(text, functions=functions)
        else:
            compile_expression(text, functions=functions)
    except FeelError as error:
        return known or Problem(error.code, f"not FEEL ({error.located(text)})")
    return None


def _places(diagram: Diagram) -> Iterator[Place]:
    for scope in diagram.scopes():
        for flow in scope.flows:
            if flow.condition is not None:
                yield Place(
                    flow.id or f"{flow.source}->{flow.target}", flow.line, "the condition",
                    flow.condition, "condition",
                )  # fmt: skip
        for node in scope.nodes:
            yield from _node_places(node)
    for message in diagram.messages.values():
        subscription = message.find(f"{B}extensionElements/{Z}subscription")
        if subscription is not None:
            yield Place(
                message.get("id", ""), line_of(message), "the correlation key",
                subscription.get("correlationKey", ""), "feel",
            )  # fmt: skip


_ATTRIBUTES: Final[Mapping[tuple[str, str], tuple[str, Literal["value", "feel"]]]] = {
    ("assignmentDefinition", "assignee"): ("the assignee", "value"),
    ("assignmentDefinition", "candidateGroups"): ("candidateGroups", "value"),
    ("assignmentDefinition", "candidateUsers"): ("candidateUsers", "value"),
    ("taskSchedule", "dueDate"): ("the due date", "value"),
    ("taskSchedule", "followUpDate"): ("the follow-up date", "value"),
    ("script", "expression"): ("the script expression", "feel"),
    ("taskDefinition", "retries"): ("retries", "value"),
    ("priorityDefinition", "priority"): ("the priority", "value"),
}


def _node_places(node: Node) -> Iterator[Place]:
    for (tag, name), (what, kind) in _ATTRIBUTES.items():
        text = node.attribute(tag, name)
        if text:
            yield Place(node.id, node.line, what, text, kind)
    for tag in ("input", "output"):
        for item in node.xml.iterfind(f"{B}extensionElements/{Z}ioMapping/{Z}{tag}"):
            what = f"the {tag} mapping to {item.get('target', '?')}"
            yield Place(node.id, line_of(item), what, item.get("source", ""), "value")
    multi = node.xml.find(f"{B}multiInstanceLoopCharacteristics")
    if multi is not None:
        yield from _multi_places(node, multi)


def _multi_places(node: Node, multi: etree._Element) -> Iterator[Place]:
    loop = multi.find(f"{B}extensionElements/{Z}loopCharacteristics")
    for name in ("inputCollection", "outputElement"):
        text = "" if loop is None else loop.get(name, "")
        yield Place(node.id, line_of(multi), name, text, "feel")
    for tag in ("completionCondition", "loopCardinality"):
        text = (multi.findtext(f"{B}{tag}") or "").strip()
        if not (tag == "loopCardinality" and text.isdecimal()):
            yield Place(node.id, line_of(multi), tag, text, "condition")
