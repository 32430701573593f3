"""FEEL in a diagram: compiled when the diagram is loaded, evaluated with the action's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import DefinitionError, IncidentError
from engine.feel import NO_FUNCTIONS, Functions, compile_expression
from engine.feel.errors import FeelError

Value = Any


class Formula:
    """A FEEL expression of one element.

    Args:
        element: Id of the element or flow it stands on, for errors.
        text: FEEL, with or without the leading ``=``.
        functions: What it may call beside FEEL's own functions.

    Raises:
        DefinitionError: The text is not FEEL.
    """

    __slots__ = ("_compiled", "element", "names")

    def __init__(self, element: str, text: str, functions: Functions = NO_FUNCTIONS) -> None:
        self.element = element
        try:
            self._compiled = compile_expression(text.removeprefix("="), functions=functions)
        except FeelError as error:
            raise DefinitionError(element, f"not a FEEL expression: {error.message}") from None
        self.names = frozenset(self._compiled.names)

    def value(self, context: Mapping[str, Value], now: datetime) -> Value:
        """Return the value for the variables in ``context``.

        Raises:
            IncidentError: FEEL refuses (budget, type from outside), code ``expression_failed``.
        """
        try:
            return self._compiled.evaluate(context, now=now)
        except FeelError as error:
            raise IncidentError(self.element, error.message, "expression_failed") from error


class Literal:
    """A text without ``=`` is itself, as in Camunda 8."""

    __slots__ = ("text",)

    names: frozenset[str] = frozenset()

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, _context: Mapping[str, Value], _now: datetime) -> Value:
        """Return the text."""
        return self.text


Expression = Formula | Literal


def expression(element: str, text: str, functions: Functions = NO_FUNCTIONS) -> Expression:
    """Return ``text`` compiled: FEEL after ``=``, else literal."""
    stripped = text.strip()
    return Formula(element, stripped, functions) if stripped.startswith("=") else Literal(stripped)


def optional(
    element: str, text: str | None, functions: Functions = NO_FUNCTIONS
) -> Expression | None:
    """Return ``text`` compiled, None when there is none."""
    return expression(element, text, functions) if text and text.strip() else None
