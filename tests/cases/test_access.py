"""The table ``atkomst`` decides, one grant at a time."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, User

from cases import access, queries
from cases.access import Action, Resource
from cases.actor import SYSTEM, Actor, actor_for
from cases.models import RoleGrant, Task
from tests.cases.conftest import DAY, NOW, begin, finish, open_task

pytestmark = pytest.mark.django_db


def resource(world: SimpleNamespace, **more: object) -> Resource:
    values = {
        "ref": "x", "bundle": world.bundle, "organisation": world.authority.pk,
        "unit": world.one.pk, "secrecy": 0, "roles": ("handlaggare",), "assigned": False,
    }  # fmt: skip
    return Resource(**(values | more))


def test_role_lane_unit_assignment_and_secrecy(world: SimpleNamespace) -> None:
    here = resource(world)
    assert access.allowed(world.anna, Action.COMPLETE, here)
    assert not access.allowed(world.disa, Action.COMPLETE, here)
    assert not access.allowed(world.chef, Action.COMPLETE, here)
    assert access.allowed(world.chef, Action.COMPLETE, resource(world, assigned=True))
    assert access.allowed(world.chef, Action.REASSIGN, here)
    assert not access.allowed(world.anna, Action.REASSIGN, here)
    protected = resource(world, secrecy=1)
    assert not access.allowed(world.anna, Action.COMPLETE, protected)
    assert access.allowed(world.skyddad, Action.COMPLETE, protected)
    assert not access.allowed(world.skyddad, Action.COMPLETE, resource(world, secrecy=3))
    assert access.allowed(SYSTEM, Action.CANCEL, protected)
    assert not access.allowed(actor_for(AnonymousUser(), NOW), Action.READ, here)


def test_grants_hold_from_day_to_day(world: SimpleNamespace) -> None:
    user = User.objects.get(username="anna")
    RoleGrant.objects.filter(user=user).update(
        valid_from=date(2026, 8, 17), valid_to=date(2026, 8, 18)
    )
    assert [bool(actor_for(user, NOW + days * DAY).grants) for days in (-1, 0, 1, 2)] == [
        False, True, True, False,
    ]  # fmt: skip
    user.is_active = False
    assert actor_for(user, NOW).grants == ()
    assert world.bundle


def test_a_grant_on_the_organisation_reaches_all_its_units(world: SimpleNamespace) -> None:
    user = User.objects.get(username="chef")
    RoleGrant.objects.filter(user=user).update(unit=None)
    actor = actor_for(user, NOW)
    assert set(actor.units) == {world.one.pk, world.two.pk}
    assert actor.units_of(world.provider.pk) == ()


def test_lists_show_what_one_may_read_and_the_inbox_what_one_may_do(
    world: SimpleNamespace,
) -> None:
    started = begin(world)

    def elements(actor: Actor) -> tuple[list[str], list[str]]:
        seen = queries.tasks(actor, now=NOW).values_list("element", flat=True)
        mine = queries.inbox(actor, now=NOW).values_list("element", flat=True)
        return list(seen), list(mine)

    assert elements(world.anna) == (["A"], ["A"])
    assert elements(world.chef) == (["A"], [])
    assert elements(world.disa) == ([], [])
    assert elements(world.eva) == ([], [])
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    assert elements(world.anna) == (["B"], [])
    assert elements(world.chef) == (["B"], ["B"])
    assert queries.tasks(world.anna, now=NOW, status="completed").get().element == "A"
    assert queries.history(started.arende_id, actor=world.anna, now=NOW).count() > 5
    assert queries.history(started.arende_id, actor=world.eva, now=NOW).count() == 0
    assert queries.instances(world.anna, now=NOW, arende_id=started.arende_id, live=True).get()


def test_a_claimed_task_is_in_one_inbox_only(world: SimpleNamespace) -> None:
    begin(world)
    Task.objects.update(claimed_by=world.anna.user_id)
    assert queries.inbox(world.anna, now=NOW).count() == 1
    assert queries.inbox(world.bo, now=NOW).count() == 0


def test_task_detail(world: SimpleNamespace) -> None:
    started = begin(world)
    task = open_task(started.instance_id, "A")
    detail = queries.task_detail(task.pk, actor=world.anna, now=NOW)
    assert detail.form is not None
    assert (detail.form.id, detail.element.name) == ("form_a", "Gör A")
    assert detail.actions == {Action.CLAIM, Action.COMPLETE, Action.DELEGATE}
    chef = queries.task_detail(task.pk, actor=world.chef, now=NOW)
    assert {Action.REASSIGN, Action.CANCEL} <= chef.actions
    assert Action.COMPLETE not in chef.actions


@pytest.mark.parametrize("many", [1, 20])
def test_the_inbox_is_one_query_however_long(
    world: SimpleNamespace, django_assert_num_queries: object, many: int
) -> None:
    for _ in range(many):
        begin(world)
    queries.inbox(world.anna, now=NOW)
    with django_assert_num_queries(2):  # the newest edition, and the rows
        rows = list(queries.inbox(world.anna, now=NOW))
        assert len([row.claimed_by for row in rows]) == many
