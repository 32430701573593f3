"""A table with an index decides exactly as one that asks every cell of every rule."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionModel, DmnError, index, parse_decisions
from engine.dmn.index import CellError, TableIndex
from engine.feel import FeelError, YearsMonths
from engine.feel.text import nested_text
from tests.dmn.models import definitions, table

_slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

_NUMBERS = ("0", "1", "1.0", "2", "-1", "1e3", "2.5")
_TEXTS = ('"a"', '"b"', '""', '"ä"')
_DAYS = ('@"2026-01-31"', 'date("2026-02-28")', '@"2024-02-29"')
_ODD = (
    "true", "false", "null", '@"12:00:00"', '@"2026-01-31T12:00:00"', '@"P1D"', 'duration("P6M")',
    "belopp", "saknas", "{a: 1}", '@"12026-01-31"',
)  # fmt: skip
_scalars = st.sampled_from(_NUMBERS + _TEXTS + _DAYS + _ODD)
_signs = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
_of_a_kind = st.sampled_from((_NUMBERS, _TEXTS, _DAYS, ("1", '"a"', "null", "belopp")))


def _range(ends: tuple[str, ...]) -> st.SearchStrategy[str]:
    end = st.sampled_from(ends)
    return st.builds("{}{}..{}{}".format, st.sampled_from("[(]"), end, end, st.sampled_from("])["))


_tests = st.one_of(
    _scalars,
    st.builds("{} {}".format, _signs, _scalars),
    _of_a_kind.flatmap(_range),
)
_questions = st.one_of(
    st.builds("? {} {}".format, _signs, _scalars),
    st.builds("{} {} ?".format, _scalars, _signs),
    st.builds("? {} {} and ? {} {}".format, _signs, _scalars, _signs, _scalars),
    st.builds("? between {} and {}".format, _scalars, _scalars),
    st.builds("? in ({}, {})".format, _scalars, _scalars),
    st.builds("? in [{}, {}]".format, _scalars, _scalars),
    st.builds("? in (? > {}, {})".format, _scalars, _scalars),
    st.builds("? + {} > {}".format, _scalars, _scalars),
    st.builds("? = {} or belopp > {}".format, _scalars, _scalars),
    st.just("count(?) > 1"),
    st.just("belopp > 5"),
)
_cells = st.one_of(
    st.just("-"),
    _tests,
    st.lists(_tests, min_size=2, max_size=3).map(", ".join),
    st.lists(_tests, min_size=1, max_size=2).map(lambda tests: f"not({', '.join(tests)})"),
    st.lists(_scalars, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    _questions,
)


def _column(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Cells of a column as people write them: one kind of value, many ``-``."""
    word = st.sampled_from(words)
    return st.one_of(
        st.just("-"),
        word,
        _range(words),
        st.builds("{} {}".format, _signs, word),
        st.lists(word, min_size=2, max_size=3).map(", ".join),
        st.builds("not({})".format, word),
        _range(words).map("not({})".format),
    )


_rules = st.lists(
    st.one_of(
        st.tuples(_column(_NUMBERS), _column(_TEXTS), _column(_DAYS)),
        st.tuples(
            st.sampled_from(("> belopp - 6", "<= belopp - 6")), _column(_TEXTS), _column(_DAYS)
        ),
        st.tuples(_column(_NUMBERS), _cells, _cells),
        st.tuples(_cells, _cells, _cells),
    ),
    max_size=8,
)
_policies = st.sampled_from(("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"))
_outputs = st.sampled_from(("1", "2", "saknas"))
_values: st.SearchStrategy[Any] = st.sampled_from(
    (
        None, True, False, 0, 1, 2, -1, 3, 1000, Decimal("1.00"), Decimal("2.5"), Decimal("1.5"),
        "", "a", "b", "aa", "ä", "ö", date(2026, 1, 31), date(2026, 2, 1), date(2024, 2, 29),
        YearsMonths(6), [1], [1, 2], ["a"], [], {"a": 1},
    )
)  # fmt: skip
_numbers = st.sampled_from((-2, -1, 0, 1, 2, 3, 1000, 1001, Decimal("1.00"), Decimal("1.5")))
_texts = st.sampled_from(("", "a", "aa", "b", "ä", "ö"))
_days = st.dates(date(2024, 2, 28), date(2026, 3, 2))
_cases = st.lists(
    st.one_of(st.tuples(_numbers, _texts, _days), st.tuples(_values, _values, _values)),
    min_size=1,
    max_size=6,
)


def _outcome(model: DecisionModel, values: tuple[Any, ...], mode: Any) -> object:
    inputs = {**dict(zip(("a", "b", "c"), values, strict=True)), "belopp": 7}
    try:
        result = model.evaluate("dec", inputs, mode=mode)
    except DmnError as error:
        return type(error), error.code, str(error), error.rules
    return nested_text(result.value), [match.number for match in result.matched], result.notes


