"""Dates and times beyond Python's: they behave as those of Python do, cycles of years away."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import compile_expression
from engine.feel.comparing import equal, order
from engine.feel.text import nested_text
from engine.feel.values import DaysTime, YearsMonths, kind_of
from engine.feel.wide import FineTime, WideDate, WideDateTime, from_ordinal, make_date, ordinal

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CYCLE_DAYS = 146_097
"""Days of 400 years, after which the calendar repeats itself."""

# Rules of zones are the same for all years after the last that has a table.
NEAR = st.dates(date(9000, 1, 1), date(9399, 12, 31))
ZONES = st.sampled_from(
    (None, UTC, STOCKHOLM, ZoneInfo("America/New_York"), timezone(timedelta(hours=5, minutes=30)))
)
CYCLES = st.integers(3, 2_000_000)
STEPS = st.decimals(-(10**9), 10**9, places=6)
_FEEL: dict[str, Any] = {}


def feel(text: str, **variables: Any) -> Any:
    """Return the value of an expression that is compiled once."""
    if text not in _FEEL:
        _FEEL[text] = compile_expression(text, names=tuple(variables))
    return _FEEL[text].evaluate(variables)


def far(day: date, cycles: int) -> WideDate:
    return WideDate(day.year + 400 * cycles, day.month, day.day)


def julian(year: int, month: int, day: int) -> int:
    """Return the Julian day number (Fliegel and Van Flandern), by another way than the engine's."""
    early = (14 - month) // 12
    years, months = year + 4800 - early, month + 12 * early - 3
    return (
        day + (153 * months + 2) // 5 + 365 * years + years // 4 - years // 100 + years // 400
        - 32045
    )  # fmt: skip


@given(st.integers(-999_999_999, 999_999_999), st.integers(1, 12), st.integers(1, 28))
def test_a_day_has_the_number_that_astronomers_count(year: int, month: int, day: int) -> None:
    made = make_date(year, month, day)
    assert ordinal(made) == julian(year, month, day) - 1_721_425
    assert from_ordinal(ordinal(made)) == made
    assert feel("d.weekday", d=made) == julian(year, month, day) % 7 + 1


@given(NEAR, CYCLES, st.integers(-3000, 3000))
def test_months_far_away_are_as_long_as_near(day: date, cycles: int, months: int) -> None:
    near = feel("d + m", d=day, m=YearsMonths(months))
    there = feel("d + m", d=far(day, cycles), m=YearsMonths(months))
    assert (there.year - 400 * cycles, there.month, there.day) == (near.year, near.month, near.day)
    for text in ("d.weekday", "day of year(d)", "day of week(d)", "week of year(d)"):
        assert feel(text, d=day) == feel(text, d=far(day, cycles))


@given(NEAR, st.times(), ZONES, CYCLES, STEPS, st.integers(-300, 300))
def test_the_time_line_far_away_runs_as_near(
    day: date, clock: time, zone: Any, cycles: int, step: Decimal, months: int
) -> None:
    clock = clock.replace(tzinfo=zone, fold=0)
    near, there = datetime.combine(day, clock), WideDateTime(far(day, cycles), clock)
    for text in ("t + s", "t - s", "t + m", "t + m + s", "t - m - s"):
        moved = feel(text, t=near, s=DaysTime(step), m=YearsMonths(months))
        moved_there = feel(text, t=there, s=DaysTime(step), m=YearsMonths(months))
        assert feel("t.time offset", t=moved) == feel("t.time offset", t=moved_there)
        assert feel("time(t)", t=moved) == feel("time(t)", t=moved_there)
        days = feel("date(a) - date(b)", a=moved_there, b=moved)
        assert days == DaysTime(Decimal(CYCLE_DAYS * cycles * 86_400))
    apart = feel("a - b", a=moved_there, b=there)
    assert apart == feel("a - b", a=moved, b=near)


