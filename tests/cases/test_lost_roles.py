"""Boundary: a role removed while its task is open."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User

from cases import queries, use_cases
from cases.actor import actor_for
from cases.errors import NotPermittedError
from cases.models import RoleGrant
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


def test_a_head_who_was_given_the_task_keeps_it(world: SimpleNamespace) -> None:
    started = begin(world)
    task = open_task(started.instance_id, "A")
    use_cases.reassign(task.pk, to_user=world.chef.user_id, actor=world.chef, now=NOW)
    assert use_cases.release_lost(now=NOW) == 0
