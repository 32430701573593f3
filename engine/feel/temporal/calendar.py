"""Arithmetic with dates, times and durations."""

from calendar import monthrange
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.decimals import CONTEXT
from engine.feel.values import DaysTime, YearsMonths

_MICROSECOND = Decimal("0.000001")
_DAY_S = 86400
_MONTHS_LIMIT = 12 * 10**9
_SECONDS_LIMIT = Decimal(10) ** 9 * 366 * _DAY_S
_DIGITS = 20
"""More digits of microseconds than any two dates are apart."""


class CalendarError(ArithmeticError):
    """The result is outside of years 1 to 9999, or finer than a microsecond."""


def years_months(months: int) -> YearsMonths:
    """Return a duration of ``months``.

    Raises:
        CalendarError: It is longer than a thousand million years.
    """
    if abs(months) > _MONTHS_LIMIT:
        raise CalendarError
    return YearsMonths(months)


def days_time(seconds: Decimal) -> DaysTime:
    """Return a duration of ``seconds``.

    Raises:
        CalendarError: It is longer than a thousand million years.
    """
    if seconds.copy_abs() > _SECONDS_LIMIT:
        raise CalendarError
    return DaysTime(seconds)


def add_months(value: date, months: int) -> date:
    """Return ``value`` moved ``months`` calendar months; works for a datetime too.

    The day number is kept. Where the target month is too short its last day counts:
    31 August plus six months is 28 February (29 in a leap year).

    Raises:
        CalendarError: The result is outside of years 1 to 9999.
    """
    year, month_index = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not MINYEAR <= year <= 9999:
        raise CalendarError
    day = min(value.day, monthrange(year, month_index + 1)[1])
    moved = value.replace(year=year, month=month_index + 1, day=day)
    return existing(moved) if isinstance(moved, datetime) else moved


def existing(value: datetime) -> datetime:
    """Return a wall-clock time that exists: one in a gap of DST moves forward over the gap."""
    if not isinstance(value.tzinfo, ZoneInfo):
        return value
    zone = value.tzinfo
    try:
        back = value.astimezone(UTC).astimezone(zone)
    except OverflowError:
        return value
    return value if back.replace(tzinfo=None) == value.replace(tzinfo=None) else back


def delta(seconds: Decimal) -> timedelta:
    """Return ``seconds`` as a timedelta.

    Raises:
        CalendarError: Too long, or finer than a microsecond.
    """
    micro = CONTEXT.divide(seconds, _MICROSECOND)
    if micro.adjusted() > _DIGITS or micro != micro.to_integral_value():
        raise CalendarError
    try:
        return timedelta(microseconds=int(micro))
    except OverflowError:
        raise CalendarError from None


def add_seconds(value: datetime, seconds: Decimal) -> datetime:
    """Return the instant ``seconds`` after ``value``, in the same zone.

    A day is 24 hours on the time line, also over a change to or from summer time.

    Raises:
        CalendarError: The result cannot be held.
    """
    step = delta(seconds)
    try:
        if not isinstance(value.tzinfo, ZoneInfo):
            return value + step
        return (value.astimezone(UTC) + step).astimezone(value.tzinfo)
    except OverflowError:
        raise CalendarError from None


def add_seconds_to_time(value: time, seconds: Decimal) -> time:
    """Return the time of day ``seconds`` later, round the clock.

    Raises:
        CalendarError: Finer than a microsecond.
    """
    zone = value.tzinfo
    moved = datetime.combine(date(2000, 1, 3), value.replace(tzinfo=None))
    within_day = CONTEXT.remainder(seconds, Decimal(_DAY_S))
    return (moved + delta(within_day)).time().replace(tzinfo=zone)


def add_seconds_to_date(value: date, seconds: Decimal) -> date:
    """Return the date that holds the instant ``seconds`` after the start of ``value``."""
    return add_seconds(datetime.combine(value, time()), seconds).date()


def seconds_between(later: datetime, earlier: datetime) -> Decimal | None:
    """Return the seconds from ``earlier`` to ``later``; None if only one has a zone."""
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        return None
    if later.tzinfo is not None:
        try:
            later, earlier = later.astimezone(UTC), earlier.astimezone(UTC)
        except OverflowError:
            return None
    return seconds_of(later - earlier)


def time_seconds_between(later: time, earlier: time) -> Decimal | None:
    """Return the seconds from ``earlier`` to ``later`` of one day; None if only one has a zone."""
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        return None
    if isinstance(later.tzinfo, ZoneInfo) or isinstance(earlier.tzinfo, ZoneInfo):
        if later.tzinfo != earlier.tzinfo:
            return None
        later, earlier = later.replace(tzinfo=None), earlier.replace(tzinfo=None)
    return clock_seconds(later) - clock_seconds(earlier)


def clock_seconds(value: time) -> Decimal:
    """Return seconds since midnight UTC (or local midnight for a local time)."""
    offset = value.utcoffset() or timedelta()
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return Decimal(seconds) + value.microsecond * _MICROSECOND - seconds_of(offset)


def seconds_of(value: timedelta) -> Decimal:
    """Return a timedelta in seconds, exactly."""
    return Decimal(value.days * _DAY_S + value.seconds) + value.microseconds * _MICROSECOND


def duration_of(value: timedelta) -> DaysTime:
    """Return a timedelta as a days and time duration."""
    return DaysTime(seconds_of(value))


def months_between(start: date, end: date) -> YearsMonths:
    """Return the whole months from ``start`` to ``end``, negative when ``end`` is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and _within_month(end) < _within_month(start):
        months -= 1
    elif months < 0 and _within_month(end) > _within_month(start):
        months += 1
    return YearsMonths(months)


def _within_month(value: date) -> tuple[int, time]:
    clock = value.time() if isinstance(value, datetime) else time()
    return value.day, clock


def at_midnight_utc(value: date) -> datetime:
    """Return the start of the day in UTC: what a date is as a date and time."""
    return datetime.combine(value, time(), UTC)
