"""Databases that live as long as a walk: migrated once, copied for each scenario."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config.errors import SetupError


class ScratchRefusedError(SetupError):
    """The server does not let this role make databases."""


@contextmanager
def migrated() -> Iterator[str]:
    """Make a database with empty tables; yields its name, drops it afterwards.

    Raises:
        ScratchRefusedError: The role of ``DATABASE_URL`` may not create databases.
    """
    name = f"kedja_scratch_{os.getpid()}_{secrets.token_hex(3)}"
    with _database(name, template=None), using(name):
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        yield name


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """Work in a copy of a scratch database for the length of a ``with`` block."""
    name = f"{template}_{secrets.token_hex(3)}"
    connections["default"].close()
    with _database(name, template=template), using(name):
        yield name


@contextmanager
def using(name: str) -> Iterator[None]:
    """Point Django's default connection at a database."""
    connection = connections["default"]
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def _database(name: str, *, template: str | None) -> Iterator[None]:
    parameters = connections["default"].get_connection_params()
    wanted = {key: parameters.get(key) for key in ("host", "port", "user", "password")}
    where = {key: value for key, value in wanted.items() if value}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as admin:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
        try:
            admin.execute(create)
        except psycopg.errors.InsufficientPrivilege as error:
            raise ScratchRefusedError(
                "Scenarios run in databases of their own: give the role of DATABASE_URL CREATEDB, "
                "or run without DATABASE_URL on the embedded server."
            ) from error
        try:
            yield
        finally:
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
