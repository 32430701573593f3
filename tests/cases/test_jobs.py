"""Asynchronous capabilities and incidents tried again."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from cases import errors, use_cases
from cases.models import Incident, Instance, Job, Outbox
from tests.cases.conftest import DAY, NOW, also, begin, open_task, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(world: SimpleNamespace) -> Job:
    also(world, "asynk", begin(world).arende_id, hur="x")
    return Job.objects.get()


def test_waits_in_the_queue_and_comes_back(world: SimpleNamespace, job: Job) -> None:
    assert (job.status, job.type, job.inputs) == ("pending", "prov.asynk", {"hur": "x"})
    assert Outbox.objects.get().args == [str(job.pk)]
    assert world.book.ran == []
    work()
    job.refresh_from_db()
    assert job.status == "completed"
    assert open_task(job.instance_id, "Efter")


def test_run_twice_completes_once(world: SimpleNamespace, job: Job) -> None:
    assert use_cases.run_job(job.pk, now=NOW)
    assert not use_cases.run_job(job.pk, now=NOW)
    assert not use_cases.complete_job(job.pk, {}, now=NOW)
    assert len(world.book.ran) == 1


def test_a_bpmn_error_takes_its_way(world: SimpleNamespace, job: Job) -> None:
    world.book.behave = "bpmn"
    assert use_cases.run_job(job.pk, now=NOW)
    assert Instance.objects.get(pk=job.instance_id).status == "completed"


def test_failures_back_off_and_then_wait_for_a_person(world: SimpleNamespace, job: Job) -> None:
    world.book.behave = "break"
    now = NOW
    for attempt in range(1, 4):
        assert not use_cases.run_job(job.pk, now=now)
        job.refresh_from_db()
        assert job.attempts == attempt
        if attempt < 3:
            assert use_cases.due_jobs(now) == []
            assert use_cases.due_jobs(job.next_at) == [job.pk]
            now = job.next_at
    assert (job.status, job.next_at, job.error_code) == ("failed", None, "capability_failed")
    assert use_cases.due_jobs(now + 100 * DAY) == []
    incident = Incident.objects.get()
    assert (incident.kind, incident.attempts) == ("job", 3)
    assert Instance.objects.get(pk=job.instance_id).status == "incident"

    world.book.behave = ""
    use_cases.retry_incident(incident.pk, actor=world.chef, now=now)
    assert Outbox.objects.filter(actor="retry_incident", state="queued").exists()
    assert Job.objects.get().status == "failed"
    work(now)
    assert open_task(job.instance_id, "Efter")
    incident.refresh_from_db()
    assert incident.resolved_at == now
    assert Instance.objects.get(pk=job.instance_id).status == "running"


def test_a_handlaggare_does_not_retry_incidents(world: SimpleNamespace, job: Job) -> None:
    world.book.behave = "break"
    use_cases.run_job(job.pk, now=NOW)
    incident = Incident.objects.get()
    with pytest.raises(errors.NotPermittedError):
        use_cases.retry_incident(incident.pk, actor=world.anna, now=NOW)
    use_cases.resolve_incident(incident.pk, actor=world.chef, now=NOW)
    with pytest.raises(errors.NotFoundError):
        use_cases.retry_incident(incident.pk, actor=world.chef, now=NOW)
    assert Instance.objects.get(pk=job.instance_id).status == "running"


def test_cancelled_with_its_instance(world: SimpleNamespace, job: Job) -> None:
    use_cases.cancel_instance(job.instance_id, "fel", actor=world.chef, now=NOW)
    assert not use_cases.run_job(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_a_dead_queue_row_is_an_incident_and_can_be_put_back(
    world: SimpleNamespace, job: Job
) -> None:
    row = Outbox.objects.get()
    Outbox.objects.update(state="dead")
    use_cases.outbox_dead(row.pk, code="time_limit", now=NOW)
    use_cases.outbox_dead(row.pk, code="time_limit", now=NOW)
    incident = Incident.objects.get()
    assert (incident.kind, incident.instance_id, incident.arende_id, incident.unit_id) == (
        "outbox", job.instance_id, job.arende_id, world.one.pk
    )  # fmt: skip
    use_cases.retry_incident(incident.pk, now=NOW)
    work()
    assert open_task(job.instance_id, "Efter")


def test_unknown_ids_do_nothing(world: SimpleNamespace) -> None:
    assert world.bundle
    assert not use_cases.run_job(uuid4(), now=NOW)
    assert not use_cases.fire_timer(uuid4(), "x:y", now=NOW)
    assert use_cases.deliver_message(uuid4(), now=NOW) == 0
    assert use_cases.match_subscription(uuid4(), "x", now=NOW) == 0
    use_cases.retry_incident(uuid4(), now=NOW)
