"""``kedja bench engine`` keeps working, and what it counts keeps its promise."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection

from benchmarks import storage
from cases import bundles
from cases.models import Instance, Subscription, Task, Timer
from engine import runtime

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def _tables_go_away() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare, bench_event, bench_document, bench_naive")


@pytest.mark.usefixtures("_tables_go_away")
def test_counts_and_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are for a quiet machine; counts and sizes hold everywhere."""
    monkeypatch.setattr(storage, "WINDOW", 10)
    figures = storage.measure(215)
    assert figures["commits"] == 1
    assert figures["statements"] <= 4
    assert figures["statements_of_capabilities"] == 1
    assert figures["state_bytes"] <= 8 * 1024
    assert figures["state_ratio_last"] <= 1.05
    assert figures["completions"] >= 215
    assert figures["ratio_to_bare"] > 1


@pytest.mark.usefixtures("_tables_go_away")
def test_rows_are_what_the_state_waits_for() -> None:
    """Only what is new or gone is written, so each step must leave rows and state alike."""
    with storage._setting() as setting:
        walk = storage._begin(setting.actor)
        for _ in range(15):
            _compare(walk.instance_id)
            storage._step(setting, walk)
        _compare(walk.instance_id)


def _compare(instance_id: UUID) -> None:
    with storage._as("worker"):
        instance = Instance.objects.get(pk=instance_id)
        definition = bundles.definition(instance.bundle_id, instance.process_key)
        outcome = runtime.inspect(definition, bytes(instance.state))
        tasks = Task.objects.filter(instance=instance, status="open")
        assert {str(task.pk) for task in tasks} == {task.id for task in outcome.tasks}
        timers = Timer.objects.filter(instance=instance).values_list("ref", "due")
        assert set(timers) == {(timer.ref, timer.due) for timer in outcome.timers}
        waited = Subscription.objects.filter(instance=instance).values_list("ref", "key")
        assert set(waited) == {(one.ref, one.key) for one in outcome.subscriptions}
