"""Deploy: read a processes/ folder and hand it to the use case."""

from pathlib import Path

from cases.use_cases.deploying import deploy
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
    """Store the edition at ``root`` and return its hash; the same content is stored once.

    Raises:
        BundleRefusedError: ``kedja check`` finds an error in it.
    """
    return deploy(read_directory(root), now=clock.now())
