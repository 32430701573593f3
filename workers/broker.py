"""PostgreSQL as the broker of dramatiq: the outbox table is the queue.

Enqueueing runs on the caller's database connection, so a message exists when, and only when, the
transaction that caused it has committed. Workers claim rows with SKIP LOCKED under a lease that a
heartbeat prolongs; a worker that dies loses the lease and another one runs the message again. So
delivery is at least once, and every actor says what a second run does.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, LiteralString

import psycopg
from dramatiq import Broker, Consumer, Message, MessageProxy, Middleware
from dramatiq.errors import ConnectionClosed, Retry

from workers import outbox
from workers.leases import LeaseKeeper
from workers.link import Link
from workers.outbox import Claimed

Execute = Callable[[LiteralString, tuple[Any, ...]], None]
"""Runs one statement on the caller's connection, inside the caller's transaction."""

OWNER = "lease_owner"
RETRY_IN_MS = "retry_in_ms"
RETRIES = "retries"


class PoisonedMessageError(Exception):
    """A message was begun too often and never ended: it takes its worker down with it."""

    code = "message_poisoned"

    def __init__(self, message_id: str) -> None:
        super().__init__(f"Message {message_id} was begun too often without an end.")
        self.message_id = message_id


class NotYetError(Retry):
    """A message must wait until an earlier one has been worked on; that is no attempt."""

    code = "not_yet"

    def __init__(self, message_id: str, *, delay_ms: int) -> None:
        super().__init__(f"Message {message_id} waits for its turn.", delay=delay_ms)
        self.message_id = message_id


class PostgresBroker(Broker):
    """A dramatiq broker over the table ``cases_outbox``.

    Args:
        conninfo: Where consumers connect (their own connections; LISTEN needs a direct one).
        execute: Runs the INSERT of ``enqueue`` on the caller's connection.
        middleware: All middleware, in order.
        lease_s: Seconds until a silent worker loses its messages.
        max_deliveries: After so many begun deliveries without an end a message is dead.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        execute: Execute,
        middleware: list[Middleware],
        lease_s: float = 30.0,
        max_deliveries: int = 20,
    ) -> None:
        super().__init__(middleware=middleware)
        self.conninfo = conninfo
        self.lease_s = lease_s
        self.max_deliveries = max_deliveries
        self.link = Link(conninfo)
        self.leases = LeaseKeeper(Link(conninfo), lease_s=lease_s)
        self._execute = execute

    def declare_queue(self, queue_name: str) -> None:
        """Make ``queue_name`` known; nothing has to exist in the database."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Put a message into the outbox, in the caller's transaction.

        A message that this process holds a lease on is not inserted again: its acknowledgement
        gives it back with the delay, in one fenced statement.

        Args:
            message: Positional identifiers as arguments, no keyword arguments.
            delay: Milliseconds before the first delivery.

        Raises:
            ValueError: An argument is not an identifier, or there are keyword arguments.
        """
        if OWNER in message.options:
            message.options[RETRY_IN_MS] = delay or 0
            return message
        if message.kwargs:
            raise ValueError(f"{message.actor_name} takes positional identifiers only.")
        self.declare_queue(message.queue_name)
        self.emit_before("enqueue", message, delay)
        params = outbox.insert_params(
            message.message_id,
            message.queue_name,
            message.actor_name,
            message.args,
            delay_ms=delay or 0,
        )
        self._execute(outbox.INSERT, params)
        self.emit_after("enqueue", message, delay)
        return message

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 1000) -> Consumer:
        """Return an iterator over the messages of a queue.

        Args:
            queue_name: The queue.
            prefetch: How many messages this process may hold at once.
            timeout: Milliseconds to wait before the iterator yields None.
        """
        return PostgresConsumer(self, queue_name, prefetch=prefetch, timeout_s=timeout / 1000)

    def close(self) -> None:
        """Stop the heartbeat and close the broker's connections."""
        self.leases.close()
        self.link.close()


