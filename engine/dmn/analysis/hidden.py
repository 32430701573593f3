"""Rules that never get their turn because others take everything (FIRST and PRIORITY)."""

from collections.abc import Iterator

from engine.dmn.analysis.constants import UNKNOWN, fold
from engine.dmn.analysis.cover import Box, Steps
from engine.dmn.analysis.findings import numbers, shown
from engine.dmn.analysis.subject import Subject, leaves, meet
from engine.dmn.table import Table
from engine.feel.comparing import equal


def find_hidden(subject: Subject, dead: set[int], steps: Steps) -> None:
    """Report rules that others take everything from.

    Raises:
        TooManyStepsError: It would take too long.
    """
    always, maybe = subject.boxes(lambda c: c.always), subject.boxes(lambda c: c.sometimes)
    here, perhaps = subject.boxes(lambda c: c.here), subject.boxes(lambda c: c.perhaps_here)
    real, possible = subject.domain(lambda d: d.real), subject.domain(lambda d: d.possible)
    for number, earlier in _takers(subject):
        if number + 1 in dead:
            continue
        steps.take(1 + (len(earlier) >> 1))
        before = [one for one in earlier if meet(maybe[one], maybe[number], possible)]
        own = meet(maybe[number], possible, possible)
        if own is None or not before:
            continue
        if not leaves(own, [always[one] for one in before], steps):
            _covered(subject, number, before, (here, real))
            continue
        sure = meet(here[number], real, real)
        if sure is None or not leaves(sure, [perhaps[one] for one in before], steps):
            subject.doubts[f"rule {number + 1} may never get its turn"] = None


def _takers(subject: Subject) -> Iterator[tuple[int, list[int]]]:
    """Yield each rule with those that come before it when both match."""
    count = len(subject.table.rules)
    if subject.table.policy == "FIRST":
        for number in range(count):
            yield number, list(range(number))
    if subject.table.policy == "PRIORITY":
        ranks = [_rank(subject.table, number) for number in range(count)]
        for number, own in enumerate(ranks):
            if own is not None:
                before = [
                    one
                    for one, other in enumerate(ranks)
                    if other is not None and (other, one) < (own, number)
                ]
                yield number, before


def _rank(table: Table, number: int) -> tuple[int, ...] | None:
    """Return the places of a rule's outputs among the output values, None if not known."""
    ranks: list[int] = []
    for cell, column in zip(table.rules[number].outputs, table.outputs, strict=True):
        value = None if cell is None else fold(cell.tree)
        listed = [fold(part.tree) for part in column.values]
        if value is UNKNOWN or any(part is UNKNOWN for part in listed):
            return None
        values = [item for part in listed for item in part]
        places = (n for n, item in enumerate(values) if equal(item, value) is True)
        ranks.append(next(places, len(values)))
    return tuple(ranks)


def _covered(
    subject: Subject, number: int, before: list[int], witness: tuple[list[Box], Box]
) -> None:
    here, real = witness
    taken = meet(here[number], real, real)
    sample = None if taken is None else subject.sample(taken)
    rules = _enough(subject, number, before)
    message = (
        f"rule {number + 1} is never used: {numbers(tuple(one + 1 for one in rules))} "
        f"take{'s' if len(rules) == 1 else ''} everything that it matches"
        + (f", as {shown(sample)}" if sample is not None else "")
        + "; move it up, narrow them or remove it"
    )
    subject.report("dmn_rule_hidden", (number + 1,), message, sample)


def _enough(subject: Subject, number: int, before: list[int]) -> list[int]:
    """Return the one rule that takes everything, if one does, else those that do together."""
    always = subject.boxes(lambda c: c.always)
    maybe, possible = subject.boxes(lambda c: c.sometimes), subject.domain(lambda d: d.possible)
    own = [mask & can for mask, can in zip(maybe[number], possible, strict=True)]
    for one in before:
        if all(mask & ~taken == 0 for mask, taken in zip(own, always[one], strict=True)):
            return [one]
    return before[:10]
