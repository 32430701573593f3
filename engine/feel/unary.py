"""The tests of a cell of a decision table (DMN 10.3.2.8, unary tests)."""

from collections.abc import Callable
from typing import TypeAlias

from engine.feel.comparing import in_range, is_in
from engine.feel.compile_operators import any_test
from engine.feel.compiler import Code, Compiler, Scope
from engine.feel.syntax import (
    Between,
    Call,
    Compare,
    Comparison,
    In,
    InstanceOf,
    Logic,
    Node,
    Quantified,
    UnaryTestsOf,
)
from engine.feel.values import Value

TestCode: TypeAlias = Callable[[Value, Scope], bool | None]

_SAYS_SO_ITSELF = (Compare, Between, In, InstanceOf, Logic, Quantified, Call)


def unary_code(tree: UnaryTestsOf, compiler: Compiler) -> TestCode:
    """Return the code that tells whether a value passes the tests of ``tree``."""
    tests = [_test(test, compiler) for test in tree.tests]
    if not tests:
        return lambda _value, _scope: True

    one = tests[0] if len(tests) == 1 else lambda value, scope: any_test(tests, value, scope)
    code = _asking(one) if compiler.questions else one
    return _negated(code) if tree.negated else code


def _asking(code: TestCode) -> TestCode:
    return lambda value, scope: code(value, scope.inner({"?": value}))


def _negated(code: TestCode) -> TestCode:
    def run(value: Value, scope: Scope) -> bool | None:
        passed = code(value, scope)
        return None if passed is None else not passed

    return run


def _test(node: Node, compiler: Compiler) -> TestCode:
    code, asks = _compiled(node, compiler)
    if isinstance(node, Comparison):
        return lambda value, scope: in_range(value, code(scope))
    if asks:
        return lambda _value, scope: _only_boolean(code(scope))
    if isinstance(node, _SAYS_SO_ITSELF):
        return lambda value, scope: _condition(value, code(scope), scope)
    return lambda value, scope: is_in(value, code(scope), scope.run)


def _compiled(node: Node, compiler: Compiler) -> tuple[Code, bool]:
    """Return the code of a test, and whether it reads ``?``."""
    compiler.bind("?")
    before = compiler.questions
    code = compiler.compile(node)
    compiler.unbind(1)
    return code, compiler.questions > before


def _only_boolean(result: Value) -> bool | None:
    return result if isinstance(result, bool) else None


def _condition(value: Value, result: Value, scope: Scope) -> bool | None:
    """Return what a condition without ``?`` says of ``value``.

    A condition is an answer by itself, unless the column holds booleans: then it is a value to
    compare with.
    """
    if isinstance(result, bool) and not isinstance(value, bool):
        return result
    return is_in(value, result, scope.run)
