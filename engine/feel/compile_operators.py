"""Closures for arithmetic, logic and ``instance of``."""

from collections.abc import Callable
from decimal import Decimal

from engine.feel.compiler import Code, Compiler, Scope
from engine.feel.constants import folded, is_number
from engine.feel.decimals import CONTEXT, NumberError
from engine.feel.functions import NoResultError
from engine.feel.operators import apply, negate
from engine.feel.syntax import Arithmetic, InstanceOf, Logic, Negate
from engine.feel.types import resolve_type
from engine.feel.values import Value, kind_of

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
        code = _one(first, *rest[0])
        numbers = is_number(first) and is_number(rest[0][1])
        return folded(code, first, rest[0][1]) if numbers else code

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

    return folded(run, operand)


def logic(node: Logic, compiler: Compiler) -> Code:
    """Compile ``and`` and ``or``; a value that is no boolean counts as null."""
    codes = [compiler.compile(item) for item in node.items]
    decisive = node.operator == "or"
    other = not decisive

    def run(scope: Scope) -> Value:
        result: bool | None = other
        for code in codes:
            value = code(scope)
            if value is other:
                continue
            if value is decisive:
                return decisive
            result = None
        return result

    return run


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