def _ask_each(found: TableIndex, values: tuple[Any, ...], scope: Any) -> Iterator[int]:
    """Ask every cell of every rule, from left to right, as a table without an index would."""
    for rule in range(found._all.bit_length()):
        for place, column in found._columns:
            test = column.tests[rule]
            try:
                passed = True if test is None else test(values[place], scope)
            except FeelError as error:
                raise CellError(place, rule, error) from None
            if passed is None and values[place] is not None and scope.run.strict:
                raise CellError(place, rule)
            if passed is not True:
                break
        else:
            yield rule


def _hundred(cell: Callable[[int], str]) -> DecisionModel:
    rows = [f"{cell(number)} | {number}" for number in range(100)]
    return parse_decisions(definitions(table([("a", "")], [("svar", "number")], rows)))


def test_one_and_true_are_two_limits() -> None:
    rows = ["true | 1", "false | 2", "1 | 3", "0 | 4", "2 | 5"]
    part = table([("a", "")], [("svar", "number")], rows, policy="FIRST")
    model = parse_decisions(definitions(part))
    for value, wanted in ((False, 2), (True, 1), (0, 4), (1, 3), (2, 5), (True, 1), (0, 4)):
        assert model.evaluate("dec", {"a": value}, mode="null").value == wanted


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("{}".format, 98),
        ('"k{}"'.format, "k98"),
        (lambda number: f"[{number}..{number + 1})", Decimal("98.5")),
        (lambda number: f"? >= {number} and ? < {number + 1}", 98),
        (lambda number: f'date("{2000 + number}-01-01")', date(2098, 1, 1)),
        (lambda number: f"not(< {number}, >= {number + 1})", 98),
    ],
)
def test_a_place_is_asked_once(
    cell: Callable[[int], str], value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _hundred(cell)
    asked: list[object] = []
    ask = index._Column._asked
    monkeypatch.setattr(index._Column, "_asked", lambda *args: asked.append(args) or ask(*args))
    monkeypatch.setattr(index, "_asked_in_order", None)
    for _ in range(3):
        assert model.evaluate("dec", {"a": value}).value == 98
    assert len(asked) == 1


def test_a_cell_with_variables_is_asked_each_time() -> None:
    model = _hundred(lambda number: f"> b + {number}" if number == 50 else str(number - 100))
    assert model.evaluate("dec", {"a": 60, "b": 0}).value == 50
    assert model.evaluate("dec", {"a": 60, "b": 20}, mode="null").value is None
    assert model.evaluate("dec", {"a": 60, "b": 5}).value == 50


@pytest.mark.parametrize("remembered", [10, 1000])
@pytest.mark.parametrize("cell", ["{0}", "[{0}..{0} + 1)", "? >= {0} and ? < {0} + 1"])
def test_every_place_has_its_own_answer(
    cell: str, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.dmn.index._REMEMBERED", remembered)
    model = _hundred(cell.format)
    for _ in range(2):
        for value in range(100):
            assert model.evaluate("dec", {"a": value}).value == value


def test_what_is_to_be_noted_is_noted_each_time() -> None:
    model = _hundred("? > {}".format)
    for _ in range(2):
        notes = model.evaluate("dec", {"a": "x"}, mode="null").notes
        assert [note.code for note in notes[:3]] == ["not_comparable"] * 3


def test_a_cell_that_passes_is_not_enough() -> None:
    rows = ["> b | 1 | 1", "> b | 2 | 2", "- | 3 | 3", "> b + 9 | 4 | 4"]
    part = table([("a", ""), ("c", "")], [("svar", "number")], rows, policy="RULE ORDER")
    model = parse_decisions(definitions(part))
    for wanted in ([1], [2], [3], [], []):
        inputs = {"a": 5, "b": 0, "c": wanted[0] if wanted else 4}
        assert model.evaluate("dec", inputs).value == wanted


@settings(_slow, max_examples=250)
@given(_rules, _policies, st.lists(_outputs, min_size=8, max_size=8), _cases)
def test_an_index_changes_no_answer(rules, policy, outputs, cases):
    rows = [" | ".join((*cells, output)) for cells, output in zip(rules, outputs, strict=False)]
    part = table(
        [("a", ""), ("b", ""), ("c", "")], [("svar", "number")], rows, policy=policy,
        output_extra="<outputValues><text>2, 1</text></outputValues>",
    )  # fmt: skip
    model = parse_decisions(definitions(part))
    for values in (*cases, *cases):  # the second time from what is remembered
        for mode in ("strict", "null"):
            found = _outcome(model, values, mode)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(TableIndex, "matching", _ask_each)
                assert _outcome(model, values, mode) == found
