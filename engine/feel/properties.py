"""Properties of dates, times, durations and ranges (DMN tables 65 and 66)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.decimals import CONTEXT
from engine.feel.temporal.calendar import duration_of, in_seconds
from engine.feel.temporal.zones import offset_of
from engine.feel.values import DaysTime, Value, YearsMonths, kind_of
from engine.feel.wide import (
    Clock,
    Instant,
    clock_nanos,
    clock_of,
    day_of,
    in_cycle,
    plain_clock,
)

Getter = Callable[[Any], Value]
_MINUTE_NS = 60 * 10**9


def _number(getter: Callable[[Any], int]) -> Getter:
    return lambda value: Decimal(getter(value))


def _clock_offset(value: Clock) -> Value:
    offset = plain_clock(value).utcoffset()
    return None if offset is None else duration_of(offset)


def _offset(value: Instant) -> Value:
    offset = offset_of(value)
    return None if offset is None else duration_of(offset)


def _zone(value: Clock | Instant) -> Value:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: Clock) -> Decimal:
    return in_seconds(clock_nanos(value) % _MINUTE_NS)


def _part(divisor: int, size: int) -> Getter:
    """Return a getter of whole units (``divisor`` seconds each), ``size`` of them in the next."""

    def read(value: DaysTime) -> Decimal:
        units = CONTEXT.divide_int(value.seconds, Decimal(divisor))
        return CONTEXT.remainder(units, Decimal(size)) if size else units

    return read


_DATE: dict[str, Getter] = {
    "year": _number(lambda value: value.year),
    "month": _number(lambda value: value.month),
    "day": _number(lambda value: value.day),
    "weekday": _number(lambda value: in_cycle(value).isoweekday()),
}
_TIME: dict[str, Getter] = {
    "hour": _number(lambda value: plain_clock(value).hour),
    "minute": _number(lambda value: plain_clock(value).minute),
    "second": _second,
    "time offset": _clock_offset,
    "timezone": _zone,
}


def _of(part: Callable[[Any], Any], getter: Getter) -> Getter:
    return lambda value: getter(part(value))


_DATE_AND_TIME: dict[str, Getter] = {
    **{name: _of(day_of, getter) for name, getter in _DATE.items()},
    **{name: _of(clock_of, getter) for name, getter in _TIME.items()},
    "time offset": _offset,
}
_PROPERTIES: dict[str, dict[str, Getter]] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": _DATE_AND_TIME,
    "years and months duration": {
        "years": lambda value: Decimal(_toward_zero(value, 12)),
        "months": lambda value: Decimal(value.months - 12 * _toward_zero(value, 12)),
    },
    "days and time duration": {
        "days": _part(86400, 0),
        "hours": _part(3600, 24),
        "minutes": _part(60, 60),
        "seconds": lambda value: CONTEXT.remainder(value.seconds, Decimal(60)),
    },
    "range": {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}


def _toward_zero(value: YearsMonths, size: int) -> int:
    count = abs(value.months) // size
    return -count if value.months < 0 else count


def property_of(value: Value, name: str) -> Value:
    """Return the property ``name`` of ``value``, null if it has none of that name."""
    getter = _PROPERTIES.get(kind_of(value), {}).get(name)
    return None if getter is None else getter(value)
