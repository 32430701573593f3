"""What is wrong with the rules of a table, taken together."""

from collections.abc import Callable, Mapping, Sequence

from engine.dmn.analysis.columns import Column
from engine.dmn.analysis.cover import Steps, Sweep, TooManyStepsError
from engine.dmn.analysis.findings import TableFinding, numbers, shown
from engine.dmn.analysis.grouping import dimensions_of
from engine.dmn.analysis.hidden import find_hidden
from engine.dmn.analysis.overlaps import find_overlaps
from engine.dmn.analysis.subject import Subject, leaves
from engine.dmn.hits import HIT_POLICIES
from engine.dmn.table import Table
from engine.feel.types import Type

MAX_GAPS = 5
"""Gaps told of one table."""


def judge(
    table: Table,
    columns: Sequence[Column],
    *,
    lines: Sequence[int],
    declared: Mapping[str, Type],
    settable: Callable[[str], bool],
) -> list[TableFinding]:
    """Return what is wrong with the rules of a table.

    Args:
        table: The table.
        columns: Its input columns.
        lines: The line of each rule.
        declared: Types of variables by name.
        settable: Tells whether a name is a variable, not a function.
    """
    subject = Subject(table, lines, dimensions_of(table, columns, declared, settable))
    dead = _never(subject)
    _priorities(subject)
    _within_budget(subject, lambda steps: find_overlaps(subject, dead, steps))
    _within_budget(subject, lambda steps: find_hidden(subject, dead, steps))
    _within_budget(subject, lambda steps: _gaps(subject, steps))
    _doubts(subject)
    return subject.found


def _within_budget(subject: Subject, work: Callable[[Steps], None]) -> None:
    try:
        work(Steps())
    except TooManyStepsError:
        subject.doubts["it has too many combinations to be gone through"] = None


def _never(subject: Subject) -> set[int]:
    """Report rules with a cell that can never be true, and return their numbers."""
    dead: set[int] = set()
    for rule, box in zip(subject.table.rules, subject.boxes(lambda c: c.sometimes), strict=True):
        for dimension, mask in zip(subject.dimensions, box, strict=True):
            if mask & dimension.possible:
                continue
            dead.add(rule.number)
            names = " and ".join(subject.table.inputs[place].text for place in dimension.columns)
            message = (
                f"rule {rule.number} can never match: no allowed value of {names} passes its "
                "cell; mend the cell or remove the rule"
            )
            subject.report("dmn_rule_never", (rule.number,), message, None)
            break
    return dead


def _priorities(subject: Subject) -> None:
    """Report a table that ranks its outputs and does not say how (DMN 8.2.8)."""
    table = subject.table
    ranked = HIT_POLICIES[table.policy].ranks and len(table.rules) > 1
    if ranked and not any(output.values for output in table.outputs):
        message = (
            f"the hit policy {table.policy} needs output values, the most important first: list "
            "them, or choose another hit policy"
        )
        subject.report("dmn_no_priority", (), message, None)


def _gaps(subject: Subject, steps: Steps) -> None:
    table = subject.table
    if HIT_POLICIES[table.policy].many or any(out.default is not None for out in table.outputs):
        return
    if not table.rules:
        subject.report("dmn_gap", (), "the table has no rules; write them", None)
        return
    wanted = subject.domain(lambda d: d.wanted)
    gaps = 0
    for box in Sweep(wanted, subject.boxes(lambda c: c.perhaps_here), steps).gaps():
        gaps += 1
        if gaps > MAX_GAPS:
            break
        sample = subject.sample(box)
        what = shown(sample) if sample else "anything"
        message = (
            f"no rule matches {what} and there is no default output: add a rule or a default, or "
            "list the allowed values of the input"
        )
        subject.report("dmn_gap", (), message, sample)
    if gaps:
        return
    due = subject.domain(lambda d: d.due)
    if leaves(due, subject.boxes(lambda c: c.always), steps):
        subject.doubts["there may be inputs that no rule matches"] = None


def _doubts(subject: Subject) -> None:
    if not subject.doubts:
        return
    rules = sorted({number + 1 for one in subject.dimensions for number in one.unsure})
    which = f" (because of {numbers(tuple(rules[:10]))})" if rules else ""
    doubts = list(subject.doubts)
    listed = "; ".join(doubts[:5]) + (f"; and {len(doubts) - 5} more" if len(doubts) > 5 else "")
    subject.found.append(
        TableFinding(
            code="dmn_not_decided",
            severity="undecided",
            decision=subject.table.owner,
            rules=tuple(rules),
            message=f"not decided{which}: {listed}; compare inputs with constants to have it told",
        )
    )
