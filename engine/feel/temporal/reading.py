"""Text to dates, times and durations (XML Schema's forms, plus ``@zone``)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.decimals import CONTEXT
from engine.feel.temporal.calendar import CalendarError, days_time, years_months
from engine.feel.values import DaysTime, Value, YearsMonths

_Duration = TypeVar("_Duration", YearsMonths, DaysTime)
OFFSET_LIMIT_S = 18 * 3600
"""Offsets reach 18 hours, in seconds."""

_DATE = re.compile(r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,18}))?"
    r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*)?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(?P<sign>-?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?"
    r"(?P<time>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d*)?)S)?)?",
    re.ASCII,
)
_ZONES: dict[str, ZoneInfo] = {}
_TEXT_LIMIT = 80


def read_date(text: str) -> date | None:
    """Return the date that ``text`` is (``2026-08-31``), else None.

    Years 1 to 9999 only: a date outside of them cannot be held, so it is None as well.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Return the time that ``text`` is, else None. Fractions reach the microsecond."""
    match = _TIME.fullmatch(text)
    found = None if match is None else _time_parts(match)
    return None if found is None else found[0]


def read_date_and_time(text: str) -> datetime | None:
    """Return the date and time that ``text`` is, else None. 24:00:00 is the next day's start."""
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None or not separator:
        return None
    match = _TIME.fullmatch(time_text)
    found = None if match is None else _time_parts(match)
    if found is None:
        return None
    clock, next_day = found
    try:
        return datetime.combine(day + timedelta(days=next_day), clock)
    except OverflowError:
        return None


def _time_parts(match: re.Match[str]) -> tuple[time, int] | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    fraction = (match["fraction"] or "").rstrip("0")
    zone = read_zone(match["zone"])
    if (match["zone"] and zone is None) or len(fraction) > 6:
        return None
    next_day = (hour, minute, second, fraction) == (24, 0, 0, "")
    try:
        clock = time(0 if next_day else hour, minute, second, int(fraction.ljust(6, "0")), zone)
    except ValueError:
        return None
    return clock, int(next_day)


def read_zone(text: str | None) -> tzinfo | None:
    """Return the zone of ``Z``, ``+02:00`` or ``@Europe/Stockholm``; None if there is none."""
    if not text:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return named_zone(text[1:])
    parts = [int(part) for part in text[1:].split(":")]
    hours, minutes, seconds = (*parts, 0)[:3]
    if minutes > 59 or seconds > 59:
        return None
    total = hours * 3600 + minutes * 60 + seconds
    return offset_zone(-total if text[0] == "-" else total)


def offset_zone(seconds: int) -> timezone | None:
    """Return the fixed zone ``seconds`` east of UTC, None when beyond 18 hours."""
    if abs(seconds) > OFFSET_LIMIT_S:
        return None
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def named_zone(name: str) -> ZoneInfo | None:
    """Return the zone of the IANA database with this name, None when there is none."""
    if name not in _ZONES:
        try:
            _ZONES[name] = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    return _ZONES[name]


def read_duration(text: str) -> YearsMonths | DaysTime | None:
    """Return the duration that ``text`` is (``P6M``, ``P1DT2H``), else None."""
    if len(text) > _TEXT_LIMIT or text.endswith(("P", "T")):
        return None
    months = _YEARS_MONTHS.fullmatch(text)
    if months is not None:
        count = int(months["years"] or 0) * 12 + int(months["months"] or 0)
        return _held(lambda: years_months(-count if months["sign"] else count))
    match = _DAYS_TIME.fullmatch(text)
    if match is None:
        return None
    whole = int(match["days"] or 0) * 86400 + int(match["hours"] or 0) * 3600
    whole += int(match["minutes"] or 0) * 60
    seconds = CONTEXT.add(Decimal(whole), Decimal(match["seconds"] or 0))
    signed = seconds.copy_negate() if match["sign"] and seconds else seconds
    return _held(lambda: days_time(signed))


def _held(make: Callable[[], _Duration]) -> _Duration | None:
    try:
        return make()
    except CalendarError:
        return None


def read_at_literal(text: str) -> Value:
    """Return the date, time, date and time or duration that ``text`` is, else None."""
    for read in (read_date, read_date_and_time, read_time, read_duration):
        value = read(text)
        if value is not None:
            return value
    return None
