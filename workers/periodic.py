"""What is done every now and then: expiry, second tries, the watchdog, tidying.

Everything here may run twice, in two processes too; an advisory lock lets one process at a time do
a chore. The rhythm follows the business clock, so that a test that moves the clock by a month gets
its expiries at once.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from config import clock
from workers import chores
from workers.link import Link

log = structlog.get_logger(__name__)

TICK_S = 1.0
_LOCK_ID = 5_160_021  # any number that nothing else in this database locks


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do again and again. ``run`` takes the business time and is idempotent."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


LETTERS: Sequence[Chore] = (
    Chore("news", timedelta(seconds=5), chores.spread_news),
    Chore("digests", timedelta(minutes=1), chores.plan_digests),
    Chore("letters", timedelta(seconds=10), chores.send_letters),
    Chore("letter_log", timedelta(hours=6), chores.tidy_letters),
)
"""Chores of a loop of their own: a mail server that does not answer delays nothing else."""


class PeriodicLoop:
    """Does the chores until it is told to stop.

    Args:
        link: A connection of its own, for the queue's tidying.
        now: The business clock.
        own: Other chores than the usual ones.
    """

    def __init__(
        self,
        link: Link,
        *,
        now: Callable[[], datetime] = clock.now,
        own: Sequence[Chore] | None = None,
    ) -> None:
        self._link = link
        self._now = now
        self._last: dict[str, datetime] = {}
        self.chores: Sequence[Chore] = own or (
            Chore("dead_letters", timedelta(seconds=5), chores.report_dead_letters),
            Chore("retry_incidents", timedelta(seconds=5), chores.retry_incidents),
            Chore("start_planned", timedelta(seconds=30), chores.start_planned),
            Chore("expire_messages", timedelta(seconds=30), chores.expire_messages),
            Chore("undelivered", timedelta(hours=1), chores.retry_undelivered),
            Chore("watchdog", timedelta(hours=1), chores.watch),
            Chore("old_drafts", timedelta(hours=6), chores.remove_old_drafts),
            Chore("queue", timedelta(minutes=10), lambda _now: chores.tidy_queue(link)),
        )

    def run(self, stop: threading.Event) -> None:
        """Do the chores until ``stop`` is set; a lost database is waited for."""
        while not stop.is_set():
            try:
                self.round()
            except (OperationalError, InterfaceError) as error:
                log.warning("chores_interrupted", error=type(error).__name__)
            close_old_connections()
            stop.wait(TICK_S)
        self._link.close()

    def round(self) -> None:
        """Do every chore whose time has come.

        Raises:
            OperationalError: The database went away.
        """
        now = self._now()
        for chore in self.chores:
            last = self._last.get(chore.name)
            if last is None or now - last >= chore.every:
                self._do(chore, now)

    def _do(self, chore: Chore, now: datetime) -> None:
        try:
            with only_process(chore.name) as mine:
                if mine:
                    chore.run(now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # one broken chore must not stop the others
            log.exception("chore_failed", chore=chore.name, error=type(error).__name__)
        self._last[chore.name] = now


@contextmanager
def only_process(name: str) -> Iterator[bool]:
    """Yield whether this process has the chore for itself; the others leave it alone.

    The lock belongs to the connection, so a process that dies gives it back.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_ID, name])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_ID, name])
