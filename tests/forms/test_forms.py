"""Forms: reading the file, checking answers, typed values."""

import contextlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms import (
    REASONS,
    AnswersInvalidError,
    Form,
    FormError,
    ReasonNeededError,
    answers_schema,
    default_answers,
    parse_form,
    validate_answers,
)

NOW = datetime(2026, 8, 17, 7, 0, tzinfo=UTC)


def form(*components: dict[str, Any], **properties: Any) -> Form:
    document = {"id": "f", "type": "default", "components": components, "properties": properties}
    return parse_form(json.dumps(document).encode())


def field(kind: str, key: str = "x", **rest: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": key.title(), **rest}


def value(component: dict[str, Any], written: Any, **context: Any) -> Any:
    answers = {component["key"]: written}
    return validate_answers(form(component), answers, now=NOW, context=context).values["x"]


def errors(found: Form, answers: dict[str, Any], **context: Any) -> dict[str, str]:
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(found, answers, now=NOW, context=context)
    return {path: code for path, (code, _) in refused.value.errors.items()}


CHOICES = {"values": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}


@pytest.mark.parametrize(
    ("component", "written", "expected"),
    [
        (field("textfield"), "  Åsa ", "Åsa"),
        (field("textfield"), "A\u030asa", "Åsa"),
        (field("textarea"), "a\nb", "a\nb"),
        (field("textarea"), "a\u202eb\x00", "ab"),
        (field("textarea"), "ett\x0btvå\r\ntre\u2028fyra\rfem", "ett\ntvå\ntre\nfyra\nfem"),
        (field("textfield"), "", None),
        (field("number"), "1 234,50", Decimal("1234.50")),
        (field("number"), 7, Decimal(7)),
        (field("number"), 0.1, Decimal("0.1")),
        (field("number"), "-3", Decimal(-3)),
        (field("datetime", subtype="date"), "2026-02-28", date(2026, 2, 28)),
        (field("datetime", subtype="date"), date(2026, 2, 28), date(2026, 2, 28)),
        (field("datetime", subtype="time"), "09:05", time(9, 5)),
        (field("checkbox"), "on", True),
        (field("checkbox"), None, False),
        (field("radio", **CHOICES), "a", "a"),
        (field("checklist", **CHOICES), ["a", "b"], ["a", "b"]),
        (field("taglist", **CHOICES), "b", ["b"]),
        (field("checklist", **CHOICES), None, []),
        (field("textfield", properties={"typ": "personnummer"}), "350175-2384", "193501752384"),
    ],
)
def test_values_are_typed(component: dict[str, Any], written: Any, expected: Any) -> None:
    found = value(component, written)
    assert found == expected
    assert type(found) is type(expected)


def test_a_date_time_without_zone_is_stockholm() -> None:
    component = field("datetime", subtype="datetime")
    assert value(component, "2026-08-17T09:00") == NOW
    assert value(component, "2026-08-17T09:00:00+02:00") == NOW
    assert errors(form(component), {"x": "2026-03-29T02:30"}) == {"x": "no_such_time"}


@pytest.mark.parametrize(
    ("component", "written", "code"),
    [
        (field("textfield"), 3, "not_text"),
        (field("textfield"), "a\nb", "not_one_line"),
        (field("textfield", validate={"validationType": "email"}), "a@b", "not_an_email"),
        (
            field("textfield", validate={"validationType": "phone"}),
            "ring mig",
            "not_a_phone_number",
        ),
        (field("textfield", validate={"minLength": 3}), "ab", "too_short"),
        (field("textfield", validate={"maxLength": 3}), "abcd", "too_long"),
        (field("textfield", validate={"pattern": "^[A-Z]+$"}), "abc", "pattern_mismatch"),
        (field("textfield", validate={"required": True}), " ", "required"),
        (field("checkbox", validate={"required": True}), False, "required"),
        (field("number"), "tolv", "not_a_number"),
        (field("number"), "NaN", "not_a_number"),
        (field("number"), "1e999999", "not_a_number"),
        (field("number"), True, "not_a_number"),
        (field("number", decimalDigits=0), "1,5", "too_many_decimals"),
        (field("number", validate={"min": 1, "max": 6}), 7, "too_large"),
        (field("number", validate={"min": 1, "max": 6}), 0, "too_small"),
        (field("datetime"), "2026-02-30", "not_a_date"),
        (field("datetime"), "17/8", "not_a_date"),
        (field("datetime"), "0001-01-01", "year_out_of_range"),
        (field("datetime"), "0002-08-17", "year_out_of_range"),
        (field("datetime", subtype="datetime"), "0001-01-01T00:00", "year_out_of_range"),
        (field("datetime", properties={"senast": "=today()"}), "2026-08-18", "too_large"),
        (field("datetime", subtype="time"), "25:00", "not_a_time"),
        (field("checkbox"), "kanske", "not_yes_or_no"),
        (field("radio", **CHOICES), "c", "not_an_option"),
        (field("checklist", **CHOICES), ["a", "c"], "not_an_option"),
        (field("checklist", **CHOICES), ["a", "a"], "chosen_twice"),
        (field("checklist", **CHOICES), {"a": True}, "not_a_list"),
    ],
)
def test_wrong_values_are_refused(component: dict[str, Any], written: Any, code: str) -> None:
    assert errors(form(component), {"x": written}) == {"x": code}


def test_messages_never_repeat_the_answer() -> None:
    secret = "193510802395"
    component = field("textfield", properties={"typ": "personnummer"})
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(form(component), {"x": secret, "y": secret}, now=NOW)
    assert secret not in str(refused.value)
    assert secret not in repr(refused.value.errors)


def test_unknown_fields_are_refused() -> None:
    assert errors(form(field("textfield")), {"y": 1}) == {"y": "unknown_field"}


def test_every_field_has_a_value_even_when_not_answered() -> None:
    found = form(field("textfield", "a"), field("number", "b"))
    assert validate_answers(found, {}, now=NOW).values == {"a": None, "b": None}


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    found = form(
        field("radio", "typ", **CHOICES),
        field(
            "textfield",
            "skal",
            validate={"required": True},
            conditional={"hide": '=typ != "b"'},
        ),
    )
    assert validate_answers(found, {"typ": "a", "skal": "x"}, now=NOW).values["skal"] is None
    assert errors(found, {"typ": "b"}) == {"skal": "required"}


def test_hiding_goes_on_through_hidden_fields() -> None:
    found = form(
        field("checkbox", "a"),
        field("textfield", "b", conditional={"hide": "=a"}),
        field("textfield", "c", conditional={"hide": "=b = null"}),
    )
    kept = validate_answers(found, {"a": True, "b": "x", "c": "y"}, now=NOW).values
    assert kept == {"a": True, "b": None, "c": None}


def test_a_layout_group_hides_its_fields_and_adds_no_level() -> None:
    group = {
        "type": "group",
        "label": "G",
        "conditional": {"hide": "=a"},
        "components": [field("textfield", "b", validate={"required": True})],
    }
    found = form(field("checkbox", "a"), group)
    assert validate_answers(found, {"a": True}, now=NOW).values == {"a": True, "b": None}
    assert errors(found, {"a": False}) == {"b": "required"}


def test_rows_and_groups_have_paths() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "mal",
        "label": "Mål",
        "properties": {"minst": 1, "hogst": 2},
        "components": [
            field("textfield", "text", validate={"required": True}),
            field("number", "grad", conditional={"hide": '=text = "utan"'}, validate={"max": 4}),
        ],
    }
    group = {"type": "group", "path": "plats", "components": [field("textfield", "ort")]}
    found = form(rows, group)
    answers = {"mal": [{"text": "A", "grad": "2"}, {"text": "utan", "grad": "9"}], "plats": {}}
    assert validate_answers(found, answers, now=NOW).values == {
        "mal": [{"text": "A", "grad": Decimal(2)}, {"text": "utan", "grad": None}],
        "plats": {"ort": None},
    }
    assert errors(found, {"mal": [{"text": "", "grad": 5}, {"text": "x", "z": 1}]}) == {
        "mal.0.text": "required",
        "mal.0.grad": "too_large",
        "mal.1.z": "unknown_field",
    }
    assert errors(found, {"mal": [{"text": "a"}] * 3}) == {"mal": "too_large"}
    assert errors(found, {"mal": [1]}) == {"mal": "not_rows"}
    assert errors(found, {"mal": [{"text": "a"}], "plats": 1}) == {"plats": "not_a_group"}


