"""Connection settings: from a URL to Django's dictionary."""

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config.errors import DatabaseUrlError
from config.postgres.layout import Layout
from config.postgres.secrets import local_secrets

DATABASE = "kedja"
PREPARE_AFTER = 5  # executions; without prepared statements every statement is planned anew

Parameters = dict[str, Any]


def from_url(url: str, *, variable: str) -> Parameters:
    """Read a libpq URL or connection string.

    Args:
        url: ``postgresql://user:password@host/name?sslmode=verify-full``, a
            percent-encoded socket folder as ``host``, or ``key=value`` words.
        variable: Name of the environment variable, for the message.

    Raises:
        DatabaseUrlError: It cannot be read. The message never repeats the URL.
    """
    try:
        parameters = dict(conninfo_to_dict(url))
        for port in str(parameters.get("port") or 5432).split(","):
            int(port)
    except (psycopg.ProgrammingError, ValueError) as error:
        raise DatabaseUrlError(
            f"{variable} is not a PostgreSQL URL: write postgresql://user:password@host:5432/name"
        ) from error
    if not parameters.get("dbname"):
        raise DatabaseUrlError(f"{variable} names no database: end it with /name")
    return parameters


def embedded(layout: Layout, role: str, *, database: str = DATABASE) -> Parameters:
    """Parameters for one role on the embedded server, running or not."""
    return {
        "host": str(layout.socket_dir),
        "user": role,
        "password": local_secrets(layout.secrets).password(role),
        "dbname": database,
    }


def superuser(layout: Layout, *, database: str = "postgres") -> Parameters:
    """Parameters for the embedded server's superuser (peer authentication)."""
    return {"host": str(layout.socket_dir), "user": "postgres", "dbname": database}


def django_database(parameters: Parameters) -> dict[str, Any]:
    """Return the entry of Django's ``DATABASES`` for libpq ``parameters``."""
    options = {
        key: value
        for key, value in parameters.items()
        if key not in {"host", "port", "user", "password", "dbname"}
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parameters["dbname"],
        "USER": parameters.get("user") or "",
        "PASSWORD": parameters.get("password") or "",
        "HOST": parameters.get("host") or "",
        "PORT": str(parameters.get("port") or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **options,
            "prepare_threshold": PREPARE_AFTER,
            "server_side_binding": True,
        },
    }
