"""Each form accepts what its examples say, and each of its rules is seen to refuse something."""

from pathlib import Path

import pytest

from engine.examples.demands import missing
from engine.examples.forms import FormExamples, differences, read_examples, trial_of
from engine.forms import parse_form
from tests.processes.town import edition

EXAMPLES = read_examples(Path(__file__).with_name("exempel"))


@pytest.mark.parametrize("form", sorted({*edition().forms, *EXAMPLES}))
def test_the_form_does_as_its_examples_say(form: str) -> None:
    assert form in EXAMPLES, (
        f"write tests/processes/exempel/{form}.toml (see tests.processes.draft)"
    )
    examples = EXAMPLES[form]
    assert list(differences(trial_of(edition().form(form), examples), examples)) == []


@pytest.mark.parametrize("form", sorted(EXAMPLES))
def test_every_rule_of_the_form_is_seen_to_refuse(form: str) -> None:
    examples = EXAMPLES[form]
    assert missing(trial_of(edition().form(form), examples), examples) == []


def test_every_file_is_named_after_a_form() -> None:
    assert set(EXAMPLES) <= set(edition().forms)


FORM = b"""{"id": "f", "type": "default", "properties": {"regler": [
 {"villkor": "=b = null or b > a", "falt": "b", "meddelande": "B ska vara st\xc3\xb6rre."}]},
 "components": [
 {"type": "number", "key": "a", "label": "A", "decimalDigits": 0,
  "validate": {"required": true, "min": 1, "max": 6}},
 {"type": "number", "key": "b", "label": "B"},
 {"type": "textfield", "key": "c", "label": "C", "validate": {"required": true},
  "properties": {"modalitet": "bor"}, "conditional": {"hide": "=a = 1"}}]}"""
NOW = "2026-08-17T09:00:00+02:00"


def examples_of(**tables: object) -> FormExamples:
    return FormExamples.model_validate({"now": NOW, **tables})


def test_what_is_not_shown_is_told() -> None:
    thin = examples_of(accepted=[{"name": "bas", "answers": {"a": 1}}])
    assert missing(trial_of(parse_form(FORM), thin), thin) == [
        "no accepted example answers b",
        "no accepted example answers c",
        "no refused example breaks b type",
        "no refused example breaks c required",
        "required does not name a",
        "required does not name c",
        "no accepted example has c hidden",
        "no refused example breaks rule 1 at b: B ska vara större.",
    ]


def test_limits_types_and_bor_are_derived_and_rules_written() -> None:
    rule = {"base": "bas", "change": {"b": 2}, "field": "b", "code": "rule_broken"}
    whole = examples_of(
        required=["a", "c"],
        accepted=[
            {"name": "bas", "answers": {"a": 2, "b": 3, "c": "x"}},
            {"name": "liten", "answers": {"a": 1}, "hidden": ["c"]},
        ],
        refused=[rule],
    )
    trial = trial_of(parse_form(FORM), whole)
    assert missing(trial, whole) == []
    assert list(differences(trial, whole)) == []


def test_an_example_that_does_not_hold_is_told() -> None:
    wrong = examples_of(
        accepted=[{"name": "bas", "answers": {"a": 7}}],
        refused=[
            {"base": "bas", "change": {"a": 3, "c": "x"}, "field": "b", "code": "rule_broken"}
        ],
    )
    told = list(differences(trial_of(parse_form(FORM), wrong), wrong))
    assert len(told) == 3
    assert "a: too_large" in told[0]
    assert "c: reason_missing" in told[1]
    assert "got accepted" in told[2]


def test_a_field_that_may_be_left_out_is_told() -> None:
    base = {"name": "bas", "answers": {"a": 2, "b": 3, "c": "x"}}
    told = examples_of(accepted=[base], required=["a", "b", "c", "d"])
    assert list(differences(trial_of(parse_form(FORM), told), told)) == [
        "required b: nothing is said when it is left out",
        "required d: nothing is said when it is left out",
    ]


DEPENDENT = b"""{"id": "f", "type": "default", "components": [
 {"type": "text", "text": "Tidigare svar finns.", "id": "t",
  "conditional": {"hide": "=tidigare = null"}},
 {"type": "checkbox", "key": "a", "label": "A"},
 {"type": "dynamiclist", "path": "rader", "label": "Rader", "components": [
  {"type": "textfield", "key": "b", "label": "B",
   "conditional": {"hide": "=not(parent.a = true)"}}]}]}"""
ROWS = {"a": True, "rader": [{"b": "x"}]}


def test_what_depends_on_something_is_seen_both_ways() -> None:
    whole = examples_of(
        accepted=[
            {"name": "bas", "answers": ROWS, "hidden": ["Tidigare svar finns."]},
            {
                "name": "igen",
                "base": "bas",
                "change": {"a": False},
                "context": {"tidigare": "ja"},
                "hidden": ["rader.0.b"],
                "shown": ["Tidigare svar finns."],
            },
        ],
    )
    trial = trial_of(parse_form(DEPENDENT), whole)
    assert missing(trial, whole) == []
    assert list(differences(trial, whole)) == []


def test_an_answer_in_vain_and_a_field_on_the_wrong_side_are_told() -> None:
    wrong = examples_of(
        accepted=[
            {"name": "bas", "answers": ROWS, "hidden": ["rader.0.b"]},
            {"name": "nej", "base": "bas", "change": {"a": False}, "shown": ["rader.0.b"]},
        ],
    )
    assert list(differences(trial_of(parse_form(DEPENDENT), wrong), wrong)) == [
        "accepted bas: rader.0.b is not hidden",
        "accepted nej: rader.0.b is not shown",
        "accepted nej answers rader.0.b, which is hidden",
    ]
    assert missing(trial_of(parse_form(DEPENDENT), wrong), wrong) == [
        "no accepted example has Tidigare svar finns. hidden",
        "no accepted example has Tidigare svar finns. shown",
    ]
