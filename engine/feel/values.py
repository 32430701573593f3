"""The values of FEEL, as Python sees them.

null is ``None``; boolean ``bool``; number ``Decimal`` (``int`` is accepted at the door, ``float``
never: 0.1 is not one tenth); string ``str``; date, time, date and time their ``datetime``
counterparts (a naive one is FEEL's local value), or ``WideDate``, ``FineTime`` and ``WideDateTime``
where those do not reach; list ``list``; context ``dict`` with ``str`` keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.feel.errors import FeelTypeError
from engine.feel.wide import FineTime, WideDate, WideDateTime

if TYPE_CHECKING:
    from engine.feel.budget import Run

Value: TypeAlias = Any
"""A FEEL value; see the module's text."""

_NESTING_LIMIT = 200


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in whole ``months`` (negative = backwards)."""

    months: int


@dataclass(frozen=True, slots=True, order=True)
class DaysTime:
    """A days and time duration, in ``seconds`` (negative = backwards)."""

    seconds: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """An interval, or a unary comparison such as ``(< 10)`` when ``operator`` is set.

    For a comparison the endpoint is ``high`` for ``<`` and ``<=``, else ``low``; for ``=`` and
    ``!=`` it is both.
    """

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True
    operator: str = ""


class Function:
    """Something that an expression can call."""

    __slots__ = ()

    @property
    def arity(self) -> int:
        """The number of parameters it must be given, for ``instance of``."""
        raise NotImplementedError

    def call(self, run: "Run", args: list[Value], named: Mapping[str, Value]) -> Value:
        """Return the result for positional ``args`` or for ``named`` ones."""
        raise NotImplementedError


KINDS: dict[type, str] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    WideDate: "date",
    FineTime: "time",
    WideDateTime: "date and time",
    YearsMonths: "years and months duration",
    DaysTime: "days and time duration",
    Range: "range",
    list: "list",
    dict: "context",
}


def kind_of(value: Value) -> str:
    """Return the name of the FEEL type of ``value``."""
    if value is None:
        return "null"
    kind = KINDS.get(type(value))
    return kind if kind is not None else "function"


def admit(value: Value, depth: int = 0) -> Value:
    """Return ``value`` as a FEEL value.

    Raises:
        FeelTypeError: It is a float or an object that FEEL does not know.
    """
    if value is None or type(value) in _SCALARS:
        return _admit_number(value) if type(value) is Decimal else value
    if depth > _NESTING_LIMIT:
        raise FeelTypeError("A value is nested too deep for FEEL.")
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, list | tuple):
        return [admit(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_admit_key(key): admit(item, depth + 1) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Range | Function):
        return value
    kind = type(value).__name__
    raise FeelTypeError(f"A value of the Python type {kind} is not a FEEL value.")


_SCALARS = frozenset(KINDS) - {Range, list, dict}


def _admit_number(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise FeelTypeError("A number that is not finite is not a FEEL value.")
    return value


def _admit_key(key: object) -> str:
    if not isinstance(key, str):
        raise FeelTypeError("The keys of a context are texts.")
    return key
