"""Functions that make and take apart dates, times and durations."""

from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.decimals import whole
from engine.feel.functions import NoResultError
from engine.feel.temporal.calendar import at_midnight_utc, months_between, nanos
from engine.feel.temporal.reading import read_date, read_date_and_time, read_duration, read_time
from engine.feel.temporal.zones import existing, in_zone, offset_zone, read_zone
from engine.feel.values import DaysTime, Value, YearsMonths
from engine.feel.wide import (
    CLOCKS,
    DAYS,
    INSTANTS,
    Clock,
    Day,
    Instant,
    clock_of,
    day_of,
    in_cycle,
    make_date,
    make_instant,
    make_time,
    with_zone,
)

TABLE = Table()
STOCKHOLM = ZoneInfo("Europe/Stockholm")
"""Where ``today()`` is a date: the law counts days in Swedish time."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _found(value: Value) -> Value:
    if value is None:
        raise NoResultError("there is no such date, time or duration")
    return value


@TABLE.add(
    "date",
    "from: string|date|date and time",
    "year: number, month: number, day: number",
)
def _date(_: Run, first: Value, month: Decimal | None = None, day: Decimal | None = None) -> Day:
    if isinstance(first, INSTANTS):
        return day_of(first)
    if isinstance(first, DAYS):
        return first
    if isinstance(first, str):
        return _found(read_date(first))  # type: ignore[no-any-return]
    return _day_of(first, _found(month), _found(day))


def _day_of(*parts: Decimal) -> Day:
    year, month, day = _whole_parts(*parts)
    try:
        return make_date(year, month, day)
    except (ValueError, OverflowError):
        raise NoResultError("there is no such date") from None


def _whole_parts(*parts: Decimal) -> list[int]:
    numbers = [number for number in map(whole, parts) if number is not None]
    if len(numbers) != len(parts):
        raise NoResultError("a part is not a whole number")
    return numbers


@TABLE.add(
    "time",
    "from: string|time|date|date and time",
    "hour: number, minute: number, second: number, offset?: days and time duration",
)
def _time(
    _: Run,
    first: Value,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: DaysTime | None = None,
) -> Clock:
    if isinstance(first, INSTANTS):
        return clock_of(first)
    if isinstance(first, DAYS):
        return time(tzinfo=UTC)
    if isinstance(first, CLOCKS):
        return first
    if isinstance(first, str):
        return _found(read_time(first))  # type: ignore[no-any-return]
    return _clock_of(first, _found(minute), _found(second), offset)


def _clock_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None) -> Clock:
    hours, minutes = _whole_parts(hour, minute)
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= second < 60):
        raise NoResultError("there is no such time")
    return make_time((hours * 60 + minutes) * 60 * 10**9 + nanos(second), _offset_zone(offset))


def _offset_zone(offset: DaysTime | None) -> tzinfo | None:
    if offset is None:
        return None
    seconds = whole(offset.seconds)
    zone = None if seconds is None else offset_zone(seconds)
    if zone is None:
        raise NoResultError("the offset is out of range")
    return zone


@TABLE.add(
    "date and time",
    "from: string|date and time|date",
    "date: date|date and time, time: time",
    "date: date and time, timezone: string",
    "year: number, month: number, day: number, hour: number, minute: number, second: number,"
    " offset?: days and time duration|string",
)
def _date_and_time(_: Run, first: Value, *rest: Value) -> Instant:
    if isinstance(first, Decimal):
        return _assembled(first, rest)
    if not rest:
        return _read_date_and_time(first)
    second = rest[0]
    if isinstance(second, CLOCKS):
        day = day_of(first) if isinstance(first, INSTANTS) else first
        return existing(make_instant(day, second))
    return in_zone(first, _zone_of(second))


def _zone_of(text: str) -> tzinfo:
    written = text if text == "Z" or text.startswith(("+", "-")) else f"@{text}"
    return _found(read_zone(written))  # type: ignore[no-any-return]


def _read_date_and_time(value: Value) -> Instant:
    if isinstance(value, INSTANTS):
        return value
    if isinstance(value, DAYS):
        return at_midnight_utc(value)
    day = read_date(value)
    if day is not None:
        return make_instant(day, time())
    return _found(read_date_and_time(value))  # type: ignore[no-any-return]


def _assembled(year: Decimal, rest: tuple[Value, ...]) -> Instant:
    month, day, hour, minute, second, *last = rest
    offset = last[0] if last else None
    zone = _found(read_zone(f"@{offset}")) if isinstance(offset, str) else _offset_zone(offset)
    clock = _clock_of(hour, minute, second, None)
    return existing(make_instant(_day_of(year, month, day), with_zone(clock, zone)))


@TABLE.add("duration", "from: string|days and time duration|years and months duration")
def _duration(_: Run, text: Value) -> Value:
    return _found(read_duration(text)) if isinstance(text, str) else text


@TABLE.add("years and months duration", "from: date|date and time, to: date|date and time")
def _years_and_months(_: Run, start: Value, end: Value) -> YearsMonths:
    if isinstance(start, INSTANTS) != isinstance(end, INSTANTS):
        start, end = (day_of(one) if isinstance(one, INSTANTS) else one for one in (start, end))
    return months_between(start, end)


@TABLE.add("now", "")
def _now(run: Run) -> datetime:
    if run.now is None:
        raise NoResultError("this evaluation has no clock")
    return run.now


@TABLE.add("today", "")
def _today(run: Run) -> date:
    if run.now is None:
        raise NoResultError("this evaluation has no clock")
    local = run.now.astimezone(STOCKHOLM) if run.now.tzinfo else run.now
    return local.date()


def _known(value: Value) -> date:
    """Return a date of Python's with the month, weekday and week of ``value``."""
    return in_cycle(day_of(value) if isinstance(value, INSTANTS) else value)


@TABLE.add("day of year", "date: date|date and time")
def _day_of_year(_: Run, day: Value) -> Decimal:
    return Decimal(_known(day).timetuple().tm_yday)


@TABLE.add("day of week", "date: date|date and time")
def _day_of_week(_: Run, day: Value) -> str:
    return _DAYS[_known(day).weekday()]


@TABLE.add("month of year", "date: date|date and time")
def _month_of_year(_: Run, day: Value) -> str:
    return _MONTHS[_known(day).month - 1]


@TABLE.add("week of year", "date: date|date and time")
def _week_of_year(_: Run, day: Value) -> Decimal:
    return Decimal(_known(day).isocalendar().week)
