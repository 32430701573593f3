"""`kedja demo`: one case through the whole chain, in virtual time on a scratch database."""

import argparse

from django.conf import settings

from config.commands.scenario import run_files

DEMO = "huvudkedja.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def run(args: argparse.Namespace) -> int:
    """Walk the main chain; 1 when a step did not go as it must."""
    return run_files([settings.PROCESSES_DIR / "scenarios" / DEMO], as_json=args.json)
