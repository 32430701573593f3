"""Due times, computed once when the timer is armed, on the calendar of Stockholm.

Years, months, weeks and days move the wall clock (P1D from 09:00 is 09:00 also over a change to
summer time, 31 August plus P6M is the last of February); hours, minutes and seconds are absolute. A
FEEL duration does not know PT24H from P1D: its whole days count as days. A local time that summer
time skips is read with the offset before the change; of one that comes twice the first counts.

A cycle is (anchor, interval, turn): turn k is due at anchor + k x interval, so nothing drifts.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from engine.feel.values import DaysTime, YearsMonths
from engine.feel.wide import WideDate, WideDateTime

ZONE: Final = ZoneInfo("Europe/Stockholm")

_DAY_S: Final = 86_400
_CLOCK_CHANGE_S: Final = 7_200
_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?"
)


class TimerError(ValueError):
    """A text or value that gives no due time."""


class Span(NamedTuple):
    """A duration: calendar months, calendar days, absolute seconds."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def times(self, factor: int) -> "Span":
        """Return the span ``factor`` times."""
        return Span(self.months * factor, self.days * factor, self.seconds * factor)


def parse_span(text: str) -> Span:
    """Return the ISO 8601 duration in ``text``.

    Raises:
        TimerError: Not a duration, negative, with fractions, or mixing months with days.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise TimerError("not an ISO 8601 duration; write for example P6M, P14D or PT2H")
    years, months, weeks, days, hours, minutes, seconds = (int(g or 0) for g in match.groups())
    span = Span(years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
    if span.months and (span.days or span.seconds):
        raise TimerError("months and days cannot be mixed; write a FEEL date instead")
    return span


def add_months(day: date, months: int) -> date:
    """Return the date ``months`` calendar months after ``day``.

    The day number is kept; where the month is too short, its last day counts.

    Source:
        Lag (1930:173) om beräkning av lagstadgad tid, 1 §.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(moment: datetime, span: Span) -> datetime:
    """Return ``moment`` plus ``span`` in UTC."""
    local = moment.astimezone(ZONE)
    day = add_months(local.date(), span.months) + timedelta(days=span.days)
    moved = moment
    if day != local.date():
        moved = datetime.combine(day, local.time().replace(fold=0), ZONE)
    return moved.astimezone(UTC) + timedelta(seconds=span.seconds)


def start_of(day: date) -> datetime:
    """Return the start of a day in Stockholm, in UTC."""
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the last second of a day in Stockholm, in UTC."""
    return datetime.combine(day, time(23, 59, 59), ZONE).astimezone(UTC)


def due_at(value: Any, now: datetime) -> datetime:
    """Return when a timer with this value fires, in UTC.

    Args:
        value: A FEEL date, date and time or duration, or ISO text of one of them. A date is the
            start of that day; a date and time without zone is Stockholm's wall clock.
        now: What durations count from.

    Raises:
        TimerError: The value gives no time, a time beyond the years 1 to 9999, or a duration is
            negative.
    """
    found = _parsed(value)
    with _within_years():
        return _instant(found, now)


def _instant(value: Span | date, now: datetime) -> datetime:
    if isinstance(value, Span):
        return later(now, value)
    if isinstance(value, datetime):
        return _aware(value).astimezone(UTC)
    return start_of(value)


@contextmanager
def _within_years() -> Iterator[None]:
    try:
        yield
    except (ValueError, OverflowError):
        raise TimerError("the time lies outside of the years 1 to 9999") from None


def deadline(value: Any, now: datetime) -> datetime | None:
    """Return a due or follow-up date in UTC: as ``due_at``, but a date means the end of its day."""
    if value is None or value == "":
        return None
    found = _parsed(value)
    with _within_years():
        if isinstance(found, date) and not isinstance(found, datetime):
            return end_of(found)
        return _instant(found, now)


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=ZONE) if value.tzinfo is None else value


def _parsed(value: Any) -> Span | date:
    if isinstance(value, (date, Span)):
        return value
    if isinstance(value, YearsMonths):
        return _forward(Span(months=value.months))
    if isinstance(value, DaysTime):
        if value.seconds < 0:
            raise TimerError("the duration is negative")
        days, seconds = divmod(int(value.seconds), _DAY_S)
        return _forward(Span(days=days, seconds=seconds))
    if isinstance(value, str):
        return _parse_text(value.strip())
    if isinstance(value, (WideDate, WideDateTime)):
        raise TimerError("a timer takes years 1 to 9999 and whole microseconds")
    raise TimerError("the value is no date, date and time, or duration")


def _forward(span: Span) -> Span:
    if span.months < 0 or span.days < 0:
        raise TimerError("the duration is negative")
    return span


def _parse_text(text: str) -> Span | date:
    if text.startswith("P"):
        return parse_span(text)
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise TimerError("not an ISO 8601 date, date and time, or positive duration") from None


Cycle = Mapping[str, Any]
"""State of a cycle: ``anchor`` (ISO), ``every`` (ISO), ``k`` (turn), ``left`` (-1 = endless)."""


def cycle(text: str, now: datetime) -> Cycle:
    """Return the first turn of ``R3/P1D``, ``R/P1M`` or ``R3/2027-01-31T09:00/P1M``.

    Raises:
        TimerError: Not a repeating interval, or one of no length.
    """
    parts = text.strip().split("/")
    times = parts[0].removeprefix("R")
    if len(parts) not in (2, 3) or not parts[0].startswith("R") or not (times or "0").isdigit():
        raise TimerError("not a repeating interval; write for example R3/P1D or R/P1M")
    if times == "0" or not any(parse_span(parts[-1])):
        raise TimerError("a cycle needs at least one turn and an interval longer than nothing")
    anchored = len(parts) == 3
    anchor = due_at(parts[1], now) if anchored else now.astimezone(UTC)
    return {
        "anchor": anchor.isoformat(),
        "every": parts[-1],
        "k": 0 if anchored else 1,
        "left": int(times) if times else -1,
    }


def is_cycle(value: Any) -> bool:
    """Return whether a timer's value is a repeating interval."""
    return isinstance(value, str) and value.strip().startswith("R")


def cycle_due(state: Cycle) -> datetime:
    """Return when the current turn is due.

    Raises:
        TimerError: After year 9999.
    """
    span = parse_span(state["every"]).times(state["k"])
    with _within_years():
        return later(datetime.fromisoformat(state["anchor"]), span)


def next_turn(state: Cycle, now: datetime) -> Cycle | None:
    """Return the first turn that is due after ``now``, None when none is left.

    Turns that were missed (the system was down) are used up by the firing that is happening: many
    reminders at once help nobody, and a finite cycle ends when its calendar says.
    """
    turn = max(state["k"] + 1, _surely_past(state, now))
    while cycle_due({**state, "k": turn}) <= now:
        turn += 1
    left = state["left"]
    if left > 0:
        left -= turn - state["k"]
        if left <= 0:
            return None
    return {**state, "k": turn, "left": left}


def _surely_past(state: Cycle, now: datetime) -> int:
    """Return a turn that is not later than the one that is due at ``now``, without stepping."""
    span = parse_span(state["every"])
    longest = span.months * 31 * _DAY_S + span.days * _DAY_S + span.seconds
    elapsed = (now - datetime.fromisoformat(state["anchor"])).total_seconds()
    return int((elapsed - _CLOCK_CHANGE_S) // longest)
