"""Arithmetic with dates, times and durations."""

from calendar import isleap
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.decimals import CONTEXT
from engine.feel.temporal.zones import existing, from_utc_nanos, nanos_of, utc_nanos
from engine.feel.values import DaysTime, YearsMonths
from engine.feel.wide import (
    DAY_NS,
    YEAR_LIMIT,
    Clock,
    Day,
    Instant,
    WideDateTime,
    clock_nanos,
    clock_of,
    day_of,
    from_ordinal,
    make_date,
    make_instant,
    make_time,
    ordinal,
)

_SECOND_NS = 10**9
_DAY_S = 86_400
_MONTHS_LIMIT = 2 * 12 * (YEAR_LIMIT + 1)
_SECONDS_LIMIT = Decimal(2 * 366 * (YEAR_LIMIT + 1) * _DAY_S)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MIDNIGHT_UTC = time(tzinfo=UTC)


class CalendarError(ArithmeticError):
    """The result is beyond the years that there are, or finer than a nanosecond."""


def years_months(months: int) -> YearsMonths:
    """Return a duration of ``months``.

    Raises:
        CalendarError: It is longer than any two dates are apart.
    """
    if abs(months) > _MONTHS_LIMIT:
        raise CalendarError
    return YearsMonths(months)


def days_time(seconds: Decimal) -> DaysTime:
    """Return a duration of ``seconds``.

    Raises:
        CalendarError: It is longer than any two dates are apart.
    """
    if seconds.copy_abs() > _SECONDS_LIMIT:
        raise CalendarError
    return DaysTime(seconds)


def add_months(value: Day, months: int) -> Day:
    """Return the date ``months`` calendar months after ``value``.

    The day number is kept. Where the target month is too short its last day counts:
    31 August plus six months is 28 February (29 in a leap year).

    Raises:
        CalendarError: The result is beyond the years that there are.
    """
    year, month_index = divmod(value.year * 12 + value.month - 1 + months, 12)
    if abs(year) > YEAR_LIMIT:
        raise CalendarError
    last = _MONTH_DAYS[month_index] + (month_index == 1 and isleap(year))
    return make_date(year, month_index + 1, min(value.day, last))


def add_months_to_instant(value: Instant, months: int) -> Instant:
    """Return the same wall-clock time ``months`` calendar months later.

    Where summer time skips that hour, it moves forward over the gap.

    Raises:
        CalendarError: The result is beyond the years that there are.
    """
    return existing(make_instant(add_months(day_of(value), months), clock_of(value)))


def nanos(seconds: Decimal) -> int:
    """Return ``seconds`` in nanoseconds.

    Raises:
        CalendarError: Longer than any two dates are apart, or finer than a nanosecond.
    """
    if seconds.copy_abs() > _SECONDS_LIMIT:
        raise CalendarError
    whole = int(seconds)
    if whole == seconds:
        return whole * _SECOND_NS
    scaled = seconds.scaleb(9, CONTEXT)
    if scaled != scaled.to_integral_value():
        raise CalendarError
    return int(scaled)


def in_seconds(nanoseconds: int) -> Decimal:
    """Return nanoseconds as seconds, exactly."""
    seconds, rest = divmod(nanoseconds, _SECOND_NS)
    return Decimal(nanoseconds).scaleb(-9, CONTEXT).normalize(CONTEXT) if rest else Decimal(seconds)


