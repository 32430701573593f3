"""The requirements: read, counted, and what names what does not exist."""

import json
import re
from pathlib import Path

import pytest

from config.commands import krav
from config.krav.citing import depending, sections
from config.krav.markdown import lines
from config.krav.reading import read_places, read_report, read_requirements
from engine.manifest import DataFileError, parse_toml
from engine.requirements import Requirements, key_of
from engine.tracing.places import Place, named_in, places
from engine.tracing.report import named_by_tests, report
from tests.processes.town import FOLDER, edition

ROOT = Path(__file__).parents[2]
LISTED = read_requirements(FOLDER)


def listed(text: str) -> Requirements:
    return parse_toml(Requirements, "krav.toml", text.encode())


ONE = '[[krav]]\nid = "R-090"\nkrav = "Journal vid mottagande"\nkalla = "S0"\n'
PARTS = ONE.replace("R-090", "R-211a") + ONE.replace("R-090", "R-211b")


def test_every_requirement_of_the_sources_is_listed() -> None:
    bundles = {row.bundle for row in LISTED.krav}
    assert sum(bundle.startswith("R-") for bundle in bundles) == 174
    assert {f"K-{n}" for n in range(1, 16)} <= bundles
    assert {f"P-{n}" for n in range(1, 10)} <= bundles
    assert {f"L-{n:02}" for n in range(1, 38)} <= bundles


def test_bundled_requirements_stand_as_parts() -> None:
    parts = {row.bundle for row in LISTED.krav if row.id != row.bundle}
    assert parts == {
        *("R-085", "R-205", "R-207", "R-209", "R-210"),
        *("R-211", "R-212", "R-213", "R-214", "R-230"),
    }


def test_every_requirement_belongs_to_a_group() -> None:
    assert [row.id for row in LISTED.krav if not any(g.holds(row.id) for g in LISTED.grupp)] == []


def test_nothing_names_a_requirement_or_a_part_that_does_not_exist() -> None:
    assert read_report(ROOT).unknown == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (ONE + ONE, "twice"),
        (ONE + 'utanfor = "nej"\n', "utanfor must say why"),
        (ONE.replace("R-090", "R-211a") + ONE.replace("R-090", "R-211c"), "R-211"),
        (ONE.replace("R-090", "Q-1"), "id"),
    ],
)
def test_a_wrong_list_is_refused(text: str, part: str) -> None:
    with pytest.raises(DataFileError, match=part):
        listed(text)


def test_tests_name_requirements_in_their_names() -> None:
    code = "def test_r090_a(): ...\nclass T:\n  def test_r136_r141_b(self): ...\n"
    code += "async def test_r211b_c(): ...\ndef test_k3(): ...\ndef test_rows(): ...\n"
    found = dict(named_by_tests({"t.py": code}))
    assert set(found) == {key_of(one) for one in ("R-90", "R-136", "R-141", "R-211b", "K-3")}
    assert found["R", 211, "b"] == "t.py::test_r211b_c"


def test_covered_is_shown_and_tested_and_a_bundle_by_all_its_parts() -> None:
    rows = listed(ONE + PARTS + ONE.replace("R-090", "K-3"))
    shown = [Place(where="bpmn/a#T", requirements=named_in("R-090 R-211a, R-211b K-3"))]
    tests = [(key_of("R-090"), "t"), (key_of("R-211a"), "t")]
    found = report(rows, shown, tests).as_json()
    assert (found["total"], found["covered"], found["uncovered"]) == (2, 1, ["R-211b"])
    assert found["rows"]["uncovered"] == ["K-3"]


def test_a_step_of_a_scenario_is_a_test_and_shows_nothing() -> None:
    step = b'[[step]]\ntext = "x"\nrequirements = ["R-090"]\n'
    rows = listed(ONE)
    alone = report(rows, places({"scenarios/a.toml": step}), [])
    assert alone.as_json()["covered"] == 0
    rule = b'[[rule]]\nid = "r"\nrequirements = ["R-090"]\n'
    both = report(rows, places({"scenarios/a.toml": step, "rules/b.toml": rule}), [])
    assert both.rows[0].shown == ("rules/b#r",)
    assert both.rows[0].tests == ("scenarios/a#step1",)


def test_what_does_not_exist_is_told() -> None:
    rows = listed(ONE + 'visas = ["bpmn/x#Task_Borta", "db#spärr"]\n')
    found = report(rows, [], [(key_of("R-999"), "t.py::test_r999_x")], frozenset({"spärr"}))
    assert len(found.unknown) == 2
    assert "R-999" in found.unknown[0]
    assert "Task_Borta" in found.unknown[1]


def test_what_depends_on_a_section() -> None:
    wanted = sections("14:3", edition().lagrum)
    assert wanted == ("sol2025.14.3",)
    assert sections("14 kap. 3 §", edition().lagrum) == wanted
    found = depending(wanted, read_places(FOLDER), LISTED, edition().lagrum)
    assert "bpmn/avsluta#Task_SkrivSlutanteckning" in found["places"]["bpmn"]
    assert "forms/skriv_slutanteckning" in found["places"]["forms"]
    assert {"R-090", "R-220"} <= set(found["requirements"])


def test_the_command_counts(capsys: pytest.CaptureFixture[str]) -> None:
    parser = krav.argparse.ArgumentParser()
    krav.add_arguments(parser)
    assert krav.run(parser.parse_args(["--json"])) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == 174
    uncovered = {re.sub(r"[a-z]$", "", one) for one in found["uncovered"]}
    assert found["covered"] + len(uncovered) + len(found["outside"]) == 174
    assert krav.run(parser.parse_args(["--lagrum", "99:99"])) == 1


def test_the_page_can_be_written_and_names_every_requirement() -> None:
    page = "\n".join(lines(read_report(ROOT)))
    assert all(f"| {row.id} |" in page for row in LISTED.krav)


@pytest.mark.long
def test_the_page_is_up_to_date() -> None:
    page = Path(ROOT / "docs" / "krav.md").read_text(encoding="utf-8")
    assert page == "\n".join(lines(read_report(ROOT))) + "\n", "run make docs"
