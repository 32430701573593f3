"""``kedja bench {engine,arende,feel,inbox} [--json]``: measure what is promised.

The measurements live in ``benchmarks/``, outside the packages: they know the libraries that the
product itself may not (stock SpiffWorkflow, other expression evaluators).
"""

import argparse
import importlib
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from config.environment import PROJECT_ROOT
from config.scratch import scratch_database

SUBJECTS = ("engine", "arende", "feel", "inbox")
WITHOUT_DATABASE = frozenset({"feel"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument(
        "--completions",
        type=int,
        default=2_000,
        metavar="N",
        help="completions in one instance (engine; default 2000, at least 120)",
    )
    parser.add_argument(
        "--largest",
        type=int,
        default=1_000_000,
        metavar="N",
        help="open tasks of the largest database (inbox; default 1000000)",
    )


def run(args: argparse.Namespace) -> int:
    """Measure and print; 0 when it could be measured, 1 when it has not been built."""
    measure = _measurement(args.subject)
    if measure is None:
        print(f"kedja bench: benchmarks/{args.subject}.py is missing", file=sys.stderr)
        return 1
    with nullcontext() if args.subject in WITHOUT_DATABASE else _database():
        figures = measure(args)
    if args.json:
        print(json.dumps(figures, indent=1))
        return 0
    for name, value in figures.items():
        print(f"{name:28} {value}")
    return 0


def _database() -> AbstractContextManager[str]:
    return scratch_database(aliases=("app", "worker"))


def _measurement(subject: str) -> Callable[[argparse.Namespace], dict[str, Any]] | None:
    root = str(PROJECT_ROOT)
    if root not in sys.path:
        sys.path.insert(0, root)
    name = f"benchmarks.{subject}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
    measure: Callable[[argparse.Namespace], dict[str, Any]] = module.measure
    return measure