RULE = {
    "villkor": "=slut >= start",
    "falt": "slut",
    "meddelande": "Slutet kan inte ligga före starten.",
}


def two_dates(**rule: Any) -> Form:
    dates = (field("datetime", "start"), field("datetime", "slut"))
    return form(*dates, regler=[{**RULE, **rule}])


def test_a_rule_over_two_fields_that_is_ska_refuses() -> None:
    found = two_dates()
    assert errors(found, {"start": "2026-02-01", "slut": "2026-01-01"}) == {"slut": "rule_broken"}
    validate_answers(found, {"start": "2026-02-01", "slut": "2026-02-01"}, now=NOW)
    validate_answers(found, {"start": "2026-02-01"}, now=NOW)


def test_a_rule_that_is_bor_asks_for_a_reason_and_then_warns() -> None:
    found = two_dates(modalitet="bor")
    answers: dict[str, Any] = {"start": "2026-02-01", "slut": "2026-01-01"}
    assert errors(found, answers) == {"slut": "reason_missing"}
    assert errors(found, {**answers, REASONS: {"slut": " "}}) == {"slut": "reason_missing"}
    kept = validate_answers(found, {**answers, REASONS: {"slut": "Enligt domstol."}}, now=NOW)
    assert [(w.field, w.code, w.reason) for w in kept.warnings] == [
        ("slut", "rule_broken", "Enligt domstol.")
    ]
    assert kept.values[REASONS] == {"slut": "Enligt domstol."}


