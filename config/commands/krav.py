"""``kedja krav [--json]``: which requirement of the sources is shown by what, and tested where."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from config.environment import PROJECT_ROOT
from config.krav.citing import depending, sections
from config.krav.markdown import lines
from config.krav.reading import read_places, read_report, read_requirements
from engine.dmn.errors import DmnError
from engine.errors import EngineError
from engine.manifest import Citations, DataFileError, parse_toml

PROCESSES = PROJECT_ROOT / "processes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="one JSON document on stdout")
    how.add_argument("--markdown", action="store_true", help="the page docs/krav.md")
    parser.add_argument("--lagrum", metavar="SECTION", help='what depends on e.g. "14:3"')


def run(args: argparse.Namespace) -> int:
    """Print; 1 when something names a requirement or a part that does not exist."""
    try:
        return _show_section(args) if args.lagrum else _show_report(args)
    except (DataFileError, DmnError, EngineError) as error:
        print(f"kedja krav: {error}; kedja check processes says more", file=sys.stderr)
        return 1


def _show_report(args: argparse.Namespace) -> int:
    report = read_report(PROJECT_ROOT)
    if args.markdown:
        print("\n".join(lines(report)))
    elif args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print("\n".join(_summary(report.as_json())))
    return 1 if report.unknown else 0


def _summary(found: dict[str, Any]) -> Iterator[str]:
    for group in found["groups"]:
        left = f"  saknas: {', '.join(group['uncovered'])}" if group["uncovered"] else ""
        yield f"{group['covered']:>3} av {group['total']:>3}  {group['group']}{left}"
    outside = len(found["outside"])
    yield f"{found['covered']} av {found['total']} krav visade, {outside} utanför programmet"
    yield f"{found['rows']['covered']} av {found['rows']['total']} rader K, L och P visade"
    yield from (f"fel: {problem}" for problem in found["unknown"])


def _show_section(args: argparse.Namespace) -> int:
    known = parse_toml(Citations, "lagrum.toml", (PROCESSES / "lagrum.toml").read_bytes())
    wanted = sections(args.lagrum, known)
    if not wanted:
        print(f"kedja krav: no row of lagrum.toml is {args.lagrum}", file=sys.stderr)
        return 1
    found = depending(wanted, read_places(PROCESSES), read_requirements(PROCESSES), known)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for row in found["lagrum"]:
        print(f"{row['text']} ({row['status']}): {row['beskrivning']}")
    for kind, places in found["places"].items():
        print(f"{kind}: {len(places)}")
        print("\n".join(f"    {place}" for place in places))
    print(f"krav: {', '.join(found['requirements']) or 'inga'}")
    return 0
