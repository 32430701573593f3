"""Deliberate refusals of the set-up: each message says what to do next."""

from typing import ClassVar


class SetupError(Exception):
    """Something outside the program must be put right first.

    ``code`` is a stable word; the message is for the person at the terminal.
    """

    code: ClassVar[str] = "setup_error"


class PostgresMissingError(SetupError):
    """No PostgreSQL binaries were found."""

    code = "postgres_missing"


class PostgresStartError(SetupError):
    """The embedded server did not start, or its data cannot be used."""

    code = "postgres_not_started"


class AlreadyRunningError(SetupError):
    """Another ``kedja up`` runs on the same data."""

    code = "already_running"


class DatabaseUrlError(SetupError):
    """A database URL is missing or cannot be read."""

    code = "database_url_invalid"


class BackupError(SetupError):
    """A backup could not be written, or a restore was refused."""

    code = "backup_failed"
