"""The runner of the compatibility kit, on a kit of our own."""

import argparse
import json
from pathlib import Path

import pytest

from config.commands import tck
from engine.dmn.tck import run_kit
from tests.dmn.models import (
    definitions,
    imports,
    input_data,
    knowledge,
    literal,
    service,
    text,
)

XML = (
    '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>m.dmn</modelName>{0}</testCases>'
)
CASE = (
    '<testCase id="{0}"><inputNode name="x"><value xsi:type="xsd:decimal">{1}</value></inputNode>'
    '<resultNode name="dubbelt" errorResult="{3}"><expected>{2}</expected></resultNode></testCase>'
)


def _value(text: str) -> str:
    return f'<value xsi:type="xsd:decimal">{text}</value>'


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    group = tmp_path / "compliance-level-2" / "0001-dubbelt"
    group.mkdir(parents=True)
    model = definitions(input_data("x", "number"), literal("dubbelt", "x * 2", needs=["input:x"]))
    (group / "m.dmn").write_bytes(model)
    cases = [
        CASE.format("rätt", "2", _value("4.000000001"), "false"),
        CASE.format("fel", "2", _value("5"), "false"),
        CASE.format("null", "1e6100", '<value xsi:nil="true"/>', "true"),
    ]
    (group / "m-test-01.xml").write_text(XML.format("".join(cases)), encoding="utf-8")
    return tmp_path


def _run(directory: Path, *flags: str) -> int:
    parser = argparse.ArgumentParser()
    tck.add_arguments(parser)
    return tck.run(parser.parse_args([str(directory), *flags]))


def test_the_report_counts_and_names_what_failed(
    kit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(kit, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["cl2"] == {"passed": 1, "total": 3}
    assert report["cl3"] == {"passed": 0, "total": 0}
    assert report["other_value"] == 2
    failure = report["failed"][0]
    assert (failure["group"], failure["case"], failure["node"]) == (
        "0001-dubbelt",
        "fel",
        "dubbelt",
    )
    assert (failure["expected"], failure["got"]) == ("5", "4")


NODE = '<inputNode name="x"{0}><value xsi:type="xsd:{1}">{2}</value></inputNode>'
RESULT = '<resultNode name="{0}"><expected>{1}</expected></resultNode></testCase>'


def _group(directory: Path, cases: list[str], **models: bytes) -> Path:
    group = directory / "compliance-level-3" / "0001-egna"
    group.mkdir(parents=True)
    for name, model in models.items():
        (group / f"{name}.dmn").write_bytes(model)
    (group / "m-test-01.xml").write_text(XML.format("".join(cases)), encoding="utf-8")
    return directory


def test_inputs_of_imports_are_told_apart_by_namespace(tmp_path: Path) -> None:
    shared = definitions(input_data("x", "number"), space="lib")
    parts = [imports("lib", "lib"), input_data("x", "number")]
    part = literal("diff", "x - lib.x", needs=["input:x", "input:lib#x"])
    case = '<testCase id="1">' + NODE.format("", "decimal", 5) + NODE.format(
        ' namespace="lib"', "decimal", 2
    ) + RESULT.format("diff", _value("3"))  # fmt: skip
    assert _run(_group(tmp_path, [case], m=definitions(*parts, part), a=shared)) == 0


def test_functions_of_a_model_are_called_by_name(tmp_path: Path) -> None:
    body = text("literalExpression", "x * 2")
    model = definitions(
        input_data("x", "number"),
        literal("dubbelt", "x * 3", needs=["input:x"]),
        knowledge("dubblera", body, [("x", "number")]),
        service("trippel", ["dubbelt"], inputs=["x"]),
        literal("trippel2", "1").replace('name="trippel2"', 'name="trippel"'),
    )
    cases = [
        f'<testCase id="{kind}" type="{kind}" invocableName="{name}">'
        + NODE.format("", "decimal", 5)
        + RESULT.format("svar", _value(wanted))
        for kind, name, wanted in (("bkm", "dubblera", "10"), ("decisionService", "trippel", "15"))
    ]
    assert _run(_group(tmp_path, cases, m=model)) == 0


@pytest.mark.parametrize(
    ("kind", "value"),
    [("decimal", "NaN"), ("double", "INF"), ("decimal", "x"), ("date", "x"), ("QName", "x")],
)
def test_values_that_are_none_fail_their_case(tmp_path: Path, kind: str, value: str) -> None:
    model = definitions(input_data("x"), literal("dubbelt", "x", needs=["input:x"]))
    expected = f'<value xsi:type="xsd:{kind}">{value}</value>'
    cases = [
        '<testCase id="in">' + NODE.format("", kind, value) + RESULT.format("dubbelt", _value("1")),
        '<testCase id="ut">' + NODE.format("", "decimal", 1) + RESULT.format("dubbelt", expected),
    ]
    report = run_kit(_group(tmp_path, cases, m=model))
    assert [(failure.case, failure.kind) for failure in report.failed] == [
        ("in", "error"),
        ("ut", "error"),
    ]


def test_a_model_that_is_not_there_fails_its_cases(tmp_path: Path) -> None:
    case = CASE.format("1", "1", _value("1"), "false")
    report = run_kit(_group(tmp_path, [case], annan=definitions(literal("a", "1"))))
    assert [failure.kind for failure in report.failed] == ["error"]


def test_no_kit_is_wrong_usage(tmp_path: Path) -> None:
    assert _run(tmp_path / "finns_inte") == 2
