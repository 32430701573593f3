"""Who makes and restores backups: no role that row-level security binds may do it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.environment import Environment
from config.errors import BackupError
from config.postgres import binaries, embedded, urls
from config.postgres.layout import layout_of


@contextmanager
def backup_connection(environment: Environment) -> Iterator[tuple[Path, urls.Parameters]]:
    """Yield PostgreSQL's programs and the parameters to use with them.

    The embedded server is started if it is down and used as its superuser. On a
    server of your own it is the role in ``KEDJA_BACKUP_DATABASE_URL``, which has
    BYPASSRLS.

    Raises:
        BackupError: ``DATABASE_URL`` is set and the backup's own URL is not.
    """
    if environment.database_url is None:
        server = embedded.server_of(environment)
        with embedded.attach(server) as layout:
            yield server.bin_dir, urls.superuser(layout, database=urls.DATABASE)
        return
    if environment.backup_database_url is None:
        raise BackupError(
            "KEDJA_BACKUP_DATABASE_URL is missing: beside DATABASE_URL a backup needs a role with "
            "BYPASSRLS (docs/operations.md, Backup)."
        )
    layout = layout_of(environment)
    copy_to = layout.base if layout.account is not None else None
    yield (
        binaries.find_bin(environment.pg, copy_to=copy_to),
        urls.from_url(
            environment.backup_database_url.get_secret_value(),
            variable="KEDJA_BACKUP_DATABASE_URL",
        ),
    )
