"""kedja restore FILE: put a backup in the database's place, and prove it."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from config import environment
from config.backup.connection import backup_connection
from config.backup.restore import Restored, restore_beside, restore_into
from config.postgres.urls import DATABASE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, help="file written by kedja backup")
    parser.add_argument("--json", action="store_true", help="print the manifest as JSON")


def run(args: argparse.Namespace) -> int:
    """Restore: beside the old database (embedded), or into an empty one (your own server)."""
    settings = environment.load()
    file = args.file.expanduser().absolute()
    now = datetime.now(UTC)
    with backup_connection(settings) as (bin_dir, target):
        if settings.database_url is None:
            superuser = target | {"dbname": "postgres"}
            restored = restore_beside(
                file, bin_dir=bin_dir, superuser=superuser, database=DATABASE, now=now
            )
        else:
            manifest = restore_into(file, bin_dir=bin_dir, target=target, now=now)
            restored = Restored(manifest, "")
    _tell(restored, as_json=args.json)
    return 0


def _tell(restored: Restored, *, as_json: bool) -> None:
    manifest = restored.manifest
    if as_json:
        print(json.dumps({"kept_as": restored.kept_as} | manifest.model_dump(mode="json")))
        return
    print(f"Restored and verified: {len(manifest.tables)} tables, {manifest.rows} rows.")
    if restored.kept_as:
        print(f"The former database was kept as {restored.kept_as}.")
