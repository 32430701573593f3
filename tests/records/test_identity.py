"""Personnummer: every official test number of domain.md §5.1 and what must be refused."""

from datetime import date

import pytest

from records.demo_data import municipality
from records.identity import (
    PersonnummerInvalidError,
    birth_date,
    birth_day,
    canonical,
    lookalikes,
    mask,
)

TODAY = date(2026, 8, 3)
OFFICIAL = [
    "194003652387",
    "189410059803",
    "193501752384",
    "200105752380",
    "198809752382",
    "200804752384",
    "193501852382",
    "189410259809",
    "193510802394",
    "195005672380",
    "194809762398",
    "194207802390",
    "200003772381",
    "200005682398",
    "201011812383",
    "201901012391",
    "201906112386",
    "190308189802",
    "191401682396",
    "191500722390",
    "191711602399",
    "201701012393",
    "200306062381",
    "200802122390",
]


@pytest.mark.parametrize("number", OFFICIAL)
def test_official_test_numbers_are_accepted(number):
    assert canonical(number, today=TODAY) == number
    assert canonical(f"{number[:8]}-{number[8:]}", today=TODAY) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("400365-2387", "194003652387"),
        ("4003652387", "194003652387"),
        ("030818+9802", "190308189802"),
        ("190101-2391", "201901012391"),
    ],
)
def test_ten_digits_get_their_century(written, number):
    assert canonical(written, today=TODAY) == number


@pytest.mark.parametrize(
    "written", ["194003652388", "1940036523", "", "abc", "19400365-238", "ÅÄÖ"]
)
def test_a_wrong_number_is_refused_and_not_repeated(written):
    with pytest.raises(PersonnummerInvalidError) as error:
        canonical(written, today=TODAY)
    assert not written or written not in str(error.value)


@pytest.mark.parametrize(
    ("number", "born", "day"),
    [
        ("194003652387", date(1940, 3, 5), 5),
        ("193510802394", date(1935, 10, 20), 20),
        ("201901012391", date(2019, 1, 1), 1),
        ("191500722390", None, 12),
        ("191711602399", None, None),
        (None, None, None),
    ],
)
def test_the_day_of_a_samordningsnummer_is_less_sixty(number, born, day):
    assert (birth_date(number), birth_day(number)) == (born, day)


def test_a_number_is_masked():
    assert mask("194003652387") == "19400365-****"
    assert mask(None) == "personnummer saknas"


def test_the_demo_holds_official_test_numbers_only_each_once():
    found = municipality()
    numbers = [person.personnummer for person in found.person if person.personnummer]
    assert sorted(numbers) == sorted(set(numbers))
    assert set(numbers) <= set(OFFICIAL)
    assert len(found.person) == 40
    assert all(person.personnummer or person.utan_id_skal for person in found.person)
    assert all(person.adress.startswith("Testgatan ") for person in found.person)


@pytest.mark.parametrize(
    ("number", "near"),
    [
        ("193501752384", "193501852382"),  # one digit
        ("189410059803", "189410259809"),
        ("201901012391", "201701012393"),
        ("190308189802", "200308189802"),  # the century
        ("194003652387", "190403652380"),  # side by side
    ],
)
def test_w2_what_is_easily_taken_for_another(number, near):
    assert near in lookalikes(number)
    assert number in lookalikes(near)


def test_w2_a_number_is_not_like_itself_or_like_most_others():
    for number in OFFICIAL:
        assert number not in lookalikes(number)
        assert len(set(OFFICIAL) & lookalikes(number)) <= 1
