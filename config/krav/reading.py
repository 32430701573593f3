"""Read what the requirements are held against: the edition, the tests, the database's rules."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.bundle import SUFFIXES
from engine.examples import forms, tables
from engine.manifest import parse_toml
from engine.requirements import Requirements, key_of
from engine.tracing.places import Key, Place, places
from engine.tracing.report import Report, named_by_tests, report

_FROZEN: Final = "utgavor"
_CONSTRAINT: Final = re.compile(
    r"""(?:Check|Unique|Exclusion)Constraint\(.*?\bname=["'](\w+)["']"""
    r"""|(?i:create\s+(?:constraint\s+)?trigger\s+)(\w+)""",
    re.DOTALL,
)


def read_requirements(processes: Path) -> Requirements:
    """Read ``krav.toml``.

    Raises:
        DataFileError: It cannot be read.
    """
    return parse_toml(Requirements, "krav.toml", (processes / "krav.toml").read_bytes())


def read_places(processes: Path) -> tuple[Place, ...]:
    """Read every part of the current edition; frozen ones show nothing of what holds today."""
    files = {
        path.relative_to(processes).as_posix(): path.read_bytes()
        for path in sorted(processes.rglob("*"))
        if path.suffix in SUFFIXES and path.relative_to(processes).parts[0] != _FROZEN
    }
    return tuple(places(files))


def read_report(root: Path) -> Report:
    """Read everything and put it together.

    Args:
        root: The clone: ``processes/``, ``tests/`` and the migrations are below it.

    Raises:
        DataFileError: ``krav.toml``, or another data file, cannot be read.
    """
    processes = root / "processes"
    tests = [*named_by_tests(dict(_python(root / "tests", root))), *_examples(root)]
    return report(read_requirements(processes), read_places(processes), tests, _constraints(root))


def _python(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("test_*.py"):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def _examples(root: Path) -> Iterator[tuple[Key, str]]:
    """Examples of tables and forms are run by the tests, so the ids that they declare count."""
    folder = root / "tests" / "processes"
    for name, file in tables.read_examples(folder / "tabeller").items():
        for number, example in enumerate(file.example, start=1):
            for one in example.requirements:
                yield key_of(one), f"tests/processes/tabeller/{name}.toml#{number}"
    for name, shown in forms.read_examples(folder / "exempel").items():
        declared = {
            **{f"accepted{n}": row.requirements for n, row in enumerate(shown.accepted, 1)},
            **{f"refused{n}": row.requirements for n, row in enumerate(shown.refused, 1)},
        }
        for place, ids in declared.items():
            for one in ids:
                yield key_of(one), f"tests/processes/exempel/{name}.toml#{place}"


def _constraints(root: Path) -> frozenset[str]:
    """The names of constraints and triggers in the migrations."""
    return frozenset(
        found[1] or found[2]
        for app in ("cases", "records")
        for path in (root / app / "migrations").rglob("*")
        if path.suffix in {".py", ".sql"}
        for found in _CONSTRAINT.finditer(path.read_text(encoding="utf-8"))
    )