class PostgresConsumer(Consumer):
    """Messages of one queue for one process."""

    def __init__(
        self, broker: PostgresBroker, queue: str, *, prefetch: int, timeout_s: float
    ) -> None:
        self._broker = broker
        self._queue = queue
        self._prefetch = max(1, prefetch)
        self._timeout_s = timeout_s
        self._buffer: deque[Claimed] = deque()
        self._freed = threading.Event()
        self._link = Link(broker.conninfo, setup="listen kedja_outbox")

    def __next__(self) -> MessageProxy | None:
        """Return the next message, or None when none came in time.

        Raises:
            ConnectionClosed: The database went away; dramatiq makes a new consumer.
        """
        try:
            if not self._buffer:
                self._fill()
            if not self._buffer:
                self._pause()
                return None
        except psycopg.Error as error:
            raise _closed(error) from None
        return self._proxy(self._buffer.popleft())

    def ack(self, message: MessageProxy) -> None:
        """End the message, or give it back when it is to be retried."""
        delay_ms = message.options.get(RETRY_IN_MS)
        if delay_ms is None:
            self._end(message, state="done")
        else:
            self._end(message, delay_ms=delay_ms, code=code_of(message))

    def nack(self, message: MessageProxy) -> None:
        """End the message as dead; it stays in the table for people to see."""
        self._end(message, state="dead", code=code_of(message))

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Give back messages that were not begun; that is no attempt."""
        self._give_back([(m.message_id, m.options[OWNER]) for m in messages])

    def close(self) -> None:
        """Give back what was claimed but not handed out, and close the connection."""
        held = [(row.id, row.owner) for row in self._buffer]
        self._buffer.clear()
        self._link.close()
        self._give_back(held)

    def _fill(self) -> None:
        self._freed.clear()
        room = self._prefetch - self._broker.leases.count(self._queue)
        if room <= 0:
            return
        rows = outbox.claim(self._link, [self._queue], limit=room, lease_s=self._broker.lease_s)
        self._broker.leases.take(rows)
        self._buffer.extend(rows)

    def _pause(self) -> None:
        if self._broker.leases.count(self._queue) >= self._prefetch:
            self._freed.wait(self._timeout_s)
        else:
            self._link.wait(self._timeout_s)

    def _proxy(self, row: Claimed) -> MessageProxy:
        options = {OWNER: row.owner, RETRIES: row.attempts - 1}
        proxy = MessageProxy(
            Message(
                queue_name=row.queue,
                actor_name=row.actor,
                args=row.args,
                kwargs={},
                options=options,
                message_id=row.id,
                message_timestamp=int(row.run_at.timestamp() * 1000),
            )
        )
        if row.attempts > self._broker.max_deliveries:
            proxy.fail()
            proxy.stuff_exception(PoisonedMessageError(row.id))
        return proxy

    def _end(
        self,
        message: MessageProxy,
        *,
        state: str = "",
        delay_ms: int | None = None,
        code: str = "",
    ) -> None:
        owner = message.options[OWNER]
        self._broker.leases.ending(message.message_id)
        try:
            if delay_ms is None:
                outbox.finish(self._broker.link, message.message_id, owner, state=state, code=code)
            else:
                outbox.retry(
                    self._broker.link,
                    message.message_id,
                    owner,
                    delay_ms=delay_ms,
                    code=code,
                    counts=code != NotYetError.code,
                )
        except psycopg.Error as error:
            raise _closed(error) from None
        self._broker.leases.drop(message.message_id, owner)
        self._freed.set()

    def _give_back(self, held: list[tuple[str, str]]) -> None:
        for message_id, owner in held:
            self._broker.leases.drop(message_id, owner)
        try:
            outbox.give_back(self._broker.link, held)
        except psycopg.Error as error:
            raise _closed(error) from None


def _closed(error: psycopg.Error) -> ConnectionClosed:
    return ConnectionClosed(type(error).__name__)  # type: ignore[no-untyped-call]


def code_of(message: MessageProxy) -> str:
    """Return the stable word of what stopped a message: the error's code or its class.

    The text of an exception is never kept: it may quote case data.
    """
    exception = message._exception  # noqa: SLF001 - dramatiq offers no reader for it
    if exception is None:
        return ""
    return str(getattr(exception, "code", None) or type(exception).__name__)
