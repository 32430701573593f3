"""Dates, times and durations to text, in the same forms as they are read."""

from datetime import UTC, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.decimals import CONTEXT, number_text
from engine.feel.values import DaysTime, YearsMonths
from engine.feel.wide import Clock, Day, FineTime, Instant, clock_of, day_of, plain_clock


def date_text(value: Day) -> str:
    """Return ``2026-08-31``; years have four digits or more, and a sign before year 0."""
    year = f"{value.year:04d}" if value.year >= 0 else f"-{-value.year:04d}"
    return f"{year}-{value.month:02d}-{value.day:02d}"


def time_text(value: Clock) -> str:
    """Return ``12:00:00``, with fraction and zone where there are any."""
    plain = plain_clock(value)
    text = f"{plain.hour:02d}:{plain.minute:02d}:{plain.second:02d}"
    if isinstance(value, FineTime):
        text += f".{plain.microsecond:06d}{value.nano:03d}".rstrip("0")
    elif plain.microsecond:
        text += f".{plain.microsecond:06d}".rstrip("0")
    return text + zone_text(value.tzinfo)


def date_and_time_text(value: Instant) -> str:
    """Return ``2026-08-31T12:00:00``, with fraction and zone where there are any."""
    return f"{date_text(day_of(value))}T{time_text(clock_of(value))}"


def zone_text(zone: tzinfo | None) -> str:
    """Return ``Z``, ``+02:00``, ``@Europe/Stockholm`` or nothing."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None) or timedelta()
    if not offset or zone is UTC:
        return "Z"
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    text = f"{'-' if seconds < 0 else '+'}{hours:02d}:{rest // 60:02d}"
    return text + (f":{rest % 60:02d}" if rest % 60 else "")


def years_months_text(value: YearsMonths) -> str:
    """Return ``P1Y2M``; nothing at all is ``P0M``."""
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if value.months < 0 else ''}P{text or '0M'}"


def days_time_text(value: DaysTime) -> str:
    """Return ``P1DT2H3M4.5S``; nothing at all is ``PT0S``."""
    days, rest = CONTEXT.divmod(value.seconds.copy_abs(), Decimal(86400))
    hours, rest = CONTEXT.divmod(rest, Decimal(3600))
    minutes, seconds = CONTEXT.divmod(rest, Decimal(60))
    clock = "".join(
        f"{number_text(part)}{unit}"
        for part, unit in ((hours, "H"), (minutes, "M"), (seconds, "S"))
        if part
    )
    text = (f"{number_text(days)}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if value.seconds < 0 else ''}P{text or 'T0S'}"
