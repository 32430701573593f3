"""What a run has found so far, as JSON lines under ``build/mutation/``: a run may be taken up."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.environment import PROJECT_ROOT

BUILD = PROJECT_ROOT / "build" / "mutation"


class Store:
    """One file of results; a line is a JSON object with a ``key``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.found: dict[str, dict[str, Any]] = {row["key"]: row for row in _rows(path)}

    def add(self, key: str, row: Mapping[str, Any]) -> None:
        """Keep a result; it is on disk when this returns."""
        self.found[key] = {"key": key, **row}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(self.found[key], ensure_ascii=False) + "\n")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:  # the run was killed while it wrote its last line
            continue


def folder_of(files: Mapping[str, bytes]) -> Path:
    """Return where the results of this very edition lie; a changed edition begins anew."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return BUILD / digest.hexdigest()[:12]
