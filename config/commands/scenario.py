"""`kedja scenario run FILE…`: walk scenarios in virtual time on a scratch database."""

import argparse
import json
from pathlib import Path
from typing import Any

from config.scenarios import printing
from config.scenarios.runner import Report, prepared, read_scenario, run_scenario
from config.scenarios.setting import current_bundle
from config.scenarios.walk import StepReport
from engine.scenarios import Scenario


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=["run"])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def run(args: argparse.Namespace) -> int:
    """Run the scenarios; 1 when a step or a rule failed."""
    return run_files(args.files, as_json=args.json)


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
