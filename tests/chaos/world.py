"""A database of its own with an edition, a unit and a user, and the environment of its programs."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config import environment
from config.postgres import embedded, urls
from config.postgres.secrets import APP, OWNER, WORKER
from tests.workers.urls import database_url

INSTANCE = "chaos"


@dataclass(frozen=True)
class World:
    """Where the walk happens. ``monitor`` connects as superuser, to look and to kill."""

    monitor: urls.Parameters
    variables: dict[str, str]
    logs: Path

    def program(self, role: str, name: str) -> dict[str, str]:
        """Return the environment of one program; ``name`` shows in pg_stat_activity."""
        return {**self.variables, "KEDJA_ROLE": role, "PGAPPNAME": name}


@contextmanager
def world(settings_module: str, logs: Path, *, keep: bool = False) -> Iterator[World]:
    """Start the embedded server ``chaos`` and make a database; both go away at the end.

    With ``keep`` the database stays, to be looked at.

    Durable, since a killed backend makes the server recover: what a client was told must be there.
    """
    server = embedded.server_of(environment.load(), instance=INSTANCE)
    name = f"chaos_{os.getpid()}"
    with embedded.attach(server, durable=True) as layout:
        superuser = urls.superuser(layout)
        roles = {role: urls.embedded(layout, role, database=name) for role in (OWNER, APP, WORKER)}
        for old in _left_over(superuser):
            _execute(superuser, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
        _execute(superuser, "CREATE DATABASE {} OWNER kedja_owner", name)
        try:
            yield World(
                monitor=superuser | {"dbname": name},
                variables={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": settings_module,
                    "DATABASE_URL": database_url(roles[OWNER]),
                    "KEDJA_APP_DATABASE_URL": database_url(roles[APP]),
                    "KEDJA_WORKER_DATABASE_URL": database_url(roles[WORKER]),
                    "KEDJA_SECRET_KEY": secrets.token_urlsafe(32),
                    "KEDJA_LOG_LEVEL": "WARNING",
                    "KEDJA_BROKER": "postgres",
                    "KEDJA_VIRTUAL_CLOCK": "1",
                },
                logs=logs,
            )
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
            "SELECT datname FROM pg_database WHERE datname ~ '^chaos_[0-9]+$'"
        ).fetchall()
    return [name for (name,) in rows if not Path(f"/proc/{name.rpartition('_')[2]}").exists()]
