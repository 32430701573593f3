"""``kedja scenario {run,coverage} [FILE…]``: walk scenarios in virtual time on a scratch database.

``run`` tells each step; ``coverage`` says which flow nodes, sequence flows and table rows none of
them passes.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from config.scenarios import coverage, printing
from config.scenarios.runner import Report, prepared, read_scenario, run_scenario
from config.scenarios.setting import current_bundle
from config.scenarios.walk import StepReport
from engine.scenarios import Scenario


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True)
    walk = actions.add_parser("run", help="tell each step")
    walk.add_argument("files", nargs="+", type=Path, metavar="FILE")
    cover = actions.add_parser("coverage", help="say what no scenario passes")
    cover.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: all")
    cover.add_argument("--process", metavar="KEY", help="only this diagram")
    for action in (walk, cover):
        action.add_argument("--json", action="store_true", help="one JSON document on stdout")


def run(args: argparse.Namespace) -> int:
    """Run the scenarios; 1 when a step or a rule failed, or something is not passed."""
    if args.action == "coverage":
        return show_coverage(args.files, process=args.process, as_json=args.json)
    return run_files(args.files, as_json=args.json)


def show_coverage(files: list[Path], *, process: str | None, as_json: bool) -> int:
    """Run scenario files and print what none of them passes.

    Args:
        files: Paths of ``.toml`` files; none: all of the edition.
        process: Only the diagram of this process, and no tables.
        as_json: One JSON document instead of text.
    """
    folder = settings.PROCESSES_DIR / "scenarios"
    walked = []
    for one in coverage.walk_all(files or sorted(folder.glob("*.toml"))):
        walked.append(one)
        if not as_json:
            print(f"{'✓' if one.ok else '✗'} {one.id} ({one.seconds} s)", flush=True)
    found = coverage.report(walked, process=process)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print("\n".join(printing.coverage_lines(found)))
    whole = not any(row["unpassed"] for row in found["processes"])
    whole = whole and not any(row["unmatched"] for row in found["tables"])
    return 0 if whole and all(one.ok for one in walked) else 1


def run_files(files: list[Path], *, as_json: bool) -> int:
    """Run scenario files and print how they went.

    Args:
        files: Paths of ``.toml`` files.
        as_json: One JSON document instead of text.
    """
    scenarios = tuple(read_scenario(path) for path in files)
    bundle = current_bundle()

    def told(_scenario: Scenario, report: StepReport) -> None:
        if not as_json:
            for line in printing.step_lines(report, bundle):
                print(line, flush=True)

    reports = []
    with prepared(scenarios) as template:
        for scenario in scenarios:
            if not as_json:
                print(printing.heading(scenario))
            report = run_scenario(scenario, template, told)
            reports.append(report)
            if not as_json:
                print("\n".join(printing.verdict_lines(report)), flush=True)
    if as_json:
        print(json.dumps({"scenarios": [_plain(report) for report in reports]}, default=str))
    return 0 if all(report.ok for report in reports) else 1


def _plain(report: Report) -> dict[str, Any]:
    return {
        "id": report.scenario.id,
        "ok": report.ok,
        "steps": [
            {
                "number": step.number,
                "at": step.at.isoformat(),
                "actor": step.actor,
                "action": step.step.action,
                "error": step.after.error,
                "open": [task.element for task in step.after.tasks],
                "failures": list(step.failures),
            }
            for step in report.steps
        ],
        "violations": [
            {"rule": found.rule, "modality": found.modality, "where": found.where}
            for found in report.violations
        ],
    }
