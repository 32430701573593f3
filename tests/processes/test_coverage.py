"""Every flow node, every sequence flow and every table row is passed by something that is run.

What is not yet passed is listed in ``unpassed.toml``; the list can only shrink.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from engine import coverage
from engine.coverage import Passed
from engine.examples.tables import matched_by_examples, read_examples
from tests.processes.runs import all_runs, shared_folder
from tests.processes.town import edition

LIST = Path(__file__).with_name("unpassed.toml")
DRAWN = coverage.drawings(edition())
TABLES = coverage.tables(edition())
TABLE_EXAMPLES = read_examples(Path(__file__).with_name("tabeller"))


def listed(kind: str) -> dict[str, list[str | int]]:
    found: dict[str, list[str | int]] = tomllib.loads(LIST.read_text(encoding="utf-8"))[kind]
    return found


def passed_by(runs: Iterable[Passed]) -> Passed:
    found = Passed()
    for one in runs:
        found |= one
    return found


@pytest.fixture
def passed(db: None, tmp_path_factory: pytest.TempPathFactory) -> Passed:
    runs = all_runs(shared_folder(tmp_path_factory.getbasetemp()))
    asked = Passed(rules=matched_by_examples(edition(), TABLE_EXAMPLES))
    return passed_by([asked, *(run.passed for run in runs)])


@pytest.mark.parametrize("process", sorted(DRAWN))
def test_every_node_and_flow_is_passed_by_a_scenario(process: str, passed: Passed) -> None:
    left = set(coverage.unpassed(DRAWN, passed).get(process, ()))
    known = set(listed("process").get(process, []))
    assert left - known == set(), "no scenario passes these: write a step that does"
    assert known - left == set(), "these are passed now: take them out of unpassed.toml"


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_row_is_matched_by_a_scenario_or_an_example(table: str, passed: Passed) -> None:
    left = set(coverage.unmatched(TABLES, passed).get(table, ()))
    known = set(listed("table").get(table, []))
    assert left - known == set(), "nothing matches these rows: write an example that does"
    assert known - left == set(), "these are matched now: take them out of unpassed.toml"


def test_the_list_names_what_exists() -> None:
    for process, parts in listed("process").items():
        assert set(parts) <= DRAWN[process].parts
    assert set(listed("table")) <= set(TABLES)
