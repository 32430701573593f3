"""The runner of the compatibility kit, on a kit of our own."""

import argparse
import json
from pathlib import Path

import pytest

from config.commands import tck
from tests.dmn.models import definitions, input_data, literal

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


def test_no_kit_is_wrong_usage(tmp_path: Path) -> None:
    assert _run(tmp_path / "finns_inte") == 2
