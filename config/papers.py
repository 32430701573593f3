"""What ``kedja check`` and ``kedja deploy`` ask of papers and archive profiles.

Each paper is rendered with example data; each profile is read, and its citations looked up.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.check import FileReport, Finding
from engine.manifest import Citations, DataFileError, parse_toml
from records.export import ProfileError
from records.export.profile import parse_profile
from records.papers.apart import check_papers_apart
from records.papers.catalogue import FOLDER, LAYOUT

TEMPLATE = ".typ"
NEEDED = ("lagrum.toml", "manifest.toml")
PROFILES = "arkiv"
MAX_READ = 2 * 1024 * 1024
"""Bytes read of one file: enough to see that it is too large."""


def reports(files: Mapping[str, bytes]) -> tuple[FileReport, ...]:
    """The reports on papers and archive profiles of an edition.

    Args:
        files: An edition, or the part of it that they need, by path below ``processes/``.
    """
    return (*paper_reports(files), *profile_reports(files))


def profile_reports(files: Mapping[str, bytes]) -> tuple[FileReport, ...]:
    """One report per ``arkiv/profil_<name>.toml``."""
    paths = [path for path in sorted(files) if path.startswith(f"{PROFILES}/")]
    return tuple(FileReport(path, tuple(_wrong_profile(path, files))) for path in paths)


def _wrong_profile(path: str, files: Mapping[str, bytes]) -> Iterator[Finding]:
    try:
        profile = parse_profile(path, files[path])
    except ProfileError as error:
        yield _error(error.code, str(error))
        return
    try:
        known = parse_toml(Citations, NEEDED[0], files.get(NEEDED[0], b""))
    except DataFileError:
        return
    for ref in profile.sekretess.values():
        if known.lagrum and known.get(ref) is None:
            yield _error("unknown_citation", f"the citation {ref} is not in lagrum.toml; add it")


def _error(code: str, message: str, line: int = 0) -> Finding:
    return Finding(code=code, severity="error", element="", line=line, message=message)


def paper_reports(files: Mapping[str, bytes]) -> tuple[FileReport, ...]:
    """One report per template; what is wrong with a paper's TOML is said at its template.

    Args:
        files: An edition, or the part of it that papers need, by path below ``processes/``.
    """
    found: dict[str, list[Finding]] = {
        path: [] for path in files if path.startswith(f"{FOLDER}/") and path.endswith(TEMPLATE)
    }
    for item in check_papers_apart(files):
        path = item.path.removesuffix(".toml") + TEMPLATE if item.path not in found else item.path
        message = item.message if path == item.path else f"{item.path}: {item.message}"
        finding = _error(item.code, message, item.line)
        found.setdefault(path if path in found else item.path, []).append(finding)
    return tuple(FileReport(path, tuple(rows)) for path, rows in sorted(found.items()))


def editions_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The editions whose papers or profiles are meant: those that a path holds, or lies in."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            for marked in (LAYOUT.rsplit("/", 1)[-1], "profil_*.toml"):
                found.update(one.parent.parent for one in path.rglob(marked))
        elif path.parent.name in (FOLDER, PROFILES):
            found.add(path.parent.parent)
    return tuple(sorted(found))


def read_papers(home: Path) -> dict[str, bytes]:
    """The files of an edition that its papers and profiles are checked with."""
    wanted = [
        *(home / FOLDER).glob("*.t*"),
        *(home / PROFILES).glob("*.toml"),
        *(home / name for name in NEEDED),
    ]
    return {path.relative_to(home).as_posix(): _read(path) for path in wanted if path.is_file()}


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_READ)