def test_a_required_field_that_is_bor_can_be_left_with_a_reason() -> None:
    found = form(field("textfield", validate={"required": True}, properties={"modalitet": "bor"}))
    assert errors(found, {}) == {"x": "reason_missing"}
    kept = validate_answers(found, {REASONS: {"x": "Personen avböjde."}}, now=NOW)
    assert kept.warnings[0].code == "required"


def test_k1_a_field_that_bor_be_filled_in_is_asked_for_without_required() -> None:
    found = form(field("textfield", properties={"modalitet": "bor", "norm": "LAG"}))
    with pytest.raises(ReasonNeededError) as asked:
        validate_answers(found, {}, now=NOW)
    assert asked.value.code == "reason_needed"
    assert asked.value.errors["x"][0] == "reason_missing"
    assert validate_answers(found, {"x": "Ifyllt."}, now=NOW).warnings == ()
    shown = answers_schema(found)
    assert "required" not in shown


def test_k1_ska_blocks_whatever_the_norm_level() -> None:
    found = form(
        field("textfield", validate={"required": True}, properties={"norm": "LOKAL_RUTIN"})
    )
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(found, {REASONS: {"x": "Ingen tid."}}, now=NOW)
    assert refused.value.code == "answers_invalid"


def test_a_broken_ska_beside_a_broken_bor_is_more_than_a_reason() -> None:
    found = form(
        field("textfield", "maste", validate={"required": True}),
        field("textfield", "bora", properties={"modalitet": "bor"}),
    )
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(found, {}, now=NOW)
    assert refused.value.code == "answers_invalid"
    assert errors(found, {}) == {"maste": "required", "bora": "reason_missing"}


def test_a_computed_or_hidden_field_takes_no_reason() -> None:
    computed = form(field("textfield", readonly=True, properties={"modalitet": "bor"}))
    hidden = form(
        field("textfield", conditional={"hide": "=true"}, properties={"modalitet": "bor"})
    )
    assert validate_answers(computed, {}, now=NOW).warnings == ()
    assert validate_answers(hidden, {}, now=NOW).warnings == ()


def test_a_reason_for_nothing_is_not_kept_and_a_long_one_refused() -> None:
    found = form(field("textfield", properties={"modalitet": "bor"}))
    kept = validate_answers(found, {"x": "Ifyllt.", REASONS: {"x": "Onödigt skäl."}}, now=NOW)
    assert REASONS not in kept.values
    assert errors(found, {REASONS: {"x": "x" * 2001}}) == {"x": "too_long"}
    assert errors(found, {REASONS: ["x"]}) == {REASONS: "reasons_format", "x": "reason_missing"}


def test_a_reason_never_excuses_an_unusable_value() -> None:
    found = form(field("radio", properties={"modalitet": "bor"}, **CHOICES))
    assert errors(found, {"x": "c", REASONS: {"x": "För att."}}) == {"x": "not_an_option"}


def test_a_rule_that_cannot_be_decided_is_broken() -> None:
    found = form(field("textfield", "a"), regler=[{**RULE, "villkor": "=a > 3", "falt": "a"}])
    assert errors(found, {"a": "x"}) == {"a": "rule_undecided"}


def test_a_readonly_field_takes_its_value_from_the_form_never_from_the_answer() -> None:
    component = field("number", readonly=True, properties={"forval": "=antal + 1"})
    assert value(component, "99", antal=Decimal(1)) == Decimal(2)


def test_defaults_are_feel_over_the_context() -> None:
    found = form(
        field("datetime", "dag", properties={"forval": "=today()"}),
        field("datetime", "slut", properties={"forval": '=dag + duration("P6M")'}),
        field("textfield", "ort", defaultValue="Testby"),
    )
    assert default_answers(found, context={}, now=NOW) == {
        "dag": date(2026, 8, 17),
        "slut": date(2027, 2, 17),
        "ort": "Testby",
    }


