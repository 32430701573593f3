"""``kedja bench engine``: a whole ``complete_task``, and the naive way beside it."""

import argparse
import statistics
from typing import Any

from benchmarks import storage
from benchmarks.naive import naive

NAIVE = 100
"""Completions of the naive way: its tree grows until it dies at depth 1,000."""
EDGE = 10


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Return the figures that the issue asks for; milliseconds, bytes and ratios."""
    figures = storage.measure(max(args.completions, 200 + storage.WINDOW))
    return figures | _naive(figures)


def _naive(figures: dict[str, Any]) -> dict[str, Any]:
    """Run the naive way, each completion beside a bare transaction."""
    with storage.bare_beside() as (bare, address), naive(address) as way:
        first_bytes, seconds, plain = 0, [], []
        for _ in range(NAIVE):
            seconds.append(way.complete())
            first_bytes = first_bytes or way.bytes
            plain.append(bare())
    first, last = statistics.median(seconds[:EDGE]), statistics.median(seconds[-EDGE:])
    beside_last = statistics.median(plain[-EDGE:])
    return {
        "naive_completions": NAIVE,
        "naive_first_ms": round(first * 1e3, 3),
        "naive_last_ms": round(last * 1e3, 3),
        "naive_ratio_to_bare_last": round(last / beside_last, 1),
        "naive_first_bytes": first_bytes,
        "naive_last_bytes": way.bytes,
        "naive_bytes_to_ours": round(way.bytes / figures["state_bytes"]),
    }
