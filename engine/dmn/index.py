"""An index over the columns of a table: which rules a value passes, without asking each.

A cell such as ``[5..10)`` or ``"a", "b"`` gives the same answer for every value between its limits.
So a column remembers, for each place between the limits of its cells, which rules pass there: the
first value in a place asks every cell, the next ones ask none. The answers are those of the cells
themselves, so a table with an index decides exactly as one without (a property test compares them).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, TypeAlias

from engine.feel import UnaryTests
from engine.feel.budget import Run
from engine.feel.compiler import Scope
from engine.feel.limits import Limits
from engine.feel.values import Value, kind_of

Cells: TypeAlias = tuple[UnaryTests | None, ...]
"""The tests of a rule, or of a column; None is ``-``."""

_ORDERED: dict[type, str] = {Decimal: "number", str: "string", date: "date"}
_INDEXED = _ORDERED | {bool: "boolean", type(None): "null"}
_REMEMBERED = 1024
"""Places of a column whose answers are kept; beyond them they are asked for anew."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the cells of a column say of a value: numbers whose bit ``n`` is rule ``n``.

    Attributes:
        passes: Rules whose cell it passes.
        cannot: Rules whose cell cannot be compared with it.
        open: Rules whose cell must be asked, each time.
    """

    passes: int
    cannot: int
    open: int


class _Places:
    """Where a value of one class stands among the limits of a column."""

    __slots__ = ("_bounds", "_known", "_points")

    def __init__(self, points: set[Any], bounds: set[Any]) -> None:
        self._bounds = sorted(points | bounds) if bounds else []
        self._points = {point: number for number, point in enumerate(points)}
        self._known: dict[int, Answers] = {}

    def known(self, place: int) -> Answers | None:
        """Return what was kept for a place."""
        return self._known.get(place)

    def keep(self, place: int, answers: Answers) -> None:
        """Keep the answers of a place."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[place] = answers

    def of(self, value: Any) -> int:
        """Return the number of the place; two values of one place get the same answers."""
        bounds = self._bounds
        if not bounds:
            return self._points.get(value, -1)
        number = bisect_left(bounds, value)
        return 2 * number + (number < len(bounds) and bounds[number] == value)


class _Column:
    """The cells of one column."""

    def __init__(self, cells: Cells) -> None:
        self._open = 0
        self._always = 0
        self._cells: list[tuple[int, UnaryTests]] = []
        for number, cell in enumerate(cells):
            if cell is None:
                self._always |= 1 << number
            elif cell.limits is None:
                self._open |= 1 << number
            else:
                self._cells.append((1 << number, cell))
        limits = [cell.limits for _, cell in self._cells if cell.limits is not None]
        self._places = _places(limits) if limits else {}
        self._unknown = Answers(self._always, 0, ((1 << len(cells)) - 1) & ~self._always)

    @property
    def is_empty(self) -> bool:
        """Whether every cell is ``-``."""
        return not self._unknown.open

    def answers(self, value: Value, run: Run) -> Answers:
        """Return what the cells say of ``value``."""
        places = self._places.get(type(value))
        if places is None:
            return self._unknown
        place = places.of(value)
        found = places.known(place)
        if found is None:
            found = self._asked(value, run)
            places.keep(place, found)
        return found

    def _asked(self, value: Value, run: Run) -> Answers:
        """Ask the cells; one that has something to note must be asked again each time."""
        passes, cannot, open_ = self._always, 0, self._open
        scope = Scope({}, Run())
        for bit, cell in self._cells:
            run.tick()
            passed = cell.matches_in(value, scope)
            if scope.run.notes:
                open_ |= bit
                scope = Scope({}, Run())
            elif passed is None:
                cannot |= bit
            elif passed:
                passes |= bit
        return Answers(passes, cannot, open_)


def _places(limits: Sequence[Limits]) -> dict[type, _Places]:
    points = list(chain.from_iterable(one.points for one in limits))
    bounds = list(chain.from_iterable(one.bounds for one in limits))
    return {
        kind: _Places(_of(kind, points), _of(kind, bounds))
        if kind in _ORDERED
        else _Places(_of(kind, points + bounds), set())
        for kind, name in _INDEXED.items()
        if all(type(value) is kind or kind_of(value) != name for value in points + bounds)
    }


def _of(kind: type, values: Sequence[Any]) -> set[Any]:
    return {value for value in values if type(value) is kind}


class TableIndex:
    """An index over all columns of a table."""

    def __init__(self, rules: Sequence[Cells], width: int) -> None:
        self._all = (1 << len(rules)) - 1
        columns = [_Column(tuple(cells[place] for cells in rules)) for place in range(width)]
        self._columns = [
            (place, column) for place, column in enumerate(columns) if not column.is_empty
        ]

    def candidates(self, values: Sequence[Value], run: Run) -> "Candidates":
        """Return the rules that match, and those of which that cannot be said yet.

        Args:
            values: One for each column.
            run: The evaluation; if it is strict, what cannot be compared must be asked, to raise.
        """
        run.tick(1 + len(self._columns))
        matching, doubtful = self._all, 0
        columns: list[tuple[int, int, int]] = []
        for place, column in self._columns:
            value = values[place]
            found = column.answers(value, run)
            passes, asked = found.passes, found.open
            if run.strict and value is not None:
                asked |= found.cannot
            columns.append((place, passes, asked))
            doubtful |= matching & asked
            matching &= passes
        return Candidates(matching, doubtful, columns)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which rules may match, as bits.

    Attributes:
        matching: Rules all whose cells the values pass.
        doubtful: Rules whose first cell that the values do not pass must be asked.
        columns: The place of each column that says something, the rules it lets pass, and the
            rules whose cell there must be asked.
    """

    matching: int
    doubtful: int
    columns: Sequence[tuple[int, int, int]]


def numbers(bits: int) -> Iterator[int]:
    """Yield the places of the ones in ``bits``, from the lowest."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
