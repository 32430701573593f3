"""Two connections at once: exactly one wins, the other is told so."""

import threading
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from cases import errors, use_cases
from cases.models import Delivery, Event, IdempotencyKey, Instance, Subscription, Task
from tests.cases.conftest import DAY, NOW, also, begin, database_role, finish, open_task

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
RACES = 200


def race(*runs: Callable[[], Any], role: str = "default") -> list[Any]:
    """Run at the same time on connections of their own; an error is its own result."""
    gate = threading.Barrier(len(runs))
    results: list[Any] = [None] * len(runs)

    def one(place: int, run: Callable[[], Any]) -> None:
        try:
            with database_role(role):
                connection.ensure_connection()
                gate.wait(10)
                results[place] = run()
        except Exception as error:  # noqa: BLE001
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


class Pair:
    """Two threads that keep their connections over many races."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.gate = threading.Barrier(3)
        self.jobs: list[Callable[[], Any] | None] = [None, None]
        self.results: list[Any] = [None, None]
        self.threads = [threading.Thread(target=self._run, args=(place,)) for place in (0, 1)]

    def __enter__(self) -> "Pair":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.jobs = [None, None]
        self.gate.wait(10)
        for thread in self.threads:
            thread.join(10)

    def race(self, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
        self.jobs = [first, second]
        self.gate.wait(10)
        self.gate.wait(30)
        return list(self.results)

    def _run(self, place: int) -> None:
        with database_role(self.role):
            while True:
                self.gate.wait(30)
                job = self.jobs[place]
                if job is None:
                    connections["default"].close()
                    return
                try:
                    self.results[place] = job()
                except Exception as error:  # noqa: BLE001
                    self.results[place] = error
                self.gate.wait(30)


def codes(results: list[Any]) -> list[str]:
    return sorted(getattr(result, "code", type(result).__name__) for result in results)


def test_200_races_on_one_task(world: SimpleNamespace) -> None:
    """Each turn of the loop opens a new task; both connections complete it at once."""
    started = begin(world)
    task_id = started.tasks[0].id
    seen: Counter[tuple[str, ...]] = Counter()
    with Pair("app") as pair:
        for turn in range(RACES):
            attempt = [
                lambda actor=actor, task_id=task_id: use_cases.complete_task(
                    task_id, {"om": True}, version=1, actor=actor, now=NOW
                )
                for actor in (world.anna, world.bo)
            ]
            results = pair.race(*(attempt if turn % 2 else reversed(attempt)))
            seen[tuple(codes(results))] += 1
            (won,) = (result for result in results if not isinstance(result, Exception))
            (next_task,) = won.tasks
            task_id = next_task.id
    assert seen == {("Completed", "task_already_completed"): RACES}
    assert Task.objects.filter(status="completed").count() == RACES
    assert Task.objects.filter(status="open").count() == 1
    completed = Event.objects.filter(kind="completed", element="A")
    assert completed.count() == RACES
    assert Instance.objects.get().version == RACES + 1
    assert len(world.book.ran) == RACES
    assert len(set(completed.values_list("actor", flat=True))) == 2, "one connection always won"


def test_claim(world: SimpleNamespace) -> None:
    started = begin(world)
    for _ in range(20):
        task = open_task(started.instance_id, "A")
        with Pair("app") as pair:
            results = pair.race(
                lambda task=task: use_cases.claim(task.pk, actor=world.anna, now=NOW),
                lambda task=task: use_cases.claim(task.pk, actor=world.bo, now=NOW),
            )
        assert codes(results) == ["TaskState", "task_claimed"]
        task.refresh_from_db()
        assert task.version == 2
        holder = world.anna if task.claimed_by_id == world.anna.user_id else world.bo
        finish(task, holder, {"om": True})


def test_complete_against_claim_never_deadlocks(world: SimpleNamespace) -> None:
    started = begin(world)
    for _ in range(20):
        task = open_task(started.instance_id, "A")
        results = race(
            lambda task=task: use_cases.complete_task(
                task.pk, {"om": True}, version=1, actor=world.anna, now=NOW
            ),
            lambda task=task: use_cases.claim(task.pk, actor=world.bo, now=NOW),
            role="app",
        )
        assert set(codes(results)) <= {
            "Completed", "TaskState", "task_already_completed", "stale_version",
        }, results  # fmt: skip
        task.refresh_from_db()
        if task.status == "open":
            finish(task, world.bo, {"om": True})


def test_deliver_a_message_twice_at_once(world: SimpleNamespace) -> None:
    for _ in range(15):
        arende = begin(world).arende_id
        waiting = also(world, "vanta", arende)
        finish(open_task(waiting.instance_id, "V"), world.anna)
        message_id = use_cases.correlate_message(
            "svar", str(arende), {}, uuid4(), actor=world.chef, now=NOW, arende_id=arende
        )
        ref = Subscription.objects.get(instance_id=waiting.instance_id).ref
        results = race(
            lambda message_id=message_id: use_cases.deliver_message(message_id, now=NOW),
            lambda waiting=waiting, ref=ref: use_cases.match_subscription(
                waiting.instance_id, ref, now=NOW
            ),
            role="worker",
        )
        assert sorted(results) == [0, 1]
        assert Delivery.objects.filter(message_id=message_id).count() == 1
        assert open_task(waiting.instance_id, "W")


def test_start_by_a_message_twice_at_once(world: SimpleNamespace) -> None:
    for number in range(1, 11):
        arende = begin(world).arende_id
        message_id = use_cases.correlate_message(
            "alla", str(arende), {}, uuid4(), actor=world.chef, now=NOW, arende_id=arende
        )
        deliver = [lambda message_id=message_id: use_cases.deliver_message(message_id, now=NOW)] * 2
        assert sorted(race(*deliver, role="worker")) == [0, 1]
        assert Instance.objects.filter(process_key="dod").count() == number


def test_fire_a_timer_twice_at_once(world: SimpleNamespace) -> None:
    late = NOW + 11 * DAY
    for _ in range(15):
        begin(world)
        ((instance_id, ref),) = use_cases.due_timers(late)
        fire = [lambda i=instance_id, r=ref: use_cases.fire_timer(i, r, now=late)] * 2
        assert sorted(race(*fire, role="worker")) == [False, True]
        assert Task.objects.filter(instance_id=instance_id, element="Paminn").count() == 1


def test_a_timer_against_a_person(world: SimpleNamespace) -> None:
    """Both orders are right; in neither is anything lost or done twice."""
    late = NOW + 11 * DAY
    for _ in range(15):
        started = begin(world)
        ((instance_id, ref),) = use_cases.due_timers(late)
        task_id = started.tasks[0].id
        fired, done = race(
            lambda i=instance_id, r=ref: use_cases.fire_timer(i, r, now=late),
            lambda task_id=task_id: use_cases.complete_task(
                task_id, {"om": False}, version=1, actor=world.anna, now=late
            ),
        )
        assert done.version == 2
        reminders = Task.objects.filter(instance_id=instance_id, element="Paminn").count()
        assert reminders == int(fired)


def test_one_idempotency_key_twice_at_once(world: SimpleNamespace) -> None:
    for number in range(1, 11):
        go = [lambda number=number: begin(world, idempotency_key=f"k{number}")] * 2
        first, second = race(*go, role="app")
        assert first == second
        assert Instance.objects.count() == number
    assert IdempotencyKey.objects.count() == 10


def test_a_completion_repeated_at_once_is_answered_once(world: SimpleNamespace) -> None:
    started = begin(world)
    for number in range(10):
        task = open_task(started.instance_id, "A")
        go = [
            lambda task=task, number=number: use_cases.complete_task(
                task.pk, {"om": True}, version=1, actor=world.anna, now=NOW,
                idempotency_key=f"k{number}",
            )
        ] * 2  # fmt: skip
        first, second = race(*go, role="app")
        assert not isinstance(first, errors.CaseError)
        assert first == second
