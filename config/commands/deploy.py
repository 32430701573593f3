"""kedja deploy: store processes/ as an edition, immutably, under its hash."""

import argparse
import json
from pathlib import Path

from django.conf import settings

from config.processes import deploy_directory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, nargs="?", help="default: processes/ of this clone")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Deploy and say under which hash."""
    bundle_hash = deploy_directory(args.folder or settings.PROCESSES_DIR)
    print(json.dumps({"hash": bundle_hash}) if args.json else f"Deployed: {bundle_hash}")
    return 0
