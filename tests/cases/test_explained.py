"""Why a table decided as it did and which rule set a time limit, kept with the case."""

import json
import logging
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cases import queries, use_cases
from cases.context import access_context
from cases.models import Event, Task, Timer
from tests.cases.conftest import MARKED, NOW, also, begin, database_role, finish, open_task

pytestmark = pytest.mark.django_db

BASIS = {
    "decision": "frist",
    "element": "Rakna",
    "rules": ["frist:1"],
    "text": "14 dagar från att det kom in",
    "kalla": "fl.9",
    "modalitet": "ska",
    "normniva": "LAG",
    "law_version": "FL 2017:900",
    "verifierad": False,
}
DUE = datetime(2026, 8, 31, 21, 59, 59, tzinfo=UTC)


def begun(world: SimpleNamespace) -> UUID:
    case = begin(world).arende_id
    fran = date(2026, 8, 17)
    return also(world, "frist", case, slag="a", fran=fran, vem=MARKED).instance_id


def test_issue3_the_history_keeps_what_the_table_saw_and_gave(world: SimpleNamespace) -> None:
    instance = begun(world)
    event = Event.objects.get(instance_id=instance, kind="decision")
    assert event.detail == {"decision": "frist", "rules": ["frist:1"]}
    why = event.explanation
    assert (why["name"], why["edition"]) == ("När ska det vara klart?", "prov")
    assert why["given"] == {"slag": "a", "fran": {"$d": "2026-08-17"}, "vem": "19400365-****"}
    assert why["result"] == {"slut": {"$d": "2026-08-31"}, "alltid": True}
    (table,) = why["tables"]
    assert table["inputs"] == [{"text": "slag", "label": "Slag", "value": "a"}]
    assert (table["rules"][0]["number"], table["rules"][0]["id"]) == (1, "r1")
    assert table["rules"][0]["description"] == "Fjorton dagar."
    assert why["basis"] == BASIS


def test_issue4_a_task_is_stored_with_the_rule_that_set_its_day(world: SimpleNamespace) -> None:
    instance = begun(world)
    task = open_task(instance, "Forst")
    assert (task.due, task.basis) == (DUE, [BASIS])
    line = Event.objects.get(instance_id=instance, kind="deadline")
    assert (line.element, line.task_id) == ("Forst", str(task.pk))
    assert line.explanation == {"due": DUE.isoformat(), "basis": [BASIS]}


def test_issue4_also_when_the_table_decided_in_an_earlier_action(world: SimpleNamespace) -> None:
    instance = begun(world)
    finish(open_task(instance, "Forst"), world.anna)
    assert open_task(instance, "Sedan").basis == [BASIS]
    timer = Timer.objects.get(instance_id=instance)
    assert (timer.element, timer.basis) == ("Sen", [BASIS])
    lines = Event.objects.filter(instance_id=instance, kind="deadline", version=2)
    assert {line.element: line.explanation["basis"] for line in lines} == {
        "Sedan": [BASIS],
        "Sen": [BASIS],
    }


def test_a_due_date_that_no_table_set_has_no_basis(world: SimpleNamespace) -> None:
    started = begin(world)
    assert open_task(started.instance_id, "A").basis == []
    assert Timer.objects.get(instance_id=started.instance_id).basis == []
    assert not Event.objects.filter(kind="deadline").exists()


def test_what_the_table_saw_is_in_the_history_alone(
    world: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    instance = begun(world)
    finish(open_task(instance, "Forst"), world.anna)
    with connection.cursor() as cursor:
        for table in ("task", "timer", "outbox", "incident", "idempotencykey"):
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM cases_{table} t")  # noqa: S608
            assert "19400365" not in cursor.fetchone()[0], table
        cursor.execute("SELECT json_agg(explanation)::text FROM cases_event")
        kept = cursor.fetchone()[0]
    assert "19400365-****" in kept
    assert MARKED not in kept
    assert "19400365" not in caplog.text
    assert "2026-08-17" not in json.dumps(list(Task.objects.values_list("basis", flat=True)))


def test_an_explanation_is_never_changed(world: SimpleNamespace) -> None:
    begun(world)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Event.objects.filter(kind="decision").update(explanation=None)


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_only_who_reads_the_history_reads_why(world: SimpleNamespace) -> None:
    instance = begun(world)
    task = open_task(instance, "Forst")
    case = task.arende_id
    assert case is not None
    with database_role("app"):
        use_cases.complete_task(task.pk, {}, version=1, actor=world.anna, now=NOW)
        for actor, sees in ((world.anna, True), (world.disa, False), (world.eva, False)):
            with access_context(actor):
                rows = list(queries.history(case, actor=actor, now=NOW))
            assert any(row.explanation for row in rows) is sees, actor.username
    assert open_task(instance, "Sedan").basis == [BASIS]


def test_two_tasks_in_one_day_are_traced_apart(world: SimpleNamespace) -> None:
    first = begun(world)
    case = begin(world).arende_id
    other = also(world, "frist", case, slag="a", fran=date(2026, 9, 1), vem=None).instance_id
    finish(open_task(first, "Forst"), world.anna)
    finish(open_task(other, "Forst"), world.anna)
    assert open_task(first, "Sedan").due == DUE
    assert open_task(other, "Sedan").due == datetime(2026, 9, 15, 21, 59, 59, tzinfo=UTC)
    assert use_cases.due_timers(NOW) == []
