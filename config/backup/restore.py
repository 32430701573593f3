"""Restore a backup and prove that it is what was backed up."""

import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import ValidationError

from config.backup import programs
from config.backup.manifest import FORMAT, Manifest, describe
from config.backup.write import DUMP, MANIFEST
from config.errors import BackupError
from config.postgres.roles import grant_connect
from config.postgres.secrets import OWNER
from config.postgres.urls import Parameters

_USER_TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r'
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Args:
        manifest: Of the backup, and now also of the database.
        kept_as: Name under which the former database was kept, or empty.
    """

    manifest: Manifest
    kept_as: str


def restore_beside(
    file: Path, *, bin_dir: Path, superuser: Parameters, database: str, now: datetime
) -> Restored:
    """Restore into a new database, verify it, then put it in the old one's place.

    The old database is renamed, never dropped: until the swap nothing of it is
    touched, and after it an administrator decides.

    Args:
        file: From ``kedja backup``.
        bin_dir: PostgreSQL's programs.
        superuser: May make, rename and drop databases.
        database: Name to be replaced.
        now: Aware; goes into the new name.

    Raises:
        BackupError: The file is not whole, or what was restored differs from it.
    """
    stamp = now.strftime("%Y%m%d_%H%M%S")
    fresh, kept = f"{database}_new_{stamp}", f"{database}_before_{stamp}"
    with psycopg.connect(**superuser, autocommit=True) as connection:
        _execute(connection, "CREATE DATABASE {} OWNER {} TEMPLATE template0", fresh, OWNER)
        try:
            manifest = restore_into(
                file, bin_dir=bin_dir, target=superuser | {"dbname": fresh}, now=now
            )
        except BackupError:
            _execute(connection, "DROP DATABASE {} WITH (FORCE)", fresh)
            raise
        _swap(connection, database, fresh, kept)
        grant_connect(connection, database)
    return Restored(manifest, kept)


def restore_into(file: Path, *, bin_dir: Path, target: Parameters, now: datetime) -> Manifest:
    """Restore into an empty database and verify it against the backup's manifest.

    Raises:
        BackupError: The database is not empty, the file is not whole, or what was
            restored differs: the message names the tables.
    """
    with tempfile.TemporaryDirectory(prefix="kedja-restore-") as folder:
        manifest, dump = unpack(file, Path(folder))
        with psycopg.connect(**target) as connection:
            count = connection.execute(_USER_TABLES.encode()).fetchone()
            if count is None or count[0]:
                raise BackupError("The database is not empty: restore into an empty one.")
        programs.load(bin_dir, target, dump)
    with psycopg.connect(**target) as connection:
        differences = describe(connection, made_at=now).differences(manifest)
    if differences:
        raise BackupError(f"Restored and saved data differ in: {', '.join(differences)}")
    return manifest


def unpack(file: Path, folder: Path) -> tuple[Manifest, Path]:
    """Take manifest and dump out of a backup.

    Raises:
        BackupError: The file is missing, no backup, or of a newer format.
    """
    try:
        with tarfile.open(file, mode="r:") as archive:
            text = archive.extractfile(MANIFEST)
            if text is None:
                raise BackupError(f"{file} has no manifest: it is not a whole backup.")
            manifest = Manifest.model_validate_json(text.read())
            archive.extract(DUMP, folder, filter="data")
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {file}.") from error
    except (tarfile.TarError, KeyError, ValidationError, EOFError) as error:
        raise BackupError(f"{file} is not a whole backup written by `kedja backup`.") from error
    if manifest.format > FORMAT:
        raise BackupError(f"{file} was written by a newer Kedja: restore it with that one.")
    return manifest, folder / DUMP


def _swap(connection: psycopg.Connection, database: str, fresh: str, kept: str) -> None:
    if connection.execute(
        "SELECT 1 FROM pg_stat_activity WHERE datname = %s", (database,)
    ).fetchone():
        _execute(connection, "DROP DATABASE {} WITH (FORCE)", fresh)
        raise BackupError("The database is in use: stop web and worker (kedja up) first.")
    _execute(connection, "ALTER DATABASE {} RENAME TO {}", database, kept)
    _execute(connection, "ALTER DATABASE {} RENAME TO {}", fresh, database)


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    parts = (sql.Identifier(name) for name in names)
    connection.execute(sql.SQL(statement).format(*parts))
