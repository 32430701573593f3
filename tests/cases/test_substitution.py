"""A colleague stands in for a person: in those days, within her own roles, seen by both."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction

from cases import errors, inbox, queries, substitution, use_cases
from cases.access import Action
from cases.actor import Actor, actor_for
from cases.context import access_context
from cases.inbox import Wanted, Whose
from cases.models import Event, Instance, RoleGrant, Task, Vikariat
from cases.substitution_errors import SubstitutionOverError, SubstitutionRefusedError
from cases.use_cases import Substitution
from tests.cases.conftest import DAY, NOW, also, begin, database_role, finish, open_task, person
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
TODAY = NOW.date()


def appoint(world: SimpleNamespace, by: Actor | None = None, **more: Any) -> Vikariat:
    """Bo stands in for Anna today and tomorrow."""
    values = {
        "person": world.anna.user_id, "substitute": world.bo.user_id,
        "first": TODAY, "last": TODAY + DAY, "reason": "ledighet",
    }  # fmt: skip
    return use_cases.appoint_substitute(
        Substitution(**(values | more)), actor=by or world.chef, now=NOW
    )


def again(actor: Actor, days: int = 0) -> Actor:
    """The same person, as the door meets her on a day."""
    return actor_for(User.objects.get(pk=actor.user_id), NOW + timedelta(days=days))


def annas(world: SimpleNamespace) -> Task:
    """A task that Anna has."""
    task = open_task(begin(world).instance_id, "A")
    use_cases.claim(task.pk, actor=world.anna, now=NOW)
    task.refresh_from_db()
    return task


def listed(actor: Actor, wanted: Wanted, days: int = 0) -> list[UUID]:
    """One page of Min dag under the web's own role; the counts and the plain query agree."""
    now = NOW + timedelta(days=days)
    with database_role("app"), access_context(actor):
        who = inbox.looker(actor, now)
        found = [row.pk for row in inbox.page(who, wanted, limit=50).rows]
        assert inbox.counts(who, {"a": wanted}) == {"a": len(found)}
        if wanted == Wanted():
            assert found == [row.pk for row in queries.inbox(actor, now=now)]
        return found


def test_the_substitute_does_the_colleagues_tasks_in_those_days(world: SimpleNamespace) -> None:
    task, other = annas(world), annas(world)
    assert listed(world.bo, Wanted()) == []
    appoint(world)
    bo = again(world.bo)
    assert [one.name for one in bo.stands_for.values()] == ["anna"]
    assert bo.grants == world.bo.grants, "it gives no role"
    both = sorted([task.pk, other.pk])
    assert listed(bo, Wanted()) == listed(bo, Wanted(whose=Whose.STOOD_IN)) == both
    assert listed(bo, Wanted(whose=Whose.MINE)) == []
    assert Action.CLAIM in queries.task_detail(task.pk, actor=bo, now=NOW).actions
    with database_role("app"):
        version = use_cases.claim(task.pk, actor=bo, now=NOW, version=task.version).version
        use_cases.complete_task(task.pk, {"om": False}, version=version, actor=bo, now=NOW)
    said = Event.objects.filter(task_id=str(task.pk), actor="bo").order_by("version")
    assert [(line.kind, line.detail.get("vikarie_for")) for line in said] == [
        ("claimed", "anna"), ("completed", "anna"),
    ]  # fmt: skip
    use_cases.claim(other.pk, actor=bo, now=NOW)
    assert listed(bo, Wanted(whose=Whose.STOOD_IN)) == [other.pk]
    back = use_cases.release(other.pk, actor=bo, now=NOW)
    assert back.claimed_by == world.anna.user_id, "not to the role: it is hers"
    for days in (-1, 2):
        assert not again(world.bo, days).stands_for
        assert listed(again(world.bo, days), Wanted(), days) == []


def test_never_more_than_the_substitutes_own_roles_allow(world: SimpleNamespace) -> None:
    appoint(world)
    of_unit_two = begin(world, actor=world.disa)
    Task.objects.filter(instance_id=of_unit_two.instance_id).update(claimed_by=world.anna.user_id)
    lead = annas(world)
    finish(lead, world.anna, {"om": False})
    of_another_role = open_task(lead.instance_id, "B")
    use_cases.reassign(of_another_role.pk, to_user=world.anna.user_id, actor=world.chef, now=NOW)
    protected = annas(world)
    for table in (Task, Instance):
        key = protected.pk if table is Task else protected.instance_id
        table.objects.filter(pk=key).update(secrecy=1)
    bo = again(world.bo)
    assert listed(bo, Wanted()) == []
    for task, code in (
        (open_task(of_unit_two.instance_id, "A"), errors.NotFoundError),
        (of_another_role, errors.NotPermittedError),
        (protected, errors.NotFoundError),
    ):
        with database_role("app"), pytest.raises(code):
            use_cases.claim(task.pk, actor=bo, now=NOW)
    # Whoever may see protected cases by her own role does not get them as a substitute either.
    RoleGrant.objects.filter(user_id=world.bo.user_id).update(secrecy=3)
    cleared = again(world.bo)
    assert listed(cleared, Wanted()) == []
    assert not substitution.may_take(Task.objects.get(pk=protected.pk), cleared)
    with pytest.raises(errors.TaskClaimedError):
        use_cases.claim(protected.pk, actor=cleared, now=NOW)


