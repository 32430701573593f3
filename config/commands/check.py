"""``kedja check PATH… [--json]``: may these diagrams, tables and forms be taken into use?

Runs without Django and without a database: it is the first thing a diagram author calls, and the
first thing CI calls.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from config import papers
from engine.check import SUFFIXES, FileReport, check_files
from engine.check.edition import PROCESSES

HELP = "check diagrams, tables, forms and their data"
MAX_READ = 2 * 1024 * 1024
"""Bytes read of one file: enough to see that it is too large."""
MAX_NEIGHBOURS = 2_000
MAX_SIBLINGS = 200
MAX_SIBLING = 1024 * 1024
"""Bytes of a DMN file that another may import from the same folder; larger ones are not read."""
DIALECT = b"Camunda Cloud"
OWN = Path(__file__).parents[2] / PROCESSES
"""The edition of this clone: a draft that lies elsewhere may refer to what it has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument(
        "--capabilities",
        type=Path,
        metavar="FILE",
        help="a list of capability names, one a line (default: the registered ones)",
    )


def run(args: argparse.Namespace) -> int:
    """Check and print; 0 when nothing is an error, 1 when something is, 2 for a wrong path."""
    missing = [path for path in args.paths if not path.exists()]
    if missing:
        print(f"kedja check: no such file or folder: {missing[0]}", file=sys.stderr)
        return 2
    others = tuple(_papers(args.paths))
    named = {_key(path): path.as_posix() for path in _found(args.paths)}
    files = {key: _read(Path(key)) for key in named}
    if not files and not others:
        print("kedja check: nothing to check (.bpmn, .dmn, .form, .toml)", file=sys.stderr)
        return 2
    reports = tuple(
        FileReport(named[report.path], report.findings)
        for report in check_files(
            files,
            capabilities=_capabilities(args.capabilities, files),
            neighbours=_neighbours(files),
        )
    )
    reports = _merged((*reports, *others))
    if args.json:
        print(json.dumps({"files": [report.as_json() for report in reports]}, ensure_ascii=False))
    else:
        _print(reports)
    return 0 if all(report.ok for report in reports) else 1


def _found(paths: list[Path]) -> Iterator[Path]:
    """The files meant: a file that is named is always checked, in a folder the known kinds."""
    for path in paths:
        if path.is_dir():
            for found in sorted(path.rglob("*")):
                if found.suffix in SUFFIXES and found.is_file():
                    yield found
        elif path.suffix != papers.TEMPLATE:
            yield path


def _papers(paths: list[Path]) -> Iterator[FileReport]:
    """The reports on papers and archive profiles of each edition that the paths are in."""
    for home in papers.editions_in(paths):
        for report in papers.reports(papers.read_papers(home)):
            yield FileReport((home / report.path).as_posix(), report.findings)


def _merged(reports: tuple[FileReport, ...]) -> tuple[FileReport, ...]:
    """One report per file: a TOML file is read as data, and again as what it is about."""
    found: dict[str, FileReport] = {}
    for report in reports:
        before = found.get(report.path)
        findings = (*before.findings, *report.findings) if before else report.findings
        found[report.path] = FileReport(report.path, findings)
    return tuple(found.values())


def _key(path: Path) -> str:
    """The path as it is known: also from inside ``processes/`` the folder must be seen."""
    return path.as_posix() if PROCESSES in path.parts else path.resolve().as_posix()


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_READ)


def _neighbours(files: dict[str, bytes]) -> dict[str, bytes]:
    """What the files may refer to: the rest of their edition, or of their folder."""
    found: dict[str, bytes] = {}
    homes = {_home(Path(path)) for path, content in files.items() if _refers(path, content)}
    if any(home.name != PROCESSES for home in homes) and OWN.is_dir():
        homes.add(OWN)
    for folder in sorted(homes):
        deep = PROCESSES in folder.parts
        for path in sorted(folder.rglob("*") if deep else folder.glob("*")):
            if path.suffix in SUFFIXES and path.is_file() and path.as_posix() not in files:
                found[path.as_posix()] = _read(path)
            if len(found) >= MAX_NEIGHBOURS:
                return found
    return {**_siblings(files), **found}


def _siblings(files: dict[str, bytes]) -> dict[str, bytes]:
    """The DMN files that tables outside of an edition may import: those in the same folder."""
    folders = {
        Path(path).parent
        for path, content in files.items()
        if path.endswith(".dmn") and PROCESSES not in Path(path).parts and _imports(content)
    }
    beside = (
        path
        for folder in sorted(folders)
        for path in sorted(folder.glob("*.dmn"))
        if path.as_posix() not in files and path.is_file() and not path.is_symlink()
    )
    small = (path for path in islice(beside, MAX_SIBLINGS) if path.stat().st_size <= MAX_SIBLING)
    return {path.as_posix(): _read(path) for path in small}


def _imports(content: bytes) -> bool:
    """Whether a table may import another; in UTF-16 every second byte of the word is 0."""
    return b"importType" in content.replace(b"\0", b"")


def _refers(path: str, content: bytes) -> bool:
    """Whether a file is judged by what lies beside it: the rest need not be read."""
    return PROCESSES in Path(path).parts or DIALECT in content


def _home(path: Path) -> Path:
    """The folder ``processes`` that a file lies in, else its own folder."""
    for parent in path.parents:
        if parent.name == PROCESSES:
            return parent
    return path.parent


def _capabilities(path: Path | None, files: dict[str, bytes]) -> frozenset[str] | None:
    """The names that exist: from the list given, else the registry where a diagram names one."""
    if path is None:
        uses = any(b"taskDefinition" in content for content in files.values())
        return _registered() if uses else None
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _registered() -> frozenset[str]:
    """Ask the registry; only then Django is needed, which costs a second."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    importlib.import_module("django").setup()
    registry = importlib.import_module("cases.capabilities")
    return frozenset(registry.registered())


def _print(reports: tuple[FileReport, ...]) -> None:
    for report in reports:
        for finding in report.findings:
            print(
                f"{report.path}:{finding.line} {finding.element or '-'} "
                f"{finding.code} {finding.severity}: {finding.message}"
            )
    findings = [finding for report in reports for finding in report.findings]
    errors = sum(finding.severity == "error" for finding in findings)
    print(f"{len(reports)} files, {errors} errors, {len(findings) - errors} warnings")
