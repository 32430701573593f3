"""The timer loop: exactly once, in order, and one broken case stops nobody else."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from cases import use_cases
from cases.actor import Actor
from cases.models import Event, Incident, Instance, Timer
from tests.workers import clockwork
from tests.workers.clockwork import DAY, NOW, begin, days, fired
from workers.timers import TimerLoop

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
MARKED = "194003652387"


@pytest.fixture
def klockare(transactional_db: None) -> Actor:
    return clockwork.actor()


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def catch_up(moment: datetime, **options: Any) -> int:
    """Run the loop until it has nothing to do; return how many timers it fired."""
    loop, stop, total = TimerLoop(now=at(moment), **options), threading.Event(), 0
    while count := loop.turn(stop):
        total += count
    return total


def test_nothing_fires_before_its_time(klockare: Actor) -> None:
    begin(klockare, "efter", **days(1, 2, 3))
    assert catch_up(NOW + DAY / 2) == 0


def test_timers_of_an_instance_fire_in_the_order_of_their_times(klockare: Actor) -> None:
    instance = begin(klockare, "jamsides", villkor=True, **days(2, 3, 1))
    assert catch_up(NOW + 10 * DAY) == 3
    assert fired(instance) == "CAB"
    assert Instance.objects.get(pk=instance).status == "completed"


def test_a_long_pause_is_caught_up_with_in_order(klockare: Actor) -> None:
    instance = begin(klockare, "efter", **days(1, 40, 90))
    assert catch_up(NOW + 365 * DAY) == 3
    assert fired(instance) == "ABC"


def test_each_firing_is_an_action_of_its_own(klockare: Actor) -> None:
    instance = begin(klockare, "jamsides", villkor=True, **days(1, 2, 3))
    catch_up(NOW + 10 * DAY)
    versions = Event.objects.filter(instance_id=instance, cause="fire_timer")
    assert len(set(versions.values_list("version", flat=True))) == 3


def test_two_loops_at_once_fire_everything_once(klockare: Actor) -> None:
    instances = [begin(klockare, "jamsides", villkor=True, **days(1, 2, 3)) for _ in range(15)]
    counts: list[int] = []

    def run() -> None:
        try:
            counts.append(catch_up(NOW + 10 * DAY))
        finally:
            connections.close_all()

    loops = [threading.Thread(target=run) for _ in range(3)]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join()
    catch_up(NOW + 10 * DAY)
    assert sum(counts) <= 45
    assert {fired(instance) for instance in instances} == {"ABC"}
    assert not Timer.objects.exists()
    assert not Incident.objects.exists()


def test_an_instance_in_use_is_left_for_later(klockare: Actor) -> None:
    busy = begin(klockare, "efter", **days(1, 2, 3))
    free = begin(klockare, "efter", **days(1, 2, 3))
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Instance.objects.select_for_update().get(pk=busy)
            locked.set()
            done.wait(20)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(20)
    catch_up(NOW + 10 * DAY)
    assert (fired(busy), fired(free)) == ("", "ABC")
    done.set()
    holder.join()
    catch_up(NOW + 10 * DAY)
    assert fired(busy) == "ABC"


def test_a_failing_timer_holds_back_its_own_instance_alone(klockare: Actor) -> None:
    broken = begin(klockare, "jamsides", villkor=5, **days(1, 2, 3))
    sound = begin(klockare, "jamsides", villkor=True, **days(1, 2, 3))
    late = NOW + 10 * DAY
    assert catch_up(late) == 4
    assert (fired(broken), fired(sound)) == ("A", "ABC")
    incident = Incident.objects.get()
    assert (incident.instance_id, incident.code) == (broken, "condition_not_boolean")
    assert incident.next_at is not None
    assert incident.next_at > late


def test_a_failing_timer_is_tried_again_later_each_time(klockare: Actor) -> None:
    broken = begin(klockare, "jamsides", villkor=5, **days(1, 2, 3))
    late = NOW + 10 * DAY
    waits = []
    for attempt in (1, 2, 3):
        catch_up(late)
        incident = Incident.objects.get(instance_id=broken)
        assert incident.attempts == attempt
        assert incident.next_at is not None
        waits.append(incident.next_at - late)
        assert catch_up(incident.next_at - DAY / 86_400) == 0
        late = incident.next_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_what_nobody_foresaw_is_an_incident_without_its_text(
    klockare: Actor, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = begin(klockare, "efter", **days(1, 2, 3))
    sound = begin(klockare, "efter", **days(2, 3, 4))

    def fire(instance_id: UUID, ref: str, *, now: datetime) -> bool:
        if instance_id == broken:
            raise RuntimeError(MARKED)
        return use_cases.fire_timer(instance_id, ref, now=now)

    assert catch_up(NOW + 10 * DAY, fire=fire) == 3
    assert fired(sound) == "ABC"
    incident = Incident.objects.get()
    assert (incident.instance_id, incident.code) == (broken, "RuntimeError")
    assert MARKED not in incident.message
    printed = capfd.readouterr()
    assert MARKED not in printed.out + printed.err


def test_a_deadlock_postpones_one_timer_and_no_other(klockare: Actor) -> None:
    unlucky = begin(klockare, "efter", **days(1, 50, 60))
    other = begin(klockare, "efter", **days(2, 50, 60))
    tries: list[UUID] = []

    def fire(instance_id: UUID, ref: str, *, now: datetime) -> bool:
        tries.append(instance_id)
        if tries.count(unlucky) == 1 and instance_id == unlucky:
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = '10ms'")
                cursor.execute("select pg_sleep(1)")
        return use_cases.fire_timer(instance_id, ref, now=now)

    assert catch_up(NOW + 10 * DAY, fire=fire) == 2
    assert (fired(unlucky), fired(other)) == ("A", "A")
    assert not Incident.objects.exists()


def test_the_loop_runs_until_told_and_survives_a_lost_connection(klockare: Actor) -> None:
    instance = begin(klockare, "efter", **days(1, 2, 3))
    moment = [NOW]
    stop = threading.Event()

    def run() -> None:
        TimerLoop(now=lambda: moment[0], poll_s=0.05).run(stop)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    for number, expected in ((1, "A"), (2, "AB"), (3, "ABC")):
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename ="
                " current_user and datname = current_database() and pid <> pg_backend_pid()"
            )
        moment[0] = NOW + number * DAY
        assert _within(10, lambda expected=expected: fired(instance) == expected)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def _within(limit_s: float, condition: Callable[[], bool]) -> bool:
    pause = threading.Event()
    for _ in range(int(limit_s / 0.05)):
        if condition():
            return True
        pause.wait(0.05)
    return condition()
