"""The dimensions of a table: what its rules say of every atom of an input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.dmn.analysis.columns import Cell, Column
from engine.dmn.analysis.constants import TRIAL, fitted
from engine.feel import FeelError
from engine.feel.values import Value

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

    def add(self, atoms: int, answer: "Answer", *, exact: bool) -> None:
        """Take in what the rule says of some atoms."""
        if answer is True:
            self.here |= atoms
        if answer is not False:
            self.perhaps_here |= atoms
        if answer is True and exact:
            self.always |= atoms
        if answer is not False or not exact:
            self.sometimes |= atoms


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


def passes(cell: Cell | None, value: Value, subject: str) -> Answer:
    """Return whether ``value`` passes a cell, None if other variables decide."""
    if cell is None:
        return True
    tests = cell.tests
    if cell.costly or set(tests.names) - {"?", subject} or tests.filter_names:
        return None
    try:
        return tests.matches(value, {subject: value} if subject else {}, budget=TRIAL) is True
    except FeelError:
        return None


def allows(column: Column, value: Value) -> bool:
    """Tell whether a value can be given to a column without an error."""
    if value is None:
        return True
    if fitted(value, column.type) is None:
        return False
    return all(passes(cell, value, column.subject) is True for cell in column.allowed)
