"""Timers: a time that can be read, never negative, cycles that end, months only from an anchor."""

import re
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from engine.check.expressions import problem
from engine.check.findings import Findings
from engine.check.model import B, Diagram, Node, line_of
from engine.feel import Functions
from engine.timers import TimerError, cycle, due_at, parse_span

_SOME_DAY: Final = datetime(2030, 1, 1, tzinfo=UTC)
"""Only to read the text: nothing depends on which day it is."""
_QUOTED: Final = re.compile(r'"([^"\\]*)"')
_DURATIONS: Final = re.compile(r'"(-?P[^"]*)"')
_MONTHS: Final = re.compile(r"P(\d+Y)?\d+[YM]")


def check_timers(diagram: Diagram, functions: Functions, findings: Findings) -> None:
    """Check every timer event of a diagram."""
    for node in diagram.nodes():
        for definition in node.definitions:
            if etree.QName(definition).localname == "timerEventDefinition":
                _timer(node, definition, functions, findings)


def _timer(
    node: Node, definition: etree._Element, functions: Functions, findings: Findings
) -> None:
    times = [
        (etree.QName(child).localname, (child.text or "").strip(), line_of(child))
        for child in definition.iterchildren(f"{B}*")
        if etree.QName(child).localname in {"timeDate", "timeDuration", "timeCycle"}
    ]
    if len(times) != 1 or not times[0][1]:
        findings.error(
            "timer_without_time", node.id, node.line,
            f"the timer {node.label} needs exactly one of date, duration and cycle",
        )  # fmt: skip
        return
    kind, text, line = times[0]
    if kind == "timeCycle":
        _cycle_place(node, line, findings)
    if text.startswith("="):
        _feel(node, (kind, text[1:].strip(), line), functions, findings)
    else:
        _literal(node, kind, text, line, findings)
    if kind == "timeDuration":
        _months(node, text, line, findings)


def _feel(node: Node, time: tuple[str, str, int], functions: Functions, findings: Findings) -> None:
    kind, text, line = time
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        _read(node, kind, quoted[1], line, findings)
        return
    found = problem(text, functions)
    if found is not None:
        findings.error(found.code, node.id, line, f"the timer is refused: {found.message}")
        return
    single = re.fullmatch(r'duration\(\s*"([^"]*)"\s*\)', text)
    if single is not None and kind == "timeDuration" and single[1].startswith("-"):
        _read(node, kind, single[1], line, findings)


def _literal(node: Node, kind: str, text: str, line: int, findings: Findings) -> None:
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        text = quoted[1]
        findings.rule(
            "quoted_timer", node.id, line,
            f"the timer {node.label} stands in quotes: write {text} without them",
        )  # fmt: skip
    _read(node, kind, text, line, findings)


def _read(node: Node, kind: str, text: str, line: int, findings: Findings) -> None:
    try:
        if kind == "timeCycle":
            _cycle(text)
        elif kind == "timeDuration":
            parse_span(text)
        elif text.startswith("P"):
            raise TimerError("a duration where a date belongs; use timeDuration")  # noqa: TRY301
        else:
            due_at(text, _SOME_DAY)
    except (TimerError, ValueError, OverflowError) as error:
        negative = text.startswith("-")
        findings.error(
            "timer_negative" if negative else "timer_invalid", node.id, line,
            f"the timer {node.label} cannot be read: "
            f"{'the duration is negative; give one forward in time' if negative else error}",
        )  # fmt: skip


def _cycle(text: str) -> None:
    if cycle(text, _SOME_DAY)["left"] < 0:
        raise TimerError(
            "the cycle never ends; write how many turns, R12/P1M, or draw the loop with a condition"
        )


def _cycle_place(node: Node, line: int, findings: Findings) -> None:
    if node.kind == "intermediateCatchEvent":
        findings.error(
            "cycle_on_intermediate", node.id, line,
            f"the intermediate event {node.label} cannot have a cycle; use a duration and draw the "
            "loop",
        )  # fmt: skip


def _months(node: Node, text: str, line: int, findings: Findings) -> None:
    """A statutory deadline in months runs from its anchor, not from when the step was reached."""
    if "lagrum" not in _law_near(node):
        return
    written = [text] if not text.startswith("=") else _DURATIONS.findall(text)
    if any(_MONTHS.match(duration.strip('"')) for duration in written):
        findings.rule(
            "months_on_statutory_deadline", node.id, line,
            f"{node.label} counts months from when the step was reached; a statutory deadline runs "
            'from its anchor: use timeDate = anchor + duration("P6M"), the number out of a table',
        )  # fmt: skip


def _law_near(node: Node) -> frozenset[str]:
    """Properties of the timer and of the activity it sits on."""
    host = node.scope.node(node.attached_to)
    return frozenset(node.properties) | frozenset(host.properties if host is not None else ())
