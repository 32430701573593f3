"""A throw-away database for demonstrations, scenarios and measurements.

Nothing of it touches the database in use; its clock is its own.
"""

import os
import secrets as random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config.databases import parameters_of
from config.environment import DatabaseRole, load
from config.postgres.urls import Parameters, django_database

PREFIX = "kedja_scratch_"
DROP_TRIES = 20
DROP_PAUSE_S = 0.5


@contextmanager
def scratch_database(*, aliases: tuple[DatabaseRole, ...] = ()) -> Iterator[str]:
    """Point Django's ``default`` at a new, migrated database; drop it afterwards.

    Args:
        aliases: Also offer ``app`` and/or ``worker`` as aliases: connections to the
            same database under those roles, bound by row-level security.

    The virtual clock is on meanwhile. Needs Django set up, a server that is up,
    and an owner that may create databases.
    """
    owner = parameters_of(load(), "owner")
    name = f"{PREFIX}{os.getpid()}_{random.token_hex(4)}"
    _create(owner, name)
    former_clock = settings.KEDJA_VIRTUAL_CLOCK
    former = dict(connections["default"].settings_dict)
    try:
        settings.KEDJA_VIRTUAL_CLOCK = True
        _point("default", owner | {"dbname": name})
        for role in aliases:
            _point(role, parameters_of(load(), role) | {"dbname": name})
        call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        settings.KEDJA_VIRTUAL_CLOCK = former_clock
        for alias in ("default", *aliases):
            connections[alias].close()
        connections["default"].settings_dict.update(former)
        _drop(owner, name)


@contextmanager
def copy_of(template: str) -> Iterator[None]:
    """Point Django's ``default`` at a copy of a scratch database; drop the copy afterwards.

    Args:
        template: From ``scratch_database``; nobody else may be connected to it.
    """
    owner = parameters_of(load(), "owner")
    name = f"{template}_{random.token_hex(4)}"
    connections["default"].close()
    _create(owner, name, template)
    try:
        _point("default", owner | {"dbname": name})
        yield
    finally:
        _point("default", owner | {"dbname": template})
        _drop(owner, name)


def _point(alias: str, parameters: Parameters) -> None:
    entry = django_database(parameters)
    if alias not in connections.settings:
        completed = connections.configure_settings({"default": {}, alias: entry})
        connections.settings[alias] = completed[alias]
    connections[alias].close()
    connections[alias].settings_dict.update(entry)


def _create(owner: Parameters, name: str, template: str = "template1") -> None:
    with psycopg.connect(**owner, autocommit=True) as connection:
        for (left_over,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{PREFIX}%",)
        ).fetchall():
            pid = left_over.removeprefix(PREFIX).partition("_")[0]
            if not Path(f"/proc/{pid}").exists():  # its command was killed
                _statement(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", left_over)
        _statement(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)


def _drop(owner: Parameters, name: str) -> None:
    """Drop a scratch database; a vacuum worker cannot be ended by the owner, only waited for."""
    with psycopg.connect(**owner, autocommit=True) as connection:
        for _try in range(DROP_TRIES):
            with suppress(psycopg.errors.InsufficientPrivilege):
                _statement(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                break
            time.sleep(DROP_PAUSE_S)


def _statement(connection: psycopg.Connection, text: str, *names: str) -> None:
    connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))