def test_choices_can_come_from_the_case() -> None:
    component = field("select", valuesExpression="=enheter")
    enheter = [{"value": "norr", "label": "Norr"}, {"value": "syd", "label": "Syd"}]
    assert value(component, "syd", enheter=enheter) == "syd"
    assert errors(form(component), {"x": "ost"}, enheter=enheter) == {"x": "not_an_option"}
    assert errors(form(component), {"x": "ost"}) == {"x": "not_an_option"}


@pytest.mark.parametrize(
    ("document", "part"),
    [
        (b"[]", "JSON object"),
        (b"{", "JSON"),
        (b"\xff\xfe{}", "JSON"),
        (b'{"components": []}', "id"),
        (b'{"id": "f", "components": [{"type": "html", "content": "x"}]}', "not supported"),
        (b'{"id": "f", "components": [{"type": ["a"]}]}', "not supported"),
        (b'{"id": "f", "components": [{"type": "textfield"}]}', "key"),
        (b'{"id": "f", "components": [{"type": "textfield", "key": "\xc3\xa5"}]}', "key"),
        (b'{"id": "f", "components": [{"type": "radio", "key": "a"}]}', "values"),
        (b'{"id": "f", "components": [{"type": "textfield", "key": "_skal"}]}', "key"),
    ],
)
def test_a_wrong_file_says_where(document: bytes, part: str) -> None:
    with pytest.raises(FormError, match=part):
        parse_form(document)


@pytest.mark.parametrize(
    "component",
    [
        field("textfield", conditional={"hide": "=__import__('os')"}),
        field("textfield", conditional={"hide": "a == 1"}),
        field("textfield", conditional={"hide": '=eval("1")'}),
        field("textfield", properties={"forval": '=open("/etc/passwd").read()'}),
        field("number", validate={"max": "=(lambda: 1)()"}),
        field("textfield", validate={"pattern": "("}),
        field("textfield", properties={"modalitet": "kan"}),
        field("textfield", properties={"modalitet": ["ska"]}),
    ],
)
def test_code_and_nonsense_in_a_form_are_refused(component: dict[str, Any]) -> None:
    with pytest.raises(FormError) as refused:
        form(component)
    assert refused.value.field == "x"


@pytest.mark.parametrize(
    "rule",
    [
        {**RULE, "falt": "finns_inte"},
        {**RULE, "villkor": "slut >= start"},
        {**RULE, "meddelande": ""},
        {**RULE, "modalitet": "kan"},
        {**RULE, "extra": 1},
    ],
)
def test_a_wrong_rule_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(FormError):
        form(field("datetime", "start"), field("datetime", "slut"), regler=[rule])


def test_two_fields_cannot_share_a_key() -> None:
    with pytest.raises(FormError, match="two fields"):
        form(field("textfield"), field("number"))


def test_the_schema_says_what_the_answers_are() -> None:
    found = form(
        field("textfield", "a", validate={"required": True, "maxLength": 9}),
        field("radio", "b", **CHOICES),
        field("textfield", "c", validate={"required": True}, conditional={"hide": "=a = null"}),
        {"type": "dynamiclist", "path": "d", "components": [field("datetime", "dag")]},
    )
    schema = answers_schema(found)
    assert schema["required"] == ["a"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["a"] == {"type": "string", "maxLength": 9, "title": "A"}
    assert schema["properties"]["b"]["enum"] == ["a", "b", None]
    assert schema["properties"]["d"]["items"]["properties"]["dag"]["format"] == "date"
    json.dumps(schema)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("hj"), inner),
    max_leaves=4,
)
EVERYTHING = form(
    field("textfield", "a"),
    field("number", "b"),
    field("datetime", "c"),
    field("datetime", "d", subtype="datetime"),
    field("checkbox", "e"),
    field("checklist", "f", **CHOICES),
    {"type": "dynamiclist", "path": "g", "components": [field("textfield", "h")]},
    {"type": "group", "path": "i", "components": [field("datetime", "j", subtype="time")]},
    field("textfield", "k", properties={"typ": "personnummer"}),
)


@given(st.dictionaries(st.sampled_from("abcdefgik") | st.just(REASONS), JSON))
def test_no_answers_crash(answers: dict[str, Any]) -> None:
    with contextlib.suppress(AnswersInvalidError):
        validate_answers(EVERYTHING, answers, now=NOW)


@given(st.dictionaries(st.sampled_from(["id", "components", "properties"]), JSON))
def test_no_form_crashes(document: dict[str, Any]) -> None:
    with contextlib.suppress(FormError):
        parse_form(json.dumps({"id": "f", **document}).encode())
