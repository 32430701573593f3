"""The dimensions of a table: what its rules say of every atom of an input."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.dmn.analysis.axis import TRIALS, Atom, IncomparableError, atoms
from engine.dmn.analysis.columns import Column
from engine.dmn.analysis.cuts import cuts_of_tests, looks_at_order
from engine.feel import FeelError, UnaryTests
from engine.feel.coercion import coerce
from engine.feel.values import Value, kind_of

Sample: TypeAlias = Mapping[str, Value]


@dataclass(slots=True)
class Cover:
    """The atoms (as bits) that one rule takes.

    Attributes:
        always: Every value of the atom passes.
        here: The value that stands for the atom passes.
        perhaps_here: It cannot be ruled out that it passes.
        sometimes: It cannot be ruled out that some value of the atom passes.
    """

    always: int = 0
    here: int = 0
    perhaps_here: int = 0
    sometimes: int = 0

    def add(self, bit: int, answer: "Answer", *, exact: bool) -> None:
        """Take in what the rule says of one atom."""
        if answer is True:
            self.here |= bit
        if answer is not False:
            self.perhaps_here |= bit
        if answer is True and exact:
            self.always |= bit
        if answer is not False or not exact:
            self.sometimes |= bit


Answer: TypeAlias = bool | None
"""Whether a value passes; None when that depends on something else."""


@dataclass(slots=True)
class Dimension:
    """One input, or several that read the same variables.

    Attributes:
        columns: The places of its columns.
        samples: For each atom the variables that give it; None where none is known.
        real: Atoms whose sample can really be given.
        wanted: Atoms that the table is about: every real one but null where no cell tells of it.
        possible: Atoms that may hold something that can be given.
        due: Those of ``possible`` that the table is about.
        rules: What each rule takes.
        unsure: Rules whose cell is not exact here.
    """

    columns: tuple[int, ...]
    samples: list[Sample | None] = field(default_factory=list)
    real: int = 0
    wanted: int = 0
    possible: int = 0
    due: int = 0
    rules: list[Cover] = field(default_factory=list)
    unsure: set[int] = field(default_factory=set)

    def add(self, sample: Sample | None, *, real: bool, possible: bool, due: bool) -> int:
        """Add an atom and return its bit."""
        bit = 1 << len(self.samples)
        self.samples.append(sample)
        self.real |= bit if real else 0
        self.wanted |= bit if real and due else 0
        self.possible |= bit if possible else 0
        self.due |= bit if possible and due else 0
        return bit


def passes(tests: UnaryTests | None, value: Value, subject: str) -> Answer:
    """Return whether ``value`` passes a cell, None if other variables decide."""
    if tests is None:
        return True
    if set(tests.names) - {"?", subject} or tests.filter_names:
        return None
    try:
        return tests.matches(value, {subject: value} if subject else {}) is True
    except FeelError:
        return None


def allows(column: Column, value: Value) -> bool:
    """Tell whether a value can be given to a column without an error."""
    if value is None:
        return True
    if coerce(value, column.type) is None:
        return False
    return all(passes(tests, value, column.subject) is True for tests in column.allowed)


def nested(path: Sequence[str], value: Value) -> Sample:
    """Return the variables in which the reference ``path`` has ``value``."""
    for name in reversed(path[1:]):
        value = {name: value}
    return {path[0]: value}


def plain(columns: Sequence[Column], rules: int) -> Dimension:
    """Return the dimension of columns that read one and the same reference."""
    found = Dimension(tuple(column.place for column in columns))
    found.rules = [Cover() for _ in range(rules)]
    cells = _cells(columns, rules)
    first = columns[0]
    line = _line(columns)
    if line is None:
        return _opaque(found, columns, cells)
    exact = [all(_exact(tests, first.subject) for tests in cell) for cell in cells]
    bounded = all(_exact(tests, first.subject) for one in columns for tests in one.allowed)
    about_null = any(column.speaks_of_null for column in columns)
    for atom in line:
        can = all(allows(column, atom.value) for column in columns)
        bit = found.add(
            nested(first.path, atom.value),
            real=can,
            possible=can or not (bounded or atom.point),
            due=atom.value is not None or about_null,
        )
        for number, cell in enumerate(cells):
            answer = _all(passes(tests, atom.value, first.subject) for tests in cell)
            sure = atom.point or exact[number]
            found.rules[number].add(bit, answer, exact=sure)
            if answer is None or not sure:
                found.unsure.add(number)
    return found


def _cells(columns: Sequence[Column], rules: int) -> list[list[UnaryTests]]:
    return [
        [tests for column in columns if (tests := column.tests[number]) is not None]
        for number in range(rules)
    ]


def _exact(tests: UnaryTests, subject: str) -> bool:
    return cuts_of_tests(tests.tree, subject) is not None


def _all(answers: Iterable[Answer]) -> Answer:
    result: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _line(columns: Sequence[Column]) -> list[Atom] | None:
    """Return the atoms of the values, None if they cannot be cut."""
    kinds = {column.kind for column in columns}
    kind = kinds.pop()
    if kinds or not kind:
        return None
    every = [
        (tests, column.subject)
        for column in columns
        for tests in (*column.tests, *column.allowed)
        if tests is not None
    ]
    cuts = [
        cut
        for tests, subject in every
        for cut in cuts_of_tests(tests.tree, subject) or ()
        if kind_of(cut) == kind
    ]
    if not all(_exact(tests, subject) for tests, subject in every):
        cuts += TRIALS.get(kind, ())
    try:
        ordered = any(looks_at_order(tests.tree) for tests, _ in every)
        return atoms(kind, cuts, ordered=ordered)
    except IncomparableError:
        return None


def _opaque(
    found: Dimension, columns: Sequence[Column], cells: Sequence[Sequence[UnaryTests]]
) -> Dimension:
    """Fill a dimension whose values are not known: null can be given to columns without cells."""
    silent = not any(cells)
    sample = nested(columns[0].path, None) if silent and columns[0].path else None
    bit = found.add(sample, real=sample is not None, possible=True, due=True)
    for number, cell in enumerate(cells):
        found.rules[number].add(bit, None if cell else True, exact=not cell)
        if cell:
            found.unsure.add(number)
    return found
