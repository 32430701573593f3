"""Bevakning under the web's own database role: one sleeper, and the database's own guard."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from cases import inbox, use_cases
from cases.context import access_context
from cases.inbox import Wanted, Whose
from cases.models import Bevakning, Event, Task
from cases.use_cases.sleeping import put_to_sleep, wake
from tests.cases.conftest import DAY, NOW, begin, database_role, open_task
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app"])
UNTIL = date(2026, 8, 24)


def sleep(task: Task, actor: object) -> None:
    put_to_sleep(task.pk, until=UNTIL, reason="väntar på svar", actor=actor, now=NOW)  # type: ignore[arg-type]


def test_two_put_the_same_task_to_sleep_at_once(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    outcome = at_once(lambda: sleep(task, world.anna), lambda: sleep(task, world.bo))
    assert sorted(map(str, outcome)) == ["None", "task_claimed"]
    row = Bevakning.objects.get()
    task.refresh_from_db()
    assert row.user_id == task.claimed_by_id
    with database_role("app"):
        for actor in (world.anna, world.bo):
            with access_context(actor):
                who = inbox.looker(actor, NOW)
                asleep = inbox.page(who, Wanted(whose=Whose.ASLEEP), limit=5).rows
                assert [one.pk for one in asleep] == [task.pk] * (actor.user_id == row.user_id)
                assert not inbox.page(who, Wanted(), limit=5).rows
        with access_context(world.disa):
            assert not Bevakning.objects.exists(), "another unit"
        holder = world.anna if row.user_id == world.anna.user_id else world.bo
        wake(task.pk, actor=holder, now=NOW)
        use_cases.release(task.pk, actor=holder, now=NOW)
    assert not Bevakning.objects.exists()
    kinds = Event.objects.filter(task_id=str(task.pk)).order_by("version", "seq")
    assert list(kinds.values_list("kind", flat=True))[-3:] == ["bevakad", "vaknade", "released"]
    # The database itself: nobody sleeps on what she has not, nor past the last day.
    place = {"organisation_id": task.organisation_id, "unit_id": task.unit_id, "at": NOW}
    for holder_id, due in ((None, None), (world.anna.user_id, NOW + DAY)):
        Task.objects.filter(pk=task.pk).update(claimed_by=holder_id, due=due)
        with pytest.raises(IntegrityError, match="bevakning_not_held"), transaction.atomic():
            Bevakning.objects.create(
                task=task, user_id=world.anna.user_id, until=NOW + 2 * DAY, reason="x", **place
            )
    assert connection.in_atomic_block is False
