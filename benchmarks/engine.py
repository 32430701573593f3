"""``kedja bench engine``: a whole ``complete_task``, and the naive way beside it."""

import argparse
from typing import Any

from benchmarks import storage


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Return the figures that the issue asks for; milliseconds, bytes and ratios."""
    return storage.measure(max(args.completions, 200 + storage.WINDOW))
