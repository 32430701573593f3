"""Write a backup: a tar with ``manifest.json`` and ``kedja.dump``."""

import io
import os
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

import psycopg

from config.backup import programs
from config.backup.manifest import Manifest, describe
from config.errors import BackupError
from config.postgres.urls import Parameters

MANIFEST = "manifest.json"
DUMP = "kedja.dump"


def write(file: Path, *, bin_dir: Path, source: Parameters, now: datetime) -> Manifest:
    """Back the database up while it is in use.

    The dump and the manifest read one snapshot. The file holds everything the
    database holds, secret records included: it gets mode 0600, and where it is
    kept is up to whoever runs this.

    Args:
        file: Written whole or not at all; an older file of the name is replaced.
        bin_dir: PostgreSQL's programs, of the server's version or newer.
        source: A role that row-level security does not bind.
        now: Aware time for the manifest.

    Raises:
        BackupError: The folder cannot be written, or pg_dump failed.
    """
    if not file.parent.is_dir():
        raise BackupError(f"There is no folder {file.parent}: make it first.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".kedja-backup-") as folder:
        dump = Path(folder) / DUMP
        manifest = _dump_and_describe(dump, bin_dir, source, now)
        draft = Path(folder) / "draft.tar"
        _pack(draft, manifest, dump)
        draft.replace(file)
    return manifest


def _dump_and_describe(dump: Path, bin_dir: Path, source: Parameters, now: datetime) -> Manifest:
    with psycopg.connect(**source) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        if row is None:
            raise BackupError("The server gave no snapshot.")
        programs.dump(bin_dir, source, dump, snapshot=str(row[0]))
        try:
            return describe(connection, made_at=now)
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "The backup's database user is bound by row-level security: use a role with "
                "BYPASSRLS (docs/operations.md, Backup)."
            ) from error


def _pack(draft: Path, manifest: Manifest, dump: Path) -> None:
    text = manifest.model_dump_json(indent=1).encode()
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as archive:
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(text), 0o600
            archive.addfile(entry, io.BytesIO(text))
            archive.add(dump, arcname=DUMP, filter=_plain)
        out.flush()
        os.fsync(out.fileno())


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave names and ids of this machine's users out of the archive."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry
