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

from engine.feel import FeelError, UnaryTests
from engine.feel.budget import Run
from engine.feel.compile_compare import TestCode
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
        self.tests = [None if cell is None else cell.matches_in for cell in cells]
        self._open = 0
        self._always = 0
        self._cells: list[tuple[int, TestCode]] = []
        limits: list[Limits] = []
        for number, cell in enumerate(cells):
            if cell is None:
                self._always |= 1 << number
            elif cell.limits is None:
                self._open |= 1 << number
            else:
                self._cells.append((1 << number, cell.matches_in))
                limits.append(cell.limits)
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
        run.tick(1 + len(self._cells))
        scope = Scope({}, run.aside())
        found = self._told(value, scope)
        if not scope.run.notes:
            return found
        noted = 0
        for bit, test in self._cells:
            scope = Scope({}, run.aside())
            test(value, scope)
            noted |= bit if scope.run.notes else 0
        return Answers(found.passes & ~noted, found.cannot & ~noted, found.open | noted)

    def _told(self, value: Value, scope: Scope) -> Answers:
        passes, cannot = self._always, 0
        for bit, test in self._cells:
            passed = test(value, scope)
            if passed:
                passes |= bit
            elif passed is None:
                cannot |= bit
        return Answers(passes, cannot, self._open)


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

    def matching(self, values: Sequence[Value], scope: Scope) -> Iterator[int]:
        """Yield the places of the rules that match, in order.

        A rule is asked only if the first of its cells that the values do not pass is one of which
        the index cannot tell; then its cells are asked in their order, no further than needed.

        Args:
            values: One for each column.
            scope: What the cells see. If its run is strict, what cannot be compared is an error.

        Raises:
            CellError: A cell cannot be compared with its value, or cannot be evaluated.
        """
        run = scope.run
        sure, doubtful = self._all, 0
        columns: list[_Asking] = []
        for place, column in self._columns:
            value = values[place]
            found = column.answers(value, run)
            passes, asked = found.passes, found.open
            if run.strict and value is not None:
                asked |= found.cannot
            columns.append((place, value, column.tests, passes, asked))
            doubtful |= sure & asked
            sure &= passes
        run.tick(1 + len(columns) + doubtful.bit_count())
        if not doubtful:
            return numbers(sure)
        asking = [one for one in columns if one[-1] & doubtful]
        if len(asking) == 1:
            return _one_asked(sure, doubtful, asking[0], columns, scope)
        return _asked_in_order(sure, doubtful, columns, scope)


_Asking: TypeAlias = tuple[int, Value, Sequence[TestCode | None], int, int]
"""A column: its place, the value, its tests, the rules that pass, those that must be asked."""


class CellError(Exception):
    """The cell in the column ``place`` of the rule at ``rule`` raised ``cause``.

    Without a cause it cannot be compared with its value.
    """

    def __init__(self, place: int, rule: int, cause: FeelError | None = None) -> None:
        super().__init__(place, rule)
        self.place = place
        self.rule = rule
        self.cause = cause


def _one_asked(
    sure: int, doubtful: int, asking: _Asking, columns: Sequence[_Asking], scope: Scope
) -> Iterator[int]:
    """Do what ``_asked_in_order`` does, where only one column has cells that must be asked."""
    place, value, tests, _, _ = asking
    strict = scope.run.strict and value is not None
    elsewhere = sure | doubtful
    for other, _, _, passes, _ in columns:
        elsewhere &= -1 if other == place else passes
    for rule, test in enumerate(tests):
        bit = 1 << rule
        if sure & bit:
            yield rule
        elif doubtful & bit and test is not None:
            try:
                passed = test(value, scope)
            except FeelError as error:
                raise CellError(place, rule, error) from None
            if passed is None and strict:
                raise CellError(place, rule)
            if passed and elsewhere & bit:
                yield rule


def _asked_in_order(
    sure: int, doubtful: int, columns: Sequence[_Asking], scope: Scope
) -> Iterator[int]:
    for rule in numbers(sure | doubtful):
        bit = 1 << rule
        if sure & bit or _passes(rule, bit, columns, scope):
            yield rule


def _passes(rule: int, bit: int, columns: Sequence[_Asking], scope: Scope) -> bool:
    for place, value, tests, passes, asked in columns:
        if passes & bit:
            continue
        test = tests[rule] if asked & bit else None
        if test is None:
            return False
        try:
            passed = test(value, scope)
        except FeelError as error:
            raise CellError(place, rule, error) from None
        if passed is None and value is not None and scope.run.strict:
            raise CellError(place, rule)
        if not passed:
            return False
    return True


def numbers(bits: int) -> Iterator[int]:
    """Yield the places of the ones in ``bits``, from the lowest."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
