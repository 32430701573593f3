"""The tests of a cell of a decision table (DMN 10.3.2.8, unary tests)."""

from engine.feel.comparing import is_in
from engine.feel.compile_compare import (
    TestCode,
    any_of,
    comparing_test,
    member_test,
    range_test,
    values_of,
)
from engine.feel.compiler import Code, Compiler, Scope
from engine.feel.syntax import (
    Between,
    Call,
    Compare,
    Comparison,
    In,
    InstanceOf,
    Interval,
    Logic,
    Node,
    Quantified,
    UnaryTestsOf,
)
from engine.feel.values import Value

_SAYS_SO_ITSELF = (Compare, Between, In, InstanceOf, Logic, Quantified, Call)


def unary_code(tree: UnaryTestsOf, compiler: Compiler) -> TestCode:
    """Return the code that tells whether a value passes the tests of ``tree``."""
    tests = [_test(test, compiler) for test in tree.tests]
    if not tests:
        return lambda _value, _scope: True

    listed = values_of(tree.tests) if len(tests) > 1 else ()
    one = any_of(tests, listed)
    code = _asking(one) if compiler.questions else one
    return _negated(code) if tree.negated else code


def _asking(code: TestCode) -> TestCode:
    return lambda value, scope: code(value, Scope({"?": value}, scope.run, scope))


def _negated(code: TestCode) -> TestCode:
    def run(value: Value, scope: Scope) -> bool | None:
        passed = code(value, scope)
        return None if passed is None else not passed

    return run


def _test(node: Node, compiler: Compiler) -> TestCode:
    code, asks = _compiled(node.operand if isinstance(node, Comparison) else node, compiler)
    if isinstance(node, Comparison):
        return comparing_test(node, code)
    if asks:
        return lambda value, scope: _answer(value, code(scope), scope)
    if isinstance(node, Interval):
        return range_test(node, compiler.compile(node.low), compiler.compile(node.high))
    if isinstance(node, _SAYS_SO_ITSELF):
        return lambda value, scope: _condition(value, code(scope), scope)
    return member_test(code)


def _compiled(node: Node, compiler: Compiler) -> tuple[Code, bool]:
    """Return the code of a test, and whether it reads ``?``."""
    compiler.bind("?")
    before = compiler.questions
    code = compiler.compile(node)
    compiler.unbind(1)
    return code, compiler.questions > before


def _answer(value: Value, result: Value, scope: Scope) -> bool | None:
    """Return what a test that reads ``?`` says: true, false, or a value to compare with."""
    if isinstance(result, bool) or result is None:
        return result
    return is_in(value, result, scope.run)


def _condition(value: Value, result: Value, scope: Scope) -> bool | None:
    """Return what a condition without ``?`` says of ``value``.

    A condition is an answer by itself, unless the column holds booleans: then it is a value to
    compare with.
    """
    if isinstance(result, bool) and not isinstance(value, bool):
        return result
    return is_in(value, result, scope.run)
