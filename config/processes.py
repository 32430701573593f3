"""Deploy: read a processes/ folder and hand it to the use case."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from cases.bundles import compiled
from cases.use_cases.deploying import deploy
from config import clock, papers

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

    The tables of the installation's municipality lie over the national ones.

    Raises:
        BundleRefusedError: ``kedja check`` finds an error in it.
        OverlayError: A local table does not fit the national one.
    """
    files = read_directory(root)
    return deploy(
        files,
        now=clock.now(),
        municipality=settings.KEDJA_MUNICIPALITY,
        checks=papers.reports,
    )


def stopped(bundle_hash: str) -> Mapping[str, tuple[str, ...]]:
    """Return the processes of a stored edition that lack local values, and which (K-14)."""
    return compiled(bundle_hash).stopped
