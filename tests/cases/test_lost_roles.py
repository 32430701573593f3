"""Boundary: a role removed while its task is open."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User

from cases import queries, use_cases
from cases.actor import actor_for
from cases.errors import NotPermittedError
from cases.models import Event, RoleGrant, Task
from tests.cases.conftest import DAY, NOW, begin, open_task, person

pytestmark = pytest.mark.django_db


def test_a_task_whose_holder_lost_the_role_goes_back_to_it(world: SimpleNamespace) -> None:
    started = begin(world)
    task = open_task(started.instance_id, "A")
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    user = User.objects.get(username="anna")
    person("anna2", "arbetsledare", world.one)
    RoleGrant.objects.filter(user=user).update(valid_to=date(2026, 8, 17))
    RoleGrant.objects.create(
        user=user, role="arbetsledare", organisation=world.authority, unit=world.one,
        valid_from=date(2026, 8, 1),
    )  # fmt: skip
    later = NOW + 10 * DAY
    anna, bo = actor_for(user, later), world.bo
    assert queries.inbox(bo, now=later).count() == 0
    task = open_task(started.instance_id, "A")
    with pytest.raises(NotPermittedError):
        use_cases.complete_task(task.pk, {"om": False}, version=task.version, actor=anna, now=later)
    assert use_cases.release_lost(now=later) == 1
    assert use_cases.release_lost(now=later) == 0
    assert queries.inbox(bo, now=later).get().pk == task.pk


def ended(name: str) -> None:
    """The roles of a person ended yesterday."""
    yesterday = (NOW - DAY).date()
    grants = RoleGrant.objects.filter(user__username=name)
    grants.update(valid_from=yesterday - DAY, valid_to=yesterday)


def test_those_beyond_the_first_that_are_held_are_released_too(world: SimpleNamespace) -> None:
    tasks = [open_task(begin(world).instance_id, "A") for _ in range(3)]
    *kept, lost = sorted(tasks, key=lambda task: task.pk)
    for task in kept:
        use_cases.claim(task.pk, actor=world.anna, now=NOW)
    use_cases.claim(lost.pk, actor=world.bo, now=NOW)
    ended("bo")
    assert use_cases.release_lost(now=NOW, limit=2) == 1
    lost.refresh_from_db()
    assert lost.claimed_by is None
    assert Task.objects.filter(claimed_by=world.anna.user_id).count() == 2


def test_no_more_than_the_limit_go_at_once_and_the_rest_the_next_time(
    world: SimpleNamespace,
) -> None:
    for _ in range(3):
        task = open_task(begin(world).instance_id, "A")
        use_cases.claim(task.pk, actor=world.anna, now=NOW)
    ended("anna")
    assert [use_cases.release_lost(now=NOW, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("holder", ["anna", None])
def test_what_a_substitute_has_goes_back_to_the_colleague(
    world: SimpleNamespace, holder: str | None
) -> None:
    """ADR 0023: what she took is the colleague's, as when the substitution is over."""
    task = open_task(begin(world).instance_id, "A")
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    wish = use_cases.Substitution(
        person=world.anna.user_id, substitute=world.bo.user_id,
        first=NOW.date(), last=NOW.date() + DAY, reason="ledighet",
    )  # fmt: skip
    use_cases.appoint_substitute(wish, actor=world.chef, now=NOW)
    bo = actor_for(User.objects.get(username="bo"), NOW)
    use_cases.claim(task.pk, actor=bo, now=NOW)
    ended("bo")
    if holder is None:
        ended("anna")
    assert [use_cases.release_lost(now=NOW) for _ in range(2)] == [1, 0]
    task.refresh_from_db()
    found = None if task.claimed_by is None else task.claimed_by.get_username()
    assert (found, task.vikariat_id) == (holder, None)
    line = Event.objects.filter(task_id=str(task.pk)).latest("version")
    assert line.kind == ("returned" if holder else "released")


def test_a_head_who_was_given_the_task_keeps_it(world: SimpleNamespace) -> None:
    started = begin(world)
    task = open_task(started.instance_id, "A")
    use_cases.reassign(task.pk, to_user=world.chef.user_id, actor=world.chef, now=NOW)
    assert use_cases.release_lost(now=NOW) == 0
