"""Packing of values, and the cap."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import IncidentError
from engine.feel.temporal.zones import offset_of
from engine.feel.values import DaysTime, Range, YearsMonths
from engine.feel.wide import FineTime, WideDate, WideDateTime
from engine.variables import VariableError, pack, unpack
from tests.engine.draw import call, document, end, multi, process, seq, start, user
from tests.engine.play import Play

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times().map(lambda value: value.replace(fold=0))
    | st.datetimes().map(lambda value: value.replace(fold=0))
    | st.datetimes(timezones=st.just(UTC)).map(lambda value: value.replace(fold=0))
    | st.builds(WideDate, st.integers(-999_999_999, 0), st.integers(1, 12), st.integers(1, 28))
    | st.builds(FineTime, st.times().map(lambda value: value.replace(fold=0)), st.integers(1, 999))
    | st.integers(-1000, 1000).map(YearsMonths)
    | st.integers(-1000, 1000).map(lambda n: DaysTime(Decimal(n)))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("$ndz", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_packed_comes_back_with_its_type(value: Any) -> None:
    back = unpack(pack(value))
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_stays_the_one_it_was(fold: int) -> None:
    moment = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=fold)
    back = unpack(pack(moment))
    assert back.utcoffset() == moment.utcoffset()
    assert back.tzinfo is STOCKHOLM


@pytest.mark.parametrize("fold", [0, 1])
def test_times_of_that_hour_keep_it_too(fold: int) -> None:
    clock = time(2, 30, tzinfo=STOCKHOLM, fold=fold)
    autumn, far = date(2026, 10, 25), WideDate(12026, 10, 25)
    fine = FineTime(clock, 7)
    for value in (WideDateTime(autumn, fine), WideDateTime(far, clock), WideDateTime(far, fine)):
        back = unpack(pack(value))
        assert back == value
        assert offset_of(back) == offset_of(value) == timedelta(hours=2 - fold)
    assert unpack(pack(clock)).fold == fold
    assert unpack(pack(fine)).clock.fold == fold


@pytest.mark.parametrize(
    "value",
    [
        WideDate(-44, 3, 15),
        WideDate(999_999_999, 12, 31),
        WideDateTime(WideDate(-44, 3, 15), time(12, tzinfo=STOCKHOLM)),
        WideDateTime(date(2026, 7, 1), FineTime(time(9, tzinfo=timezone(timedelta(hours=-3))), 1)),
        {"$w": WideDate(12026, 1, 1), "fold": 1},
        {"$w": "ingen tid", "fold": 1},
    ],
)
def test_what_python_has_no_type_for_comes_back(value: Any) -> None:
    packed = json.loads(json.dumps(pack({"dag": value})))
    assert unpack(packed) == {"dag": value}


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 7, 1, tzinfo=timezone(timedelta(microseconds=1))),
        WideDateTime(WideDate(12026, 7, 1), time(9, tzinfo=timezone(timedelta(hours=20)))),
    ],
)
def test_a_zone_that_feel_does_not_have_is_refused_by_place(value: object) -> None:
    with pytest.raises(VariableError) as caught:
        pack({"dag": value})
    assert "dag" in str(caught.value)
    assert "2026" not in str(caught.value)


def test_zones_of_other_kinds() -> None:
    fixed = datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert unpack(pack(fixed)).utcoffset() == timedelta(hours=5, minutes=30)
    assert unpack(pack(time(9, 0, tzinfo=STOCKHOLM))).tzinfo is STOCKHOLM
    assert unpack(pack(date(2026, 7, 1))) == date(2026, 7, 1)


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"x", object(), {1: 2}, [1.0], Range(1, 2)])
def test_what_is_no_feel_value_is_refused_by_place(value: object) -> None:
    with pytest.raises(VariableError) as caught:
        pack({"belopp": value})
    assert "belopp" in str(caught.value)


def test_instances_with_ids_are_no_reason_to_stop_but_a_giant_state_is() -> None:
    ids = [f"aaaaaaaa-bbbb-4ccc-8ddd-{number:012}" for number in range(400)]
    body = user("u", [("sak", "=m")], inside=multi("=ids"))
    xml = document(process("p", start(), body, end(), seq("s", "u", "e")))
    assert len(Play(xml, {"ids": ids}).outcome.tasks) == 400
    main = call("c", "q", inside=multi("=ids"))
    called = process("q", start("qs"), user("qu"), seq("qs", "qu"))
    xml = document(process("p", start(), main, seq("s", "c")), called)
    with pytest.raises(IncidentError) as caught:
        Play(xml, {"ids": ids})
    assert caught.value.incident_code == "budget_exceeded"


def one_task() -> bytes:
    body = user("u", outs=[("text", "=text")])
    return document(process("p", start(), body, user("v"), end(), seq(*"suve")))


def test_a_float_in_an_answer_is_an_incident_without_the_value() -> None:
    with pytest.raises(IncidentError) as caught:
        Play(one_task(), {"x": 1.5})
    assert caught.value.incident_code == "variable_type"
    assert "1.5" not in str(caught.value)


def test_more_than_32_kb_of_variables_is_an_incident_at_the_element() -> None:
    play = Play(one_task())
    with pytest.raises(IncidentError) as caught:
        play.task("u", {"text": "å" * 20_000})
    assert (caught.value.element, caught.value.incident_code) == ("u", "variables_too_large")
    assert play.task("u", {"text": "å" * 10_000}).open() == ["v"]
