"""Timers: the row is a hint, the diagram decides."""

from types import SimpleNamespace

import pytest

from cases import guards, use_cases
from cases.models import Event, Incident, Instance, Task, Timer
from tests.cases.conftest import DAY, NOW, also, begin, finish, open_task

pytestmark = pytest.mark.django_db


def test_nothing_is_due_before_its_time(world: SimpleNamespace) -> None:
    begin(world)
    assert use_cases.due_timers(NOW + 9 * DAY) == []
    timer = Timer.objects.get()
    assert not use_cases.fire_timer(timer.instance_id, timer.ref, now=NOW + 9 * DAY)
    assert Timer.objects.get().due == NOW + 10 * DAY


def test_fires_once(world: SimpleNamespace) -> None:
    begin(world)
    late = NOW + 300 * DAY
    ((instance_id, ref),) = use_cases.due_timers(late)
    assert use_cases.fire_timer(instance_id, ref, now=late)
    assert not use_cases.fire_timer(instance_id, ref, now=late)
    assert Task.objects.filter(element="Paminn").count() == 1
    assert use_cases.due_timers(late) == []
    line = Event.objects.get(kind="entered", element="Paminn")
    assert (line.actor, line.cause) == ("system", "fire_timer")


def test_a_wrong_hint_is_corrected(world: SimpleNamespace) -> None:
    begin(world)
    Timer.objects.update(due=NOW)
    ((instance_id, ref),) = use_cases.due_timers(NOW)
    assert not use_cases.fire_timer(instance_id, ref, now=NOW)
    assert Timer.objects.get().due == NOW + 10 * DAY


def test_a_hint_left_behind_is_dropped(world: SimpleNamespace) -> None:
    begin(world)
    timer = Timer.objects.get()
    Timer.objects.filter(ref=timer.ref).update(ref="00000000-0000-0000-0000-000000000000:Frist")
    assert not use_cases.fire_timer(
        timer.instance_id, "00000000-0000-0000-0000-000000000000:Frist", now=NOW
    )
    assert not Timer.objects.exists()


def test_the_timer_goes_with_its_task(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    assert not Timer.objects.exists()


def test_missed_turns_collapse_into_one(world: SimpleNamespace) -> None:
    started = also(world, "klocka", begin(world).arende_id)
    fired = 0
    late = NOW + 30 * DAY
    while due := [row for row in use_cases.due_timers(late) if row[0] == started.instance_id]:
        fired += use_cases.fire_timer(*due[0], now=late)
    assert fired == 1
    assert Task.objects.filter(instance_id=started.instance_id, element="P").count() == 1
    (timer,) = Timer.objects.filter(instance_id=started.instance_id)
    assert late < timer.due <= late + DAY


def test_a_failing_timer_waits_and_is_never_lost(world: SimpleNamespace) -> None:
    started = also(world, "klocka", begin(world).arende_id)
    ref = Timer.objects.get(instance_id=started.instance_id).ref
    late = NOW + DAY
    world.book.behave = "break"
    assert not use_cases.fire_timer(started.instance_id, ref, now=late)
    incident = Incident.objects.get()
    assert (incident.kind, incident.action, incident.ref, incident.attempts) == (
        "timer", "fire_timer", ref, 1
    )  # fmt: skip
    assert use_cases.due_timers(late) == []
    again = late + (incident.next_at - late)
    assert use_cases.due_timers(again) == [(started.instance_id, ref)]
    assert not use_cases.fire_timer(started.instance_id, ref, now=again)
    incident.refresh_from_db()
    assert incident.attempts == 2
    assert incident.next_at - again > again - late
    assert Instance.objects.get(pk=started.instance_id).status == "incident"

    world.book.behave = ""
    assert use_cases.fire_timer(started.instance_id, ref, now=incident.next_at)
    incident.refresh_from_db()
    assert incident.resolved_by == "system"
    assert Instance.objects.get(pk=started.instance_id).status == "running"
    assert Task.objects.filter(element="P").count() == 1


def test_a_failing_timer_holds_back_those_after_it(world: SimpleNamespace) -> None:
    started = also(world, "klocka", begin(world).arende_id)
    other = Timer.objects.get(instance_id=started.instance_id)
    world.book.behave = "break"
    use_cases.fire_timer(started.instance_id, other.ref, now=NOW + DAY)
    first = Timer.objects.get(ref=other.ref)
    Timer.objects.create(
        instance_id=first.instance_id, ref="x:Senare", element="Senare", due=first.due + DAY,
        organisation=first.organisation, unit=first.unit,
    )  # fmt: skip
    Timer.objects.filter(ref=other.ref).update(next_at=NOW + 9 * DAY)
    mine = [row for row in use_cases.due_timers(NOW + 3 * DAY) if row[0] == started.instance_id]
    assert mine == []


def test_a_guard_stops_the_clock_and_holds_nothing_back(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "_guards", [])
    dead = {"Frist"}
    guards.timer_guard(lambda context: context.element not in dead)
    begin(world)
    late = NOW + 11 * DAY
    ((instance_id, ref),) = use_cases.due_timers(late)
    assert not use_cases.fire_timer(instance_id, ref, now=late)
    assert use_cases.due_timers(late) == []
    assert not Incident.objects.exists()
    dead.clear()
    assert use_cases.due_timers(late + guards.LOOK_AGAIN) == [(instance_id, ref)]
    assert use_cases.fire_timer(instance_id, ref, now=late + guards.LOOK_AGAIN)


def test_an_ended_instance_has_no_timers(world: SimpleNamespace) -> None:
    started = begin(world)
    timer = Timer.objects.get()
    Instance.objects.filter(pk=started.instance_id).update(status="cancelled")
    assert not use_cases.fire_timer(timer.instance_id, timer.ref, now=NOW + 20 * DAY)
    assert not Timer.objects.exists()
