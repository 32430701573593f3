"""Which requirement is shown by what, and which test names it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.requirements import Requirement, Requirements, key_of
from engine.tracing.places import Key, Place

_TEST: Final = re.compile(r"test((?:_[rklp]\d{1,3}[a-z]?)+)(?:_|$)")
_ONE: Final = re.compile(r"_([rklp])(\d{1,3})([a-z]?)")
LISTED: Final = "R"
"""The letter of the numbered requirements of the seeds; the others are rows beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement: what shows it and what tests it."""

    requirement: Requirement
    group: str
    shown: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        """``outside``, ``covered`` or ``uncovered``."""
        if self.requirement.utanfor:
            return "outside"
        return "covered" if self.shown and self.tests else "uncovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All requirements, and what names a requirement or a part that does not exist."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values. A bundle is covered when all its parts are."""
        listed = [row for row in self.rows if row.requirement.id[0] == LISTED]
        others = [row for row in self.rows if row.requirement.id[0] != LISTED]
        return {
            **_counted(listed),
            "rows": _counted(others),
            "groups": [
                {"group": name, **_counted([row for row in self.rows if row.group == name])}
                for name in dict.fromkeys(row.group for row in self.rows)
            ],
            "unknown": list(self.unknown),
            "requirements": [_plain(row) for row in self.rows],
        }


def named_by_tests(files: Mapping[str, str]) -> Iterator[tuple[Key, str]]:
    """Yield the requirements that test functions name, with ``<path>::<function>``.

    Args:
        files: Path to content of the Python files. ``test_r090_…`` names R-090,
            ``test_r136_r141_…`` two, ``test_r211b_…`` a part.

    Raises:
        SyntaxError: A file is no Python.
    """
    for path, content in sorted(files.items()):
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = _TEST.match(node.name)
                for found in _ONE.finditer(named[1] if named else ""):
                    key = (found[1].upper(), int(found[2]), found[3])
                    yield key, f"{path}::{node.name}"


def report(
    listed: Requirements,
    places: Iterable[Place],
    tests: Iterable[tuple[Key, str]],
    constraints: frozenset[str] = frozenset(),
) -> Report:
    """Put requirements, places and tests together.

    Args:
        listed: ``krav.toml``.
        places: Every part of the edition.
        tests: Requirement and the name of a test of it; steps of scenarios are added here.
        constraints: Names of constraints and triggers that the database has.
    """
    all_places = tuple(places)
    shown: dict[Key, list[str]] = {}
    tested: dict[Key, list[str]] = {}
    for place in all_places:
        for key in place.requirements if not place.is_run else ():
            shown.setdefault(key, []).append(place.where)
        for key in place.declared if place.is_run else ():
            tested.setdefault(key, []).append(place.where)
    for key, name in tests:
        tested.setdefault(key, []).append(name)
    rows = tuple(_row(one, listed, shown, tested) for one in listed.krav)
    unknown = (*_unknown(listed, shown, tested), *_lost(listed, all_places, constraints))
    return Report(rows=rows, unknown=unknown)


def _row(
    one: Requirement,
    listed: Requirements,
    shown: Mapping[Key, list[str]],
    tested: Mapping[Key, list[str]],
) -> Row:
    key = key_of(one.id)
    group = next((group.namn for group in listed.grupp if group.holds(one.id)), "")
    named = dict.fromkeys([*one.visas, *shown.get(key, ())])
    return Row(
        requirement=one,
        group=group,
        shown=tuple(named),
        tests=tuple(sorted(set(tested.get(key, ())))),
    )


def _unknown(listed: Requirements, *named: Mapping[Key, list[str]]) -> Iterator[str]:
    """What names an id that is not listed; the bundle of listed parts may be named as well."""
    known = {key_of(row.id) for row in listed.krav}
    known |= {key_of(row.bundle) for row in listed.krav}
    for places in named:
        for key in sorted(places.keys() - known):
            yield f"{places[key][0]} names {key[0]}-{key[1]:03}{key[2]}, which is not in krav.toml"


def _lost(
    listed: Requirements, places: Iterable[Place], constraints: frozenset[str]
) -> Iterator[str]:
    known = {place.where for place in places} | {f"db#{name}" for name in constraints}
    for row in listed.krav:
        for where in row.visas:
            if where not in known:
                yield f"{row.id} is said to be shown by {where}, which does not exist"


def _counted(rows: list[Row]) -> dict[str, Any]:
    bundles: dict[str, set[str]] = {}
    for row in rows:
        bundles.setdefault(row.requirement.bundle, set()).add(row.state)
    return {
        "total": len(bundles),
        "covered": sum(states == {"covered"} for states in bundles.values()),
        "uncovered": [row.requirement.id for row in rows if row.state == "uncovered"],
        "outside": [row.requirement.id for row in rows if row.state == "outside"],
    }


def _plain(row: Row) -> dict[str, Any]:
    return {
        "id": row.requirement.id,
        "krav": row.requirement.krav,
        "kalla": row.requirement.kalla,
        "group": row.group,
        "state": row.state,
        "shown": list(row.shown),
        "tests": list(row.tests),
        "outside": row.requirement.utanfor,
    }
