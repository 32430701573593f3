"""Calendar arithmetic on Stockholm's clock."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel.values import DaysTime, YearsMonths
from engine.feel.wide import FineTime, WideDate, WideDateTime
from engine.timers import (
    ZONE,
    TimerError,
    add_months,
    cycle,
    cycle_due,
    deadline,
    due_at,
    next_turn,
    parse_span,
)

BEFORE_SUMMER = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)


def local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("value", "now", "expected"),
    [
        ("P1D", BEFORE_SUMMER, "2026-03-29 09:00"),
        ("PT24H", BEFORE_SUMMER, "2026-03-29 10:00"),
        ("P1DT2H", BEFORE_SUMMER, "2026-03-29 11:00"),
        (DaysTime(Decimal(86_400)), BEFORE_SUMMER, "2026-03-29 09:00"),
        ("P1W", BEFORE_SUMMER, "2026-04-04 09:00"),
        ("P6M", datetime(2026, 8, 31, 7, 0, tzinfo=UTC), "2027-02-28 09:00"),
        (YearsMonths(6), datetime(2027, 8, 31, 7, 0, tzinfo=UTC), "2028-02-29 09:00"),
        ("P1Y", datetime(2028, 2, 29, 8, 0, tzinfo=UTC), "2029-02-28 09:00"),
        (date(2026, 10, 25), BEFORE_SUMMER, "2026-10-25 00:00"),
        ("2026-07-01", BEFORE_SUMMER, "2026-07-01 00:00"),
        ("2026-07-01T09:00:00", BEFORE_SUMMER, "2026-07-01 09:00"),
        ("2026-07-01T09:00:00Z", BEFORE_SUMMER, "2026-07-01 11:00"),
        (datetime(2026, 7, 1, 9, 0), BEFORE_SUMMER, "2026-07-01 09:00"),  # noqa: DTZ001
        ("2026-03-29T02:30:00", BEFORE_SUMMER, "2026-03-29 03:30"),
    ],
)
def test_due(value: Any, now: datetime, expected: str) -> None:
    assert local(due_at(value, now)) == expected


@pytest.mark.parametrize(
    "value",
    [
        "P99999Y",
        "P999999999D",
        "PT999999999H",
        "P" + "9" * 5000 + "D",
        "0001-01-01",
        "0001-01-01T00:00:00+05:00",
        YearsMonths(12 * 9000),
        DaysTime(Decimal(10) ** 15),
        date(1, 1, 1),
        WideDate(12026, 1, 1),
        WideDateTime(WideDate(-44, 3, 15), time(12)),
        WideDateTime(date(2026, 7, 1), FineTime(time(12), 1)),
        FineTime(time(12), 1),
    ],
)
def test_what_lies_beyond_the_years_is_a_timers_error(value: Any) -> None:
    with pytest.raises(TimerError):
        due_at(value, BEFORE_SUMMER)


def test_a_cycle_beyond_the_years_is_a_timers_error() -> None:
    with pytest.raises(TimerError):
        cycle_due(cycle("R3/P9999Y", BEFORE_SUMMER))


@pytest.mark.parametrize(
    "value",
    ["", "P", "PT", "P1", "P1.5M", "P1M2D", "-P1D", "P-1D", "imorgon", "2026-13-01", "0 9 * * *",
     None, True, 5, YearsMonths(-1), DaysTime(Decimal(-1)),
     DaysTime(Decimal("-0.5")), ["P1D"]],
)  # fmt: skip
def test_what_is_no_time(value: Any) -> None:
    with pytest.raises(TimerError):
        due_at(value, BEFORE_SUMMER)


def test_a_deadline_is_the_end_of_its_day() -> None:
    found = deadline(date(2026, 10, 25), BEFORE_SUMMER)
    assert found == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
    assert deadline("2026-07-01T09:00", BEFORE_SUMMER) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    assert deadline(None, BEFORE_SUMMER) is None


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 600))
def test_months_keep_the_day_or_take_the_last(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    next_day = found + timedelta(days=1)
    assert found.day == day.day or (found.day < day.day and next_day.day == 1)


def test_a_span_of_each_unit() -> None:
    assert parse_span("P1Y2M") == (14, 0, 0)
    assert parse_span("P2W3DT4H5M6S") == (0, 17, 4 * 3600 + 306)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R/P1M", ["02-28 09:00", "03-31 09:00", "04-30 09:00"]),
        ("R2/P1D", ["02-01 09:00", "02-02 09:00"]),
        ("R2/2027-03-01T08:00/P1W", ["03-01 08:00", "03-08 08:00"]),
        ("R1/2027-03-01/PT1H", ["03-01 00:00"]),
    ],
)
def test_cycles(text: str, expected: list[str]) -> None:
    turn, found = cycle(text, datetime(2027, 1, 31, 8, 0, tzinfo=UTC)), []
    while turn is not None and len(found) < 3:
        due = cycle_due(turn)
        found.append(local(due)[5:])
        turn = next_turn(turn, due)
    assert found == expected


@pytest.mark.parametrize(
    "text", ["P1D", "R", "R0/P1D", "R3/PT0S", "Rx/P1D", "R-1/P1D", "R/1/2/P1D", "R3/imorgon/P1D"]
)
def test_what_is_no_cycle(text: str) -> None:
    with pytest.raises(TimerError):
        cycle(text, BEFORE_SUMMER)


def test_missed_turns_collapse() -> None:
    first = cycle("R/P1D", BEFORE_SUMMER)
    later = next_turn(first, BEFORE_SUMMER + timedelta(days=9, hours=22, minutes=59))
    assert later is not None
    assert local(cycle_due(later)) == "2026-04-07 09:00"
    assert next_turn(cycle("R3/P1D", BEFORE_SUMMER), BEFORE_SUMMER + timedelta(days=9)) is None


@pytest.mark.parametrize(("text", "hours"), [("R/PT1S", 1), ("R/PT1M", 1), ("R/P1D", 24)])
def test_ten_years_of_missed_turns_are_stepped_over_at_once(text: str, hours: int) -> None:
    now = BEFORE_SUMMER + timedelta(days=3650)
    later = next_turn(cycle(text, BEFORE_SUMMER), now)
    assert later is not None
    assert timedelta(0) < cycle_due(later) - now <= timedelta(hours=hours)


@given(
    st.sampled_from(["PT7S", "PT11H", "P1D", "P3DT5H", "P1W", "P1M", "P5M", "P1Y"]),
    st.integers(0, 10**8),
)
def test_the_next_turn_is_the_first_after_now(every: str, seconds: int) -> None:
    now = BEFORE_SUMMER + timedelta(seconds=seconds)
    later = next_turn(cycle(f"R/{every}", BEFORE_SUMMER), now)
    assert later is not None
    assert cycle_due(later) > now
    if later["k"] > 2:
        assert cycle_due({**later, "k": later["k"] - 1}) <= now
