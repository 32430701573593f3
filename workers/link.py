"""Database connections of the broker's own, beside Django's.

The broker needs them because it listens, keeps leases alive from a thread of its own and must be
able to give a message back while Django's connection of that thread is broken.
"""

import contextlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

Params = Mapping[str, Any] | Sequence[Any]

_CONNINFO_KEYS = frozenset(
    {"dbname", "user", "password", "host", "port", "service", "passfile", "options"}
)


def conninfo_of(django_params: Mapping[str, Any]) -> str:
    """Return a libpq connection string from what Django would connect with.

    Args:
        django_params: ``connection.get_connection_params()`` of a PostgreSQL connection.
    """
    chosen = {
        key: value
        for key, value in django_params.items()
        if value is not None and (key in _CONNINFO_KEYS or key.startswith("ssl"))
    }
    return make_conninfo(**chosen, application_name="kedja-worker", connect_timeout=10)


class Link:
    """One autocommit connection, shared by threads, that comes back after a break.

    A statement that meets a broken connection is sent once more on a new one. So only statements
    that may run twice go through a link; all of the broker's are fenced or idempotent.

    Args:
        conninfo: A libpq connection string.
        setup: A statement to run on every new connection, such as ``LISTEN``.
    """

    def __init__(self, conninfo: str, *, setup: LiteralString | None = None) -> None:
        self._conninfo = conninfo
        self._setup = setup
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[TupleRow] | None = None

    def fetch(self, query: LiteralString, params: Params = ()) -> list[TupleRow]:
        """Run one statement and return its rows, none when it returns none.

        Raises:
            psycopg.OperationalError: The database cannot be reached.
        """
        with self._lock:
            try:
                return self._run(query, params)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._drop()
                return self._run(query, params)

    def wait(self, timeout_s: float) -> bool:
        """Wait for a notification, at most ``timeout_s`` seconds; True when one came.

        Raises:
            psycopg.OperationalError: The connection broke while waiting.
        """
        with self._lock:
            connection = self._open()
            return any(True for _ in connection.notifies(timeout=timeout_s, stop_after=1))

    def close(self) -> None:
        """Close the connection; the next statement opens a new one."""
        with self._lock:
            self._drop()

    def _run(self, query: LiteralString, params: Params) -> list[TupleRow]:
        cursor = self._open().execute(query, params)
        return cursor.fetchall() if cursor.description else []

    def _open(self) -> psycopg.Connection[TupleRow]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
            if self._setup:
                self._connection.execute(self._setup)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()
