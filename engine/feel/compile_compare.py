"""Closures for comparison, ranges and membership.

What is compared is most often a variable with something written out, both numbers or both texts:
then Python's own operators give FEEL's answer, and the closure asks nothing else.
"""

import operator as python
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from engine.feel.comparing import ORDER_TESTS, both, compare, equal, is_in, order
from engine.feel.compiler import Code, Compiler, Scope
from engine.feel.constants import EQUATED, ORDERED, Constant, folded
from engine.feel.syntax import Between, Compare, Comparison, In, Interval, ListOf, Literal, Node
from engine.feel.values import Range, Value, kind_of

TestCode: TypeAlias = Callable[[Value, Scope], bool | None]
"""Tells whether a value passes; null when that cannot be said."""

_Slow: TypeAlias = Callable[[Value, Value, Scope], bool | None]
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": python.eq,
    "!=": python.ne,
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}
_EQUALITY = frozenset({"=", "!="})


def comparison(node: Compare, compiler: Compiler) -> Code:
    """Compile ``left < right`` and its kin."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    slow = _equality(node) if node.operator in _EQUALITY else _ordering(node)
    fast = _OPERATORS[node.operator]
    quick = _quick(node.operator)
    if isinstance(right, Constant) and type(right.value) in quick:
        return _with_constant(left, right.value, node.operator, slow)

    def run(scope: Scope) -> Value:
        a = left(scope)
        b = right(scope)
        kind = type(a)
        return fast(a, b) if kind is type(b) and kind in quick else slow(a, b, scope)

    return run


def _quick(operator: str) -> frozenset[type]:
    return EQUATED if operator in _EQUALITY else ORDERED


def _with_constant(left: Code, bound: Value, operator: str, slow: _Slow) -> Code:
    kind, fast = type(bound), _OPERATORS[operator]

    def run(scope: Scope) -> Value:
        value = left(scope)
        return fast(value, bound) if type(value) is kind else slow(value, bound, scope)

    return run


def _ordering(node: Compare) -> _Slow:
    test = ORDER_TESTS[node.operator]

    def slow(left: Value, right: Value, scope: Scope) -> bool | None:
        found = order(left, right)
        return _not_comparable(scope, left, right, node) if found is None else test(found)

    return slow


def _equality(node: Compare) -> _Slow:
    wanted = node.operator == "="

    def slow(left: Value, right: Value, scope: Scope) -> bool | None:
        same = equal(left, right, scope.run)
        return _not_comparable(scope, left, right, node) if same is None else same is wanted

    return slow


def _not_comparable(scope: Scope, left: Value, right: Value, node: Node) -> Value:
    kinds = f"{kind_of(left)} and {kind_of(right)}"
    scope.run.note("not_comparable", f"Cannot compare {kinds}.", node.position)
    return None


def between(node: Between, compiler: Compiler) -> Code:
    """Compile ``value between low and high``."""
    value, low, high = (compiler.compile(part) for part in (node.value, node.low, node.high))

    def run(scope: Scope) -> Value:
        found, least, most = value(scope), low(scope), high(scope)
        return both(compare(">=", found, least), compare("<=", found, most))

    return run


def interval(node: Interval, compiler: Compiler) -> Code:
    """Compile ``[low..high]``; ends of different types give null."""
    low, high = compiler.compile(node.low), compiler.compile(node.high)

    def run(scope: Scope) -> Value:
        return _made(node, low(scope), high(scope), scope)

    return folded(run, low, high)


def _made(node: Interval, low: Value, high: Value, scope: Scope) -> Value:
    if low is not None and high is not None and order(low, high) is None:
        return _not_comparable(scope, low, high, node)
    return Range(low, high, node.low_closed, node.high_closed)


def comparison_range(node: Comparison, compiler: Compiler) -> Code:
    """Compile ``< 10`` without left side: a range."""
    operand = compiler.compile(node.operand)
    operator = node.operator

    def run(scope: Scope) -> Value:
        bound = operand(scope)
        if operator in _EQUALITY:
            closed = operator == "="
            return Range(bound, bound, closed, closed, operator)
        closed = operator in {"<=", ">="}
        if operator in {"<", "<="}:
            return Range(None, bound, low_closed=False, high_closed=closed, operator=operator)
        return Range(bound, None, low_closed=closed, high_closed=False, operator=operator)

    return folded(run, operand)


def membership(node: In, compiler: Compiler) -> Code:
    """Compile ``value in tests``."""
    subject = compiler.compile(node.value)
    test = any_of([_test(one, compiler) for one in node.tests], _listed(node.tests))

    def run(scope: Scope) -> Value:
        return test(subject(scope), scope)

    return run


def _test(node: Node, compiler: Compiler) -> TestCode:
    if isinstance(node, Comparison):
        return comparing_test(node, compiler.compile(node.operand))
    if isinstance(node, Interval):
        return range_test(node, compiler.compile(node.low), compiler.compile(node.high))
    return member_test(compiler.compile(node))


def comparing_test(node: Comparison, operand: Code) -> TestCode:
    """Return the test ``< operand`` and its kin."""
    operator = node.operator
    fast, quick = _OPERATORS[operator], _quick(operator)

    def test(value: Value, scope: Scope) -> bool | None:
        bound = operand(scope)
        kind = type(value)
        if kind is type(bound) and kind in quick:
            return fast(value, bound)
        return compare(operator, value, bound)

    return test


def range_test(node: Interval, low: Code, high: Code) -> TestCode:
    """Return the test that a value lies between what ``low`` and ``high`` give."""
    above = _OPERATORS[">=" if node.low_closed else ">"]
    below = _OPERATORS["<=" if node.high_closed else "<"]

    def test(value: Value, scope: Scope) -> bool | None:
        least, most = low(scope), high(scope)
        kind = type(value)
        if kind is type(least) and kind is type(most) and kind in ORDERED:
            return above(value, least) and below(value, most)
        return is_in(value, _made(node, least, most, scope), scope.run)

    return test


def member_test(code: Code) -> TestCode:
    """Return the test that a value equals what ``code`` gives, or lies in that range or list."""
    if not isinstance(code, Constant):
        return lambda value, scope: is_in(value, code(scope), scope.run)
    wanted = code.value
    kind, same = type(wanted), _OPERATORS["="]
    if kind not in EQUATED:
        return lambda value, scope: is_in(value, wanted, scope.run)

    def test(value: Value, scope: Scope) -> bool | None:
        return same(value, wanted) if type(value) is kind else is_in(value, wanted, scope.run)

    return test


def any_of(tests: Sequence[TestCode], listed: Sequence[Value]) -> TestCode:
    """Return the test that passes when one of ``tests`` does; null if one cannot tell.

    Args:
        tests: The tests.
        listed: What they compare with, if all of them are values of one class written out.
    """
    if len(tests) == 1 and not listed:
        return tests[0]

    def slow(value: Value, scope: Scope) -> bool | None:
        result: bool | None = False
        for test in tests:
            passed = test(value, scope)
            if passed:
                return True
            if passed is None:
                result = None
        return result

    if not listed:
        return slow
    kind, wanted = type(listed[0]), frozenset(listed)
    return lambda value, scope: value in wanted if type(value) is kind else slow(value, scope)


def _listed(tests: Sequence[Node]) -> Sequence[Value]:
    """Return the values of ``tests``, or of the one list among them, if all are written out."""
    if len(tests) == 1:
        only = tests[0]
        return values_of(only.items) if isinstance(only, ListOf) else ()
    return values_of(tests)


def values_of(nodes: Sequence[Node]) -> Sequence[Value]:
    """Return the values of ``nodes``, empty unless all are literals of one class with equality."""
    values = [node.value for node in nodes if isinstance(node, Literal)]
    kinds = {type(value) for value in values}
    if len(values) < len(nodes) or len(kinds) != 1 or not kinds <= EQUATED:
        return ()
    return values
