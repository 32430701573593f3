"""Text to dates, times and durations (XML Schema's forms, plus ``@zone``)."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from engine.feel.decimals import CONTEXT
from engine.feel.temporal.calendar import CalendarError, days_time, years_months
from engine.feel.temporal.zones import existing, read_zone
from engine.feel.values import DaysTime, Value, YearsMonths
from engine.feel.wide import (
    Clock,
    Day,
    Instant,
    from_ordinal,
    make_date,
    make_instant,
    make_time,
    ordinal,
)

_Duration = TypeVar("_Duration", YearsMonths, DaysTime)
_FRACTION_DIGITS = 9
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
_TEXT_LIMIT = 80


def read_date(text: str) -> Day | None:
    """Return the date that ``text`` is (``2026-08-31``, ``-0044-03-15``), else None.

    Year 0 is there, as in XML Schema 1.1; ``-0000`` is not.
    """
    match = _DATE.fullmatch(text)
    if match is None or match["year"] == "-0000":
        return None
    try:
        return make_date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def read_time(text: str) -> Clock | None:
    """Return the time that ``text`` is, else None. Fractions reach the nanosecond."""
    match = _TIME.fullmatch(text)
    found = None if match is None else _time_parts(match)
    return None if found is None else found[0]


def read_date_and_time(text: str) -> Instant | None:
    """Return the date and time that ``text`` is, else None.

    24:00:00 is the next day's start. A time that the zone's clocks skip moves forward.
    """
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    match = _TIME.fullmatch(time_text) if separator else None
    found = None if match is None else _time_parts(match)
    if day is None or found is None:
        return None
    clock, next_day = found
    try:
        first = from_ordinal(ordinal(day) + 1) if next_day else day
        return existing(make_instant(first, clock))
    except OverflowError:
        return None


def _time_parts(match: re.Match[str]) -> tuple[Clock, bool] | None:
    """Return the time, and whether it is the end of the day (24:00:00)."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    fraction = (match["fraction"] or "").rstrip("0")
    zone = read_zone(match["zone"])
    if (match["zone"] and zone is None) or len(fraction) > _FRACTION_DIGITS:
        return None
    next_day = (hour, minute, second, fraction) == (24, 0, 0, "")
    if not next_day and (hour > 23 or minute > 59 or second > 59):
        return None
    seconds = 0 if next_day else hour * 3600 + minute * 60 + second
    nanos = seconds * 10**9 + int(fraction.ljust(_FRACTION_DIGITS, "0"))
    return make_time(nanos, zone), next_day


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
