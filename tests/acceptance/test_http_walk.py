"""The walk of ``kedja demo`` over HTTP, with the web server and the worker as processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection

from cases.models import RoleGrant
from config.scenarios.runner import _violations, read_scenario
from tests.acceptance.http_api import Api
from tests.acceptance.http_walk import HttpWalk, set_clock
from tests.acceptance.programs import programs
from tests.municipality import settle_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
PASSWORD = "kedja-demo"
FOLDER = settings.PROCESSES_DIR / "scenarios"
DEMO = "huvudkedja"
CASES = sorted(path.stem for path in FOLDER.glob("acc*.toml"))
"""The acceptance cases of the requirements, one scenario each."""


@pytest.fixture(autouse=True)
def _clock_may_stand_in_the_past() -> Iterator[None]:
    """The product's clock only goes forward; the scenario keeps the dates of domain.md."""
    name = "kedja_clock_ahead_check"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE kedja_clock DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kedja_clock")
        cursor.execute(
            f"ALTER TABLE kedja_clock ADD CONSTRAINT {name} CHECK (ahead >= interval '0')"
        )


@pytest.fixture
def municipality() -> None:
    """Edition and people, with passwords that the real web server can check."""
    settle_in()
    hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
    get_user_model().objects.update(password=hashed)


LONG = [pytest.param(name, marks=pytest.mark.long) for name in CASES]
"""In process they are walked by ``make test``; over HTTP each takes half a minute."""


@pytest.mark.parametrize("name", [DEMO, *LONG])
def test_the_walk_holds_over_http(name: str, municipality: None, tmp_path: Path) -> None:
    """People use the API, the worker alone acts on time; what each step expects is there."""
    scenario = read_scenario(FOLDER / f"{name}.toml")
    RoleGrant.objects.update(valid_from=scenario.start_at.date())
    set_clock(scenario.start_at)  # before the worker plans what begins by the clock
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
