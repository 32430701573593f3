"""Keeps the outbox true when RabbitMQ carries the messages.

The row stays the record of a message: how often it was begun, that it is done, that it is dead. So
people see the same table with either broker, a second copy of a message is recognised by its id,
and a message that takes its worker down with it is stopped.
"""

# ruff: noqa: ARG002 - the signatures of hooks are dramatiq's

from typing import Any

from dramatiq import Broker, MessageProxy, Middleware
from dramatiq.middleware import SkipMessage

from workers import outbox
from workers.broker import NotYetError, PoisonedMessageError, code_of
from workers.link import Link


class Ledger(Middleware):
    """Writes the fate of every message into its outbox row.

    Comes before ``Retrying`` in the list of middleware, so that it runs after it.

    Args:
        link: A connection of its own.
        max_deliveries: After so many begun deliveries without an end a message is dead.
    """

    def __init__(self, link: Link, *, max_deliveries: int = 20) -> None:
        self._link = link
        self._max_deliveries = max_deliveries

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Count the delivery; leave out another copy of what has ended.

        Raises:
            SkipMessage: The message was done, or dead, before.
        """
        delivery = outbox.begin_sent(self._link, message.message_id)
        if delivery is None:
            raise SkipMessage(f"Message {message.message_id} has ended before.")
        if delivery > self._max_deliveries:
            message.fail()
            message.stuff_exception(PoisonedMessageError(message.message_id))

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Note that the message is done, before RabbitMQ is told."""
        if isinstance(exception, NotYetError):
            outbox.uncount_sent(self._link, message.message_id)
        elif exception is None and not message.failed:
            outbox.end_sent(self._link, message.message_id, state="done")

    def before_nack(self, broker: Broker, message: MessageProxy) -> None:
        """Note that the message is dead, before RabbitMQ is told."""
        code = code_of(message)
        outbox.end_sent(self._link, message.message_id, state="dead", code=code)

    def after_worker_shutdown(self, broker: Broker, worker: Any) -> None:
        """Close the connection."""
        self._link.close()
