"""A server and a database of their own for the year; both go away at the end."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from psycopg import sql

from config import environment
from config.postgres import embedded, urls
from config.postgres.secrets import APP, OWNER, WORKER
from tests.workers.urls import database_url

INSTANCE = "year"


@contextmanager
def own_database(*, keep: bool = False) -> Iterator[str]:
    """Start the embedded server ``year``, make an empty database and set Django up on it.

    Args:
        keep: Leave the database, to be looked at.

    Yields:
        The name of the database.
    """
    server = embedded.server_of(environment.load(), instance=INSTANCE)
    name = f"year_{os.getpid()}"
    with embedded.attach(server, durable=False) as layout:
        superuser = urls.superuser(layout)
        for old in _left_over(superuser):
            _execute(superuser, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
        _execute(superuser, "CREATE DATABASE {} OWNER kedja_owner", name)
        roles = {role: urls.embedded(layout, role, database=name) for role in (OWNER, APP, WORKER)}
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(roles[OWNER]),
            "KEDJA_APP_DATABASE_URL": database_url(roles[APP]),
            "KEDJA_WORKER_DATABASE_URL": database_url(roles[WORKER]),
            "KEDJA_SECRET_KEY": secrets.token_urlsafe(32),
            "KEDJA_LOG_LEVEL": "ERROR",
            "KEDJA_VIRTUAL_CLOCK": "1",
        }
        environment.load.cache_clear()
        django.setup()
        try:
            yield name
        finally:
            if not keep:
                _execute(superuser, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _execute(parameters: urls.Parameters, statement: str, name: str) -> None:
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _left_over(superuser: urls.Parameters) -> list[str]:
    """Return the databases of runs that have ended."""
    with psycopg.connect(**superuser, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^year_[0-9]+$'"
        ).fetchall()
    return [name for (name,) in rows if not Path(f"/proc/{name.rpartition('_')[2]}").exists()]
