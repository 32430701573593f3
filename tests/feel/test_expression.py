"""The public face: names, strictness, values from outside, unary tests, the clock."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.feel import (
    Budget,
    FeelBudgetError,
    FeelNameError,
    FeelTypeError,
    compile_expression,
    compile_unary_tests,
)

UNARY = [
    ("-", 1, True),
    ("5", 5, True),
    ("5, 6, 7", 7, True),
    ("5, 6, 7", 8, False),
    ("< 5", 4, True),
    (">= 5", 4, False),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("[1..5]", 5, True),
    ("[1..5)", 5, False),
    ("]1..5[", 1, False),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 2, False),
    ("not([1..5])", 7, True),
    ('"a", "b"', "b", True),
    ('not("a")', "b", True),
    ("true", True, True),
    ("false", True, False),
    ("null", None, True),
    ("5", None, False),
    ("not(null)", None, False),
    ("not(negand: false), 5", 5, True),  # calls of the function in a list of tests
    ("not(), 5", 5, True),
    ("? > 3 and ? < 6", 5, True),
    ('starts with(?, "a")', "abc", True),
    ("count(?) > 1", [1, 2], True),
    ("list contains(?, 1)", [1, 2], True),
    ("gräns", 10, True),
    ("> gräns", 11, True),
    ("gräns > 5", "vad som helst", True),
    ("lista", 2, True),
    ('@"2026-08-31"', date(2026, 8, 31), True),
    ('> date("2026-01-01")', date(2026, 8, 31), True),
    ("[gräns..20]", 15, True),
    ("> 5", None, None),
    ("> 5", "7", None),
    ("5", "5", None),
    ('? > "a"', 5, None),
]


@pytest.mark.parametrize(("text", "value", "expected"), UNARY)
def test_unary_tests(text: str, value: object, expected: bool | None) -> None:  # noqa: FBT001
    tests = compile_unary_tests(text)
    assert tests.matches(value, {"gräns": 10, "lista": [1, 2]}) is expected


def test_names_are_those_that_nothing_inside_binds() -> None:
    text = "for x in lista return {y: x + a, z: y + b}.z + (function(p) p + c)(count(d))"
    assert set(compile_expression(text).names) == {"lista", "a", "b", "c", "d"}


def test_names_inside_a_filter_may_be_those_of_the_items() -> None:
    expression = compile_expression("rader[belopp > gräns]")
    assert expression.names == ("rader",)
    assert expression.filter_names == ("belopp", "gräns")


def test_an_undefined_variable_is_null_or_an_error() -> None:
    expression = compile_expression("belopp > 5")
    assert expression.evaluate({}) is None
    with pytest.raises(FeelNameError) as caught:
        expression.evaluate({}, missing="error")
    assert caught.value.name == "belopp"


def test_a_variable_that_is_null_is_defined() -> None:
    assert compile_expression("belopp = null").evaluate({"belopp": None}, missing="error") is True


def test_a_float_is_refused_at_the_door_and_an_int_is_a_decimal() -> None:
    expression = compile_expression("x")
    with pytest.raises(FeelTypeError):
        expression.evaluate({"x": 0.1})
    with pytest.raises(FeelTypeError):
        expression.evaluate({"x": {"djupt": [1, float("nan")]}})
    with pytest.raises(FeelTypeError):
        expression.evaluate({"x": Decimal("NaN")})
    value = expression.evaluate({"x": [1, {"y": 2}]})
    assert value == [Decimal(1), {"y": Decimal(2)}]
    assert type(value[0]) is Decimal


def test_variables_that_are_not_read_are_not_looked_at() -> None:
    assert compile_expression("1 + 1").evaluate({"x": 0.1}) == 2


def test_evaluation_does_not_change_what_it_was_given() -> None:
    given = {"lista": [Decimal(1)], "k": {"a": Decimal(1)}}
    compile_expression('{l: append(lista, 2), c: context put(k, "b", 1)}').evaluate(given)
    assert given == {"lista": [Decimal(1)], "k": {"a": Decimal(1)}}


def test_today_is_the_date_in_stockholm_and_null_without_a_clock() -> None:
    expression = compile_expression("today()")
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert expression.evaluate({}, now=late) == date(2027, 1, 1)
    assert expression.evaluate({}) is None


def test_a_variable_hides_a_builtin_value_but_not_a_call() -> None:
    assert compile_expression("date").evaluate({"date": 5}) == 5
    made = compile_expression('date("2026-08-31")').evaluate({"date": 5})
    assert made == date(2026, 8, 31)


def test_a_declared_function_name_may_be_called() -> None:
    found = compile_expression("Min funktion(1)", names=["Min funktion"]).explain({})
    assert found.value is None
    assert found.notes[0].code == "unknown_name"


def test_budget_of_steps() -> None:
    expression = compile_expression("for i in 1..1000 return i")
    assert len(expression.evaluate({})) == 1000
    with pytest.raises(FeelBudgetError):
        expression.evaluate({}, budget=Budget(steps=100))


def test_notes_hold_places_and_types_but_no_values() -> None:
    found = compile_expression("a + b").explain({"a": 1, "b": "199001012384"})
    assert [note.code for note in found.notes] == ["no_result"]
    assert found.notes[0].position == 4
    assert "1990" not in found.notes[0].message
