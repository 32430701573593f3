"""Every scenario of the edition, walked on the real parts and judged by the real rules."""

from pathlib import Path

import pytest

from config.scenarios import runner
from config.scenarios.setting import prepare
from config.scenarios.walk import Walk
from tests.processes.town import FOLDER

FILES = sorted((FOLDER / "scenarios").glob("*.toml"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_scenario_goes_as_written_and_breaks_no_rule(path: Path) -> None:
    scenario = runner.read_scenario(path)
    prepare(scenario.start_at)
    walk = Walk(scenario=scenario, now=scenario.start_at)
    failures = [(report.number, *report.failures) for report in walk.steps() if report.failures]
    assert failures == []
    assert walk.arende is not None
    broken = [found for found in runner._violations(walk.now) if found.modality == "ska"]
    assert broken == []
