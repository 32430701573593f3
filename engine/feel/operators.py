"""Arithmetic on values: what may be added to what, and what comes out."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.decimals import CONTEXT, NumberError, power
from engine.feel.functions import NoResultError
from engine.feel.temporal.calendar import (
    CalendarError,
    add_months,
    add_months_to_instant,
    add_seconds,
    add_seconds_to_date,
    add_seconds_to_time,
    at_midnight_utc,
    days_time,
    in_seconds,
    nanos_between,
    time_nanos_between,
    years_months,
)
from engine.feel.values import DaysTime, Value, YearsMonths
from engine.feel.wide import (
    CLOCKS,
    DAYS,
    INSTANTS,
    Clock,
    Day,
    Instant,
    ordinal,
)

Operation = Callable[[Any, Any], Value]


def _join(left: str, right: str) -> str:
    return left + right


def _move_date(value: Day, step: DaysTime) -> Day:
    return add_seconds_to_date(value, step.seconds)


def _move_instant(value: Instant, step: DaysTime) -> Instant:
    return add_seconds(value, step.seconds)


def _move_time(value: Clock, step: DaysTime) -> Clock:
    return add_seconds_to_time(value, step.seconds)


def _move_months(value: Day, step: YearsMonths) -> Day:
    return add_months(value, step.months)


def _move_instant_months(value: Instant, step: YearsMonths) -> Instant:
    return add_months_to_instant(value, step.months)


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


def _backwards(operation: Operation) -> Operation:
    return lambda left, right: operation(left, negate(right))


def _between_instants(left: Instant, right: Instant) -> DaysTime:
    return _apart(nanos_between(left, right))


def _between_times(left: Clock, right: Clock) -> DaysTime:
    return _apart(time_nanos_between(left, right))


def _apart(nanoseconds: int | None) -> DaysTime:
    if nanoseconds is None:
        raise NoResultError("The operands do not go together.")
    return DaysTime(in_seconds(nanoseconds))


def _between_days(left: Day, right: Day) -> DaysTime:
    return DaysTime(Decimal((ordinal(left) - ordinal(right)) * 86_400))


def _since_day(left: Instant, right: Day) -> DaysTime:
    return _between_instants(left, at_midnight_utc(right))


def _until_day(left: Day, right: Instant) -> DaysTime:
    return _between_instants(at_midnight_utc(left), right)


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


def _each(lefts: tuple[type, ...], rights: tuple[type, ...], operation: Operation) -> _Table:
    return {(left, right): operation for left in lefts for right in rights}


_MOVES: _Table = {
    **_each(DAYS, (YearsMonths,), _move_months),
    **_each(INSTANTS, (YearsMonths,), _move_instant_months),
    **_each(DAYS, (DaysTime,), _move_date),
    **_each(INSTANTS, (DaysTime,), _move_instant),
    **_each(CLOCKS, (DaysTime,), _move_time),
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
    **_each(CLOCKS, CLOCKS, _between_times),
    **_each(DAYS, DAYS, _between_days),
    **_each(INSTANTS, INSTANTS, _between_instants),
    **_each(DAYS, INSTANTS, _until_day),
    **_each(INSTANTS, DAYS, _since_day),
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
