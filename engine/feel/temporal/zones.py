"""Zones and offsets: what a wall clock shows, and when."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.wide import (
    Day,
    Instant,
    clock_of,
    day_of,
    from_local_nanos,
    local_nanos,
    make_instant,
    plain_clock,
    with_zone,
)

OFFSET_LIMIT_S = 18 * 3600
"""Offsets reach 18 hours, in seconds."""

_OFFSET = re.compile(r"[+-]\d\d:\d\d(?::\d\d)?", re.ASCII)
_ZONES: dict[str, ZoneInfo] = {}
_OF_THE_HOST = ("localtime", "posixrules", "posix/", "right/")
"""Names that mean another thing on every computer, or clocks that count leap seconds."""

_MICROSECOND = timedelta(microseconds=1)
_PAST, _MIDDLE, _FUTURE = 400, 5000, 9200
"""Beginnings of cycles of 400 years: before any zone changed, and after the last table of one."""


def read_zone(text: str | None) -> tzinfo | None:
    """Return the zone of ``Z``, ``+02:00`` or ``@Europe/Stockholm``; None if there is none."""
    if not text:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return named_zone(text[1:])
    if not _OFFSET.fullmatch(text):
        return None
    hours, minutes, seconds = (*map(int, text[1:].split(":")), 0)[:3]
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
        if name.startswith(_OF_THE_HOST):
            return None
        try:
            _ZONES[name] = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    return _ZONES[name]


def offset_of(value: Instant) -> timedelta | None:
    """Return the offset of a date and time from UTC, None for a local one."""
    return None if value.tzinfo is None else _near(value).utcoffset()


def utc_nanos(value: Instant) -> int:
    """Return the place of a date and time on the time line, in nanoseconds.

    A local value counts as if it were in UTC.
    """
    return local_nanos(value) - nanos_of(offset_of(value) or timedelta())


def from_utc_nanos(nanos: int, zone: tzinfo | None) -> Instant:
    """Return what ``utc_nanos`` gives ``nanos`` for, in ``zone``.

    Raises:
        OverflowError: Its year is beyond the limit.
    """
    if zone is None:
        return from_local_nanos(nanos, None)
    there = _near(from_local_nanos(nanos, UTC)).astimezone(zone)
    return from_local_nanos(nanos + nanos_of(there.utcoffset() or timedelta()), zone, there.fold)


def in_zone(value: Instant, zone: tzinfo) -> Instant:
    """Return the same instant as another zone's clock shows it; a local value is put into it.

    Raises:
        OverflowError: Its year is beyond the limit.
    """
    if value.tzinfo is None:
        return existing(make_instant(day_of(value), with_zone(clock_of(value), zone)))
    return from_utc_nanos(utc_nanos(value), zone)


def existing(value: Instant) -> Instant:
    """Return a wall-clock time that exists: one in a gap of DST moves forward over the gap.

    The offset from before the gap counts. A time that comes twice stays the one it is, and one
    that comes once is never the second.

    Raises:
        OverflowError: Its year is beyond the limit.
    """
    if not isinstance(value.tzinfo, ZoneInfo):
        return value
    here = _near(value)
    before, after = here.replace(fold=0).utcoffset(), here.replace(fold=1).utcoffset()
    if before is None or after is None:
        return value
    # Both readings agree except where clocks are set forward (a gap) or back (an hour twice).
    if after > before:
        return from_local_nanos(local_nanos(value) + nanos_of(after - before), value.tzinfo)
    if here.fold and after == before:
        return make_instant(day_of(value), with_zone(clock_of(value), value.tzinfo))
    return value


def _near(value: Instant) -> datetime:
    """Return a datetime with the offset of ``value``, far from where Python's calendar ends.

    Before year 2 it lies in a time when clocks showed local mean time, as they still do in the
    database for all time before. After 9998 it lies in a year of the same shape, in which the last
    rule of the zone holds as it does for all time after.
    """
    if isinstance(value, datetime) and 2 <= value.year <= 9998:
        return value
    return datetime.combine(_near_day(day_of(value)), plain_clock(clock_of(value)))


def _near_day(day: Day) -> date:
    if isinstance(day, date) and 2 <= day.year <= 9998:
        return day
    return date((_PAST if day.year < _MIDDLE else _FUTURE) + day.year % 400, day.month, day.day)


def nanos_of(value: timedelta) -> int:
    """Return a timedelta in nanoseconds, exactly."""
    return value // _MICROSECOND * 1000
