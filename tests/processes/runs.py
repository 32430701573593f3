"""Each scenario is walked once in a test run, by whichever test or worker asks first.

What a walk gave lies as JSON in a folder that the workers share; a lock per scenario makes the
others wait for it instead of walking it again.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

import pytest
from django.db import transaction

from cases.models import Instance
from config.scenarios import runner
from config.scenarios.coverage import passed_here
from config.scenarios.setting import prepare
from config.scenarios.walk import Walk
from engine.coverage import drawings
from tests.processes.town import FOLDER, edition

DRAWN = drawings(edition())
FILES = sorted((FOLDER / "scenarios").glob("*.toml"))


@dataclass(frozen=True)
class Run:
    """How one scenario went. ``failures`` are the steps that differed from what was written."""

    id: str
    failures: list[list[object]]
    broken: list[str]
    has_run: bool  # some process was begun
    parts: list[list[str]]
    rules: list[str]
    seconds: float


def run_of(path: Path, shared: Path) -> Run:
    """What a scenario gave; it is walked when nobody has done so. Needs the test database."""
    with _locked(shared / f"{path.stem}.lock", wait=True):
        return _run(path, shared)


@cache
def all_runs(shared: Path) -> tuple[Run, ...]:
    """What all scenarios gave; those that another worker is at are waited for last."""
    busy = []
    with transaction.atomic():
        # One municipality for all of them: it takes a third as long as a walk.
        prepare(min(runner.read_scenario(path).start_at for path in FILES))
        for path in FILES:
            with _locked(shared / f"{path.stem}.lock", wait=False) as mine:
                if mine:
                    _run(path, shared, settled=True)
                else:
                    busy.append(path)
        transaction.set_rollback(True)
    for path in busy:
        run_of(path, shared)
    return tuple(_read(shared / f"{path.stem}.json") for path in FILES)


def shared_folder(base: Path) -> Path:
    """The folder that all workers of this run share, below pytest's base folder."""
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "scenarios"
    folder.mkdir(exist_ok=True)
    return folder


def _read(path: Path) -> Run:
    found = json.loads(path.read_text(encoding="utf-8"))
    if "stopped" in found:
        pytest.fail(f"the scenario {path.stem} could not be walked: {found['stopped']}")
    return Run(**found)


def _run(path: Path, shared: Path, *, settled: bool = False) -> Run:
    result = shared / f"{path.stem}.json"
    if not result.exists():
        try:
            text = json.dumps(asdict(_walk(path, settled=settled)), default=str)
        except Exception as error:
            result.write_text(json.dumps({"stopped": str(error)}), encoding="utf-8")
            raise
        result.write_text(text, encoding="utf-8")
    return _read(result)


def _walk(path: Path, *, settled: bool) -> Run:
    """Walk one scenario and leave no trace. ``settled``: the municipality is there already."""
    began = perf_counter()
    with transaction.atomic():
        scenario = runner.read_scenario(path)
        if not settled:
            prepare(scenario.start_at)
        walk = Walk(scenario=scenario, now=scenario.start_at)
        failures = [[step.number, *step.failures] for step in walk.steps() if step.failures]
        broken = [found for found in runner._violations(walk.now) if found.modality == "ska"]
        passed = passed_here(edition(), DRAWN)
        has_run = Instance.objects.exists()
        transaction.set_rollback(True)
    return Run(
        id=scenario.id,
        failures=failures,
        broken=[f"{found.rule} at {found.where}" for found in broken],
        has_run=has_run,
        parts=[list(part) for part in sorted(passed.parts)],
        rules=sorted(passed.rules),
        seconds=round(perf_counter() - began, 2),
    )


@contextmanager
def _locked(path: Path, *, wait: bool) -> Iterator[bool]:
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
