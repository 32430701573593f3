"""Personal identity numbers: published test numbers only (domain handbook §5.1)."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms import ValueRefusedError, parse_personal_number

TODAY = date(2026, 8, 17)
ASTRID, TIRA = "3501752384", "0308189802"


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("193510802394", "193510802394"),
        ("19350175-2384", "193501752384"),
        ("19350175 2384", "193501752384"),
        ("350175+2384", f"18{ASTRID}"),
        ("350175-2384", "193501752384"),
        ("3501752384", "193501752384"),
        ("170101-2393", "201701012393"),
        ("1701012393", "201701012393"),
        ("19030818-9802", "190308189802"),
        ("030818+9802", "190308189802"),
        ("030818-9802", f"20{TIRA}"),
    ],
)
def test_every_way_of_writing_gives_twelve_digits(written: str, digits: str) -> None:
    assert parse_personal_number(written, today=TODAY).digits == digits


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("194003652387", date(1940, 3, 5)),
        ("200105752380", date(2001, 5, 15)),
        ("193501852382", date(1935, 1, 25)),
    ],
)
def test_coordination_number_gives_the_day_of_birth(written: str, born: date) -> None:
    found = parse_personal_number(written, today=TODAY)
    assert found.coordination
    assert found.born == born


@pytest.mark.parametrize("written", ["191711602399", "191500722390"])
def test_unknown_day_or_month_is_accepted_without_date(written: str) -> None:
    assert parse_personal_number(written, today=TODAY).born is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("193510802395", "personal_number_check_digit"),
        ("1935-10-80-2394", "personal_number_format"),
        ("19351080", "personal_number_format"),
        ("19351080239A", "personal_number_format"),
        ("１９３５１０８０２３９４", "personal_number_format"),
        ("19350231239", "personal_number_date"),
        ("20990101239", "personal_number_date"),
    ],
)
def test_wrong_numbers_are_refused(written: str, code: str) -> None:
    if code == "personal_number_date":
        written = with_check_digit(written)
    with pytest.raises(ValueRefusedError) as refused:
        parse_personal_number(written, today=TODAY)
    assert refused.value.code == code
    assert written not in refused.value.message


def with_check_digit(written: str) -> str:
    """The number with its right check digit: these days do not exist, so nobody bears them."""
    for digit in "0123456789":
        try:
            parse_personal_number(written + digit, today=TODAY)
        except ValueRefusedError as refused:
            if refused.code != "personal_number_check_digit":
                return written + digit
    raise AssertionError(written)


@given(st.text(max_size=20))
def test_no_text_crashes(written: str) -> None:
    with contextlib.suppress(ValueRefusedError):
        assert len(parse_personal_number(written, today=TODAY).digits) == 12
