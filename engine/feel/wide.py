"""Dates and times that Python's own types cannot hold, and the door to both kinds.

Python's ``date``, ``time`` and ``datetime`` reach the years 1 to 9999 and the microsecond. DMN 1.5
(10.3.2.3.4 to 10.3.2.3.6) asks for years to 999,999,999 on both sides of year 0, and XML Schema for
finer fractions: here the nanosecond. A value that Python can hold is always Python's; the types
below refuse it, so that every value has one form and ordinary dates cost what Python's cost.

The Gregorian calendar repeats itself, weekdays included, every 400 years. So a date far away is
reckoned as the date in the same place of a cycle that Python knows.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, tzinfo
from typing import TypeAlias

YEAR_LIMIT = 999_999_999
"""Years reach so far, before and after year 0."""

DAY_NS = 86_400 * 10**9
"""Nanoseconds of a day."""

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
_KNOWN_CYCLE = 2000
_KNOWN_FIRST = date(_KNOWN_CYCLE, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date in a year before 1 or after 9999.

    Raises:
        ValueError: There is no such day, Python's ``date`` holds it, or it is beyond the limit.
    """

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if MINYEAR <= self.year <= MAXYEAR or abs(self.year) > YEAR_LIMIT:
            raise ValueError("the year is not one of a wide date")
        in_cycle(self)

    def __lt__(self, other: "Day") -> bool:
        return ordinal(self) < ordinal(other)

    def __le__(self, other: "Day") -> bool:
        return ordinal(self) <= ordinal(other)

    def __gt__(self, other: "Day") -> bool:
        return ordinal(self) > ordinal(other)

    def __ge__(self, other: "Day") -> bool:
        return ordinal(self) >= ordinal(other)


@dataclass(frozen=True, slots=True)
class FineTime:
    """A time of day with nanoseconds: ``nano`` (1 to 999) beyond the microseconds of ``clock``.

    Raises:
        ValueError: ``nano`` is none of them.
    """

    clock: time
    nano: int

    def __post_init__(self) -> None:
        if not 0 < self.nano < 1000:
            raise ValueError("the nanoseconds beyond a microsecond are 1 to 999")

    @property
    def tzinfo(self) -> tzinfo | None:
        """The zone, None for a local time."""
        return self.clock.tzinfo


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time of which the date is wide, the time is fine, or both.

    Raises:
        ValueError: Python's ``datetime`` holds it.
    """

    day: "Day"
    clock: "Clock"

    def __post_init__(self) -> None:
        if type(self.day) is date and type(self.clock) is time:
            raise ValueError("this is an ordinary date and time")

    @property
    def tzinfo(self) -> tzinfo | None:
        """The zone, None for a local date and time."""
        return self.clock.tzinfo


Day: TypeAlias = date | WideDate
Clock: TypeAlias = time | FineTime
Instant: TypeAlias = datetime | WideDateTime

DAYS = (date, WideDate)
CLOCKS = (time, FineTime)
INSTANTS = (datetime, WideDateTime)


def make_date(year: int, month: int, day: int) -> Day:
    """Return a date.

    Raises:
        ValueError: There is none, or its year is beyond the limit.
    """
    if MINYEAR <= year <= MAXYEAR:
        return date(year, month, day)
    return WideDate(year, month, day)


def make_time(nanos: int, zone: tzinfo | None, fold: int = 0) -> Clock:
    """Return the time of day ``nanos`` nanoseconds (0 to a day) after midnight.

    Args:
        nanos: Nanoseconds.
        zone: Its zone.
        fold: 1 for the second of two equal wall-clock times, as in Python.
    """
    micros, nano = divmod(nanos, 1000)
    seconds, micro = divmod(micros, 1_000_000)
    minutes, second = divmod(seconds, 60)
    clock = time(minutes // 60, minutes % 60, second, micro, zone, fold=fold)
    return FineTime(clock, nano) if nano else clock


def make_instant(day: Day, clock: Clock) -> Instant:
    """Return the date and time of a date and a time."""
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return WideDateTime(day, clock)


def day_of(value: Instant) -> Day:
    """Return the date of a date and time."""
    return value.date() if isinstance(value, datetime) else value.day


def clock_of(value: Instant) -> Clock:
    """Return the time of a date and time, with its zone."""
    return value.timetz() if isinstance(value, datetime) else value.clock


def plain_clock(clock: Clock) -> time:
    """Return a time without what is finer than a microsecond."""
    return clock.clock if isinstance(clock, FineTime) else clock


def with_zone(clock: Clock, zone: tzinfo | None, fold: int = 0) -> Clock:
    """Return the same time of day in another zone, the first of two equal ones or the second."""
    if isinstance(clock, FineTime):
        return FineTime(clock.clock.replace(tzinfo=zone, fold=fold), clock.nano)
    return clock.replace(tzinfo=zone, fold=fold)


def in_cycle(day: Day) -> date:
    """Return a date that Python knows with the month, day, weekday and week of ``day``.

    Raises:
        ValueError: There is no such day.
    """
    if isinstance(day, date):
        return day
    return date(_KNOWN_CYCLE + day.year % _CYCLE_YEARS, day.month, day.day)


def ordinal(day: Day) -> int:
    """Return the number of a day; 1 January of year 1 has number 1."""
    known = in_cycle(day)
    return known.toordinal() + (day.year - known.year) // _CYCLE_YEARS * _CYCLE_DAYS


def from_ordinal(number: int) -> Day:
    """Return the day with a number.

    Raises:
        OverflowError: Its year is beyond the limit.
    """
    cycles, rest = divmod(number - _KNOWN_FIRST, _CYCLE_DAYS)
    known = date.fromordinal(_KNOWN_FIRST + rest)
    year = known.year + cycles * _CYCLE_YEARS
    if abs(year) > YEAR_LIMIT:
        raise OverflowError("the year is beyond the limit")
    return make_date(year, known.month, known.day)


def clock_nanos(clock: Clock) -> int:
    """Return the nanoseconds since midnight on the clock, whatever its zone."""
    plain = plain_clock(clock)
    seconds = plain.hour * 3600 + plain.minute * 60 + plain.second
    micros = seconds * 1_000_000 + plain.microsecond
    return micros * 1000 + (clock.nano if isinstance(clock, FineTime) else 0)


def local_nanos(value: Instant) -> int:
    """Return the nanoseconds on calendar and clock, whatever the zone, since day number 0."""
    return ordinal(day_of(value)) * DAY_NS + clock_nanos(clock_of(value))


def from_local_nanos(nanos: int, zone: tzinfo | None, fold: int = 0) -> Instant:
    """Return what ``local_nanos`` gives ``nanos`` for, in ``zone``.

    Raises:
        OverflowError: Its year is beyond the limit.
    """
    number, rest = divmod(nanos, DAY_NS)
    return make_instant(from_ordinal(number), make_time(rest, zone, fold))
