"""Papers are checked by ``kedja check`` and ``kedja deploy``: each is rendered with examples."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.check import FileReport, Finding
from records.papers import check_papers
from records.papers.catalogue import FOLDER, LAYOUT

TEMPLATE = ".typ"
NEEDED = ("lagrum.toml", "manifest.toml")


def paper_reports(files: Mapping[str, bytes]) -> tuple[FileReport, ...]:
    """One report per template; what is wrong with a paper's TOML is said at its template.

    Args:
        files: An edition, or the part of it that papers need, by path below ``processes/``.
    """
    found: dict[str, list[Finding]] = {
        path: [] for path in files if path.startswith(f"{FOLDER}/") and path.endswith(TEMPLATE)
    }
    for item in check_papers(files):
        path = item.path.removesuffix(".toml") + TEMPLATE if item.path not in found else item.path
        message = item.message if path == item.path else f"{item.path}: {item.message}"
        finding = Finding(
            code=item.code, severity="error", element="", line=item.line, message=message
        )
        found.setdefault(path if path in found else item.path, []).append(finding)
    return tuple(FileReport(path, tuple(rows)) for path, rows in sorted(found.items()))


def editions_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The editions whose papers are meant: those that a path holds, or lies in."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(layout.parent.parent for layout in path.rglob(LAYOUT.rsplit("/", 1)[-1]))
        elif path.parent.name == FOLDER:
            found.add(path.parent.parent)
    return tuple(sorted(home for home in found if (home / LAYOUT).is_file()))


def read_papers(home: Path) -> dict[str, bytes]:
    """The files of an edition that its papers are checked with."""
    wanted = [*(home / FOLDER).glob("*.t*"), *(home / name for name in NEEDED)]
    return {
        path.relative_to(home).as_posix(): path.read_bytes() for path in wanted if path.is_file()
    }
