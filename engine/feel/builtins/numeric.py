"""Functions on numbers."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.decimals import CONTEXT, whole
from engine.feel.functions import NoResultError
from engine.feel.values import DaysTime, Value, YearsMonths

TABLE = Table()
_SCALE_LIMIT = 6176


def rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """Return ``value`` with ``scale`` digits after the point.

    Raises:
        NoResultError: ``scale`` is no whole number from -6111 to 6176 (DMN's limits).
    """
    digits = whole(scale)
    if digits is None or not -6111 <= digits <= _SCALE_LIMIT:
        raise NoResultError("the scale is out of range")
    if value.is_zero() or -int(value.as_tuple().exponent) <= digits:
        return value
    if value.adjusted() + digits < -1:
        value = Decimal((value.as_tuple().sign, (1,), -digits - 2))
    return CONTEXT.plus(value.quantize(Decimal((0, (1,), -digits)), rounding, CONTEXT))


@TABLE.add("decimal", "n: number, scale: number")
def _decimal(_: Run, n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_EVEN)


@TABLE.add("floor", "n: number, scale?: number")
def _floor(_: Run, n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal:
    return rounded(n, _given(scale), ROUND_FLOOR)


@TABLE.add("ceiling", "n: number, scale?: number")
def _ceiling(_: Run, n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal:
    return rounded(n, _given(scale), ROUND_CEILING)


def _given(scale: Decimal | None) -> Decimal:
    if scale is None:
        raise NoResultError("the scale is null")
    return scale


@TABLE.add("round up", "n: number, scale?: number")
def _round_up(_: Run, n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal:
    return rounded(n, _given(scale), ROUND_UP)


@TABLE.add("round down", "n: number, scale?: number")
def _round_down(_: Run, n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal:
    return rounded(n, _given(scale), ROUND_DOWN)


@TABLE.add("round half up", "n: number, scale?: number")
def _round_half_up(_: Run, n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal:
    return rounded(n, _given(scale), ROUND_HALF_UP)


@TABLE.add("round half down", "n: number, scale?: number")
def _round_half_down(_: Run, n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal:
    return rounded(n, _given(scale), ROUND_HALF_DOWN)


@TABLE.add("abs", "n: number|days and time duration|years and months duration")
def _abs(_: Run, n: Value) -> Value:
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    if isinstance(n, DaysTime):
        return DaysTime(n.seconds.copy_abs())
    return n.copy_abs()


@TABLE.add("modulo", "dividend: number, divisor: number")
def _modulo(_: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    if divisor.is_zero():
        raise NoResultError("the divisor is zero")
    rest = CONTEXT.remainder(dividend, divisor)
    if not rest.is_zero() and rest.is_signed() != divisor.is_signed():
        rest = CONTEXT.add(rest, divisor)
    return rest


@TABLE.add("sqrt", "number: number")
def _sqrt(_: Run, number: Decimal) -> Decimal:
    if number < 0:
        raise NoResultError("the number is negative")
    return CONTEXT.sqrt(number)


@TABLE.add("log", "number: number")
def _log(_: Run, number: Decimal) -> Decimal:
    if number <= 0:
        raise NoResultError("the number is not positive")
    return CONTEXT.ln(number)


@TABLE.add("exp", "number: number")
def _exp(_: Run, number: Decimal) -> Decimal:
    return CONTEXT.exp(number)


@TABLE.add("odd", "number: number")
def _odd(_: Run, number: Decimal) -> bool | None:
    return _parity(number, 1)


@TABLE.add("even", "number: number")
def _even(_: Run, number: Decimal) -> bool | None:
    return _parity(number, 0)


def _parity(number: Decimal, wanted: int) -> bool | None:
    count = whole(number)
    if count is None:
        raise NoResultError("the number is not whole, or too large")
    return count % 2 == wanted
