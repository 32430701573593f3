"""A walk as text: what was done, by which role, when, on what law, and what followed."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from config.scenarios.runner import Report
from config.scenarios.seen import fresh_events
from config.scenarios.walk import StepReport
from engine.bundle import Bundle
from engine.scenarios import Scenario
from engine.verdict import CaseEvent

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_AUTOMATIC = {"started", "ended", "thrown", "recorded"}


def heading(scenario: Scenario) -> str:
    """The first line of a scenario."""
    return f"\n{scenario.id}: {scenario.name}"


def step_lines(report: StepReport, bundle: Bundle) -> Iterator[str]:
    """The lines of one step.

    Args:
        report: What happened.
        bundle: For names of tasks, roles and citations.
    """
    local = report.at.astimezone(STOCKHOLM)
    mark = "✗" if report.failures else "✓"
    what = report.step.text or _what(report)
    yield f"{mark} {report.number:>2}  {local:%Y-%m-%d %H:%M}  {what}"
    for line in _details(report, bundle):
        yield f"        {line}"
    for failure in report.failures:
        yield f"      ✗ {failure}"


def verdict_lines(report: Report) -> Iterator[str]:
    """The last lines of a scenario: broken rules, and how it went."""
    for violation in report.violations:
        yield f"  ! regel {violation.rule} ({violation.modality}): {violation.text}"
    yield f"  {'OK' if report.ok else 'FEL'}: {len(report.steps)} steg"


def _what(report: StepReport) -> str:
    step = report.step
    target = step.start or step.complete or step.claim or step.cancel or ""
    return f"{step.action} {target}".strip()


def _details(report: StepReport, bundle: Bundle) -> Iterator[str]:
    step = report.step
    element = step.complete or step.claim
    if element is not None:
        yield from _task_line(report, element, bundle)
    elif step.start is not None:
        yield f"startar {step.start}  ({report.actor})"
    if report.after.error:
        yield f"nekas: {report.after.error}"
    yield from _consequences(report)


def _consequences(report: StepReport) -> Iterator[str]:
    fresh = fresh_events(report.before, report.after)
    yield from (_event_line(event) for event in fresh if event.kind in _AUTOMATIC)
    if report.step.expect is not None and not report.failures:
        yield from (f"{name}: {value}" for name, value in report.step.expect.facts.items())
    yield from _notices(report)
    yield from _new_tasks(report)


def _notices(report: StepReport) -> Iterator[str]:
    known = {notice.id for notice in report.before.notices}
    for notice in report.after.notices:
        if notice.id not in known:
            yield f"påminnelse {notice.level or notice.kind} till {notice.to} {notice.on}"


def _new_tasks(report: StepReport) -> Iterator[str]:
    before = {task.id for task in report.before.tasks}
    for task in report.after.tasks:
        if task.id not in before:
            due = "" if task.due is None else f", senast {task.due.astimezone(STOCKHOLM):%Y-%m-%d}"
            yield f"ny uppgift: {task.name} ({', '.join(task.roles)}{due})"


def _task_line(report: StepReport, element: str, bundle: Bundle) -> Iterator[str]:
    task = next((found for found in report.before.tasks if found.element == element), None)
    if task is None:
        return
    info = bundle.definition(task.process).elements.get(element)
    citations = "" if info is None else info.properties.get("lagrum", "")
    names = [_citation(bundle, word) for word in citations.replace(",", " ").split()]
    law = f"  [{'; '.join(names)}]" if names else ""
    yield f"{', '.join(task.roles)}: {task.name}  ({report.actor or report.step.actor}){law}"


def _citation(bundle: Bundle, citation: str) -> str:
    found = bundle.lagrum.get(citation)
    return citation if found is None else found.text


def _event_line(event: CaseEvent) -> str:
    day = f"{event.at.astimezone(STOCKHOLM):%Y-%m-%d}"
    if event.kind == "thrown":
        return f"{day}  meddelande {event.message}"
    if event.kind == "recorded":
        return f"{day}  antecknat {event.record}"
    return f"{day}  {event.process} {'börjar' if event.kind == 'started' else 'slutar'}"


def coverage_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What no scenario passes, diagram by diagram and table by table."""
    parts = sum(row["parts"] for row in found["processes"])
    left = sum(len(row["unpassed"]) for row in found["processes"])
    for row in found["processes"]:
        if row["unpassed"]:
            yield f"{row['key']}: {len(row['unpassed'])} av {row['parts']} har ingen passerat"
            yield from (f"    {part}" for part in row["unpassed"])
    for row in found["tables"]:
        if row["unmatched"]:
            numbers = ", ".join(map(str, row["unmatched"]))
            yield f"tabell {row['id']}: ingen träff på rad {numbers} (av {row['rules']})"
    yield f"{parts - left} av {parts} element och flöden är passerade"
