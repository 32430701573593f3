"""What the analysis finds in small tables, and that its samples show it."""

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.dmn import parse_decisions
from engine.dmn.analysis import CODES, analyse
from engine.dmn.analysis.cover import Steps, Sweep, TooManyStepsError
from engine.dmn.analysis.findings import shown
from tests.dmn.analysed import show, small
from tests.dmn.models import definitions, input_data, literal, table, text
from tests.pace import assert_within

CASES = tomllib.loads(
    (Path(__file__).parent / "cases" / "analysis.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    options = {
        key: case[key] for key in ("policy", "output", "output_values", "default") if key in case
    }
    written = small(case["inputs"], case["rules"], **options)
    found = analyse(definitions(written))
    told = sorted(" ".join((one.code, *map(str, one.rules))) for one in found)
    assert told == sorted(case["expect"]), [one.message for one in found]
    if "samples" in case:
        assert [shown(one.sample) for one in found if one.sample is not None] == case["samples"]
    for finding in found:
        assert finding.decision == "dec"
        show(written, finding)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_sample_is_in_the_message(case: dict[str, Any]) -> None:
    options = {
        key: case[key] for key in ("policy", "output", "output_values", "default") if key in case
    }
    for finding in analyse(definitions(small(case["inputs"], case["rules"], **options))):
        assert finding.code in CODES
        assert shown(finding.sample) in finding.message
        assert all(str(number) in finding.message for number in finding.rules)


def codes(*parts: str) -> list[tuple[str, str]]:
    return [(one.code, one.decision) for one in analyse(definitions(*parts))]


def test_a_name_that_nothing_gives() -> None:
    inputs = input_data("alder", "number")
    assert codes(inputs, literal("svar", "alder + 1", needs=["input:alder"])) == []
    assert codes(inputs, literal("svar", "aldre + 1", needs=["input:alder"])) == [
        ("dmn_undefined_name", "svar")
    ]
    assert codes(inputs, literal("svar", "alder + 1")) == [("dmn_name_not_required", "svar")]
    other = literal("annan", "1")
    assert codes(inputs, other, literal("svar", "annan + 1")) == [("dmn_undefined_name", "svar")]
    assert codes(inputs, other, literal("svar", "annan + 1", needs=["annan"])) == []


def test_without_input_data_the_names_are_those_of_whoever_asks() -> None:
    assert codes(literal("svar", "alder + 1")) == []


def test_names_inside_boxes() -> None:
    inputs = input_data("tal", "number")
    entry = "<contextEntry>{}<literalExpression><text>{}</text></literalExpression></contextEntry>"
    first = entry.format('<variable name="a"/>', "tal")
    good, bad = entry.format("", "a + tal"), entry.format("", "b + tal")
    need = '<informationRequirement><requiredInput href="#tal"/></informationRequirement>'
    for last, expected in ((good, []), (bad, [("dmn_undefined_name", "d")])):
        part = f'<decision id="d" name="d">{need}<context>{first}{last}</context></decision>'
        assert codes(inputs, part) == expected


def test_a_table_in_a_knowledge_model_knows_its_parameters() -> None:
    cells = table([("alder", "")], [("svar", "number")], ["< 18 | 1", "> 18 | 2"])
    body = cells[cells.index("<decisionTable") : cells.index("</decision>")]
    model = (
        '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic>'
        f'<formalParameter name="alder" typeRef="number"/>{body}'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    assert codes(model, input_data("x")) == [("dmn_gap", "k")]


def test_circles() -> None:
    knows = '<knowledgeRequirement><requiredKnowledge href="#{}"/></knowledgeRequirement>'
    logic = f"<encapsulatedLogic>{text('literalExpression', '1')}</encapsulatedLogic>"
    one = '<businessKnowledgeModel id="{0}" name="{0}">{2}{1}</businessKnowledgeModel>'
    parts = [one.format(a, knows.format(b), logic) for a, b in (("a", "b"), ("b", "a"))]
    assert codes(*parts, literal("svar", "1")) == [("dmn_cycle", "a")]
    recursive = one.format("a", knows.format("a"), logic)
    assert codes(recursive, literal("svar", "1")) == []
    decisions = [literal("a", "b", needs=["b"]), literal("b", "a", needs=["a"])]
    assert [code for code, _ in codes(*decisions)] == ["dmn_cycle"]


def test_a_file_that_cannot_be_read_is_one_finding() -> None:
    (finding,) = analyse(b"<a/>", name="x.dmn")
    assert (finding.code, finding.severity) == ("dmn_not_dmn", "error")


def test_item_definitions_bound_an_input() -> None:
    kind = (
        '<itemDefinition name="Klass"><typeRef>string</typeRef><allowedValues>'
        '<text>"a","b"</text></allowedValues></itemDefinition>'
    )
    cells = ['"a" | 1', '"b" | 2']
    assert codes(kind, small(["klass : Klass"], cells)) == []
    assert codes(kind, small(["klass : Klass"], cells[:1])) == [("dmn_gap", "dec")]


def chained(*rules: str) -> list[str]:
    """Return the codes for a table that reads what another table gives."""
    first = table(
        [("alder", "number")], [("klass", "")], ['< 18 | "a"', '>= 18 | "b"'], decision="klass"
    )
    second = small(["klass : string"], rules)
    need = '<informationRequirement><requiredDecision href="#klass"/></informationRequirement>'
    second = second.replace("<decisionTable", f"{need}<decisionTable")
    return [one.code for one in analyse(definitions(first, second))]


def test_a_required_table_bounds_what_is_read() -> None:
    assert chained('"a" | 1', '"b" | 2') == []
    assert chained('"a" | 1') == ["dmn_gap"]
    assert chained('"a" | 1', '"b" | 2', '"c" | 3') == ["dmn_cell_not_allowed"]


def test_a_hundred_rules_with_six_inputs_take_less_than_a_second() -> None:
    rules = [
        f"[{n}..{n + 1}) | {'-' if n % 3 else '> 5'} | {['true', 'false', '-'][n % 3]} | "
        f'"t{n % 7}" | {"-" if n % 2 else f"< {n}"} | - | {n}'
        for n in range(100)
    ]
    names = ["a : number", "b : number", "c : boolean", "d : string", "e : number", "f : date"]
    content = definitions(small(names, rules))
    assert_within(2, lambda: analyse(content))
    assert {one.code for one in analyse(content)} >= {"dmn_gap"}


def test_wide_overlapping_rules_are_gone_through() -> None:
    wide = [
        " | ".join(
            f"[{(n * (place + 3)) % 17}..{(n * (place + 3)) % 17 + 9}]" for place in range(6)
        )
        + " | 1"
        for n in range(100)
    ]
    names = [f"{letter} : number : [0..17]" for letter in "abcdef"]
    content = definitions(small(names, wide, policy="FIRST"))

    def found() -> None:
        assert analyse(content)

    assert_within(6, found)


FEEL_PAGE = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")


def test_the_page_lists_every_code() -> None:
    rows = [line.split(" | ") for line in FEEL_PAGE.splitlines() if line.startswith("| `dmn_")]
    assert [row[0].strip("| `") for row in rows] == list(CODES)


def test_the_example_of_the_page_is_what_is_found() -> None:
    rules = ['< 18 | "barn"', '[18..65] | "vuxen"', '>= 65 | "aldre"', '[30..20] | "fel"']
    found = analyse(definitions(small(["alder : number"], rules, output="string")))
    assert len(found) == 2
    for finding in found:
        assert f"- `{finding.code}`: {finding.message}\n" in FEEL_PAGE
    for rule, codes_then in (("> 65", []), (">= 66", ["dmn_gap"])):
        mended = [*rules[:2], f'{rule} | "aldre"']
        again = analyse(definitions(small(["alder : number"], mended, output="string")))
        assert [one.code for one in again] == codes_then


def test_a_sweep_without_steps_left_says_so() -> None:
    with pytest.raises(TooManyStepsError):
        list(Sweep([3, 3], [(1, 1), (2, 2)], Steps(3)).gaps())


def test_many_columns_end_in_time_and_are_not_decided() -> None:
    rng = random.Random(1)  # noqa: S311 - the same table every time
    rules = []
    for _ in range(300):
        row = ["-"] * 60
        for place in rng.sample(range(60), 3):
            row[place] = rng.choice(["true", "false"])
        rules.append(" | ".join([*row, "1"]))
    content = definitions(small([f"v{n} : boolean" for n in range(60)], rules, policy="ANY"))
    model = parse_decisions(content)

    def undecided() -> None:
        (finding,) = analyse(content, model=model)
        assert (finding.code, finding.severity) == ("dmn_not_decided", "undecided")
        assert "too many combinations" in finding.message

    assert_within(10, undecided)
