"""Arithmetic on values: what may be added to what, and what comes out."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.feel.decimals import CONTEXT, NumberError, power
from engine.feel.functions import NoResultError
from engine.feel.temporal.calendar import (
    CalendarError,
    add_months,
    add_seconds,
    add_seconds_to_date,
    add_seconds_to_time,
    at_midnight_utc,
    days_time,
    seconds_between,
    time_seconds_between,
    years_months,
)
from engine.feel.values import DaysTime, Value, YearsMonths

Operation = Callable[[Any, Any], Value]


def _join(left: str, right: str) -> str:
    return left + right


def _move_date(value: date, step: DaysTime) -> date:
    return add_seconds_to_date(value, step.seconds)


def _move_instant(value: datetime, step: DaysTime) -> datetime:
    return add_seconds(value, step.seconds)


def _move_time(value: time, step: DaysTime) -> time:
    return add_seconds_to_time(value, step.seconds)


def _move_months(value: date, step: YearsMonths) -> date:
    return add_months(value, step.months)


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


def _backwards(operation: Operation) -> Operation:
    return lambda left, right: operation(left, negate(right))


def _between_instants(left: datetime, right: datetime) -> DaysTime:
    seconds = seconds_between(left, right)
    if seconds is None:
        raise NoResultError("The operands do not go together.")
    return DaysTime(seconds)


def _between_days(left: date, right: date) -> DaysTime:
    return _between_instants(_instant(left), _instant(right))


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else at_midnight_utc(value)


def _between_times(left: time, right: time) -> DaysTime:
    seconds = time_seconds_between(left, right)
    if seconds is None:
        raise NoResultError("The operands do not go together.")
    return DaysTime(seconds)


def _scaled_months(duration: YearsMonths, factor: Decimal) -> YearsMonths:
    return _whole_months(CONTEXT.multiply(Decimal(duration.months), factor))


def _divided_months(duration: YearsMonths, divisor: Decimal) -> YearsMonths:
    return _whole_months(CONTEXT.divide(Decimal(duration.months), divisor))


def _whole_months(months: Decimal) -> YearsMonths:
    if months.adjusted() > _MONTH_DIGITS:
        raise NoResultError("The duration is too long.")
    return years_months(int(months))


def _scaled_days(duration: DaysTime, factor: Decimal) -> DaysTime:
    return days_time(CONTEXT.multiply(duration.seconds, factor))


def _divided_days(duration: DaysTime, divisor: Decimal) -> DaysTime:
    return days_time(CONTEXT.divide(duration.seconds, divisor))


_MONTH_DIGITS = 12
_Kinds = tuple[type, type]
_Table = dict[_Kinds, Operation]
_MOVES: _Table = {
    (date, YearsMonths): _move_months,
    (datetime, YearsMonths): _move_months,
    (date, DaysTime): _move_date,
    (datetime, DaysTime): _move_instant,
    (time, DaysTime): _move_time,
}
_DURATIONS_ADD: _Table = {
    (YearsMonths, YearsMonths): lambda a, b: years_months(a.months + b.months),
    (DaysTime, DaysTime): lambda a, b: days_time(CONTEXT.add(a.seconds, b.seconds)),
}
_ADD: _Table = {(Decimal, Decimal): CONTEXT.add, (str, str): _join}
_ADD |= _DURATIONS_ADD
_ADD |= _MOVES
_ADD |= {(right, left): _swapped(operation) for (left, right), operation in _MOVES.items()}
_SUBTRACT: _Table = {
    (Decimal, Decimal): CONTEXT.subtract,
    (time, time): _between_times,
    (date, date): _between_days,
    (datetime, datetime): _between_instants,
    (date, datetime): _between_days,
    (datetime, date): _between_days,
}
_SUBTRACT |= {kinds: _backwards(operation) for kinds, operation in _MOVES.items()}
_SUBTRACT |= {kinds: _backwards(operation) for kinds, operation in _DURATIONS_ADD.items()}
_MULTIPLY: _Table = {
    (Decimal, Decimal): CONTEXT.multiply,
    (YearsMonths, Decimal): _scaled_months,
    (Decimal, YearsMonths): _swapped(_scaled_months),
    (DaysTime, Decimal): _scaled_days,
    (Decimal, DaysTime): _swapped(_scaled_days),
}
_DIVIDE: _Table = {
    (Decimal, Decimal): CONTEXT.divide,
    (YearsMonths, Decimal): _divided_months,
    (DaysTime, Decimal): _divided_days,
    (YearsMonths, YearsMonths): lambda a, b: CONTEXT.divide(Decimal(a.months), Decimal(b.months)),
    (DaysTime, DaysTime): lambda a, b: CONTEXT.divide(a.seconds, b.seconds),
}
_OPERATIONS: dict[str, _Table] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(Decimal, Decimal): power},
}


def apply(operator: str, left: Value, right: Value) -> Value:
    """Return ``left operator right``.

    Raises:
        NoResultError: The operands do not go together, or the result is out of range.
    """
    operation = _OPERATIONS[operator].get((type(left), type(right)))
    if operation is None:
        raise NoResultError("The operands do not go together.")
    try:
        return operation(left, right)
    except (NumberError, CalendarError, OverflowError, ValueError):
        raise NoResultError("The result is out of range.") from None


def negate(value: Value) -> Value:
    """Return ``-value``.

    Raises:
        NoResultError: It is neither a number nor a duration.
    """
    if type(value) is Decimal:
        return CONTEXT.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    if isinstance(value, DaysTime):
        return DaysTime(CONTEXT.minus(value.seconds))
    raise NoResultError("It is neither a number nor a duration.")
