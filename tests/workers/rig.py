"""One queue under test: outbox rows in, traces out, with either broker."""

import contextlib
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, connections
from dramatiq import Worker

from tests.workers import sample_actors
from tests.workers.urls import database_url
from workers import assembly, outbox
from workers.link import Link, conninfo_of
from workers.relay import Relay

Row = tuple[Any, ...]


def url_of(alias: str) -> str:
    """Return the URL of a database alias, for a child process."""
    return database_url(connections[alias].get_connection_params())


def child_environment(role: str, **more: str) -> dict[str, str]:
    """Return the environment of a child process on this test's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url_of("default"),
        "KEDJA_APP_DATABASE_URL": url_of("app"),
        "KEDJA_WORKER_DATABASE_URL": url_of("worker"),
        "KEDJA_ROLE": role,
        **more,
    }


@dataclass
class Rig:
    """What a broker test works with."""

    broker_url: str
    folder: Path
    conninfo: str = field(init=False)

    def __post_init__(self) -> None:
        self.conninfo = conninfo_of(connections["worker"].get_connection_params())
        with connection.cursor() as cursor:
            cursor.execute(sample_actors.TABLE)

    @property
    def rabbit(self) -> bool:
        return assembly.uses_rabbitmq(self.broker_url)

    def put(self, actor: str, *args: str, delay_ms: int = 0, message_id: str | None = None) -> str:
        """Write an outbox row as a use case does: on Django's connection, in its transaction."""
        identity = message_id or str(uuid.uuid4())
        params = outbox.insert_params(identity, "test", actor, args, delay_ms=delay_ms)
        assembly.on_callers_connection(outbox.INSERT, params)
        return identity

    def rows(self, query: str, *params: object) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()

    def traces(self, actor: str) -> list[list[str]]:
        return [
            row[0]
            for row in self.rows(
                "select args #>> '{0}' from workers_trace where actor = %s order by id", actor
            )
        ]

    def state(self, message_id: str) -> Row:
        (row,) = self.rows(
            "select state, attempts, error_code from cases_outbox where id = %s", message_id
        )
        return row

    def wait(self, condition: Callable[[], object], *, limit_s: float = 20) -> None:
        """Wait until ``condition`` holds.

        Raises:
            AssertionError: It did not within ``limit_s`` seconds.
        """
        deadline = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > deadline:
                left = self.rows("select actor, state, attempts, error_code from cases_outbox")
                raise AssertionError(f"not within {limit_s} s; outbox: {left}")
            time.sleep(0.05)

    def wait_done(self, *message_ids: str, limit_s: float = 20) -> None:
        self.wait(lambda: all(self.state(one)[0] == "done" for one in message_ids), limit_s=limit_s)

    @contextlib.contextmanager
    def worker(self, *, threads: int = 1, **options: Any) -> Iterator[Worker]:
        """Work on the queue inside this process, relay included."""
        broker = assembly.build_broker(self.broker_url, self.conninfo, **options)
        sample_actors.register(broker, self.conninfo)
        worker = Worker(broker, worker_timeout=100, worker_threads=threads)
        worker.queue_prefetch = threads
        worker.start()
        try:
            with self.relay():
                yield worker
        finally:
            worker.stop(timeout=10_000)
            broker.close()

    @contextlib.contextmanager
    def relay(self) -> Iterator[None]:
        """Carry the outbox while the block runs, where RabbitMQ is the broker."""
        if not self.rabbit:
            yield
            return
        stop = threading.Event()
        rabbit = assembly.rabbitmq(self.broker_url, [])
        relay = Relay(self.conninfo, rabbit=rabbit, queues=frozenset({"test"}))
        thread = threading.Thread(target=relay.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            rabbit.close()

    @contextlib.contextmanager
    def process(self, *, lease_s: float = 1.0, max_deliveries: int = 20) -> Iterator[Any]:
        """Run a real worker process; it is killed at the end if it still lives."""
        log = self.folder / f"worker-{uuid.uuid4().hex[:6]}.log"
        with log.open("wb") as out:
            child = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.workers.worker_process",
                    str(lease_s),
                    str(max_deliveries),
                ],
                env=child_environment("worker", KEDJA_BROKER=self.broker_url),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait(lambda: "ready" in log.read_text() or child.poll() is not None)
            assert "ready" in log.read_text(), log.read_text()[-3000:]
            yield child
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()

    def purge(self) -> None:
        """Leave nothing for the next test in RabbitMQ."""
        if self.rabbit:
            rabbit = assembly.rabbitmq(self.broker_url, [])
            rabbit.declare_queue("test")
            rabbit.flush_all()
            rabbit.close()

    def break_connections(self) -> None:
        """End every other connection of the worker's role to this database."""
        with connections["worker"].cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename ="
                " current_user and datname = current_database() and pid <> pg_backend_pid()"
            )

    def link(self) -> Link:
        return Link(self.conninfo)
