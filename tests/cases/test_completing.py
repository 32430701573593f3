"""Complete a task: the hot path and everything that refuses it."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from cases import errors, use_cases
from cases.models import Event, Incident, Instance, Job, Outbox, Task
from tests.cases.conftest import DAY, MARKED, NOW, also, begin, finish, open_task

pytestmark = pytest.mark.django_db


def test_completes_and_goes_on(world: SimpleNamespace) -> None:
    started = begin(world)
    assert [task.element for task in started.tasks] == ["A"]
    task = open_task(started.instance_id, "A")
    assert (task.role, task.form_id, task.version, task.name) == (
        "handlaggare", "form_a", 1, "Gör A"
    )  # fmt: skip

    done = finish(task, world.anna, {"anteckning": "hej", "om": False})

    assert (done.version, done.status) == (2, "running")
    assert [task.element for task in done.tasks] == ["B"]
    task.refresh_from_db()
    assert (task.status, task.version, task.completed_by_id) == (
        "completed", 2, world.anna.user_id
    )  # fmt: skip
    instance = Instance.objects.get(pk=started.instance_id)
    assert instance.version == 2
    assert instance.arende_id == started.arende_id


def test_history_names_who_and_what(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    lines = Event.objects.filter(instance_id=started.instance_id, version=2).order_by("seq")
    told = [(line.kind, line.element, line.actor, line.cause) for line in lines]
    assert ("completed", "A", "anna", "complete_task") in told
    assert ("entered", "B", "anna", "complete_task") in told
    assert [line.seq for line in lines] == list(range(1, len(told) + 1))
    recorded = lines.get(kind="recorded")
    assert recorded.detail["record"] == "anteckning"
    assert Job.objects.filter(pk=recorded.detail["rad"]).exists()


def test_the_loop_gives_a_new_task(world: SimpleNamespace) -> None:
    started = begin(world)
    first = open_task(started.instance_id, "A")
    done = finish(first, world.anna, {"om": True})
    assert [task.element for task in done.tasks] == ["A"]
    assert done.tasks[0].id != first.pk


def test_twice_is_409_already_completed(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    finish(task, world.anna, {"om": False})
    with pytest.raises(errors.TaskAlreadyCompletedError) as refused:
        finish(task, world.anna, {"om": False})
    assert refused.value.code == "task_already_completed"


def test_stale_version(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    with pytest.raises(errors.StaleVersionError):
        finish(task, world.anna, {"om": False}, version=1)
    assert finish(task, world.anna, {"om": False}, version=2).version == 3


def test_a_reminder_never_rejects_a_half_written_form(world: SimpleNamespace) -> None:
    started = begin(world)
    task = open_task(started.instance_id, "A")
    ((instance_id, ref),) = use_cases.due_timers(NOW + 11 * DAY)
    assert use_cases.fire_timer(instance_id, ref, now=NOW + 11 * DAY)
    assert open_task(started.instance_id, "Paminn").role == "arbetsledare"
    assert finish(task, world.anna, {"om": False}, version=1, now=NOW + 11 * DAY).version == 2


def test_a_task_cancelled_by_an_event_is_not_open(world: SimpleNamespace) -> None:
    started = begin(world)
    task = open_task(started.instance_id, "A")
    use_cases.cancel_instance(started.instance_id, "aterkallad", actor=world.chef, now=NOW)
    with pytest.raises(errors.TaskNotOpenError):
        finish(task, world.anna, {"om": False})


def test_somebody_elses_task(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    use_cases.claim(task.pk, actor=world.bo, now=NOW)
    with pytest.raises(errors.TaskClaimedError):
        finish(task, world.anna, {"om": False})


def test_wrong_role_and_wrong_unit(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    for actor in (world.chef, world.disa, world.eva):
        with pytest.raises(errors.NotPermittedError):
            finish(task, actor, {"om": False})


def test_unknown_task(world: SimpleNamespace) -> None:
    with pytest.raises(errors.NotFoundError):
        use_cases.complete_task(uuid4(), {}, version=1, actor=world.anna, now=NOW)


def test_the_form_is_checked(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    with pytest.raises(errors.AnswersInvalidError) as refused:
        finish(task, world.anna, {"finns_inte": MARKED})
    assert list(refused.value.errors) == ["finns_inte"]
    assert MARKED not in str(refused.value)
    task.refresh_from_db()
    assert (task.status, world.book.documents[1:]) == ("open", [])


def test_answers_without_a_form_are_refused(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    with pytest.raises(errors.AnswersInvalidError):
        finish(open_task(started.instance_id, "B"), world.chef, {"om": True})


def test_a_form_may_need_what_the_task_knows(world: SimpleNamespace) -> None:
    started = also(world, "delas", begin(world).arende_id, vem="bo")
    task = open_task(started.instance_id, "Bada1")
    with pytest.raises(errors.AnswersInvalidError):
        finish(task, world.anna, {"svar": 9})
    finish(task, world.anna, {"svar": 11})


def test_the_assignee_has_the_task(world: SimpleNamespace) -> None:
    started = also(world, "delas", begin(world).arende_id, vem="bo")
    task = open_task(started.instance_id, "Bada2")
    assert task.claimed_by_id == world.bo.user_id
    with pytest.raises(errors.TaskClaimedError):
        finish(task, world.anna)
    finish(task, world.bo)


def test_an_unknown_assignee_leaves_the_task_to_the_role(world: SimpleNamespace) -> None:
    started = also(world, "delas", begin(world).arende_id, vem="ingen_alls")
    assert open_task(started.instance_id, "Bada2").claimed_by_id is None


def test_answers_are_stored_whole_and_named(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"anteckning": "hej", "om": False})
    saved = world.book.documents[-1]
    assert (saved["form_id"], saved["element"]) == ("form_a", "A")
    assert saved["answers"]["anteckning"] == "hej"
    assert len(saved["form_hash"]) == 64


def test_a_refusing_capability_reaches_the_person_and_stores_nothing(
    world: SimpleNamespace,
) -> None:
    task = open_task(begin(world).instance_id, "A")
    world.book.behave = "refuse"
    with pytest.raises(errors.CaseError) as refused:
        finish(task, world.anna, {"om": False})
    assert refused.value.code == "final_note_missing"
    task.refresh_from_db()
    assert (task.status, task.version) == ("open", 1)
    assert not Incident.objects.exists()
    world.book.behave = ""
    finish(task, world.anna, {"om": False})


def test_a_breaking_capability_opens_an_incident_without_case_data(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    world.book.behave = "break"
    with pytest.raises(errors.CapabilityFailedError) as refused:
        finish(task, world.anna, {"om": False})
    assert "KeyError at conftest.py" in str(refused.value)
    assert MARKED not in str(refused.value)
    assert refused.value.__cause__ is None
    incident = Incident.objects.get()
    assert (incident.kind, incident.code, incident.next_at) == ("task", "capability_failed", None)
    assert MARKED not in incident.message
    assert Instance.objects.get(pk=task.instance_id).status == "incident"

    world.book.behave = ""
    finish(task, world.anna, {"om": False})
    incident.refresh_from_db()
    assert incident.resolved_by == "anna"
    assert Instance.objects.get(pk=task.instance_id).status == "running"


def test_a_condition_that_is_neither_true_nor_false_is_an_incident(world: SimpleNamespace) -> None:
    started = also(world, "fel", begin(world).arende_id)
    with pytest.raises(errors.ProcessStoppedError) as refused:
        finish(open_task(started.instance_id, "A"), world.anna)
    assert refused.value.incident_code == "condition_not_boolean"
    assert Incident.objects.get().code == "condition_not_boolean"
    assert open_task(started.instance_id, "A").version == 1


def test_four_eyes(world: SimpleNamespace) -> None:
    started = also(world, "ogon", begin(world).arende_id)
    finish(open_task(started.instance_id, "A"), world.anna)
    with pytest.raises(errors.FourEyesError):
        finish(open_task(started.instance_id, "Granska"), world.anna)
    assert finish(open_task(started.instance_id, "Granska"), world.bo).status == "completed"


@pytest.mark.parametrize("key", ["a\x00", "k" * 201])
def test_a_key_that_cannot_be_kept_is_no_key(world: SimpleNamespace, key: str) -> None:
    task = open_task(begin(world).instance_id, "A")
    finish(task, world.anna, {"om": False}, version=1, idempotency_key=key)
    with pytest.raises(errors.TaskAlreadyCompletedError):
        finish(task, world.anna, {"om": False}, version=1, idempotency_key=key)


def test_an_idempotency_key_replays_the_first_answer(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    first = finish(task, world.anna, {"om": False}, version=1, idempotency_key="k1")
    again = finish(task, world.anna, {"om": False}, version=1, idempotency_key="k1")
    assert again == first
    assert world.book.ran == ["prov.notera"]
    with pytest.raises(errors.IdempotencyConflictError):
        finish(task, world.anna, {"om": True}, version=1, idempotency_key="k1")
    with pytest.raises(errors.TaskAlreadyCompletedError):
        finish(task, world.anna, {"om": False}, version=1, idempotency_key="k2")


def test_a_key_used_for_another_task_is_a_conflict(world: SimpleNamespace) -> None:
    started = begin(world)
    first = open_task(started.instance_id, "A")
    finish(first, world.anna, {"om": True}, idempotency_key="k1")
    second = open_task(started.instance_id, "A")
    with pytest.raises(errors.IdempotencyConflictError):
        finish(second, world.anna, {"om": True}, idempotency_key="k1")
    second.refresh_from_db()
    assert second.status == "open"


def test_the_outbox_goes_with_the_transaction(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    assert not Outbox.objects.exists()
    finish(open_task(started.instance_id, "B"), world.chef)
    row = Outbox.objects.get()
    assert (row.actor, row.state, len(row.args)) == ("deliver_message", "queued", 1)


def test_tasks_of_an_ended_instance_are_kept(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    done = finish(open_task(started.instance_id, "B"), world.chef)
    assert done.status == "completed"
    assert set(Task.objects.values_list("element", "status")) == {
        ("A", "completed"), ("B", "completed"),
    }  # fmt: skip
    instance = Instance.objects.get(pk=started.instance_id)
    assert (instance.status, instance.ended_at, instance.timers.count()) == ("completed", NOW, 0)
