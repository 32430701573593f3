"""Free text that may hold no identity number (R-230, acceptance 15): official test numbers only."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms import (
    AnswersInvalidError,
    FormError,
    holds_identity_number,
    parse_form,
    validate_answers,
)

NOW = datetime(2026, 8, 17, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "170101-2393 ringde",
        "1701012393",
        "ring(20170101-2393)",
        "20170101 2393",
        "201701012393",
        "030818+9802",
        "194003652387, samordningsnummer",
        "191500722390 utan månad",
        "191711602399 utan dag",
        "1940 03 65 2387",
        "1940-03-65 - 2387",
        "1940.03.65.2387",
        "19 40 03 65 23 87",
        "rum 3 19 40 03 65 23 87",
        "rum 3, 1940 03 65 2387",
        "170101\u20132393",
        "１７０１０１－２３９３",
        "170101\u00ad-\u200b2393",
        "194003652388 har fel kontrollsiffra",
        "19400305-T123",
        "400305TF01",
        "991940123456",
    ],
)
def test_r230b_numbers_are_found_however_they_are_written(written: str) -> None:
    assert holds_identity_number(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "34 besök, 12 män",
        "2026-08-03 - 2026-08-10",
        "2026-08-03\u20132026-08-10 kl. 10:30",
        "20260803-20260810",
        "A-2026-3, dnr 25X-77",
        "556016-0680",
        "dag 2026-08-03 till",
        "1234567890123456",
        "19401365-2387",
        "²³ ½ ٣",
    ],
)
def test_dates_and_references_are_no_identity_numbers(written: str) -> None:
    assert not holds_identity_number(written)


@given(st.text(alphabet="0123456789-+ ./TF\u2013\u00ad\uff11", max_size=60))
def test_no_text_crashes(written: str) -> None:
    assert holds_identity_number(f"{written} x 170101-2393")
    holds_identity_number(written)


def form(**field: Any) -> bytes:
    component = {"key": "text", "label": "Text", "type": "textarea", **field}
    component.setdefault("properties", {"typ": "utan_identitet"})
    bor = {"key": "bor", "type": "textfield", "label": "Bör", "properties": {"modalitet": "bor"}}
    return json.dumps({"id": "prov", "components": [component, bor]}).encode()


@pytest.mark.parametrize("kind", ["textfield", "textarea"])
def test_r230c_a_field_without_identity_refuses_the_number(kind: str) -> None:
    read = parse_form(form(type=kind))
    accepted = validate_answers(read, {"text": "En kvinna ringde", "bor": "x"}, now=NOW)
    assert accepted.values["text"] == "En kvinna ringde"
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(read, {"text": "170101-2393 ringde", "bor": "x"}, now=NOW)
    code, message = refused.value.errors["text"]
    assert code == "identity_number"
    assert "2393" not in message


def test_nor_may_the_reason_hold_one() -> None:
    answers = {"text": "x", "_skal": {"bor": "170101-2393 ringde"}}
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(parse_form(form()), answers, now=NOW)
    assert refused.value.errors == {"bor": refused.value.errors["bor"]}
    assert refused.value.errors["bor"][0] == "identity_number"
    plain = parse_form(form(properties={}))
    assert validate_answers(plain, answers, now=NOW).warnings[0].reason == "170101-2393 ringde"


def test_a_bor_is_no_way_round() -> None:
    read = parse_form(form(properties={"typ": "utan_identitet", "modalitet": "bor"}))
    answers = {"text": "1701012393", "bor": "x", "_skal": {"text": "behövs ändå"}}
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(read, answers, now=NOW)
    assert refused.value.errors["text"][0] == "identity_number"


@pytest.mark.parametrize(
    "component",
    [
        {"properties": {"typ": "utan_identitett"}},
        {"type": "number", "properties": {"typ": "utan_identitet"}},
        {"type": "textarea", "properties": {"typ": "personnummer"}},
    ],
)
def test_a_misspelt_typ_is_refused(component: dict[str, Any]) -> None:
    with pytest.raises(FormError, match="typ must be"):
        parse_form(form(**component))
