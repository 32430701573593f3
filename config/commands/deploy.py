"""kedja deploy: store processes/ as an edition, immutably, under its hash."""

import argparse
import json
from pathlib import Path

from django.conf import settings

from config.processes import deploy_directory, stopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, nargs="?", help="default: processes/ of this clone")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Deploy and say under which hash; 1 when a process had to be left out (K-14)."""
    bundle_hash = deploy_directory(args.folder or settings.PROCESSES_DIR)
    missing = stopped(bundle_hash)
    if args.json:
        print(json.dumps({"hash": bundle_hash, "stopped": missing}))
    else:
        print(f"Deployed: {bundle_hash}")
        for process, tables in missing.items():
            print(f"NOT deployed: {process}, no local value for {', '.join(tables)}")
    return 1 if missing else 0
