"""Processes without an ärende that begin by the clock."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connections

from cases import use_cases
from cases.actor import Actor
from cases.models import Incident, Instance, Organisation, StartTimer, Unit
from tests.workers import clockwork
from tests.workers.clockwork import DAY, NOW
from workers import chores

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])

FIRST = datetime(2026, 8, 18, 0, 0, tzinfo=UTC)
"""Two o'clock in Stockholm, the night after ``NOW``."""


@pytest.fixture(autouse=True)
def klockare(transactional_db: None) -> Actor:
    return clockwork.actor()


def _nights() -> int:
    return Instance.objects.filter(process_key="natt").count()


def _row() -> StartTimer:
    return StartTimer.objects.get(process_key="natt")


def test_it_begins_at_its_time_and_not_before() -> None:
    assert chores.start_planned(NOW) == 0
    assert _row().due == FIRST
    assert chores.start_planned(FIRST - timedelta(seconds=1)) == 0
    assert chores.start_planned(FIRST) == 1
    assert chores.start_planned(FIRST) == 0
    assert _nights() == 1
    assert _row().due == FIRST + DAY
    began = Instance.objects.get(process_key="natt")
    assert (began.arende_id, began.unit.name) == (None, "Enhet 1")
    assert [timer.due for timer in began.timers.all()] == [FIRST + DAY]


def test_nights_that_were_missed_are_one_start() -> None:
    chores.start_planned(NOW)
    use_cases.start_planned(_row().pk, now=FIRST + 9 * DAY)
    assert _nights() == 1
    assert _row().due == FIRST + 10 * DAY


def test_planning_twice_changes_nothing() -> None:
    assert use_cases.plan_starts(NOW) == 2
    assert use_cases.plan_starts(NOW + timedelta(minutes=1)) == 0


def test_it_begins_once_in_each_organisation() -> None:
    other = Organisation.objects.create(name="Nämnd två", kind="myndighet")
    Unit.objects.create(organisation=other, name="Enhet 2")
    Unit.objects.create(organisation=other, name="Enhet 3")
    provider = Organisation.objects.create(name="Utföraren", kind="utforare")
    Unit.objects.create(organisation=provider, name="Enhet 4")
    use_cases.plan_starts(NOW)
    rows = StartTimer.objects.filter(process_key="natt").order_by("unit__name")
    assert [row.unit.name for row in rows] == ["Enhet 1", "Enhet 2"]


def test_a_unit_that_is_gone_loses_its_row() -> None:
    use_cases.plan_starts(NOW)
    Organisation.objects.update(kind="utforare")
    assert use_cases.plan_starts(NOW) == 2
    assert not StartTimer.objects.exists()


def test_two_workers_begin_it_once() -> None:
    use_cases.plan_starts(NOW)
    row = _row().pk

    def work() -> None:
        use_cases.start_planned(row, now=FIRST)
        connections.close_all()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _nights() == 1


def test_one_that_cannot_begin_is_an_incident_and_tried_again_later() -> None:
    use_cases.plan_starts(NOW)
    broken = StartTimer.objects.get(process_key="trasig_natt")
    due = NOW + DAY
    assert broken.due == due
    assert use_cases.start_planned(broken.pk, now=due) is None
    assert not Instance.objects.filter(process_key="trasig_natt").exists()
    incident = Incident.objects.get()
    assert (incident.action, incident.ref, incident.element) == (
        "start_planned",
        str(broken.pk),
        "A",
    )
    assert broken.pk not in use_cases.due_starts(due)
    assert broken.pk in use_cases.due_starts(due + DAY)
    use_cases.start_planned(broken.pk, now=due + DAY)
    assert Incident.objects.get().attempts == 2
