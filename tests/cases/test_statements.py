"""How often an action goes to the database, counted on the wire."""

import tempfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from cases import use_cases
from tests.cases.conftest import DAY, NOW, begin, database_role, open_task

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def sent(run: Callable[[], Any]) -> list[str]:
    """The tags of the statements that PostgreSQL completed."""
    connection.ensure_connection()
    with tempfile.TemporaryFile() as trace:
        connection.connection.pgconn.trace(trace.fileno())
        try:
            run()
        finally:
            connection.connection.pgconn.untrace()
        trace.seek(0)
        return [
            line.rsplit(b'"', 2)[1].split()[0].decode()
            for line in trace.read().splitlines()
            if b"\tCommandComplete\t" in line
        ]


@pytest.mark.parametrize("key", [None, "k"])
def test_complete_task_is_one_transaction_of_three_statements(
    world: SimpleNamespace, key: str | None
) -> None:
    """The capability of the diagram writes one row more, which is its own affair."""
    started = begin(world)
    task = open_task(started.instance_id, "A")
    with database_role("app"):
        tags = sent(
            lambda: use_cases.complete_task(
                task.pk, {"om": False}, version=1, actor=world.anna, now=NOW, idempotency_key=key
            )
        )
    assert tags == ["BEGIN", "SELECT", "SELECT", "INSERT", "SELECT", "COMMIT"]


def test_fire_timer(world: SimpleNamespace) -> None:
    begin(world)
    late = NOW + 11 * DAY
    ((instance_id, ref),) = use_cases.due_timers(late)
    with database_role("worker"):
        tags = sent(lambda: use_cases.fire_timer(instance_id, ref, now=late))
    # Lock, the record's question whether somebody has died (K-2), the one writing statement.
    assert tags == ["BEGIN", "SELECT", "SELECT", "SELECT", "COMMIT"]


def test_claim(world: SimpleNamespace) -> None:
    task = open_task(begin(world).instance_id, "A")
    with database_role("app"):
        tags = sent(lambda: use_cases.claim(task.pk, actor=world.anna, now=NOW))
    assert tags == ["BEGIN", "SELECT", "SELECT", "SELECT", "COMMIT"]
