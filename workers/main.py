"""The worker program: takes messages, fires timers and, with RabbitMQ, carries the outbox.

It ends with 0 after SIGTERM or SIGINT, when what it had begun is finished, and with 1 when one of
its threads died, so that whoever supervises it starts it anew.
"""

import argparse
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType

import structlog
from django.conf import settings
from django.db import connections
from dramatiq import Broker, Worker

from workers import actors, assembly, heartbeat, periodic, timers
from workers.link import Link
from workers.relay import Relay

log = structlog.get_logger(__name__)

PARTS = ("actors", "timers", "relay")
POLL_MS = 500
STOP_LIMIT_MS = 8_000
LEASE_S = 30.0


class Program:
    """The threads of one worker process.

    Args:
        parts: Which of ``PARTS`` to run.
        threads: How many messages to work on at once.
        lease_s: Seconds until another process takes over what a dead one held.
    """

    def __init__(self, parts: frozenset[str], *, threads: int, lease_s: float) -> None:
        self._url: str = settings.KEDJA_BROKER
        self._conninfo = assembly.database()
        self._stop = threading.Event()
        self._parts = parts if assembly.uses_rabbitmq(self._url) else parts - {"relay"}
        self._threads: list[threading.Thread] = []
        self._broker: Broker | None = None
        self._worker: Worker | None = None
        self._count = threads
        self._lease_s = lease_s

    def run(self) -> int:
        """Run until a signal or a broken thread; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._start()
        log.info("worker_started", parts=sorted(self._parts), threads=self._count)
        while not self._stop.wait(1.0) and self._healthy():
            pass
        broken = not self._stop.is_set()
        self._shut_down()
        log.info("worker_stopped", broken=broken)
        return 1 if broken else 0

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _start(self) -> None:
        if "actors" in self._parts:
            self._broker, self._worker = self._start_actors()
        if "timers" in self._parts:
            self._thread("timers", timers.TimerLoop().run)
            self._thread("periodic", periodic.PeriodicLoop(Link(self._conninfo)).run)
            letters = periodic.PeriodicLoop(Link(self._conninfo), own=periodic.LETTERS)
            self._thread("letters", letters.run)
        if "relay" in self._parts:
            self._thread("relay", self._relay().run)
        beat = heartbeat.Heartbeat(Link(self._conninfo), self._parts, healthy=self._healthy)
        self._thread("heartbeat", beat.run)

    def _start_actors(self) -> tuple[Broker, Worker]:
        broker = assembly.build_broker(self._url, self._conninfo, lease_s=self._lease_s)
        actors.register(broker)
        broker.emit_after("process_boot")
        worker = Worker(broker, worker_timeout=POLL_MS, worker_threads=self._count)
        worker.queue_prefetch = self._count  # what is held and not begun dies with us too
        worker.start()
        return broker, worker

    def _relay(self) -> Relay:
        rabbit = assembly.rabbitmq(self._url, [])
        return Relay(self._conninfo, rabbit=rabbit, queues=actors.QUEUES, lease_s=self._lease_s)

    def _thread(self, name: str, run: Callable[[threading.Event], None]) -> None:
        def body() -> None:
            try:
                run(self._stop)
            finally:
                connections.close_all()

        thread = threading.Thread(target=body, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _healthy(self) -> bool:
        alive = all(thread.is_alive() for thread in self._threads)
        if self._worker is None:
            return alive
        dramatiq_threads = [*self._worker.workers, *self._worker.consumers.values()]
        return alive and all(thread.is_alive() for thread in dramatiq_threads)

    def _shut_down(self) -> None:
        self._stop.set()
        if self._worker is not None:
            self._worker.stop(timeout=STOP_LIMIT_MS)
        for thread in self._threads:
            thread.join(STOP_LIMIT_MS / 1000)
        if self._broker is not None:
            self._broker.close()


def main(arguments: Sequence[str]) -> int:
    """Run the program that the command line asks for and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="run this part only; may be repeated"
    )
    parser.add_argument(
        "--threads", type=int, default=settings.KEDJA_WORKER_THREADS, help="messages at once"
    )
    parser.add_argument(
        "--lease",
        type=float,
        default=LEASE_S,
        metavar="SECONDS",
        help="how long a dead process keeps its messages",
    )
    parser.add_argument(
        "--health", action="store_true", help="exit 0 when actors and timers live, else 1"
    )
    chosen = parser.parse_args(arguments)
    if chosen.health:
        return _health()
    parts = frozenset(chosen.only or PARTS)
    return Program(parts, threads=chosen.threads, lease_s=chosen.lease).run()


def _health() -> int:
    link = Link(assembly.database())
    alive = heartbeat.alive_parts(link)
    link.close()
    missing = {"actors", "timers"} - alive
    if missing:
        log.error("worker_parts_missing", missing=sorted(missing))
    return 1 if missing else 0
