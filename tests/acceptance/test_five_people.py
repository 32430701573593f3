"""A whole case by five people at five browsers, from ansökan to slutanteckning."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.models import RoleGrant, Task
from config.scenarios.runner import _violations, read_scenario
from tests.acceptance.http_api import Api
from tests.acceptance.http_walk import set_clock
from tests.acceptance.pages_walk import PagesWalk
from tests.acceptance.programs import programs
from tests.needs import require
from tests.web import browser as chromium
from tests.web.browser import PASSWORD

pytestmark = [
    pytest.mark.needs("browser"),
    pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"]),
    pytest.mark.usefixtures("clock_in_the_past"),
]
SCENARIO = read_scenario(Path(__file__).with_name("fem_personer.toml"))
PEOPLE = {"mottagning", "handlaggare", "myndighetschef", "enhetschef.bjorken", "kontakt.bjorken"}
STRANGER = "enhetschef.norr"
NAME = "Exempelsson"


@pytest.fixture
def walk(
    municipality: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PagesWalk]:
    """The programs and a browser; nobody has logged in."""
    # Playwright has an event loop in this thread; the database is used outside of it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    RoleGrant.objects.update(valid_from=SCENARIO.start_at.date())
    set_clock(SCENARIO.start_at)  # before the worker plans what begins by the clock
    chromium.collect_static()
    with programs(tmp_path) as running, chromium.browser(require("browser")) as browser:
        address = f"http://127.0.0.1:{running.port}"
        yield PagesWalk(SCENARIO, browser, address, Api(running.port, PASSWORD))
        assert "Traceback" not in running.logs
        assert str(SCENARIO.person) not in running.logs


def test_five_people_carry_a_case_from_application_to_final_note(walk: PagesWalk) -> None:
    """Nothing but the pages is used; at the end nothing is open, and no rule was broken."""
    done = 0
    for report in walk.steps():
        assert not report.failures, (report.number, report.step.text, report.failures)
        done += 1
    assert done == len(SCENARIO.step)
    assert set(walk.pages) == PEOPLE
    assert [found for found in _violations(walk.now) if found.modality == "ska"] == []
    _nothing_for_another_provider(walk)


def _nothing_for_another_provider(walk: PagesWalk) -> None:
    """K-7, R-161: who knows the address is refused, and learns no name."""
    case = f"/arenden/{walk.arende}/"
    task = Task.objects.filter(arende_id=walk.arende).first()
    assert task is not None
    places = ("", "journal/", "plan/", "handlingar/", "kontakter/", "historik/", "lasningar/")
    page = walk.page_of(STRANGER)
    for address in [*(case + place for place in places), f"/uppgifter/{task.pk}/"]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in (403, 404), address
        assert NAME not in page.content(), address