@given(NEAR, st.times(), ZONES, STEPS)
def test_a_nanosecond_goes_along(day: date, clock: time, zone: Any, step: Decimal) -> None:
    clock = clock.replace(tzinfo=zone, fold=0)
    plain, fine = datetime.combine(day, clock), WideDateTime(day, FineTime(clock, 1))
    nano = DaysTime(Decimal("1e-9"))
    moved, moved_fine = (feel("t + s", t=t, s=DaysTime(step)) for t in (plain, fine))
    assert feel("a - b", a=moved_fine, b=moved) == nano
    assert feel("a > b and b < a", a=moved_fine, b=moved) is True
    assert feel("t - n", t=moved_fine, n=nano) == moved
    assert nested_text(moved_fine).count("001") >= 1


FINE_TIMES = st.builds(FineTime, st.times(timezones=ZONES), st.integers(1, 999)).filter(
    lambda fine: not fine.clock.fold
)
VALUES = st.one_of(
    st.builds(make_date, st.integers(-999_999_999, 999_999_999), st.integers(1, 12), st.just(28)),
    FINE_TIMES,
    st.builds(WideDateTime, st.dates(), FINE_TIMES.filter(lambda fine: fine.tzinfo in (None, UTC))),
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert compile_expression(f'@"{nested_text(value)}"').evaluate({}) == value
    assert (
        compile_expression(f"{kind_of(value)}(text)").evaluate({"text": nested_text(value)})
        == value
    )


@given(st.lists(st.integers(-(10**11), 10**11).map(from_ordinal), max_size=6))
def test_sorting_puts_every_date_in_its_place(dates: list[Any]) -> None:
    in_order = feel("sort(dates, function(a, b) a < b)", dates=dates) or []
    assert [ordinal(one) for one in in_order] == sorted(ordinal(one) for one in dates)
    for first, second in pairwise(dates):
        found, expected = order(first, second), ordinal(first) - ordinal(second)
        assert found == (expected > 0) - (expected < 0)
        assert equal(first, second) is (expected == 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: WideDate(2026, 8, 31),
        lambda: WideDate(1, 1, 1),
        lambda: WideDate(9999, 12, 31),
        lambda: WideDate(1_000_000_000, 1, 1),
        lambda: WideDate(-1, 2, 29),
        lambda: WideDate(12026, 13, 1),
        lambda: FineTime(time(12), 0),
        lambda: FineTime(time(12), 1000),
        lambda: WideDateTime(date(2026, 8, 31), time(12)),
    ],
)
def test_a_value_has_one_form_only(make: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), ZONES, STEPS)  # noqa: DTZ001
def test_ordinary_values_stay_pythons_own(moment: datetime, zone: Any, step: Decimal) -> None:
    here = moment.replace(tzinfo=zone, fold=0)
    moved = feel("t + s", t=here, s=DaysTime(step))
    assert type(moved) is datetime
    delta = timedelta(microseconds=int(step * 1_000_000))
    if zone is None:
        assert moved == here + delta
    else:
        assert moved.astimezone(UTC) == here.astimezone(UTC) + delta
    assert type(feel("date(t) + s", t=here, s=DaysTime(step))) is date
    assert type(feel("time(t) + s", t=here, s=DaysTime(step))) is time


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001
    ZONES,
    ZONES,
)
def test_what_lies_between_two_instants_is_what_lies_between_them_in_utc(
    left: datetime, right: datetime, zone: Any, other: Any
) -> None:
    left, right = left.replace(tzinfo=zone, fold=0), right.replace(tzinfo=other, fold=0)
    found = feel("a - b", a=left, b=right)
    if (zone is None) != (other is None):
        assert found is None
        assert feel("a < b", a=left, b=right) is None
        return
    if zone is not None:
        left, right = left.astimezone(UTC), right.astimezone(UTC)
    assert found.seconds == Decimal((left - right) // timedelta(microseconds=1)) / 1_000_000
    assert feel("a < b", a=left, b=right) is (left < right)