@pytest.mark.parametrize("writer", ["anna", "bo"])
def test_never_what_either_of_the_two_has_written(world: SimpleNamespace, writer: str) -> None:
    """Four eyes: neither her own text, nor the colleague's in the colleague's place."""
    plain = annas(world)
    started = also(world, "ogon", plain.arende_id)
    finish(open_task(started.instance_id, "A"), getattr(world, writer))
    review = open_task(started.instance_id, "Granska")
    Task.objects.filter(pk=review.pk).update(claimed_by=world.anna.user_id)
    appoint(world)
    bo = again(world.bo)
    assert listed(bo, Wanted()) == listed(bo, Wanted(whose=Whose.STOOD_IN)) == [plain.pk]
    assert Action.CLAIM not in queries.task_detail(review.pk, actor=bo, now=NOW).actions
    with pytest.raises(errors.FourEyesError):
        use_cases.claim(review.pk, actor=bo, now=NOW)
    # Nor is it moved or lent to whoever wrote it.
    with pytest.raises(errors.FourEyesError):
        use_cases.reassign(
            review.pk, to_user=getattr(world, writer).user_id, actor=world.chef, now=NOW
        )


def test_what_is_not_done_goes_back(world: SimpleNamespace) -> None:
    row = appoint(world)
    bo, (ended, over) = again(world.bo), (annas(world), annas(world))
    use_cases.claim(ended.pk, actor=bo, now=NOW)
    with database_role("app"):
        with pytest.raises(errors.NotFoundError):
            use_cases.end_substitution(row.pk, actor=world.disa, now=NOW)
        assert use_cases.end_substitution(row.pk, actor=world.anna, now=NOW) == 1
        assert use_cases.end_substitution(row.pk, actor=world.anna, now=NOW) == 0
    ended.refresh_from_db()
    assert (ended.claimed_by_id, ended.vikariat_id) == (world.anna.user_id, None)
    assert listed(again(world.bo), Wanted()) == []
    with pytest.raises(errors.TaskClaimedError):
        use_cases.claim(over.pk, actor=again(world.bo), now=NOW)
    # A door that was built before the end is told so.
    with pytest.raises(SubstitutionOverError):
        use_cases.claim(over.pk, actor=bo, now=NOW)
    appoint(world)
    bo = again(world.bo)
    use_cases.claim(over.pk, actor=bo, now=NOW)
    late = NOW + 2 * DAY
    with pytest.raises(SubstitutionOverError):
        finish(over, again(world.bo, 2), {"om": False}, now=late)
    with database_role("worker"):
        assert use_cases.return_from_substitutes(now=NOW) == 0
        assert use_cases.return_from_substitutes(now=late) == 1
        assert use_cases.return_from_substitutes(now=late) == 0
    over.refresh_from_db()
    assert over.claimed_by_id == world.anna.user_id
    line = Event.objects.filter(task_id=str(over.pk)).latest("version")
    assert (line.kind, line.actor, line.detail) == ("returned", "system", {"vikarie_for": "anna"})


def test_what_a_substitute_lends_or_puts_to_sleep_stays_the_colleagues(
    world: SimpleNamespace,
) -> None:
    appoint(world)
    bo, task = again(world.bo), annas(world)
    use_cases.claim(task.pk, actor=bo, now=NOW)
    carl = person("carl", "handlaggare", world.one)
    use_cases.appoint_substitute(
        Substitution(
            person=world.bo.user_id or 0, substitute=carl.user_id or 0,
            first=TODAY, last=TODAY, reason="ledighet",
        ),
        actor=world.bo, now=NOW,
    )  # fmt: skip
    assert listed(again(carl), Wanted()) == [], "nobody stands in for a substitute"
    lent = use_cases.delegate(task.pk, to_user=carl.user_id or 0, actor=bo, now=NOW)
    assert lent.delegated_by == world.anna.user_id
    back = use_cases.resolve_delegation(task.pk, actor=carl, now=NOW)
    assert back.claimed_by == world.anna.user_id


def test_what_nobody_has_is_taken_for_oneself(world: SimpleNamespace) -> None:
    """P-2: a protection takes the task from the substitute; who has it then does it herself."""
    task = annas(world)
    appoint(world)
    use_cases.claim(task.pk, actor=again(world.bo), now=NOW)
    Task.objects.filter(pk=task.pk).update(claimed_by=None, version=9)
    taken = use_cases.claim(task.pk, actor=world.anna, now=NOW)
    assert Task.objects.get(pk=task.pk).vikariat_id is None
    done = {"om": False}
    use_cases.complete_task(task.pk, done, version=taken.version, actor=world.anna, now=NOW)
    assert Event.objects.filter(kind="completed", task_id=str(task.pk), actor="anna").exists()


