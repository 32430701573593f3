"""Hostile FEEL in a decision: the error names the decision and the cell, and comes in time."""

import pytest

from engine.dmn import DmnError, parse_decisions
from engine.dmn.analysis import analyse
from tests.dmn.models import definitions, input_data, item, literal, table
from tests.pace import assert_within

ENDLESS = "count(for i in 1..10**12 return i)"


def _refused(part: str, decision: str = "dec", **inputs: object) -> DmnError:
    model = parse_decisions(definitions(part))
    caught: list[DmnError] = []

    def evaluate() -> None:
        with pytest.raises(DmnError) as error:
            model.evaluate(decision, {"a": 1, "b": 2, **inputs})
        caught.append(error.value)

    assert_within(0.9, evaluate)
    return caught[-1]


TABLES = {
    "rule 2, input a": (("a", "b"), ["5 | - | 1", f"> {ENDLESS} | - | 2"]),
    "rule 1, input b": (("a", "b"), [f"1 | > {ENDLESS} | 1", "- | - | 2"]),
    "rule 2, output svar": (("a", "b"), ["5 | - | 1", f"1 | 2 | {ENDLESS}"]),
    f"input {ENDLESS}": (("a", ENDLESS), ["1 | - | 1"]),
}


@pytest.mark.parametrize("part", TABLES)
def test_the_error_names_the_cell(part: str) -> None:
    columns, rows = TABLES[part]
    error = _refused(table([(text, "") for text in columns], [("svar", "number")], rows))
    assert error.code == "feel_budget"
    assert error.decision == "dec"
    assert str(error).startswith("dec: ")
    assert str(error).endswith(f"(In {part}.)")


def test_the_error_names_the_decision_that_another_requires() -> None:
    error = _refused(literal("inre", ENDLESS) + literal("dec", "inre + 1", needs=["inre"]))
    assert (error.code, error.decision) == ("feel_budget", "inre")


def test_an_undefined_variable_is_named_with_its_cell() -> None:
    rows = ["5 | 1", "> saknas | 2"]
    error = _refused(table([("a", "")], [("svar", "number")], rows))
    assert error.code == "feel_name"
    assert "saknas" in str(error)
    assert "rule 2, input a" in str(error)


def test_an_analysis_asks_no_endless_cell_again_and_again() -> None:
    rows = [f"> {ENDLESS} + {number} | {ENDLESS}" for number in range(20)]
    content = definitions(table([("a", "number")], [("svar", "number")], rows))

    def analysed() -> None:
        assert [one.code for one in analyse(content)] == ["dmn_not_decided"]

    assert_within(5, analysed)


def test_allowed_values_are_paid_by_the_evaluation_that_asks_them() -> None:
    slow = item("tSlow", "number", allowed="count(for i in 1..3000 return i) > 0")
    many = item("tMany", "tSlow", many=True)
    model = parse_decisions(
        definitions(slow, many, literal("dec", "for i in 1..1000 return i", kind="tMany"))
    )

    def evaluate() -> None:
        with pytest.raises(DmnError) as caught:
            model.evaluate("dec", {})
        assert (caught.value.code, caught.value.decision) == ("feel_budget", "dec")

    assert_within(1, evaluate)


def test_thousands_of_names_with_one_first_word_are_read_in_time() -> None:
    names = [input_data(f"Antal barn {number}") for number in range(2_000)]
    text = " + ".join(["Antal barn 7"] * 2_000)
    content = definitions(*names, literal("dec", text))
    assert_within(3, lambda: parse_decisions(content))
    model = parse_decisions(content)
    assert model.evaluate("dec", {"Antal barn 7": 1}).value == 2_000


def test_ten_thousand_rules_decide_in_time() -> None:
    rows = [f"[{number}..{number + 1}) | {number}" for number in range(10_000)]
    model = parse_decisions(definitions(table([("a", "")], [("svar", "number")], rows)))

    def decide() -> None:
        for value in (0, 5_000, 9_999):
            assert model.evaluate("dec", {"a": value}).value == value

    assert_within(0.5, decide)
