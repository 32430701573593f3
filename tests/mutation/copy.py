"""A copy of the edition: others may be at work on it while it is altered in memory."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Copy an edition for the length of a ``with`` block."""
    with tempfile.TemporaryDirectory() as place:
        yield shutil.copytree(folder, Path(place) / "processes")
