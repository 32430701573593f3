"""kedja migrate: bring the database's tables up to date, as the owner."""

import argparse

from config import prepare


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: none."""
    _ = parser


def run(args: argparse.Namespace) -> int:
    """Apply what is missing."""
    _ = args
    print(prepare.migrate())
    return 0
