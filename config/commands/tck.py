"""``kedja tck DIR [--json]``: the DMN Technology Compatibility Kit against our FEEL and DMN."""

import argparse
import json
from pathlib import Path

from engine.dmn.tck import Report, run_kit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("directory", type=Path, help="the kit: holds compliance-level-2 and -3")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Run the kit; 0 when every case passes, 1 when some do not, 2 when there is no kit."""
    if not args.directory.is_dir():
        print(f"{args.directory} is no directory.")
        return 2
    report = run_kit(args.directory)
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        _print(report)
    return 1 if report.failed else 0


def _print(report: Report) -> None:
    for failure in report.failed:
        print(
            f"{failure.group} {failure.case} {failure.node}: expected {failure.expected}, "
            f"got {failure.got} [{failure.kind}]"
        )
    for level, score in report.levels.items():
        print(f"{level}: {score.passed} of {score.total}")
    print(f"other value: {report.as_json()['other_value']}")
