"""Planted alterations of a small edition are noticed, by a scenario and by an example."""

from pathlib import Path

import pytest

from records.demo import load_people
from tests.cases.edition import ROLES, atkomst
from tests.mutation.diagrams import change_lane, drop_task
from tests.mutation.edition import bundle_of, refusal
from tests.mutation.static import Guards
from tests.mutation.tasks import Bench
from tests.mutation.test_kinds import DIAGRAM, TABLE
from tests.mutation.values import change_deadline, move_boundary
from tests.mutation.walks import scenarios_of
from tests.mutation.work import EARLIER

MANIFEST = """
[utgava]
id = "prov"
valid_from = 2025-01-01

[[process]]
key = "liten"
name = "Liten"
owner = "handlaggare"
organisation = "myndighet"
status = "fastställd"
needs_case = false
"""
SCENARIO = """
id = "liten"
name = "Två uppgifter"
start_at = 2026-08-03T09:00:00+02:00

[[step]]
start = "liten"
as = "handlaggare"
case = ""
expect.open = ["Task_Ett"]
expect.due = { Task_Ett = 2026-08-03 }

[[step]]
complete = "Task_Ett"
as = "handlaggare"
expect.gone = ["Task_Ett"]
"""
EXAMPLES = """
now = 2026-08-03T09:00:00+02:00

[[example]]
inputs = { alder = 17 }
output = 14
"""
PATH = "bpmn/liten.bpmn"
FILES = {
    "manifest.toml": MANIFEST.encode(),
    "terms/roller.toml": ROLES.encode(),
    "dmn/atkomst.dmn": atkomst(),
    "dmn/tid.dmn": TABLE,
    PATH: DIAGRAM,
    "scenarios/liten.toml": SCENARIO.encode(),
}


@pytest.fixture
def bench(db: None) -> Bench:
    scenarios = scenarios_of(FILES)
    load_people(scenarios["liten"].start_at - EARLIER)
    return Bench(FILES, scenarios)


def judged(bench: Bench, path: str, content: bytes) -> dict[str, object]:
    walks = [("liten", 1.0)]
    return bench.do({"do": "altered", "file": path, "content": content, "scenarios": walks})


def test_the_clean_walk_tells_what_it_passes(bench: Bench) -> None:
    clean = bench.do({"do": "clean", "scenario": "liten"})
    assert (clean["failures"], clean["broken"], clean["stopped"]) == ((), (), "")
    passed = {"liten Task_Ett", "process liten", "dmn atkomst", "liten Val"}
    assert passed <= set(clean["marks"])
    assert "liten Task_Sen" not in clean["marks"]


def test_what_the_scenario_sees_is_noticed(bench: Bench) -> None:
    dropped = next(site for site in drop_task(PATH, DIAGRAM) if site.place == "Task_Ett")
    later = next(change_deadline(PATH, DIAGRAM))
    moved = next(change_lane(PATH, DIAGRAM, ["handlaggare", "arbetsledare"]))
    for site in (dropped, later, moved):
        found = judged(bench, PATH, site.alter())
        assert found["by"] == "scenario", (site.key, found)


def test_what_no_scenario_sees_survives(bench: Bench) -> None:
    unseen = next(site for site in drop_task(PATH, DIAGRAM) if site.place == "Task_Sen")
    assert judged(bench, PATH, unseen.alter()) == {"by": "", "how": "", "walked": 1}


def test_an_example_or_the_analysis_notices_a_table(tmp_path: Path) -> None:
    tables, forms = tmp_path / "tabeller", tmp_path / "exempel"
    tables.mkdir()
    forms.mkdir()
    (tables / "tid.toml").write_text(EXAMPLES, encoding="utf-8")
    guards = Guards(FILES, tables=tables, forms=forms)
    path = "dmn/tid.dmn"
    found = {
        site.place: guards.notice(path, {**FILES, path: site.alter()})
        for site in (*move_boundary(path, TABLE), *change_deadline(path, TABLE))
    }
    assert {place: one and one[0] for place, one in found.items()} == {
        "i0#1+1": "analysis",
        "i0#1-1": "analysis",
        "i1#1+1": "analysis",
        "i1#2+1": "analysis",
        "i1#1-1": "analysis",
        "i1#2-1": "example",
        "i2#1+1": "analysis",
        "i2#1-1": "example",
        "o1#1+1": "example",
        "o2#1+1": None,
    }


def test_what_the_reader_refuses_is_told() -> None:
    assert refusal(bundle_of(FILES), FILES, PATH) == ""
    broken = DIAGRAM.replace(b'targetRef="End_Nej"', b'targetRef="Nowhere"')
    assert "Nowhere" in refusal(bundle_of(FILES), {**FILES, PATH: broken}, PATH)
