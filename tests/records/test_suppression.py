"""Small numbers stay hidden, also from who can add and subtract (R-226)."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from records.suppression import suppress, suppress_cross

LEAST = 5
COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=1)
CROSS = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 20), min_size=1
)


def test_r226_one_small_number_hides_the_next_as_well() -> None:
    shown = suppress({"kvinna": 20, "man": 9, "annat": 2}, LEAST)
    assert shown.cells == {"kvinna": 20, "man": None, "annat": None}
    assert shown.total == 31


def test_r226_the_least_number_itself_is_shown() -> None:
    assert suppress({"kvinna": 5, "man": 0}, LEAST).cells == {"kvinna": 5, "man": 0}
    assert suppress({"kvinna": 4, "man": 0}, LEAST) == suppress({"kvinna": 4, "man": 0}, LEAST)
    alone = suppress({"kvinna": 4, "man": 0}, LEAST)
    assert (alone.total, alone.cells["kvinna"]) == (None, None)


def test_r226_two_small_numbers_that_are_few_together_hide_a_third() -> None:
    shown = suppress({"a": 1, "b": 2, "c": 7, "d": 9}, LEAST)
    assert shown.cells == {"a": None, "b": None, "c": None, "d": 9}


@given(COUNTS)
def test_r226_what_is_hidden_cannot_be_worked_out(counts: dict[str, int]) -> None:
    shown = suppress(counts, LEAST)
    hidden = [key for key, number in shown.cells.items() if number is None]
    for key, number in shown.cells.items():
        assert number is None or number == counts[key]
        assert number is None or number == 0 or number >= LEAST
    if hidden and shown.total is not None:
        left = shown.total - sum(number for number in shown.cells.values() if number is not None)
        assert len(hidden) >= 2
        assert left == sum(counts[key] for key in hidden) >= LEAST


@given(CROSS)
def test_r226_nor_from_rows_and_columns(counts: dict[tuple[str, str], int]) -> None:
    shown = suppress_cross(counts, LEAST)
    if shown is None:
        return
    for axis, value in product((0, 1), "abcxyz"):
        line = [pair for pair in counts if pair[axis] == value]
        hidden = [pair for pair in line if shown[pair] is None]
        assert all(shown[pair] in (0, None) or counts[pair] >= LEAST for pair in line)
        assert not hidden or (len(hidden) >= 2 and sum(counts[pair] for pair in hidden) >= LEAST)


def test_r226_a_table_that_shows_something() -> None:
    counts = {
        ("k", "x"): 9,
        ("k", "y"): 2,
        ("m", "x"): 8,
        ("m", "y"): 7,
        ("k", "z"): 9,
        ("m", "z"): 9,
    }
    shown = suppress_cross(counts, LEAST)
    assert shown is not None
    assert shown["k", "y"] is None
    assert {pair for pair, number in shown.items() if number is None} == {
        ("k", "y"),
        ("m", "y"),
        ("m", "x"),
        ("k", "x"),
    }
    assert suppress_cross({("k", "x"): 3, ("m", "x"): 9}, LEAST) is None
