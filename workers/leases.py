"""Keeps the leases of one process alive while its actors run."""

import threading

import psycopg
import structlog

from workers import outbox
from workers.link import Link
from workers.outbox import Claimed

log = structlog.get_logger(__name__)


class LeaseKeeper:
    """Remembers what this process holds and prolongs it every third of a lease.

    The thread starts with the first lease. When it cannot reach the database the leases run out and
    another process takes the rows over: that is the intention, the fence keeps it harmless.

    Args:
        link: A connection of the broker's own.
        lease_s: Length of a lease in seconds.
    """

    def __init__(self, link: Link, *, lease_s: float) -> None:
        self._link = link
        self._lease_s = lease_s
        self._held: dict[str, Claimed] = {}
        self._ending: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, rows: list[Claimed]) -> None:
        """Keep these rows alive from now on."""
        with self._lock:
            self._held.update({row.id: row for row in rows})
            if self._thread is None and rows:
                self._thread = threading.Thread(target=self._beat, name="leases", daemon=True)
                self._thread.start()

    def ending(self, message_id: str) -> None:
        """Note that a row is about to be ended: finding it ended is no loss."""
        with self._lock:
            self._ending.add(message_id)

    def drop(self, message_id: str, owner: str) -> None:
        """Stop keeping a row alive, unless it was claimed anew meanwhile."""
        with self._lock:
            self._ending.discard(message_id)
            row = self._held.get(message_id)
            if row is not None and row.owner == owner:
                del self._held[message_id]

    def count(self, queue: str) -> int:
        """Return how many rows of ``queue`` this process holds."""
        with self._lock:
            return sum(1 for row in self._held.values() if row.queue == queue)

    def close(self) -> None:
        """Stop the thread; what is still held will run out."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._link.close()

    def _beat(self) -> None:
        while not self._stop.wait(self._lease_s / 3):
            try:
                self._extend()
            except psycopg.Error as error:
                log.warning("lease_heartbeat_failed", error=type(error).__name__)

    def _extend(self) -> None:
        with self._lock:
            held = list(self._held.values())
        if not held:
            return
        pairs = [(row.id, row.owner) for row in held]
        alive = outbox.extend(self._link, pairs, lease_s=self._lease_s)
        for row in held:
            if row.id not in alive and self._is_lost(row):
                self.drop(row.id, row.owner)
                log.warning("lease_lost", message_id=row.id, actor=row.actor)

    def _is_lost(self, row: Claimed) -> bool:
        with self._lock:
            return self._held.get(row.id) is row and row.id not in self._ending
