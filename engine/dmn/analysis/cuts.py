"""Where the truth of a test changes: the constants that it compares its input with.

Between two neighbouring cut points a test that is *exact* does not change its answer, so one
value stands for all of them.
"""

from collections.abc import Iterable
from typing import TypeAlias

from engine.dmn.analysis.constants import UNKNOWN, fold, walk
from engine.feel.syntax import (
    Between,
    Call,
    Compare,
    Comparison,
    If,
    In,
    InstanceOf,
    Interval,
    Logic,
    Name,
    Node,
    UnaryTestsOf,
)
from engine.feel.values import Range, Value, kind_of

Cuts: TypeAlias = list[Value] | None
"""Constants (None among them is FEEL's null); None as a whole: not exact."""

SCALARS = frozenset(
    {
        "number", "string", "boolean", "date", "time", "date and time",
        "days and time duration", "years and months duration",
    }
)  # fmt: skip


def cuts_of_tests(tree: Node, subject: str) -> Cuts:
    """Return the cut points of a cell; ``subject``: the plain name of its input, or empty."""
    if not isinstance(tree, UnaryTestsOf):
        return None
    return _joined(cuts_of_test(test, subject) for test in tree.tests)


def cuts_of_test(node: Node, subject: str) -> Cuts:
    """Return the cut points of one test of a cell."""
    if isinstance(node, Comparison):
        return _scalar(node.operand)
    value = fold(node)
    if value is not UNKNOWN:
        return _ends(value)
    return cuts_of_condition(node, (subject, "?"))


def cuts_of_condition(node: Node, subjects: tuple[str, ...]) -> Cuts:
    """Return the cut points of a condition on one of ``subjects``, names of the same thing."""
    if _is(node, subjects):
        return [True, False]
    if isinstance(node, Compare):
        return _compared(node.left, node.right, subjects)
    if isinstance(node, Between):
        ends = _joined((_scalar(node.low), _scalar(node.high)))
        return ends if _is(node.value, subjects) else None
    if isinstance(node, In):
        tests = _joined(_membership(test) for test in node.tests)
        return tests if _is(node.value, subjects) else None
    if isinstance(node, InstanceOf):
        return [] if _is(node.value, subjects) else None
    parts = _parts(node)
    if parts:
        return _joined(cuts_of_condition(part, subjects) for part in parts)
    return [] if fold(node) is not UNKNOWN else None


def _parts(node: Node) -> tuple[Node, ...]:
    """Return the conditions that a condition is made of."""
    if isinstance(node, Logic):
        return node.items
    if isinstance(node, If):
        return (node.condition, node.yes, node.no)
    if isinstance(node, Call) and isinstance(node.callee, Name) and node.callee.name == "not":
        return node.args
    return ()


def looks_at_order(tree: Node) -> bool:
    """Tell whether a cell may ask for more than equality."""
    return any(
        isinstance(part, Interval | Between)
        or (isinstance(part, Comparison | Compare) and part.operator not in {"=", "!="})
        or (isinstance(part, Call) and fold(part) is not UNKNOWN)
        for part in walk(tree)
    )


def _is(node: Node, subjects: tuple[str, ...]) -> bool:
    return isinstance(node, Name) and bool(node.name) and node.name in subjects


def _compared(left: Node, right: Node, subjects: tuple[str, ...]) -> Cuts:
    if _is(left, subjects):
        return _scalar(right)
    if _is(right, subjects):
        return _scalar(left)
    return [] if fold(left) is not UNKNOWN and fold(right) is not UNKNOWN else None


def _membership(node: Node) -> Cuts:
    if isinstance(node, Comparison):
        return _scalar(node.operand)
    value = fold(node)
    return None if value is UNKNOWN else _ends(value)


def _scalar(node: Node) -> Cuts:
    value = fold(node)
    return [value] if value is None or kind_of(value) in SCALARS else None


def _ends(value: Value) -> Cuts:
    """Return the cut points of membership in a constant."""
    if isinstance(value, Range):
        return _joined(_ends(end) for end in (value.low, value.high) if end is not None)
    if isinstance(value, list):
        return _joined(_ends(item) for item in value)
    return [value] if value is None or kind_of(value) in SCALARS else None


def _joined(parts: Iterable[Cuts]) -> Cuts:
    found: list[Value] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found
