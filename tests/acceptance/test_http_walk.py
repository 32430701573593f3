"""The walk of ``kedja demo`` over HTTP, with the web server and the worker as processes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import localdate

from cases import bundles
from cases.models import RoleGrant, StartTimer
from cases.use_cases.timer_starts import plan_starts
from config.scenarios.clock_starts import begun_by_clock
from config.scenarios.runner import _violations, read_scenario
from engine.scenarios import Scenario
from tests.acceptance.http_api import Api
from tests.acceptance.http_walk import HttpWalk, set_clock
from tests.acceptance.programs import programs
from tests.web.browser import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"]),
    pytest.mark.usefixtures("clock_in_the_past"),
]
FOLDER = settings.PROCESSES_DIR / "scenarios"
DEMO = "huvudkedja"
CASES = sorted(path.stem for path in FOLDER.glob("acc*.toml"))
"""The acceptance cases of the requirements, one scenario each."""


LONG = [pytest.param(name, marks=pytest.mark.long) for name in CASES]
"""In process they are walked by ``make test``; over HTTP each takes half a minute."""


def only_what_it_speaks_of(scenario: Scenario) -> None:
    """No other process begins by the clock: its reminders belong to no ärende, as some of ours."""
    plan_starts(scenario.start_at)
    edition = bundles.compiled(bundles.newest_hash(localdate(scenario.start_at)))
    named = begun_by_clock(scenario, edition)
    StartTimer.objects.exclude(process_key__in=named).update(due=None)


@pytest.mark.parametrize("name", [DEMO, *LONG])
def test_the_walk_holds_over_http(name: str, municipality: None, tmp_path: Path) -> None:
    """People use the API, the worker alone acts on time; what each step expects is there."""
    scenario = read_scenario(FOLDER / f"{name}.toml")
    RoleGrant.objects.update(valid_from=scenario.start_at.date())
    set_clock(scenario.start_at)  # before the worker plans what begins by the clock
    if name != DEMO:
        only_what_it_speaks_of(scenario)
    with programs(tmp_path) as running:
        walk = HttpWalk(scenario, Api(running.port, PASSWORD))
        reports = []
        for report in walk.steps():
            reports.append(report)
            assert not report.failures, (report.number, report.step.text, report.failures)
        assert len(reports) == len(scenario.step)
        assert name != DEMO or walk.moments >= 9, "the clock never woke the worker"
        assert [found for found in _violations(walk.now) if found.modality == "ska"] == []
        logs = running.logs
    assert "Traceback" not in logs
    assert str(scenario.person) not in logs
