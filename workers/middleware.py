"""What happens round every actor, whichever broker brings the message."""

# ruff: noqa: ARG002 - the signatures of hooks are dramatiq's

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import close_old_connections, connections
from dramatiq import Broker, Message, MessageProxy, Middleware, Worker

from workers.broker import RETRIES, NotYetError, code_of

log = structlog.get_logger(__name__)

MAX_RETRIES = 8
FIRST_DELAY_MS = 2_000
LONGEST_DELAY_MS = 3_600_000


def backoff_ms(retries: int, message_id: str) -> int:
    """Return how long to wait before try number ``retries`` + 2, in milliseconds.

    Two seconds, doubled each time, at most an hour; spread over a fifth by the message's id, so
    that what failed together does not come back together.

    Args:
        retries: How many retries have been made.
        message_id: A uuid.
    """
    delay = min(FIRST_DELAY_MS << min(retries, 20), LONGEST_DELAY_MS)
    return delay + delay * (int(message_id[:4], 16) % 1000) // 5000


class DjangoConnections(Middleware):
    """Gives every message a usable Django connection and leaves none behind.

    The same as Django does round a request: a connection that broke during one message is gone
    before the next.
    """

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Drop what broke or is too old."""
        close_old_connections()

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Drop what broke."""
        close_old_connections()

    def after_skip_message(self, broker: Broker, message: MessageProxy) -> None:
        """Drop what broke."""
        close_old_connections()

    def before_worker_thread_shutdown(self, broker: Broker, thread: Any) -> None:
        """Close this thread's connections for good."""
        connections.close_all()

    def before_consumer_thread_shutdown(self, broker: Broker, thread: Any) -> None:
        """Close this thread's connections for good."""
        connections.close_all()


class Retrying(Middleware):
    """Tries a failed message again, later each time, and gives up in the end.

    dramatiq's own middleware is not used because it puts the traceback, and so possibly case data,
    into the message. An exception with a false attribute ``retryable`` is final at once.

    Args:
        max_retries: Unless the actor says otherwise.
    """

    def __init__(self, *, max_retries: int = MAX_RETRIES) -> None:
        self._max_retries = max_retries

    @property
    def actor_options(self) -> set[str]:
        """Options an actor may set."""
        return {"max_retries", "first_delay_ms"}

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Ask for another try, or mark the message as failed for good."""
        if exception is None:
            return
        if isinstance(exception, NotYetError):
            self._again(broker, message, delay=exception.delay or 0)
            return
        options: Mapping[str, Any] = broker.get_actor(message.actor_name).options
        retries = int(message.options.get(RETRIES, 0))
        limit = options.get("max_retries", self._max_retries)
        final = retries >= limit or not getattr(exception, "retryable", True)
        log.warning(
            "actor_gave_up" if final else "actor_failed",
            actor=message.actor_name,
            message_id=message.message_id,
            retries=retries,
            error=code_of(message),
        )
        if final:
            message.fail()
            return
        first_delay_ms = options.get("first_delay_ms", FIRST_DELAY_MS)
        message.options[RETRIES] = retries + 1
        delay = backoff_ms(retries, message.message_id) * first_delay_ms // FIRST_DELAY_MS
        self._again(broker, message, delay=delay)

    def _again(self, broker: Broker, message: MessageProxy, *, delay: int) -> None:
        try:
            broker.enqueue(_unwrap(message), delay=delay)
        except Exception:
            # Acknowledging now would lose it: better dead and seen than gone.
            message.fail()
            raise


class ActorLog(Middleware):
    """One line per message: who, which message, how it ended; identifiers only."""

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Say that a message is done; failures are said by ``Retrying``."""
        if exception is None and not message.failed:
            log.info("actor_done", actor=message.actor_name, message_id=message.message_id)

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        """Say that this process takes messages."""
        log.info("worker_ready", queues=sorted(broker.get_declared_queues()))


def _unwrap(message: MessageProxy) -> Message[Any]:
    """Return the message behind a proxy, with the very same options."""
    return message._message  # noqa: SLF001 - dramatiq offers no reader for it
