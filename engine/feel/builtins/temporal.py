"""Functions that make and take apart dates, times and durations."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.decimals import CONTEXT, whole
from engine.feel.functions import NoResultError
from engine.feel.temporal.calendar import months_between
from engine.feel.temporal.reading import (
    OFFSET_LIMIT_S,
    offset_zone,
    read_date,
    read_date_and_time,
    read_duration,
    read_time,
    read_zone,
)
from engine.feel.values import DaysTime, Value, YearsMonths

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
def _date(_: Run, first: Value, month: Decimal | None = None, day: Decimal | None = None) -> date:
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    if isinstance(first, str):
        return _found(read_date(first))  # type: ignore[no-any-return]
    parts = [whole(part) for part in (first, month, day) if part is not None]
    numbers = [part for part in parts if part is not None]
    if len(numbers) != 3:
        raise NoResultError("a part is not a whole number")
    return _built(lambda: date(numbers[0], numbers[1], numbers[2]))  # type: ignore[no-any-return]


def _built(make: Value) -> Value:
    try:
        return make()
    except (ValueError, OverflowError):
        raise NoResultError("there is no such date or time") from None


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
) -> time:
    if isinstance(first, datetime):
        return first.timetz()
    if isinstance(first, date):
        return time(tzinfo=UTC)
    if isinstance(first, time):
        return first
    if isinstance(first, str):
        return _found(read_time(first))  # type: ignore[no-any-return]
    return _time_of(first, _found(minute), _found(second), offset)


def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None) -> time:
    micro = CONTEXT.multiply(second, Decimal(1_000_000))
    parts = [whole(part) for part in (hour, minute, micro)]
    numbers = [part for part in parts if part is not None]
    if len(numbers) != 3:
        raise NoResultError("a part is not a whole number")
    zone = None
    if offset is not None:
        seconds = whole(offset.seconds)
        if seconds is None or abs(seconds) > OFFSET_LIMIT_S:
            raise NoResultError("the offset is out of range")
        zone = offset_zone(seconds)
    whole_seconds, rest = divmod(numbers[2], 1_000_000)
    return _built(  # type: ignore[no-any-return]
        lambda: time(numbers[0], numbers[1], whole_seconds, rest, zone)
    )


@TABLE.add(
    "date and time",
    "from: string|date and time|date",
    "date: date|date and time, time: time",
    "date: date and time, timezone: string",
    "year: number, month: number, day: number, hour: number, minute: number, second: number,"
    " offset?: days and time duration|string",
)
def _date_and_time(_: Run, first: Value, *rest: Value) -> datetime:
    if isinstance(first, Decimal):
        return _assembled(first, rest)
    if not rest:
        return _read_date_and_time(first)
    second = rest[0]
    if isinstance(second, time):
        day = first.date() if isinstance(first, datetime) else first
        return datetime.combine(day, second)
    zone = read_zone(second if second in {"Z"} or second[:1] in "+-" else f"@{second}")
    there = _found(zone)
    moved: datetime = first.astimezone(there) if first.tzinfo else first.replace(tzinfo=there)
    return moved


def _read_date_and_time(value: Value) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    day = read_date(value)
    if day is not None:
        return datetime.combine(day, time())
    return _found(read_date_and_time(value))  # type: ignore[no-any-return]


def _assembled(year: Decimal, rest: tuple[Value, ...]) -> datetime:
    month, day, hour, minute, second, *last = rest
    offset = last[0] if last else None
    zone = None
    if isinstance(offset, str):
        zone, offset = _found(read_zone(f"@{offset}")), None
    clock = _time_of(hour, minute, second, offset)
    start = _date(Run(), year, month, day)
    return datetime.combine(start, clock if zone is None else clock.replace(tzinfo=zone))


@TABLE.add("duration", "from: string|days and time duration|years and months duration")
def _duration(_: Run, text: Value) -> Value:
    return _found(read_duration(text)) if isinstance(text, str) else text


@TABLE.add("years and months duration", "from: date|date and time, to: date|date and time")
def _years_and_months(_: Run, start: date, end: date) -> YearsMonths:
    if isinstance(start, datetime) != isinstance(end, datetime):
        start, end = (part.date() if isinstance(part, datetime) else part for part in (start, end))
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


@TABLE.add("day of year", "date: date|date and time")
def _day_of_year(_: Run, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@TABLE.add("day of week", "date: date|date and time")
def _day_of_week(_: Run, day: date) -> str:
    return _DAYS[day.weekday()]


@TABLE.add("month of year", "date: date|date and time")
def _month_of_year(_: Run, day: date) -> str:
    return _MONTHS[day.month - 1]


@TABLE.add("week of year", "date: date|date and time")
def _week_of_year(_: Run, day: date) -> Decimal:
    return Decimal(day.isocalendar().week)
