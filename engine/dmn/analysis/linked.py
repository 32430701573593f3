"""Columns that compute, or that read the same variables as a column that does.

``giltig_till = null`` and ``giltig_till != null and …`` cannot both be true, so such columns are
one dimension: its atoms are the combinations of column values that some variables really give.
If the variables are compared with constants only, the combinations are all there are; else one
more atom stands for what was not found.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import TypeAlias

from engine.dmn.analysis.axis import TRIALS, TYPICAL, IncomparableError, atoms
from engine.dmn.analysis.columns import Column, moved_like_a_date, type_name
from engine.dmn.analysis.constants import TRIAL, UNKNOWN, fitted, fold, walk
from engine.dmn.analysis.cover import Steps, TooManyStepsError
from engine.dmn.analysis.cuts import SCALARS, Cuts, cuts_of_condition
from engine.dmn.analysis.dimension import Answer, Cover, Dimension, Sample, allows, passes
from engine.feel import FeelBudgetError, FeelError
from engine.feel.syntax import If, Logic, Name, Node
from engine.feel.text import nested_text
from engine.feel.types import ANY, Type
from engine.feel.values import Value, kind_of

Settable: TypeAlias = Callable[[str], bool]
"""Tells whether a name is a variable that can be given, not a function or an import."""

MAX_COMBINATIONS = 4_096


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of variables.

    Attributes:
        declared: Their types by name.
        settable: Tells whether a name is a variable at all.
        outputs: Trees that may tell that a variable is a date.
    """

    declared: Mapping[str, Type]
    settable: Settable
    outputs: Sequence[Node]


def linked(columns: Sequence[Column], rules: int, known: Known, steps: Steps) -> Dimension:
    """Return the dimension of columns that depend on each other.

    Args:
        columns: They.
        rules: The number of rules.
        known: What is known of variables.
        steps: What it may cost; beyond it the rest is unknown.
    """
    found = Dimension(tuple(column.place for column in columns))
    found.rules = [Cover() for _ in range(rules)]
    names = sorted({name for column in columns for name in column.column.expression.names})
    complete = bool(names) and all(known.settable(name) for name in names)
    if complete:
        domains = [_domain(name, columns, known) for name in names]
        complete = all(whole for whole, _ in domains)
        try:
            values = [values for _, values in domains]
            complete = (
                _combine(found, columns, dict(zip(names, values, strict=True)), steps) and complete
            )
        except TooManyStepsError:
            complete = False
    if not complete:
        _rest(found, columns)
    return found


def _combine(
    found: Dimension,
    columns: Sequence[Column],
    domains: Mapping[str, Sequence[Value]],
    steps: Steps,
) -> bool:
    """Add an atom for each combination of column values; return whether all were tried."""
    about_null = [column.speaks_of_null for column in columns]
    seen: set[str] = set()
    total = 1
    for domain in domains.values():
        total *= len(domain)
    for combination in islice(product(*domains.values()), MAX_COMBINATIONS):
        steps.take(len(columns))
        sample = dict(zip(domains, combination, strict=True))
        values = _values(columns, sample)
        key = nested_text(values) if values is not None else ""
        if values is None or key in seen:
            continue
        seen.add(key)
        steps.take(len(columns) * len(found.rules))
        due = all(value is not None or null for value, null in zip(values, about_null, strict=True))
        bit = found.add(sample, real=True, possible=True, due=due)
        for number, cover in enumerate(found.rules):
            answer = _answer(columns, number, values)
            cover.add(bit, answer, exact=True)
            if answer is None:
                found.unsure.add(number)
    return total <= MAX_COMBINATIONS


def _answer(columns: Sequence[Column], number: int, values: Sequence[Value]) -> Answer:
    result: Answer = True
    for column, value in zip(columns, values, strict=True):
        answer = passes(column.cells[number], value, column.subject)
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _values(columns: Sequence[Column], sample: Sample) -> list[Value] | None:
    """Return what the columns hold, None if one refuses its value."""
    values: list[Value] = []
    for column in columns:
        try:
            value = column.column.expression.evaluate(sample, budget=TRIAL)
        except FeelBudgetError:
            raise TooManyStepsError from None
        except FeelError:
            return None
        if not allows(column, value):
            return None
        values.append(fitted(value, column.type))
    return values


def _rest(found: Dimension, columns: Sequence[Column]) -> None:
    """Add the atom of what was not found: only cells without a test surely take it."""
    bit = found.add(None, real=False, possible=True, due=True)
    for number, cover in enumerate(found.rules):
        silent = all(column.cells[number] is None for column in columns)
        cover.add(bit, True if silent else None, exact=silent)
        if not silent:
            found.unsure.add(number)


def _domain(name: str, columns: Sequence[Column], known: Known) -> tuple[bool, list[Value]]:
    """Return whether the values of a variable stand for all there are, and those values."""
    cuts = _cuts(name, columns)
    kind = type_name(known.declared.get(name, ANY))
    kinds = {kind_of(cut) for cut in cuts or () if cut is not None}
    if kind not in SCALARS and len(kinds) == 1:
        kind = kinds.pop()
    if kind not in SCALARS:
        return cuts is not None and not kinds, [*_guesses(name, columns, known.outputs), None]
    try:
        line = atoms(kind, [cut for cut in cuts or () if kind_of(cut) == kind])
    except IncomparableError:
        return False, [TYPICAL[kind], None]
    values = [atom.value for atom in line]
    if cuts is None and kind in TRIALS:
        values = [*values[:-1], *TRIALS[kind], None]
    return cuts is not None, values


def _guesses(name: str, columns: Sequence[Column], outputs: Sequence[Node]) -> Iterator[Value]:
    """Yield values of a variable of which nothing is known: the likely type first."""
    trees = [*(column.column.expression.tree for column in columns), *outputs]
    nodes = [node for tree in trees for node in walk(tree)]
    if moved_like_a_date(name, iter(nodes)):
        yield from TRIALS["date"]
        return
    yield from TYPICAL.values()
    yield from TRIALS["date"]


def _cuts(name: str, columns: Sequence[Column]) -> Cuts:
    """Return the cut points of a variable, None if it is used in another way."""
    found: list[Value] = []
    for column in columns:
        tree = column.column.expression.tree
        if name not in column.column.expression.names:
            continue
        if column.subject == name:
            parts: Iterable[Cuts] = (cell.cuts for cell in column.every)
        else:
            parts = _condition_cuts(tree, name)
        for part in parts:
            if part is None:
                return None
            found += part
    return found


def _condition_cuts(node: Node, name: str) -> Iterator[Cuts]:
    """Yield the cut points of ``name`` in a condition on several variables."""
    if not any(isinstance(part, Name) and part.name == name for part in walk(node)):
        return
    if isinstance(node, Logic):
        for item in node.items:
            yield from _condition_cuts(item, name)
    elif isinstance(node, If):
        for part in (node.condition, node.yes, node.no):
            yield from _condition_cuts(part, name)
    elif fold(node) is UNKNOWN:
        yield cuts_of_condition(node, (name,))
