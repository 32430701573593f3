"""Who has a task."""

from types import SimpleNamespace

import pytest

from cases import errors, use_cases
from cases.models import Event, Instance, RoleGrant, Task
from cases.reason_text import ReasonTextError
from tests.cases.conftest import MARKED, NOW, begin, finish, open_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(world: SimpleNamespace) -> Task:
    return open_task(begin(world).instance_id, "A")


def test_claim_and_release(world: SimpleNamespace, task: Task) -> None:
    taken = use_cases.claim(task.pk, actor=world.anna, now=NOW, version=1)
    assert (taken.version, taken.claimed_by) == (2, world.anna.user_id)
    assert use_cases.claim(task.pk, actor=world.anna, now=NOW).version == 2
    with pytest.raises(errors.TaskClaimedError):
        use_cases.claim(task.pk, actor=world.bo, now=NOW)
    with pytest.raises(errors.NotPermittedError):
        use_cases.release(task.pk, actor=world.bo, now=NOW)
    given = use_cases.release(task.pk, actor=world.anna, now=NOW, version=2)
    assert (given.version, given.claimed_by) == (3, None)
    with pytest.raises(errors.StaleVersionError):
        use_cases.claim(task.pk, actor=world.bo, now=NOW, version=2)


def test_each_change_is_in_the_history_and_moves_no_state(
    world: SimpleNamespace, task: Task
) -> None:
    before = Instance.objects.get(pk=task.instance_id)
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    after = Instance.objects.get(pk=task.instance_id)
    assert (after.version, bytes(after.state)) == (before.version + 1, bytes(before.state))
    line = Event.objects.get(kind="claimed")
    assert (line.actor, line.task_id, line.element) == ("anna", str(task.pk), "A")


def test_delegate_and_return(world: SimpleNamespace, task: Task) -> None:
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    lent = use_cases.delegate(task.pk, to_user=world.bo.user_id, actor=world.anna, now=NOW)
    assert (lent.claimed_by, lent.delegated_by) == (world.bo.user_id, world.anna.user_id)
    with pytest.raises(errors.TaskClaimedError):
        finish(task, world.anna, {"om": False})
    back = use_cases.resolve_delegation(task.pk, actor=world.bo, now=NOW)
    assert (back.claimed_by, back.delegated_by) == (world.anna.user_id, None)
    with pytest.raises(errors.NotPermittedError):
        use_cases.resolve_delegation(task.pk, actor=world.anna, now=NOW)
    assert finish(task, world.anna, {"om": False}).version == 5


def test_the_delegate_may_complete(world: SimpleNamespace, task: Task) -> None:
    use_cases.delegate(task.pk, to_user=world.bo.user_id, actor=world.anna, now=NOW)
    finish(task, world.bo, {"om": False})


def test_a_released_delegation_goes_back_to_its_owner(world: SimpleNamespace, task: Task) -> None:
    use_cases.delegate(task.pk, to_user=world.bo.user_id, actor=world.anna, now=NOW)
    assert use_cases.release(task.pk, actor=world.bo, now=NOW).claimed_by == world.anna.user_id


@pytest.mark.parametrize("who", ["disa", "eva"])
def test_nobody_gets_a_task_they_cannot_see(world: SimpleNamespace, task: Task, who: str) -> None:
    receiver = getattr(world, who).user_id
    with pytest.raises(errors.UserUnknownError):
        use_cases.delegate(task.pk, to_user=receiver, actor=world.anna, now=NOW)
    with pytest.raises(errors.UserUnknownError):
        use_cases.reassign(task.pk, to_user=receiver, actor=world.chef, now=NOW)
    with pytest.raises(errors.UserUnknownError):
        use_cases.reassign(task.pk, to_user=999_999, actor=world.chef, now=NOW)


def test_a_grant_that_has_ended_counts_for_nothing(world: SimpleNamespace, task: Task) -> None:
    RoleGrant.objects.filter(user_id=world.bo.user_id).update(valid_to=NOW.date().replace(day=1))
    with pytest.raises(errors.UserUnknownError):
        use_cases.delegate(task.pk, to_user=world.bo.user_id, actor=world.anna, now=NOW)


def test_reassign_is_for_the_supervisor(world: SimpleNamespace, task: Task) -> None:
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    with pytest.raises(errors.NotPermittedError):
        use_cases.reassign(task.pk, to_user=world.bo.user_id, actor=world.bo, now=NOW)
    moved = use_cases.reassign(task.pk, to_user=world.bo.user_id, actor=world.chef, now=NOW)
    assert moved.claimed_by == world.bo.user_id
    freed = use_cases.reassign(task.pk, to_user=None, actor=world.chef, now=NOW)
    assert freed.claimed_by is None
    finish(task, world.anna, {"om": False})


def test_what_is_said_of_a_move_is_read_with_the_history_and_holds_no_identity_number(
    world: SimpleNamespace, task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    who = {"to_user": world.bo.user_id, "actor": world.chef, "now": NOW, "reason": "byte"}
    for text, why in ((f"Om {MARKED}.", "identity"), ("x" * 301, "long")):
        with pytest.raises(ReasonTextError) as refused:
            use_cases.reassign(task.pk, text=text, **who)
        assert refused.value.why == why
        assert text not in str(refused.value)
    assert not Event.objects.filter(kind="reassigned").exists()
    use_cases.reassign(task.pk, text="  Går på\nkurs. ", **who)
    line = Event.objects.get(kind="reassigned")
    assert line.detail == {"user": world.bo.user_id, "reason": "byte"}
    assert line.explanation == {"text": "Går på kurs."}
    assert "kurs" not in caplog.text


def test_nothing_happens_to_a_completed_task(world: SimpleNamespace, task: Task) -> None:
    finish(task, world.anna, {"om": False})
    with pytest.raises(errors.TaskAlreadyCompletedError):
        use_cases.claim(task.pk, actor=world.anna, now=NOW)
    with pytest.raises(errors.TaskAlreadyCompletedError):
        use_cases.reassign(task.pk, to_user=None, actor=world.chef, now=NOW)


def test_cancel(world: SimpleNamespace, task: Task) -> None:
    with pytest.raises(errors.NotPermittedError):
        use_cases.cancel_instance(task.instance_id, "fel", actor=world.anna, now=NOW)
    with pytest.raises(errors.ReasonInvalidError):
        use_cases.cancel_instance(task.instance_id, "Astrid har flyttat", actor=world.chef, now=NOW)
    use_cases.cancel_instance(task.instance_id, "aterkallad", actor=world.chef, now=NOW)
    instance = Instance.objects.get(pk=task.instance_id)
    task.refresh_from_db()
    assert (instance.status, instance.ended_at, task.status, task.version) == (
        "cancelled", NOW, "cancelled", 2
    )  # fmt: skip
    assert not instance.timers.exists()
    assert Event.objects.get(kind="cancel_asked").detail == {"reason": "aterkallad"}
    with pytest.raises(errors.InstanceEndedError):
        use_cases.cancel_instance(task.instance_id, "aterkallad", actor=world.chef, now=NOW)
