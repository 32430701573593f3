"""Decision tables: hit policies, types, allowed values, defaults, explained results."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.dmn import (
    DmnError,
    DmnInputTypeError,
    DmnParseError,
    NoRuleMatchedError,
    SeveralRulesMatchedError,
    parse_decisions,
)
from engine.dmn.errors import DmnEvaluationError, DmnOutputTypeError
from tests.dmn.models import definitions, item, table, text

AGE = [("alder", "number")]
WORD = [("svar", "string")]
NUMBER = [("svar", "number")]


def decide(part: str, **inputs: object) -> object:
    return parse_decisions(definitions(part)).evaluate("dec", inputs).value


OVERLAP = ["< 10 | 1", "< 20 | 2", "< 30 | 3"]
HITS = [
    ("FIRST", "", 5, Decimal(1)),
    ("FIRST", "", 15, Decimal(2)),
    ("RULE ORDER", "", 5, [1, 2, 3]),
    ("COLLECT", "", 15, [2, 3]),
    ("COLLECT", "", 99, []),
    ("COLLECT", ' aggregation="SUM"', 5, Decimal(6)),
    ("COLLECT", ' aggregation="MIN"', 15, Decimal(2)),
    ("COLLECT", ' aggregation="MAX"', 15, Decimal(3)),
    ("COLLECT", ' aggregation="COUNT"', 5, Decimal(3)),
    ("COLLECT", ' aggregation="COUNT"', 99, Decimal(0)),
    ("COLLECT", ' aggregation="SUM"', 99, None),
]


@pytest.mark.parametrize(("policy", "extra", "age", "expected"), HITS)
def test_hit_policies(policy: str, extra: str, age: int, expected: object) -> None:
    part = table(AGE, NUMBER, OVERLAP, policy=policy, extra=extra)
    assert decide(part, alder=age) == expected


def test_priority_and_output_order_follow_the_output_values() -> None:
    values = text("outputValues", '"hög","låg"')
    rules = ['< 20 | "låg"', '< 10 | "hög"']
    for policy, expected in (("PRIORITY", "hög"), ("OUTPUT ORDER", ["hög", "låg"])):
        part = table(AGE, WORD, rules, policy=policy, output_extra=values)
        assert decide(part, alder=5) == expected


def test_priority_follows_the_type_where_the_column_lists_nothing() -> None:
    kind = item("tKlass", "string", allowed='"hög","låg"')
    part = table(AGE, [("svar", "tKlass")], ['< 20 | "låg"', '< 10 | "hög"'], policy="PRIORITY")
    model = parse_decisions(definitions(kind, part))
    assert model.evaluate("dec", {"alder": 5}).value == "hög"
    assert model.evaluate("dec", {"alder": 15}).value == "låg"


def test_an_unknown_hit_policy_is_named() -> None:
    with pytest.raises(DmnParseError, match=r"no hit policy EVERY\. Choose"):
        decide(table(AGE, NUMBER, OVERLAP, policy="EVERY"), alder=1)


def test_unique_with_two_matches_names_the_rules() -> None:
    with pytest.raises(SeveralRulesMatchedError) as caught:
        decide(table(AGE, NUMBER, OVERLAP), alder=15)
    assert (caught.value.decision, caught.value.rules) == ("dec", (2, 3))
    assert "15" not in str(caught.value)


def test_any_wants_the_same_answer() -> None:
    assert decide(table(AGE, NUMBER, ["< 9 | 1", "< 8 | 1"], policy="ANY"), alder=1) == 1
    with pytest.raises(SeveralRulesMatchedError):
        decide(table(AGE, NUMBER, ["< 9 | 1", "< 8 | 2"], policy="ANY"), alder=1)


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY"])
def test_no_match_is_an_error_that_names_the_table(policy: str) -> None:
    with pytest.raises(NoRuleMatchedError) as caught:
        decide(table(AGE, NUMBER, OVERLAP, policy=policy), alder=99)
    assert caught.value.decision == "dec"


def test_no_match_takes_the_default_if_there_is_one() -> None:
    default = text("defaultOutputEntry", "0")
    for policy in ("UNIQUE", "FIRST", "COLLECT"):
        part = table(AGE, NUMBER, OVERLAP, policy=policy, output_extra=default)
        assert decide(part, alder=99) == 0


def test_several_outputs_are_a_context() -> None:
    part = table(AGE, [("klass", "string"), ("dagar", "number")], ['>= 65 | "äldre" | 30'])
    assert decide(part, alder=80) == {"klass": "äldre", "dagar": Decimal(30)}


def test_the_result_tells_which_rules_matched_on_what() -> None:
    part = table([("alder", "number"), ("typ", "string")], WORD, ['> 65 | "a","b" | "ja"'])
    result = parse_decisions(definitions(part)).evaluate("dec", {"alder": 80, "typ": "b"})
    (match,) = result.matched
    assert (match.decision, match.number) == ("dec", 1)
    assert match.inputs == {"alder": 80, "typ": "b"}
    assert match.outputs == {"svar": "ja"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "5"),
        ("string", 5),
        ("boolean", "true"),
        ("date", "2026-08-31"),
        ("number", [1, 2]),
    ],
)
def test_an_input_of_another_type_is_an_error_that_names_it(kind: str, value: object) -> None:
    part = table([("belopp", kind)], WORD, ['- | "a"'])
    with pytest.raises(DmnInputTypeError) as caught:
        decide(part, belopp=value)
    assert caught.value.input == "belopp"


def test_an_untyped_input_that_cannot_be_compared_is_an_error_not_the_last_rule() -> None:
    part = table([("belopp", "")], WORD, ['> 1 | "a"', '- | "b"'], policy="FIRST")
    with pytest.raises(DmnInputTypeError) as caught:
        decide(part, belopp="5")
    assert (caught.value.input, caught.value.rules) == ("belopp", (1,))
    assert decide(part, belopp=None) == "b"


def test_allowed_input_values() -> None:
    part = table([("typ", "string")], NUMBER, ["- | 1"]).replace(
        "</inputExpression>", "</inputExpression>" + text("inputValues", '"a","b"')
    )
    assert decide(part, typ="a") == 1
    with pytest.raises(DmnInputTypeError):
        decide(part, typ="c")


def test_an_undefined_variable_is_an_error_that_names_it() -> None:
    with pytest.raises(DmnEvaluationError, match="alder"):
        decide(table(AGE, NUMBER, OVERLAP))


def test_an_output_of_another_type_is_an_error() -> None:
    with pytest.raises(DmnOutputTypeError):
        decide(table(AGE, NUMBER, ['- | "fem"']), alder=1)


def test_to_the_letter_wrong_things_are_null_with_a_note() -> None:
    model = parse_decisions(definitions(table(AGE, NUMBER, OVERLAP)))
    for age in (99, 15, "x"):
        result = model.evaluate("dec", {"alder": age}, mode="null")
        assert result.value is None
        assert result.notes


def test_cells_know_the_clock() -> None:
    part = table([("frist", "date")], WORD, ['< today() | "sen"', '>= today() | "i tid"'])
    model = parse_decisions(definitions(part))
    now = datetime(2026, 8, 31, 12, tzinfo=UTC)
    frist = model.evaluate("dec", {"frist": now.date()}, now=now)
    assert frist.value == "i tid"


def test_empty_cells_are_any_value_and_null() -> None:
    part = table(AGE, [("a", ""), ("b", "")], [" | 1 | "])
    assert decide(part, alder=1) == {"a": Decimal(1), "b": None}


MISTAKES = [
    (table(AGE, NUMBER, ["< | 1"]), "feel_syntax"),
    (table(AGE, NUMBER, ["- | alder == 1"]), "feel_not_feel"),
    (table(AGE, NUMBER, ['- | open("x")']), "feel_unknown_function"),
    (table(AGE, NUMBER, ["- | 1"], policy="NONE"), "dmn_parse"),
    (table(AGE, NUMBER, ["- | 1 | 2"]), "dmn_parse"),
    (table([("alder", "okänd")], NUMBER, ["- | 1"]), "dmn_unknown_type"),
    (table(AGE, [*NUMBER, ("b", "")], ["- | 1 | 1"], policy="COLLECT", extra=' aggregation="SUM"'),
     "dmn_parse"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "code"), MISTAKES)
def test_mistakes_are_found_when_the_file_is_read(part: str, code: str) -> None:
    with pytest.raises(DmnParseError) as caught:
        parse_decisions(definitions(part), name="fil.dmn")
    assert caught.value.code == code
    assert caught.value.decision == "dec"
    assert caught.value.line > 0


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(DmnError):
        parse_decisions(definitions(table(AGE, NUMBER, OVERLAP))).evaluate("annan", {})


def test_a_sum_of_numbers_in_a_column_called_string_is_a_number() -> None:
    part = table(
        [("belopp", "number")], WORD, ["> 1 | 100", "> 2 | 50"],
        policy="COLLECT", extra=' aggregation="SUM"',
    )  # fmt: skip
    assert decide(part, belopp=5) == 150


NULLS = [
    (['null | "a"', 'not(null) | "b"'], None, "a"),
    (['null | "a"', 'not(null) | "b"'], 1, "b"),
    (['< 5 | "a"', '>= 5 | "b"', 'null | "c"'], None, "c"),
    (['< 5 | "a"', '- | "b"'], None, "b"),
    (['? = null | "a"', '? != null | "b"'], None, "a"),
    (['not(< 5) | "a"', 'null, > 5 | "b"'], None, "b"),
]


@pytest.mark.parametrize(("rules", "value", "expected"), NULLS)
def test_null_inputs(rules: list[str], value: object, expected: str) -> None:
    assert decide(table(AGE, WORD, rules, policy="FIRST"), alder=value) == expected


LISTS = ['list contains(?, "a") | "a"', 'not(list contains(?, "a")) | "b"']


def test_cells_on_lists_contexts_and_other_inputs() -> None:
    part = table([("x", "")], WORD, LISTS)
    assert decide(part, x=["a"]) == "a"
    assert decide(part, x=["c"]) == "b"
    part = table([("x.a + 1", "number")], WORD, ['3 | "tre"', '> x.a | "mer"'], policy="FIRST")
    assert decide(part, x={"a": 2}) == "tre"
    assert decide(part, x={"a": 5}) == "mer"
    part = table([("x", "number"), ("y", "number")], WORD, ['> y | - | "a"', '? <= y | - | "b"'])
    assert decide(part, x=2, y=1) == "a"
    assert decide(part, x=1, y=1) == "b"


def test_an_output_outside_of_the_output_values_is_an_error() -> None:
    values = text("outputValues", '"a","b"')
    part = table(AGE, WORD, ['- | "c"'], output_extra=values)
    with pytest.raises(DmnOutputTypeError, match="svar"):
        decide(part, alder=1)
    result = parse_decisions(definitions(part)).evaluate("dec", {"alder": 1}, mode="null")
    assert result.value is None
    assert result.notes
    assert decide(table(AGE, WORD, ["- | null"], output_extra=values), alder=1) is None
    lists = table(AGE, [("svar", "")], ['- | ["a", "b"]'], output_extra=values)
    assert decide(lists, alder=1) == ["a", "b"]


def test_a_default_may_be_computed() -> None:
    part = table(AGE, NUMBER, ["1 | 1"], output_extra=text("defaultOutputEntry", "alder * 2"))
    assert decide(part, alder=4) == 8
