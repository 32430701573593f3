"""Puts broker, middleware and actors together, for the broker that is configured."""

from collections.abc import Mapping
from typing import Any, LiteralString

from django.db import connection
from dramatiq import Broker, Middleware
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.middleware import TimeLimit

from workers.broker import PostgresBroker
from workers.ledger import Ledger
from workers.link import Link, conninfo_of
from workers.middleware import ActorLog, DjangoConnections, Retrying

TIME_LIMIT_MS = 120_000
POSTGRES = "postgres"


def database() -> str:
    """Return the connection string of the role this program runs as."""
    params: Mapping[str, Any] = connection.get_connection_params()
    return conninfo_of(params)


def build_broker(
    url: str,
    conninfo: str,
    *,
    lease_s: float = 30.0,
    max_deliveries: int = 20,
    extra: tuple[Middleware, ...] = (),
) -> Broker:
    """Return the configured broker, without actors.

    Args:
        url: ``postgres``, or ``amqp://…`` for RabbitMQ (``amqps://`` with TLS).
        conninfo: The database, reached directly.
        lease_s: Seconds until a silent worker loses its messages (PostgreSQL only).
        max_deliveries: After so many begun deliveries without an end a message is dead.
        extra: More middleware, outermost.

    Raises:
        ValueError: ``url`` is neither.
    """
    common = [*extra, ActorLog(), DjangoConnections(), TimeLimit(time_limit=TIME_LIMIT_MS)]
    if url == POSTGRES:
        return PostgresBroker(
            conninfo,
            execute=on_callers_connection,
            middleware=[*common, Retrying()],
            lease_s=lease_s,
            max_deliveries=max_deliveries,
        )
    if not uses_rabbitmq(url):
        raise ValueError("KEDJA_BROKER must be `postgres` or an amqp:// address.")
    ledger = Ledger(Link(conninfo), max_deliveries=max_deliveries)
    return rabbitmq(url, [*common, ledger, Retrying()])


def rabbitmq(url: str, middleware: list[Middleware]) -> Broker:
    """Return dramatiq's RabbitMQ broker with publisher confirms."""
    return RabbitmqBroker(url=url, confirm_delivery=True, middleware=middleware)


def uses_rabbitmq(url: str) -> bool:
    """Whether the outbox has to be carried to RabbitMQ."""
    return url.startswith(("amqp://", "amqps://"))


def on_callers_connection(query: LiteralString, params: tuple[Any, ...]) -> None:
    """Run one statement on Django's connection, in the transaction that is open there."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
