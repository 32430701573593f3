"""Every day of 2024 to 2032: six months on, and midnight in Stockholm.

What is expected is worked out here by other means than the engine's: by counting days, and by the
rule of the European Union's directive 2000/84/EC (clocks change at 01:00 UTC on the last Sundays of
March and October) rather than by a table of zones.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.feel import compile_expression
from engine.feel.values import DaysTime, YearsMonths
from engine.timers import deadline, due_at

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HALF_YEAR = YearsMonths(6)


def days() -> Iterator[date]:
    day = date(2024, 1, 1)
    while day.year <= 2032:
        yield day
        day += DAY


def six_months_later(day: date) -> date:
    """Same day number in the sixth month after, else that month's last day (domain.md, part 6)."""
    first = day.replace(day=1)
    for _ in range(6):
        first = next(later for later in _after(first) if later.day == 1)
    month = [later for later in (first, *_after(first)) if later.month == first.month]
    return next((found for found in month if found.day == day.day), month[-1])


def _after(day: date) -> list[date]:
    return [day + number * DAY for number in range(1, 32)]


def last_sunday(year: int, month: int) -> date:
    return max(
        day
        for day in (date(year, month, 1) + number * DAY for number in range(31))
        if day.isoweekday() == 7
    )


def is_summer(moment: datetime) -> bool:
    start, end = last_sunday(moment.year, 3), last_sunday(moment.year, 10)
    one_utc = timedelta(hours=1)
    midnight = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (start, end)]
    return midnight[0] + one_utc <= moment < midnight[1] + one_utc


def instants(day: date, clock: timedelta) -> list[datetime]:
    """Return every instant at which clocks in Stockholm show ``clock`` on ``day``."""
    local = datetime(day.year, day.month, day.day, tzinfo=UTC) + clock
    return [
        local - offset
        for offset in (2 * HOUR, HOUR)
        if is_summer(local - offset) == (offset == 2 * HOUR)
    ]


def instant(day: date, clock: timedelta = timedelta()) -> datetime:
    """Return the instant at which clocks in Stockholm show ``clock``; it comes once."""
    (found,) = instants(day, clock)
    return found


def test_the_reckoning_here_knows_the_days_that_the_law_names() -> None:
    assert six_months_later(date(2026, 8, 31)) == date(2027, 2, 28)
    assert six_months_later(date(2027, 8, 31)) == date(2028, 2, 29)
    assert six_months_later(date(2026, 8, 15)) == date(2027, 2, 15)
    assert instant(date(2026, 3, 29)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert instant(date(2026, 3, 30)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert instant(date(2026, 10, 25)) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert instant(date(2026, 10, 26)) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert instants(date(2026, 3, 29), timedelta(hours=2, minutes=30)) == []
    assert len(instants(date(2026, 10, 25), timedelta(hours=2, minutes=30))) == 2
    assert len(list(days())) == 9 * 365 + 3


def test_six_months_after_every_day() -> None:
    later = compile_expression('dag + duration("P6M")')
    written = compile_expression('date(text) + duration("P6M")')
    for day in days():
        assert later.evaluate({"dag": day}) == six_months_later(day), day
        assert written.evaluate({"text": day.isoformat()}) == six_months_later(day), day


def test_six_months_before_every_day_takes_back_what_the_month_allows() -> None:
    back = compile_expression('dag + duration("P6M") - duration("P6M")')
    for day in days():
        after = six_months_later(day)
        assert back.evaluate({"dag": day}) == day.replace(day=min(day.day, after.day)), day


def test_every_midnight_is_the_right_instant() -> None:
    midnight = compile_expression('date and time(dag, @"00:00:00@Europe/Stockholm")')
    read = compile_expression('date and time(text + "T00:00:00@Europe/Stockholm")')
    since = compile_expression(
        '(date and time(dag, @"00:00:00@Europe/Stockholm") - @"2024-01-01T00:00:00Z")'
        ' / duration("PT1S")'
    )
    for day in days():
        expected = instant(day)
        assert midnight.evaluate({"dag": day}).astimezone(UTC) == expected, day
        assert read.evaluate({"text": day.isoformat()}).astimezone(UTC) == expected, day
        seconds = (expected - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds()
        assert since.evaluate({"dag": day}) == Decimal(int(seconds)), day


def test_midnight_plus_six_months_is_midnight_six_months_later() -> None:
    later = compile_expression('date and time(dag, @"00:00:00@Europe/Stockholm") + @"P6M"')
    ended = compile_expression('date and time(dag, @"23:59:59@Europe/Stockholm") + @"P6M"')
    for day in days():
        after = six_months_later(day)
        assert later.evaluate({"dag": day}).astimezone(UTC) == instant(after), day
        last = timedelta(hours=23, minutes=59, seconds=59)
        assert ended.evaluate({"dag": day}).astimezone(UTC) == instant(after, last), day


def test_a_timer_on_a_date_fires_at_midnight_and_a_deadline_lasts_the_day() -> None:
    """What ``=dag + duration("P6M")`` in a diagram makes of every day."""
    later = compile_expression('dag + duration("P6M")')
    now = datetime(2024, 1, 1, 12, tzinfo=UTC)
    for day in days():
        value, after = later.evaluate({"dag": day}), six_months_later(day)
        assert due_at(value, now) == instant(after), day
        assert deadline(value, now) == instant(after + DAY) - timedelta(seconds=1), day


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_a_timer_of_six_months_keeps_the_hour_of_stockholm(hour: int) -> None:
    """What ``P6M`` makes of an instant on every day, as text and as a FEEL duration."""
    clock = timedelta(hours=hour, minutes=30)
    for day in days():
        now = instant(day, clock)
        expected = instant(six_months_later(day), clock)
        assert due_at("P6M", now) == expected, day
        assert due_at(HALF_YEAR, now) == expected, day


def test_a_timer_of_a_day_is_a_day_of_the_calendar_and_hours_are_hours() -> None:
    for day in days():
        now = instant(day, 9 * HOUR)
        assert due_at(DaysTime(Decimal(86_400)), now) == instant(day + DAY, 9 * HOUR), day
        assert due_at("PT24H", now) == now + 24 * HOUR, day


def test_the_hour_that_does_not_come_and_the_one_that_comes_twice() -> None:
    """An hour that is skipped is read with the offset before it; of two the first counts."""
    clock = timedelta(hours=2, minutes=30)
    feel = compile_expression('date and time(dag, @"02:30:00@Europe/Stockholm")')
    added = compile_expression('date and time(dag, @"02:30:00@Europe/Stockholm") + @"P2M"')
    for year in range(2024, 2033):
        spring, autumn = last_sunday(year, 3), last_sunday(year, 10)
        skipped = instant(spring, HOUR) + HOUR + timedelta(minutes=30)
        assert feel.evaluate({"dag": spring}).astimezone(UTC) == skipped
        assert feel.evaluate({"dag": spring}).hour == 3
        months_before = spring.replace(month=1)
        assert added.evaluate({"dag": months_before}).astimezone(UTC) == skipped
        assert due_at("P2M", instant(months_before, clock)) == skipped
        first = min(instants(autumn, clock))
        assert feel.evaluate({"dag": autumn}).astimezone(UTC) == first
        assert due_at("P2M", instant(autumn.replace(month=8), clock)) == first


def test_a_timer_from_the_second_of_two_hours_into_a_gap_goes_forward() -> None:
    second = max(instants(date(2026, 10, 25), timedelta(hours=2, minutes=30)))
    into_gap = due_at("P29M", second)
    assert into_gap == instant(date(2029, 3, 25), timedelta(hours=3, minutes=30))
