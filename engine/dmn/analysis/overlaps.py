"""Rules that match the same input although the hit policy says that they do not (DMN 8.2.8)."""

from engine.dmn.analysis.constants import UNKNOWN, fold
from engine.dmn.analysis.cover import Steps
from engine.dmn.analysis.dimension import Sample
from engine.dmn.analysis.findings import numbers, shown
from engine.dmn.analysis.subject import Subject, meet
from engine.dmn.table import Table
from engine.feel.comparing import equal

MAX_SHOWN = 20
"""Pairs of rules in one table; the rest are counted."""


def find_overlaps(subject: Subject, dead: set[int], steps: Steps) -> None:
    """Report pairs of rules that overlap under UNIQUE, or disagree under ANY.

    Raises:
        TooManyStepsError: It would take too long.
    """
    policy = subject.table.policy
    if policy not in {"UNIQUE", "ANY"}:
        return
    here, maybe = subject.boxes(lambda c: c.here), subject.boxes(lambda c: c.sometimes)
    real, possible = subject.domain(lambda d: d.real), subject.domain(lambda d: d.possible)
    alive = [n for n in range(len(here)) if n + 1 not in dead]
    more = 0
    for place, second in enumerate(alive):
        for first in alive[:place]:
            steps.take(1)
            if not meet(maybe[first], maybe[second], possible):
                continue
            same = None if policy == "UNIQUE" else _same(subject.table, first, second)
            if same:
                continue
            both = meet(here[first], here[second], real)
            if both is None or (policy == "ANY" and same is None):
                subject.doubts[f"{numbers((first + 1, second + 1))} may overlap"] = None
                continue
            more += 1
            if more <= MAX_SHOWN:
                _overlap(subject, (first + 1, second + 1), subject.sample(both))
    _count(subject, more - MAX_SHOWN)


def _overlap(subject: Subject, rules: tuple[int, int], sample: Sample) -> None:
    which = numbers(rules)
    if subject.table.policy == "UNIQUE":
        message = (
            f"{which} both match {shown(sample)}, but the hit policy is UNIQUE: make their cells "
            "exclude each other, or choose FIRST"
        )
        subject.report("dmn_overlap", rules, message, sample)
        return
    message = (
        f"{which} both match {shown(sample)} and give different outputs, but the hit policy is "
        "ANY: make the outputs the same, or the cells exclude each other"
    )
    subject.report("dmn_any_differs", rules, message, sample)


def _count(subject: Subject, more: int) -> None:
    if more > 0:
        code = "dmn_overlap" if subject.table.policy == "UNIQUE" else "dmn_any_differs"
        message = f"{more} more pairs of rules overlap; mend those shown and check again"
        subject.report(code, (), message, None)


def _same(table: Table, first: int, second: int) -> bool | None:
    """Return whether two rules say the same; None if that depends on the input."""
    result: bool | None = True
    for a, b in zip(table.rules[first].outputs, table.rules[second].outputs, strict=True):
        if (a and a.text) == (b and b.text):
            continue
        left = None if a is None else fold(a.tree)
        right = None if b is None else fold(b.tree)
        if left is UNKNOWN or right is UNKNOWN:
            result = None
        elif equal(left, right) is not True:
            return False
    return result
