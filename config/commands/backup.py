"""kedja backup FILE: everything the database holds, with its proof."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from config import environment
from config.backup.connection import backup_connection
from config.backup.write import write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, help="file to write; it holds secret records")
    parser.add_argument("--json", action="store_true", help="print the manifest as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the backup and say what is in it."""
    file = args.file.expanduser().absolute()
    with backup_connection(environment.load()) as (bin_dir, source):
        manifest = write(file, bin_dir=bin_dir, source=source, now=datetime.now(UTC))
    if args.json:
        print(json.dumps({"file": str(file)} | manifest.model_dump(mode="json")))
    else:
        print(f"{file}: {len(manifest.tables)} tables, {manifest.rows} rows")
    return 0
