"""Expressions that are mistaken whatever the input: found before the file is used."""

import pytest

from engine.dmn.analysis import analyse
from tests.dmn.models import definitions, input_data, item, knowledge, literal, table, text

DAY = input_data("dag", "date")
PERSON = item("tPerson", parts={"Namn": "string", "Ålder": "number"})
FAMILY = item("tFamilj", "tPerson", many=True)


def codes(*parts: str) -> list[str]:
    return [one.code for one in analyse(definitions(*parts))]


@pytest.mark.parametrize(
    "expression",
    [
        'date("2026-02-30")',
        "date(2026, 2, 30)",
        'dag + duration("P6 M")',
        'dag + duration(from: "6M")',
        'if dag > date("31 augusti 2026") then dag else null',
        'date and time(dag, time("00:00:00@Europe/Stokholm"))',
        'number("1,5", ".", ".")',
        '[dag][item = date("2026-13-01")]',
    ],
)
def test_constants_that_are_no_date_or_duration(expression: str) -> None:
    assert codes(DAY, literal("svar", expression, needs=["input:dag"])) == ["dmn_always_null"]


@pytest.mark.parametrize(
    "expression",
    [
        'date("2028-02-29")',
        "date(null)",
        "date(dag)",
        'duration("P6M")',
        'number("1 000,5", " ", ",")',
        '{date: function(a) a, x: date("2026-08-31")}.x',
    ],
)
def test_constants_that_are_what_they_should_be(expression: str) -> None:
    assert codes(DAY, literal("svar", expression, needs=["input:dag"])) == []


def test_a_cell_and_an_output_name_their_rule() -> None:
    cells = ['< date("2026-02-30") | duration("P1Y")', '- | duration("P1")']
    found = analyse(definitions(table([("dag", "date")], [("x", "")], cells, policy="FIRST")))
    told = [(one.rules, one.message) for one in found if one.code == "dmn_always_null"]
    assert [rules for rules, _ in told] == [(1,), (2,)]
    assert 'date("2026-02-30")' in told[0][1]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Sökande.Namn", []),
        ("Sökande.Namm", ["dmn_unknown_entry"]),
        ("Sökande.Namn.x", []),
        ("Familj.Ålder", []),
        ("Familj.Alder", ["dmn_unknown_entry"]),
        ("Familj[Ålder > 18].Namn", []),
        ("for Sökande in [{b: 1}] return Sökande.b", []),
    ],
)
def test_entries_that_the_type_does_not_have(expression: str, expected: list[str]) -> None:
    inputs = [input_data("Sökande", "tPerson"), input_data("Familj", "tFamilj")]
    needs = ["input:Sökande", "input:Familj"]
    assert codes(PERSON, FAMILY, *inputs, literal("svar", expression, needs=needs)) == expected


def test_an_input_column_reads_an_entry_that_is_not_there() -> None:
    body = table([("Sökande.Alder", "number")], [("x", "number")], ["< 18 | 1", ">= 18 | 2"])
    need = '<informationRequirement><requiredInput href="#Sökande"/></informationRequirement>'
    part = body.replace("<decisionTable", f"{need}<decisionTable")
    (found,) = analyse(definitions(PERSON, input_data("Sökande", "tPerson"), part))
    assert (found.code, found.decision) == ("dmn_unknown_entry", "dec")
    assert "Alder" in found.message


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Dubbel(1)", []),
        ("Dubbel(tal: 1)", []),
        ("Dubbel(1, 2)", ["dmn_wrong_arguments"]),
        ("Dubbel()", ["dmn_wrong_arguments"]),
        ("Dubbel(antal: 1)", ["dmn_wrong_arguments"]),
        ("{Dubbel: function(a, b) a, x: Dubbel(1, 2)}.x", []),
    ],
)
def test_calls_of_knowledge_models(call: str, expected: list[str]) -> None:
    model = knowledge("Dubbel", text("literalExpression", "tal * 2"), [("tal", "number")])
    assert codes(model, literal("svar", call, needs=["bkm:Dubbel"])) == expected


def test_an_invocation_binds_a_parameter_that_is_not_there() -> None:
    model = knowledge("Dubbel", text("literalExpression", "tal * 2"), [("tal", "number")])
    need = '<knowledgeRequirement><requiredKnowledge href="#Dubbel"/></knowledgeRequirement>'
    for name, expected in (("tal", []), ("antal", ["dmn_wrong_arguments"])):
        binding = f'<binding><parameter name="{name}"/>{text("literalExpression", "1")}</binding>'
        call = f"<invocation>{text('literalExpression', 'Dubbel')}{binding}</invocation>"
        assert codes(model, f'<decision id="d" name="d">{need}{call}</decision>') == expected


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("number", '"fem"', ["dmn_result_type"]),
        ("number", "string(5)", ["dmn_result_type"]),
        ("tJaNej", '"kanske"', ["dmn_result_type"]),
        ("tJaNej", '"ja"', []),
        ("number", "null", []),
        ("date and time", 'date("2026-08-31")', []),
        ("duration", 'duration("P1D")', []),
    ],
)
def test_a_literal_expression_of_another_type(
    kind: str, expression: str, expected: list[str]
) -> None:
    assert (
        codes(
            item("tJaNej", "string", allowed='"ja","nej"'), literal("svar", expression, kind=kind)
        )
        == expected
    )


def test_an_endless_constraint_does_not_stop_the_analysis() -> None:
    kind = item("tOandlig", "number", allowed="count(for i in 1..10**9 return i) > 0")
    cells = table([("tal", "tOandlig")], [("x", "tOandlig")], ["< 5 | 1", ">= 5 | 2"])
    assert codes(kind, cells) == []
    assert codes(kind, literal("svar", "5", kind="tOandlig")) == []


def test_texts_cannot_be_added() -> None:
    for extra, expected in (("SUM", ["dmn_result_type"]), ("COUNT", []), ("MAX", [])):
        part = table(
            [("alder", "number")], [("x", "")], ['< 18 | "a"'], policy="COLLECT",
            extra=f' aggregation="{extra}"',
        )  # fmt: skip
        assert codes(part) == expected


def test_priorities_must_be_told() -> None:
    rules = ['< 18 | "a"', '>= 18 | "b"']
    for policy in ("PRIORITY", "OUTPUT ORDER"):
        inputs, outputs = [("alder", "number")], [("x", "string")]
        assert codes(table(inputs, outputs, rules, policy=policy)) == ["dmn_no_priority"]
        values = text("outputValues", '"b","a"')
        assert codes(table(inputs, outputs, rules, policy=policy, output_extra=values)) == []
