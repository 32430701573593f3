"""Database roles: owner (migrations), app (web) and worker.

None is a superuser, none bypasses row-level security, none may make roles.
``docs/operations.md`` has the same statements for a server of your own.
"""

import psycopg
from psycopg import sql

from config.postgres.secrets import APP, OWNER, WORKER, LocalSecrets
from config.postgres.urls import DATABASE, Parameters

_PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"


def ensure_embedded(superuser: Parameters, secrets: LocalSecrets) -> None:
    """Make the three roles and the database where they are missing.

    Passwords are set at each call, so a lost secrets file mends itself. The
    owner may create databases because tests make one of their own.
    """
    with psycopg.connect(**superuser, autocommit=True) as connection:
        for role, right in ((OWNER, "CREATEDB"), (APP, "NOCREATEDB"), (WORKER, "NOCREATEDB")):
            ensure_role(connection, role, secrets.password(role), right=right)
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
        connection.execute(
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE))
        )
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
                sql.Identifier(DATABASE), sql.Identifier(APP), sql.Identifier(WORKER)
            )
        )


def ensure_role(
    connection: psycopg.Connection, role: str, password: str, *, right: str = "NOCREATEDB"
) -> None:
    """Create or correct one role: its password and its lack of rights."""
    verb = "CREATE"
    if _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        verb = "ALTER"
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL(verb),
            sql.Identifier(role),
            sql.SQL(f"{_PLAIN} {right}"),
            sql.Literal(password),
        )
    )


def _exists(connection: psycopg.Connection, query: str, value: str) -> bool:
    return connection.execute(query.encode(), (value,)).fetchone() is not None