def add_seconds(value: Instant, seconds: Decimal) -> Instant:
    """Return the instant ``seconds`` after ``value``, in the same zone.

    A day is 24 hours on the time line, also over a change to or from summer time.

    Raises:
        CalendarError: The result cannot be held.
        OverflowError: Its year is beyond the limit.
    """
    step = nanos(seconds)
    if isinstance(value, datetime) and not step % 1000:
        try:
            return _moved(value, timedelta(microseconds=step // 1000))
        except OverflowError:  # beyond Python's years
            pass
    return from_utc_nanos(utc_nanos(value) + step, value.tzinfo)


def _moved(value: datetime, step: timedelta) -> datetime:
    if isinstance(value.tzinfo, ZoneInfo):
        return (value.astimezone(UTC) + step).astimezone(value.tzinfo)
    return value + step


def add_seconds_to_time(value: Clock, seconds: Decimal) -> Clock:
    """Return the time of day ``seconds`` later, round the clock.

    Raises:
        CalendarError: Finer than a nanosecond.
    """
    return make_time((clock_nanos(value) + nanos(seconds)) % DAY_NS, value.tzinfo)


def add_seconds_to_date(value: Day, seconds: Decimal) -> Day:
    """Return the date that holds the instant ``seconds`` after the start of ``value``.

    Raises:
        CalendarError: The duration is finer than a nanosecond.
        OverflowError: Its year is beyond the limit.
    """
    return from_ordinal(ordinal(value) + nanos(seconds) // DAY_NS)


def nanos_between(later: Instant, earlier: Instant) -> int | None:
    """Return the nanoseconds from ``earlier`` to ``later``; None if only one has a zone."""
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        return None
    if type(later) is datetime and type(earlier) is datetime:
        return nanos_of(_apart(later, earlier))
    return utc_nanos(later) - utc_nanos(earlier)


def _apart(later: datetime, earlier: datetime) -> timedelta:
    """Return what lies between on the time line; Python's own difference does not see a fold."""
    if later.tzinfo is None:
        return later - earlier
    clocks = later.replace(tzinfo=None) - earlier.replace(tzinfo=None)
    before, after = earlier.utcoffset(), later.utcoffset()
    return clocks if before is None or after is None else clocks - (after - before)


def same_second(left: Instant, right: Instant) -> bool | None:
    """Tell whether two instants lie in the same second; None if only one has a zone."""
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    return utc_nanos(left) // _SECOND_NS == utc_nanos(right) // _SECOND_NS


def time_nanos_between(later: Clock, earlier: Clock) -> int | None:
    """Return the nanoseconds from ``earlier`` to ``later`` of one day.

    None if only one has a zone, or if their zones cannot be compared without a date.
    """
    if not _comparable(later.tzinfo, earlier.tzinfo):
        return None
    return _utc_clock_nanos(later) - _utc_clock_nanos(earlier)


def same_second_of_day(left: Clock, right: Clock) -> bool | None:
    """Tell whether two times lie in the same second of a day; None as ``time_nanos_between``."""
    if not _comparable(left.tzinfo, right.tzinfo):
        return None
    return _utc_clock_nanos(left) // _SECOND_NS == _utc_clock_nanos(right) // _SECOND_NS


def _comparable(left: tzinfo | None, right: tzinfo | None) -> bool:
    if isinstance(left, ZoneInfo) or isinstance(right, ZoneInfo):
        return left == right
    return (left is None) == (right is None)


def _utc_clock_nanos(value: Clock) -> int:
    """Return nanoseconds since midnight UTC, or on the clock where the zone needs a date."""
    zone = value.tzinfo
    offset = None if zone is None else zone.utcoffset(None)
    return clock_nanos(value) - (0 if offset is None else nanos_of(offset))


def seconds_of(value: timedelta) -> Decimal:
    """Return a timedelta in seconds, exactly."""
    return in_seconds(nanos_of(value))


def duration_of(value: timedelta) -> DaysTime:
    """Return a timedelta as a days and time duration."""
    return DaysTime(seconds_of(value))


def months_between(start: Day | Instant, end: Day | Instant) -> YearsMonths:
    """Return the whole months from ``start`` to ``end``, negative when ``end`` is earlier."""
    (first, first_rest), (last, last_rest) = _months_and_rest(start), _months_and_rest(end)
    months = last - first
    if months > 0 and last_rest < first_rest:
        months -= 1
    elif months < 0 and last_rest > first_rest:
        months += 1
    return YearsMonths(months)


def _months_and_rest(value: Day | Instant) -> tuple[int, tuple[int, int]]:
    """Return the number of a month, and how far into it: the day, and nanoseconds of the clock."""
    if isinstance(value, datetime | WideDateTime):
        day, rest = day_of(value), clock_nanos(clock_of(value))
    else:
        day, rest = value, 0
    return day.year * 12 + day.month, (day.day, rest)


def at_midnight_utc(value: Day) -> Instant:
    """Return the start of the day in UTC: what a date is as a date and time."""
    return make_instant(value, _MIDNIGHT_UTC)


def days_from(first: Day, last: Day) -> Iterator[Day]:
    """Yield every date from ``first`` to ``last``, backwards if ``last`` is earlier."""
    start, stop = ordinal(first), ordinal(last)
    step = 1 if start <= stop else -1
    return (from_ordinal(number) for number in range(start, stop + step, step))
