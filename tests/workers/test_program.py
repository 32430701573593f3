"""``python -m workers`` as a real process under its own database role."""

import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from cases.models import Event, Message, Outbox, Task
from config import clock
from tests.workers import clockwork
from tests.workers.clockwork import begin
from tests.workers.rig import Rig, child_environment
from workers import heartbeat

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@contextmanager
def program(
    rig: Rig, *arguments: str, broker: str = "postgres", name: str = "workers"
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the worker program, its output in a file; it is killed at the end if it still lives."""
    with (rig.folder / f"{name}.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "workers", "--threads", "2", "--lease", "2", *arguments],
            env=child_environment("worker", KEDJA_BROKER=broker, KEDJA_VIRTUAL_CLOCK="1"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


def run(*arguments: str, role: str = "worker") -> int:
    """Run a command to its end and return its exit code."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=child_environment(role, KEDJA_VIRTUAL_CLOCK="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    ).returncode


def alive(rig: Rig) -> set[str]:
    link = rig.link()
    try:
        return heartbeat.alive_parts(link)
    finally:
        link.close()


def test_it_says_that_it_lives_and_ends_gracefully(pg_rig: Rig) -> None:
    assert run("workers", "--health") == 1
    with program(pg_rig) as child:
        pg_rig.wait(lambda: alive(pg_rig) == {"actors", "timers"})
        assert run("workers", "--health") == 0
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    assert alive(pg_rig) == set()
    assert run("workers", "--health") == 1


def test_a_killed_program_is_missed(pg_rig: Rig) -> None:
    with program(pg_rig) as child:
        pg_rig.wait(lambda: alive(pg_rig))
        child.kill()
        child.wait()
    pg_rig.rows("update workers_heartbeat set beat_at = now() - interval '31 s' returning 1")
    assert run("workers", "--health") == 1


def test_wrong_usage_is_refused(pg_rig: Rig) -> None:
    assert run("workers", "--only", "everything") == 2


def test_a_missed_due_date_escalates_with_nobody_touching_it(pg_rig: Rig) -> None:
    """A review is six months away; the clock is moved, and only the worker acts."""
    who = clockwork.actor()
    due = clock.now() + timedelta(days=181)
    instance = begin(who, "uppfoljning", frist=due)

    def open_tasks() -> set[str]:
        rows = Task.objects.filter(instance_id=instance, status="open")
        return set(rows.values_list("element", flat=True))

    with program(pg_rig):
        pg_rig.wait(lambda: alive(pg_rig))
        assert run("config.cli", "clock", "advance", "P180D", role="owner") == 0
        time.sleep(2)
        assert open_tasks() == {"Folj_upp"}
        assert run("config.cli", "clock", "advance", "P2D", role="owner") == 0
        pg_rig.wait(lambda: open_tasks() == {"Folj_upp", "Ge_nytt_datum"})
        assert run("config.cli", "clock", "advance", "P6M", role="owner") == 0
        pg_rig.wait(lambda: open_tasks() == {"Folj_upp", "Ge_nytt_datum", "Ansvarig"})
    lines = Event.objects.filter(instance_id=instance, kind="entered", element__startswith="Ge_")
    assert lines.get().actor == "system"
    assert Task.objects.get(element="Folj_upp").due == due


@pytest.fixture(params=["postgres", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> str:
    return "postgres" if request.param == "postgres" else request.getfixturevalue("rabbitmq")


def test_a_whole_message_travels_by_either_broker(pg_rig: Rig, broker: str) -> None:
    """A timer throws a message that nobody takes: delivered to nobody, done in the queue."""
    who = clockwork.actor()
    begin(who, "meddelar")
    with program(pg_rig, broker=broker):
        with connection.cursor() as cursor:
            cursor.execute("insert into kedja_clock values (true, '300 days')")
        pg_rig.wait(lambda: Outbox.objects.filter(actor="deliver_message", state="done").exists())
    assert Message.objects.count() == 1


def test_a_row_by_hand_is_worked_on_by_the_role_kedja_worker(pg_rig: Rig) -> None:
    Outbox.objects.create(actor="deliver_message", args=[str(uuid.uuid4())])
    with program(pg_rig, "--only", "actors"):
        pg_rig.wait(lambda: Outbox.objects.get().state == "done")
        assert alive(pg_rig) <= {"actors"}


@pytest.fixture(autouse=True)
def _clock_stands_at_the_real_time(transactional_db: None) -> Iterator[None]:
    _reset()
    yield
    _reset()


def _reset() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from kedja_clock")
