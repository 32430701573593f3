"""Database roles: owner (migrations), app (web) and worker.

None is a superuser, none bypasses row-level security, none may make roles.
``docs/operations.md`` has the same statements for a server of your own.
"""

import psycopg
from psycopg import sql

from config.errors import DatabaseUrlError
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
        grant_connect(connection, DATABASE)


def grant_connect(connection: psycopg.Connection, database: str) -> None:
    """Let our roles into a database, and nobody else (a dump does not carry this)."""
    connection.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database))
    )
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
            sql.Identifier(database), sql.Identifier(APP), sql.Identifier(WORKER)
        )
    )


def ensure_external(owner: Parameters, passwords: LocalSecrets) -> None:
    """Make app and worker on a server of the user's own, with generated passwords.

    For trying Kedja with nothing but ``DATABASE_URL``; in production the roles
    are made by hand and have URLs of their own.

    Raises:
        DatabaseUrlError: It cannot be reached, or its user may not make roles.
    """
    try:
        with psycopg.connect(**owner, autocommit=True) as connection:
            for role in (APP, WORKER):
                ensure_role(connection, role, passwords.password(role), right="NOCREATEDB")
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUrlError(
            "The user in DATABASE_URL may not create roles: create them as docs/operations.md "
            "says, and set KEDJA_APP_DATABASE_URL and KEDJA_WORKER_DATABASE_URL."
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUrlError(
            "The server in DATABASE_URL does not answer or refuses the log-in: check host, "
            "database, user and password with psql."
        ) from error


def ensure_role(
    connection: psycopg.Connection, role: str, password: str, *, right: str = "NOCREATEDB"
) -> None:
    """Create a role without rights, or set the password of one that is there."""
    known = _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)
    # Only a superuser may repeat "not a superuser" to an existing role.
    words = "ALTER ROLE {} LOGIN" if known else f"CREATE ROLE {{}} {_PLAIN} {right}"
    connection.execute(
        sql.SQL(words + " PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
    )


def require_bound(parameters: Parameters, *, variable: str) -> None:
    """Refuse a web or worker role that row-level security does not bind.

    Args:
        parameters: Of the role.
        variable: Where they came from, for the message.

    Raises:
        DatabaseUrlError: The role is a superuser or has BYPASSRLS.
        psycopg.OperationalError: The server does not answer.
    """
    with psycopg.connect(**parameters, autocommit=True) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row is None or row[0]:
        raise DatabaseUrlError(
            f"{variable} names a database user that row-level security does not bind: use a plain "
            "role (docs/operations.md, Your own PostgreSQL)."
        )


def _exists(connection: psycopg.Connection, query: str, value: str) -> bool:
    return connection.execute(query.encode(), (value,)).fetchone() is not None
