"""Do a step again only when what it reads has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(paths: Iterable[Path]) -> str:
    """Return a hash over names and contents of files; folders count with all below them."""
    total = hashlib.sha256()
    for path in sorted(set(_files(paths))):
        total.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def current(stamp: Path, value: str) -> bool:
    """Say whether the step was last done for ``value``."""
    return stamp.exists() and stamp.read_text() == value


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (one for one in path.rglob("*") if one.is_file())
        elif path.exists():
            yield path
