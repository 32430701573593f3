"""Every file of ``cases/`` is accepted or refused as its list says, fast and without traceback."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from engine.check import FileReport, check_files

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
EXPECTED = tomllib.loads((CASES / "expected.toml").read_text(encoding="utf-8"))
LISTED = [(kind, name) for kind in ("accepted", "refused") for name in EXPECTED[kind]]


def check(name: str) -> FileReport:
    (report,) = check_files({name: (CASES / name).read_bytes()})
    return report


def test_every_case_is_listed() -> None:
    found = {path.name for path in CASES.iterdir()} - {"expected.toml"}
    assert found == {name for _kind, name in LISTED}


@pytest.mark.parametrize(("kind", "name"), LISTED)
def test_case(kind: str, name: str) -> None:
    report = check(name)
    shown = [(finding.code, finding.element, finding.severity) for finding in report.findings]
    assert report.ok is (kind == "accepted"), shown
    if EXPECTED[kind][name]:
        code, element = EXPECTED[kind][name]
        severity = "warning" if kind == "accepted" else "error"
        assert (code, element, severity) in shown


@pytest.mark.parametrize(("kind", "name"), LISTED)
def test_findings_say_where_what_and_how(kind: str, name: str) -> None:
    for finding in check(name).findings:
        assert len(finding.message) > 20
        assert finding.message.isprintable()
        assert kind == "accepted" or finding.line >= 0


def test_names_in_other_encodings_are_read() -> None:
    """A finding quotes the element's id: that the file was read at all is what is shown here."""
    for name in ("utf8_mark.bpmn", "latin1.bpmn", "utf16.bpmn"):
        assert not [f for f in check(name).findings if f.code == "task_without_name"]


def test_a_long_list_of_one_kind_is_cut_off() -> None:
    findings = check("chain_of_400.bpmn").findings
    assert len(findings) < 200
    assert any("350 more" in finding.message for finding in findings)


def kedja(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = (
        "import sys; from config.commands import check; import argparse; "
        "p = argparse.ArgumentParser(); check.add_arguments(p); sys.exit(check.run(p.parse_args()))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_command_prints_one_json_document_and_exits_1() -> None:
    paths = ["tests/check/cases/dangling_flow.bpmn", "tests/check/cases/timer_bare_iso.bpmn"]
    done = kedja(*paths, "--json")
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    assert [(entry["path"], entry["ok"]) for entry in document["files"]] == [
        (paths[0], False), (paths[1], True),
    ]  # fmt: skip
    (finding,) = [f for f in document["files"][0]["findings"] if f["severity"] == "error"]
    assert finding["code"] == "dangling_flow"
    assert finding["element"] == "Flow_2"
    assert finding["line"] > 1
    assert "Task_Borta" in finding["message"]


def test_the_command_exits_0_on_warnings_and_2_on_a_wrong_path() -> None:
    assert kedja("tests/check/cases/condition_undefined.bpmn").returncode == 0
    assert kedja("tests/check/cases/finns_inte.bpmn").returncode == 2


def test_the_command_needs_neither_django_nor_spiff() -> None:
    program = (
        "import sys; from config.commands import check; "
        "sys.exit(any(name in sys.modules for name in ('django', 'SpiffWorkflow')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0
