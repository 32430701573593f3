"""Closures for operators."""

from collections.abc import Callable
from decimal import Decimal

from engine.feel.budget import Run
from engine.feel.comparing import ORDER_TESTS, both, compare, equal, in_range, is_in, order
from engine.feel.compiler import Code, Compiler, Scope
from engine.feel.decimals import CONTEXT, NumberError
from engine.feel.functions import NoResultError
from engine.feel.operators import apply, negate
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Compare,
    Comparison,
    In,
    InstanceOf,
    Interval,
    Literal,
    Logic,
    Negate,
    Node,
)
from engine.feel.types import resolve_type
from engine.feel.values import Range, Value, kind_of

_FAST: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
}
_WORDS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "raise"}


def arithmetic(node: Arithmetic, compiler: Compiler) -> Code:
    """Compile a chain of operators of one precedence."""
    first = compiler.compile(node.first)
    rest = [(operator, compiler.compile(part), part.position) for operator, part in node.rest]
    if len(rest) == 1 and rest[0][0] in _FAST:
        return _one(first, *rest[0])

    def run(scope: Scope) -> Value:
        value = first(scope)
        for operator, operand, position in rest:
            value = _applied(scope, operator, value, operand(scope), position)
        return value

    return run


def _one(left: Code, operator: str, right: Code, position: int) -> Code:
    """Compile a single operator, quick for numbers."""
    fast = _FAST[operator]

    def run(scope: Scope) -> Value:
        a = left(scope)
        b = right(scope)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return fast(a, b)
            except NumberError:
                return _no_result(scope, operator, a, b, position)
        return _applied(scope, operator, a, b, position)

    return run


def _applied(scope: Scope, operator: str, left: Value, right: Value, position: int) -> Value:
    try:
        result = apply(operator, left, right)
    except NoResultError:
        return _no_result(scope, operator, left, right, position)
    if type(result) is str:
        scope.run.grow(len(result) >> 3)
    return result


def _no_result(scope: Scope, operator: str, left: Value, right: Value, position: int) -> None:
    kinds = f"{kind_of(left)} and {kind_of(right)}"
    scope.run.note("no_result", f"Cannot {_WORDS[operator]} {kinds} here.", position)


def negation(node: Negate, compiler: Compiler) -> Code:
    """Compile ``-operand``."""
    operand = compiler.compile(node.operand)

    def run(scope: Scope) -> Value:
        value = operand(scope)
        try:
            return negate(value)
        except NoResultError:
            scope.run.note("no_result", f"Cannot negate {kind_of(value)}.", node.position)
            return None

    return run


def logic(node: Logic, compiler: Compiler) -> Code:
    """Compile ``and`` and ``or``; a value that is no boolean counts as null."""
    codes = [compiler.compile(item) for item in node.items]
    decisive = node.operator == "or"

    def run(scope: Scope) -> Value:
        result: bool | None = not decisive
        for code in codes:
            value = code(scope)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                result = None
        return result

    return run


def comparison(node: Compare, compiler: Compiler) -> Code:
    """Compile ``left < right`` and its kin."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    if node.operator in {"=", "!="}:
        return _equality(node, left, right)
    test = ORDER_TESTS[node.operator]

    def run(scope: Scope) -> Value:
        a = left(scope)
        b = right(scope)
        found = order(a, b)
        if found is None:
            return _not_comparable(scope, a, b, node.position)
        return test(found)

    return run


def _equality(node: Compare, left: Code, right: Code) -> Code:
    wanted = node.operator == "="

    def run(scope: Scope) -> Value:
        a = left(scope)
        b = right(scope)
        same = equal(a, b, scope.run)
        if same is None:
            return _not_comparable(scope, a, b, node.position)
        return same is wanted

    return run


def _not_comparable(scope: Scope, left: Value, right: Value, position: int) -> None:
    kinds = f"{kind_of(left)} and {kind_of(right)}"
    scope.run.note("not_comparable", f"Cannot compare {kinds}.", position)


def between(node: Between, compiler: Compiler) -> Code:
    """Compile ``value between low and high``."""
    parts = [compiler.compile(part) for part in (node.value, node.low, node.high)]

    def run(scope: Scope) -> Value:
        value, low, high = (part(scope) for part in parts)
        return both(compare(">=", value, low), compare("<=", value, high))

    return run


def interval(node: Interval, compiler: Compiler) -> Code:
    """Compile ``[low..high]``; ends of different types give null."""
    low, high = compiler.compile(node.low), compiler.compile(node.high)

    def run(scope: Scope) -> Value:
        a, b = low(scope), high(scope)
        if a is not None and b is not None and order(a, b) is None:
            return _not_comparable(scope, a, b, node.position)
        return Range(a, b, node.low_closed, node.high_closed)

    return _folded(run, node.low, node.high)


def _folded(code: Code, *parts: Node) -> Code:
    """Return code that gives its value at once, if all ``parts`` are written out."""
    if not all(isinstance(part, Literal) for part in parts):
        return code
    value = code(Scope({}, Run()))
    return code if value is None else lambda _scope: value


def comparison_range(node: Comparison, compiler: Compiler) -> Code:
    """Compile ``< 10`` without left side: a range."""
    operand = compiler.compile(node.operand)
    operator = node.operator

    def run(scope: Scope) -> Value:
        bound = operand(scope)
        if operator in {"=", "!="}:
            closed = operator == "="
            return Range(bound, bound, closed, closed, operator)
        closed = operator in {"<=", ">="}
        if operator in {"<", "<="}:
            return Range(None, bound, low_closed=False, high_closed=closed, operator=operator)
        return Range(bound, None, low_closed=closed, high_closed=False, operator=operator)

    return _folded(run, node.operand)


def membership(node: In, compiler: Compiler) -> Code:
    """Compile ``value in tests``."""
    subject = compiler.compile(node.value)
    tests = [compile_test(test, compiler) for test in node.tests]

    def run(scope: Scope) -> Value:
        value = subject(scope)
        return any_test(tests, value, scope)

    return run


def any_test(
    tests: list[Callable[[Value, Scope], bool | None]], value: Value, scope: Scope
) -> bool | None:
    """Return whether one of ``tests`` passes; null if none does and one could not tell."""
    result: bool | None = False
    for test in tests:
        passed = test(value, scope)
        if passed:
            return True
        if passed is None:
            result = None
    return result


def compile_test(node: Node, compiler: Compiler) -> Callable[[Value, Scope], bool | None]:
    """Compile one test of the right side of ``in``."""
    code = compiler.compile(node)
    if isinstance(node, Comparison):
        return lambda value, scope: in_range(value, code(scope))
    return lambda value, scope: is_in(value, code(scope), scope.run)


def instance_of(node: InstanceOf, compiler: Compiler) -> Code:
    """Compile ``value instance of type``; an unknown type gives null."""
    value = compiler.compile(node.value)
    wanted = resolve_type(node.type, compiler.types)

    def run(scope: Scope) -> Value:
        if wanted is None:
            scope.run.note("unknown_type", f"Unknown type {node.type.name}.", node.position)
            return None
        return wanted.accepts(value(scope))

    return run
