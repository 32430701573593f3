"""Parts of an expression whose value is known when it is compiled."""

from datetime import date
from decimal import Decimal

from engine.feel.budget import Run
from engine.feel.compiler import Code, Scope
from engine.feel.values import Value


class Constant:
    """The code of a value that is always the same; ``value`` is shared, so it never changes."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, _scope: Scope) -> Value:
        """Return the value."""
        return self.value


def folded(code: Code, *parts: Code) -> Code:
    """Return ``code`` as a constant, if all its ``parts`` are and it gives a value.

    What gives null, or has something to note, does so at each evaluation.
    """
    if not all(isinstance(part, Constant) for part in parts):
        return code
    run = Run()
    value = code(Scope({}, run))
    return code if value is None or run.notes else Constant(value)


def is_number(code: Code) -> bool:
    """Tell whether ``code`` is a number written out."""
    return isinstance(code, Constant) and type(code.value) is Decimal


EQUATED = frozenset({Decimal, str, bool, date})
"""Classes whose values are equal in FEEL when they are in Python, both being of one class."""

ORDERED = frozenset({Decimal, str, date})
"""Classes whose values are ordered in FEEL as in Python, both being of one class."""
