"""What scenarios pass: read from the history that they leave in the database."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from cases import bundles
from cases.models import Bundle as BundleRow
from cases.models import Event
from config.environment import PROJECT_ROOT
from config.scenarios import runner
from config.scenarios.setting import current_bundle
from engine import coverage
from engine.bundle import Bundle
from engine.coverage import Drawing, Line, Passed
from engine.examples.tables import matched_by_examples, read_examples
from engine.scenarios import Scenario

TABLE_EXAMPLES = PROJECT_ROOT / "tests" / "processes" / "tabeller"
"""Questions to the tables that decide beside the diagrams (access, retention)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """One scenario that was run, how it went and what it passed."""

    id: str
    ok: bool
    seconds: float
    passed: Passed


def passed_here(bundle: Bundle, drawn: Mapping[str, Drawing]) -> Passed:
    """Say what the instances in the database that run on this edition have passed.

    Args:
        bundle: The edition.
        drawn: Its ``engine.coverage.drawings``, read once for many databases.
    """
    return coverage.passed(drawn, _lines(bundle))


def walk_all(paths: Iterable[Path]) -> Iterator[Walked]:
    """Run scenario files one by one, each in a copy of a prepared database.

    Args:
        paths: Scenario files.

    Raises:
        ScenarioFileError: A file cannot be read; nothing has been run.
    """
    scenarios = tuple(runner.read_scenario(path) for path in paths)
    bundle = current_bundle()
    drawn = coverage.drawings(bundle)
    with runner.prepared(scenarios) as template:
        for scenario in scenarios:
            yield _walked(scenario, template, partial(passed_here, bundle, drawn))


def report(walked: Sequence[Walked], *, process: str | None = None) -> dict[str, Any]:
    """Say what no scenario passed, as plain values for JSON.

    Args:
        walked: What was run.
        process: Only the diagram of this process, and no tables.
    """
    bundle = current_bundle()
    examples = read_examples(TABLE_EXAMPLES)
    found = Passed(rules=matched_by_examples(bundle, examples))
    for one in walked:
        found |= one.passed
    drawn, rules = coverage.drawings(bundle), coverage.tables(bundle)
    left, unmatched = coverage.unpassed(drawn, found), coverage.unmatched(rules, found)
    return {
        "scenarios": [{"id": one.id, "ok": one.ok, "seconds": one.seconds} for one in walked],
        "processes": [
            {"key": key, "parts": len(drawn[key].parts), "unpassed": left.get(key, ())}
            for key in sorted(drawn)
            if process in (None, key)
        ],
        "tables": [
            {"id": table, "rules": count, "unmatched": unmatched.get(table, ())}
            for table, count in sorted(rules.items())
            if process is None
        ],
    }


def _walked(scenario: Scenario, template: str, passed: Callable[[], Passed]) -> Walked:
    began = perf_counter()
    found: list[Passed] = []
    report = runner.run_scenario(scenario, template, ended=lambda: found.append(passed()))
    seconds = round(perf_counter() - began, 1)
    return Walked(id=scenario.id, ok=report.ok, seconds=seconds, passed=found[0])


def _lines(bundle: Bundle) -> Iterator[Line]:
    """The history of every instance pinned to the edition; an older one has other diagrams.

    What is deployed may have a municipality's tables over the national ones, so the edition is
    known by its id and not by its hash.
    """
    hashes = [
        key
        for key in BundleRow.objects.values_list("hash", flat=True)
        if bundles.compiled(key).manifest.utgava.id == bundle.manifest.utgava.id
    ]
    rows = Event.objects.filter(instance__bundle_id__in=hashes, element__gt="").values_list(
        "instance__process_key", "kind", "element", "detail"
    )
    for process, kind, element, detail in rows.iterator():
        yield _line(process, kind, element, detail or {})


def _line(process: str, kind: str, element: str, detail: dict[str, Any]) -> Line:
    return Line(
        process=str(detail.get("called", process)),
        kind=kind,
        element=element,
        flow=detail.get("flow"),
        rules=tuple(detail.get("rules", ())),
    )
