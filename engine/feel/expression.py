"""The public face: compile once, evaluate often."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal as Choice
from typing import TypeVar

from engine.feel.budget import DEFAULT_BUDGET, Budget, Note, Run
from engine.feel.builtins import BUILTINS
from engine.feel.compile import compiler
from engine.feel.compile_compare import TestCode
from engine.feel.compiler import Code, Compiler, Scope
from engine.feel.errors import FeelBudgetError, FeelSyntaxError
from engine.feel.functions import Builtin
from engine.feel.limits import limits_of
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.syntax import Node, UnaryTestsOf
from engine.feel.types import Type
from engine.feel.unary import unary_code
from engine.feel.values import Value, admit

Missing = Choice["null", "error"]
_NO_TYPES: Mapping[str, Type] = {}
_AS_THEY_ARE = frozenset({str, bool, type(None)})
_NO_FUNCTIONS: Mapping[str, Builtin] = {}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, and why parts of it are null."""

    value: Value
    notes: tuple[Note, ...]


class _Compiled:
    """What an expression and the tests of a cell have in common."""

    def __init__(self, text: str, tree: Node, made: Compiler) -> None:
        self.text = text
        self.tree = tree
        self.names: tuple[str, ...] = tuple(made.free)
        self.filter_names: tuple[str, ...] = tuple(made.possible)
        self._reads = tuple({*made.free, *made.possible, *made.shadowed})

    def _admitted(self, context: Mapping[str, Value]) -> dict[str, Value]:
        variables: dict[str, Value] = {}
        for name in self._reads:
            if name in context:
                value = context[name]
                if type(value) is int:
                    value = Decimal(value)
                elif type(value) not in _AS_THEY_ARE:
                    value = admit(value)
                variables[name] = value
        return variables


class Expression(_Compiled):
    """A compiled expression.

    Attributes:
        text: As it was written.
        tree: Its syntax tree.
        names: The variables that it reads and does not define, in order.
        filter_names: Names inside filters: variables, or entries of the items that are filtered.
    """

    def __init__(self, text: str, tree: Node, made: Compiler, code: Code) -> None:
        super().__init__(text, tree, made)
        self._code = code

    def evaluate(
        self,
        context: Mapping[str, Value],
        *,
        budget: Budget = DEFAULT_BUDGET,
        now: datetime | None = None,
        missing: Missing = "null",
    ) -> Value:
        """Return the value of the expression.

        Args:
            context: Variables by name.
            budget: What it may cost.
            now: The instant that ``now()`` gives; ``today()`` is its date in Stockholm.
            missing: ``error`` raises for a variable that is not defined, ``null`` goes on.

        Raises:
            FeelNameError: A variable is not defined, and ``missing`` is ``error``.
            FeelTypeError: A variable holds something that is no FEEL value.
            FeelBudgetError: It costs too much.
        """
        run = Run(budget, now, strict=missing == "error")
        return self._value(context, run)

    def explain(
        self,
        context: Mapping[str, Value],
        *,
        budget: Budget = DEFAULT_BUDGET,
        now: datetime | None = None,
        missing: Missing = "null",
    ) -> Evaluation:
        """Return the value with notes on why parts are null. Arguments as ``evaluate``."""
        run = Run(budget, now, strict=missing == "error")
        return Evaluation(self._value(context, run), run.notes)

    def _value(self, context: Mapping[str, Value], run: Run) -> Value:
        try:
            return self._code(Scope(self._admitted(context), run))
        except (RecursionError, MemoryError) as error:
            raise _too_much(error) from None

    def evaluate_at(self, scope: Scope) -> Value:
        """Return the value inside an evaluation that goes on, for a scope of FEEL values."""
        return self._code(scope)

    def evaluate_in(self, variables: Mapping[str, Value], run: Run) -> Value:
        """Return the value inside an evaluation that goes on; ``variables`` are FEEL values."""
        return self._code(Scope(variables, run))


class UnaryTests(_Compiled):
    """The compiled tests of one cell of a decision table.

    Attributes:
        matches_in: The answer for a FEEL value inside an evaluation that goes on.
        limits: Everything that the value is compared with; None if the answer hangs on more.
    """

    def __init__(self, text: str, tree: UnaryTestsOf, made: Compiler, code: TestCode) -> None:
        super().__init__(text, tree, made)
        self.matches_in = code
        self.limits = limits_of(tree, made)

    def matches(
        self,
        value: Value,
        context: Mapping[str, Value],
        *,
        budget: Budget = DEFAULT_BUDGET,
        now: datetime | None = None,
        missing: Missing = "null",
    ) -> bool | None:
        """Return whether ``value`` (``?`` in the tests) passes; null when that cannot be said.

        Raises:
            FeelError: As ``Expression.evaluate``.
        """
        run = Run(budget, now, strict=missing == "error")
        scope = Scope(self._admitted(context), run)
        given = admit(value)
        return guarded(lambda: self.matches_in(given, scope))


def guarded(work: Callable[[], _T]) -> _T:
    """Return what ``work`` returns, with Python's own limits as FEEL errors.

    Raises:
        FeelBudgetError: It went too deep or took too much memory.
    """
    try:
        return work()
    except (RecursionError, MemoryError) as error:
        raise _too_much(error) from None


def _too_much(error: RecursionError | MemoryError) -> FeelBudgetError:
    if isinstance(error, RecursionError):
        return FeelBudgetError("The expression goes too deep.")
    return FeelBudgetError("The expression builds too large a value.")


def compile_expression(
    text: str,
    *,
    names: Collection[str] = (),
    types: Mapping[str, Type] = _NO_TYPES,
    functions: Mapping[str, Builtin] = _NO_FUNCTIONS,
) -> Expression:
    """Compile an expression.

    Args:
        text: FEEL, without the ``=`` that Camunda 8 puts before it.
        names: Variables and functions that the environment declares. Only declared functions can
            be called beside the built-in ones, and only declared names may hold signs (``a-b``).
        types: Types beside FEEL's own, by name.
        functions: Functions beside FEEL's own, by name; a variable that holds one hides it.

    Raises:
        FeelSyntaxError: The text is not FEEL, or it calls a function that does not exist.
    """

    def compile_it() -> Expression:
        tree = parse_expression(text, (*BUILTINS, *functions, *names), tuple(types))
        made = compiler(frozenset(names), types, functions)
        return Expression(text, tree, made, made.compile(tree))

    return _parsed(compile_it)


def compile_unary_tests(
    text: str,
    *,
    names: Collection[str] = (),
    types: Mapping[str, Type] = _NO_TYPES,
    functions: Mapping[str, Builtin] = _NO_FUNCTIONS,
) -> UnaryTests:
    """Compile the tests of a cell. Arguments and errors as ``compile_expression``."""

    def compile_it() -> UnaryTests:
        tree = parse_unary_tests(text, (*BUILTINS, *functions, *names), tuple(types))
        made = compiler(frozenset(names), types, functions)
        return UnaryTests(text, tree, made, unary_code(tree, made))

    return _parsed(compile_it)


def _parsed(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except RecursionError:
        raise FeelSyntaxError("The expression is nested too deep.", 0, "feel_too_deep") from None
