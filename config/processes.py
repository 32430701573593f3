"""Deploy: read a processes/ folder and hand it to the use case."""

from pathlib import Path

from cases import use_cases
from config import clock

SUFFIXES = frozenset({".bpmn", ".dmn", ".form", ".toml", ".typ"})


def read_directory(root: Path) -> dict[str, bytes]:
    """Return every file of an edition: path relative to ``root`` -> content."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in SUFFIXES
    }


def deploy_directory(root: Path) -> str:
    """Store the edition at ``root``; the same content twice is the same bundle."""
    files = read_directory(root)
    if not files:
        return "no processes yet"
    bundle = use_cases.deploy(files, now=clock.now())
    return f"edition {str(bundle)[:12]}"