def test_who_may_appoint_whom(world: SimpleNamespace) -> None:
    for refused, why in (
        ({"first": TODAY - DAY}, "period"),
        ({"last": TODAY - DAY}, "period"),
        ({"substitute": world.anna.user_id}, "oneself"),
        ({"substitute": world.disa.user_id}, "role"),
        ({"substitute": world.chef.user_id}, "role"),
        ({"substitute": 999_999}, "unknown"),
    ):
        with pytest.raises(SubstitutionRefusedError) as found:
            appoint(world, **refused)
        assert found.value.why == why
        assert found.value.svenska
    with pytest.raises(errors.ReasonInvalidError):
        appoint(world, reason="Anna är sjuk")
    for stranger in (world.bo, world.disa, world.eva):
        with pytest.raises(errors.NotPermittedError):
            appoint(world, by=stranger)
    user = User.objects.get(username="anna")
    also_in_two = RoleGrant.objects.create(
        user=user, role="handlaggare", organisation=world.authority, unit=world.two,
        valid_from=date(2025, 1, 1),
    )  # fmt: skip
    with pytest.raises(errors.NotPermittedError):
        appoint(world)
    also_in_two.delete()
    with database_role("app"):
        own = appoint(world, by=world.anna)
        with pytest.raises(SubstitutionRefusedError) as overlap:
            appoint(world, first=TODAY + DAY, last=TODAY + 5 * DAY)
        assert overlap.value.why == "overlap"
        appoint(world, first=TODAY + 2 * DAY, last=TODAY + 5 * DAY)
        use_cases.end_substitution(own.pk, actor=world.bo, now=NOW)
        appoint(world)


@pytest.mark.parametrize("_turn", range(5))
def test_two_appoint_at_once(world: SimpleNamespace, _turn: int) -> None:
    carl = person("carl", "handlaggare", world.one)
    outcome = at_once(
        lambda: appoint(world), lambda: appoint(world, substitute=carl.user_id, by=world.anna)
    )
    assert [str(one) for one in outcome].count("substitution_refused") == 1
    assert Vikariat.objects.count() == 1


def test_ended_while_it_is_used(world: SimpleNamespace) -> None:
    """Whichever is first: the task is never left with a substitute who is that no more."""
    for _ in range(4):
        row, task = appoint(world), annas(world)
        bo = again(world.bo)
        at_once(
            lambda task=task, bo=bo: use_cases.claim(task.pk, actor=bo, now=NOW),
            lambda row=row: use_cases.end_substitution(row.pk, actor=world.chef, now=NOW),
        )
        task.refresh_from_db()
        assert (task.claimed_by_id, task.vikariat_id) == (world.anna.user_id, None)


def test_the_database_keeps_it_too(world: SimpleNamespace) -> None:
    row = appoint(world)
    values = {
        "organisation": world.authority, "unit": world.one, "person_id": world.anna.user_id,
        "vikarie_id": world.bo.user_id, "from_day": TODAY + 9 * DAY, "to_day": TODAY + 9 * DAY,
        "reason": "x", "appointed_at": NOW, "appointed_by_id": world.chef.user_id,
    }  # fmt: skip
    for wrong, rule in (
        ({"to_day": TODAY}, "vikariat_period"),
        ({"vikarie_id": world.anna.user_id}, "vikariat_not_oneself"),
        ({"from_day": TODAY}, "vikariat_one_at_a_time"),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Vikariat.objects.create(**(values | wrong))
    for change in ({"to_day": TODAY + 8 * DAY}, {"vikarie_id": world.disa.user_id}):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            Vikariat.objects.filter(pk=row.pk).update(**change)
    with database_role("app"):
        for actor, seen in ((world.anna, 1), (world.bo, 1), (world.disa, 0), (world.eva, 0)):
            with access_context(actor):
                assert Vikariat.objects.count() == seen, actor.username
        assert Vikariat.objects.count() == 0, "nobody without a context"
        # Nobody makes herself a substitute, or another's substitution in somebody's name.
        for actor, by in ((world.eva, world.eva), (world.disa, world.disa), (world.bo, world.chef)):
            given = values | {"vikarie_id": actor.user_id, "appointed_by_id": by.user_id}
            with pytest.raises(DatabaseError, match="row-level"), access_context(actor):
                Vikariat.objects.create(**given)


def test_min_dag_asks_as_often_for_many(
    world: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    appoint(world)
    task, bo = annas(world), again(world.bo)
    with access_context(bo), django_assert_max_num_queries(8) as few:
        inbox.page(inbox.looker(bo, NOW), Wanted(), limit=30)
    for number in range(40):
        Task.objects.create(
            instance_id=task.instance_id, process_key="prova", element=f"A{number}", name="Gör A",
            groups=task.groups, created_at=NOW, claimed_by_id=world.anna.user_id,
            organisation_id=task.organisation_id, unit_id=task.unit_id,
        )  # fmt: skip
    with access_context(bo), django_assert_max_num_queries(len(few)):
        assert len(inbox.page(inbox.looker(bo, NOW), Wanted(), limit=50).rows) == 41
