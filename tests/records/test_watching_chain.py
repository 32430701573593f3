"""The watchdog's sources and the death guard, on the real chain."""

import tomllib
from pathlib import Path

import pytest

from cases import use_cases
from cases.models import Instance, Message, Timer
from config.scenarios.walk import Walk
from engine.scenarios import Scenario
from records.models import JournalEntry, Uppdrag
from tests.municipality import actor, settle_in

FILE = Path(__file__).parents[2] / "processes/scenarios/huvudkedja.toml"
ACCEPTED = "Task_BekraftaUppdrag"
STARTED = "Task_RegistreraVerkstallighet"


@pytest.fixture
def walked(db):
    """Walk the main chain until a task is done."""
    settle_in()

    def walk_to(element):
        scenario = Scenario.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
        walk = Walk(scenario=scenario, now=scenario.start_at)
        for report in walk.steps():
            assert not report.failures
            if report.step.complete == element:
                break
        return walk

    return walk_to


def cancel(walk, process, who):
    row = Instance.objects.get(process_key=process, status__in=Instance.LIVE)
    use_cases.cancel_instance(row.pk, "fel", actor=actor(who, walk.now), now=walk.now)


def codes(walk):
    return [row.code for row in use_cases.watchdog(walk.now)]


def test_the_chain_is_watched_and_sound(walked):
    assert codes(walked(ACCEPTED)) == []


def test_r096_a_decision_carried_out_without_its_clock_is_found(walked):
    walk = walked(STARTED)
    cancel(walk, "folja_upp_beslut", "myndighetschef")
    assert codes(walk) == ["review_clock_missing"]


def test_an_open_case_in_which_nothing_goes_on_is_found(walked):
    walk = walked("Task_KontrolleraAnsokan")
    cancel(walk, "aktualisera", "myndighetschef")
    assert codes(walk) == ["case_abandoned"]


def test_a_clock_that_is_being_handed_over_is_no_violation(walked):
    walk = walked(STARTED)
    cancel(walk, "folja_upp_beslut", "myndighetschef")
    row = Uppdrag.objects.get()
    Message.objects.create(
        name="beslut.aterupptaget",
        key=str(row.beslut_id),
        arende_id=row.arende_id,
        organisation_id=row.organisation_id,
        unit_id=row.unit_id,
        sent_at=walk.now,
        sent_by="system",
    )
    assert codes(walk) == []


def test_k2_no_timer_fires_while_the_news_of_death_is_on_its_way(walked):
    walk = walked(STARTED)
    timer = Timer.objects.filter(instance__process_key="folja_upp_plan").order_by("due").first()
    row = Uppdrag.objects.get()
    news = Message.objects.create(
        name="person.avliden",
        key=str(row.arende_id),
        arende_id=row.arende_id,
        organisation_id=row.organisation_id,
        unit_id=row.unit_id,
        sent_at=walk.now,
        sent_by="system",
    )
    assert use_cases.fire_timer(timer.instance_id, timer.ref, now=timer.due) is False
    news.delete()
    assert use_cases.fire_timer(timer.instance_id, timer.ref, now=timer.due) is True


def test_the_journal_speaks_swedish_and_not_in_codes(walked):
    walked(STARTED)
    texts = " ".join(JournalEntry.objects.values_list("text", flat=True))
    assert "Hemtjänst, omvårdnad: bifall, 11 kap. 1 § socialtjänstlagen (2025:400)" in texts
    assert "hemtjanst_omvardnad" not in texts
    assert "sol2025" not in texts
    assert "kontakt.norr" not in texts
