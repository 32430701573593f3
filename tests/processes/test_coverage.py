"""Every flow node, every sequence flow and every table row is passed by something that is run."""

from functools import cache
from pathlib import Path

import pytest

from engine import coverage
from engine.coverage import Passed
from engine.examples.tables import matched_by_examples, read_examples
from tests.processes.runs import DRAWN, all_runs, shared_folder
from tests.processes.town import edition

TABLES = coverage.tables(edition())
TABLE_EXAMPLES = read_examples(Path(__file__).with_name("tabeller"))


@cache
def passed_by_all(shared: Path) -> Passed:
    """What the scenarios and the examples pass together; put together once for all tests."""
    runs = all_runs(shared)
    asked = matched_by_examples(edition(), TABLE_EXAMPLES)
    return Passed(
        parts=frozenset((process, part) for run in runs for process, part in run.parts),
        rules=frozenset(asked).union(*(run.rules for run in runs)),
    )


@pytest.fixture
def passed(db: None, tmp_path_factory: pytest.TempPathFactory) -> Passed:
    return passed_by_all(shared_folder(tmp_path_factory.getbasetemp()))


@pytest.mark.parametrize("process", sorted(DRAWN))
def test_every_node_and_flow_is_passed_by_a_scenario(process: str, passed: Passed) -> None:
    left = coverage.unpassed(DRAWN, passed).get(process, ())
    assert not left, "no scenario passes these: write a step that does"


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_row_is_matched_by_a_scenario_or_an_example(table: str, passed: Passed) -> None:
    left = coverage.unmatched(TABLES, passed).get(table, ())
    assert not left, "nothing matches these rows: write an example that does"
