"""Carries the outbox to RabbitMQ, where that is the broker.

A row is claimed under a lease, published with the outbox row's own id and marked as sent when
RabbitMQ has confirmed that it keeps it. A relay that dies between the two publishes the same id
again: at least once, and the ledger (``workers.ledger``) recognises the second copy.
"""

import threading
from typing import Any

import psycopg
import structlog
from dramatiq import Broker, Message
from dramatiq.errors import BrokerConnectionError

from workers import outbox
from workers.link import Link
from workers.outbox import Claimed

log = structlog.get_logger(__name__)

BATCH = 100
PAUSE_S = 2.0


class Relay:
    """One relay; several may run at once.

    Args:
        conninfo: The database, reached directly (LISTEN).
        rabbit: A dramatiq broker with publisher confirms, used by this relay's thread alone.
        queues: The queues to carry.
        lease_s: Seconds until another relay takes over rows claimed but not marked.
    """

    def __init__(
        self, conninfo: str, *, rabbit: Broker, queues: frozenset[str], lease_s: float = 30.0
    ) -> None:
        self._link = Link(conninfo, setup="listen kedja_outbox")
        self._rabbit = rabbit
        self._queues = queues
        self._lease_s = lease_s

    def run(self, stop: threading.Event) -> None:
        """Carry rows until ``stop`` is set; outages of either side are waited out."""
        while not stop.is_set():
            try:
                if not self.carry():
                    self._link.wait(1.0)
            except (psycopg.Error, BrokerConnectionError) as error:
                log.warning("relay_interrupted", error=type(error).__name__)
                stop.wait(PAUSE_S)
        self.close()

    def close(self) -> None:
        """Close the connection to the database."""
        self._link.close()

    def carry(self) -> int:
        """Carry one batch and return how many rows it had.

        Raises:
            BrokerConnectionError: RabbitMQ did not confirm; the rows go back to the queue.
            psycopg.Error: The database cannot be reached.
        """
        rows = outbox.claim(self._link, self._queues, limit=BATCH, lease_s=self._lease_s)
        for position, row in enumerate(rows):
            try:
                self._rabbit.enqueue(_message(row))
            except BrokerConnectionError:
                outbox.give_back(self._link, [(r.id, r.owner) for r in rows[position:]])
                raise
            outbox.mark_sent(self._link, row.id, row.owner)
        return len(rows)


def _message(row: Claimed) -> Message[Any]:
    return Message(
        queue_name=row.queue,
        actor_name=row.actor,
        args=row.args,
        kwargs={},
        options={},
        message_id=row.id,
        message_timestamp=int(row.run_at.timestamp() * 1000),
    )
