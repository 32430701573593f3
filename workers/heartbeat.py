"""Says every few seconds that this process lives, and answers whether any does."""

import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import LiteralString

import psycopg
import structlog
from psycopg.types.json import Jsonb

from workers.link import Link

log = structlog.get_logger(__name__)

EVERY_S = 5.0
DEAD_AFTER_S = 30.0

_BEAT: LiteralString = """
insert into workers_heartbeat (name, parts, started_at, beat_at)
values (%(name)s, %(parts)s, now(), now())
on conflict (name) do update set beat_at = now()
"""

# Ends our row, and those of processes that were killed long ago.
_END: LiteralString = """
delete from workers_heartbeat where name = %(name)s or beat_at < now() - interval '1 day'
"""

_ALIVE: LiteralString = """
select distinct jsonb_array_elements_text(parts) from workers_heartbeat
 where beat_at > now() - %(age_s)s * interval '1 s'
"""


class Heartbeat:
    """The heartbeat of one process.

    Args:
        link: A connection of its own.
        parts: What this process does: ``actors``, ``timers``, ``relay``.
        healthy: Whether all of it goes on; while it does not, the heart stands still.
    """

    def __init__(self, link: Link, parts: Iterable[str], *, healthy: Callable[[], bool]) -> None:
        self._link = link
        self._parts = sorted(parts)
        self._healthy = healthy
        self._name = f"{socket.gethostname()[:60]}:{os.getpid()}"

    def run(self, stop: threading.Event) -> None:
        """Beat until ``stop`` is set, then take the row away."""
        while not stop.is_set():
            try:
                if self._healthy():
                    params = {"name": self._name, "parts": Jsonb(self._parts)}
                    self._link.fetch(_BEAT, params)
            except psycopg.Error as error:
                log.warning("heartbeat_failed", error=type(error).__name__)
            stop.wait(EVERY_S)
        self._end()

    def _end(self) -> None:
        try:
            self._link.fetch(_END, {"name": self._name})
        except psycopg.Error as error:
            log.warning("heartbeat_failed", error=type(error).__name__)
        self._link.close()


def alive_parts(link: Link, *, age_s: float = DEAD_AFTER_S) -> set[str]:
    """Return which parts some process has been doing during the last ``age_s`` seconds."""
    return {row[0] for row in link.fetch(_ALIVE, {"age_s": age_s})}
