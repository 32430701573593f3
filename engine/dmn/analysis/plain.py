"""The dimension of columns that read one and the same variable."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from engine.dmn.analysis.axis import TRIALS, Atom, IncomparableError, atoms, seconds
from engine.dmn.analysis.columns import Cell, Column
from engine.dmn.analysis.cover import Steps, TooManyStepsError
from engine.dmn.analysis.cuts import looks_at_order
from engine.dmn.analysis.dimension import Answer, Cover, Dimension, Sample, allows, passes
from engine.feel.values import Value, kind_of


def plain(columns: Sequence[Column], rules: int, steps: Steps) -> Dimension:
    """Return the dimension of columns that read one and the same reference.

    What costs too much, or has values that cannot be cut, is one atom of which nothing is known.
    """
    cells = [
        [cell for column in columns if (cell := column.cells[number]) is not None]
        for number in range(rules)
    ]
    line = _line(columns)
    if line is not None:
        try:
            return _cut(columns, cells, line, steps)
        except TooManyStepsError:
            pass
    return _opaque(columns, cells)


def _empty(columns: Sequence[Column], rules: int) -> Dimension:
    found = Dimension(tuple(column.place for column in columns))
    found.rules = [Cover() for _ in range(rules)]
    return found


def _cut(
    columns: Sequence[Column],
    cells: Sequence[Sequence[Cell]],
    line: Sequence[Atom],
    steps: Steps,
) -> Dimension:
    found = _empty(columns, len(cells))
    subject = columns[0].subject
    bounded = all(limit.exact for column in columns for limit in column.allowed)
    about_null = any(column.speaks_of_null for column in columns)
    steps.take(len(line) * len(columns))
    for atom in line:
        can = all(allows(column, atom.value) for column in columns)
        found.add(
            nested(columns[0].path, atom.value),
            real=can,
            possible=can or not (bounded or atom.point),
            due=atom.value is not None or about_null,
        )
    places: dict[Hashable, int] = {
        atom.value: place for place, atom in enumerate(line) if atom.point
    }
    for number, cell in enumerate(cells):
        stretches = _stretches(cell, places, len(line))
        if stretches is None:
            _one_by_one(found, number, cell, line, (subject, steps))
            continue
        for first, after in stretches:
            steps.take(1)
            answer = _all(passes(part, line[first].value, subject) for part in cell)
            found.rules[number].add((1 << after) - (1 << first), answer, exact=True)
    return found


def _stretches(
    cell: Sequence[Cell], places: Mapping[Hashable, int], count: int
) -> Iterator[tuple[int, int]] | None:
    """Return (first, after the last) of atoms that a cell treats alike; None if not known."""
    own = {count - 1}
    for part in cell:
        if part.cuts is None:
            return None
        for cut in part.cuts:
            points = () if cut is None else (cut, *seconds(kind_of(cut), (cut,)))
            if not all(point in places for point in points):
                return None
            own.update(places[point] for point in points)
    return _between(sorted(own))


def _between(own: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for place in own:
        if start < place:
            yield start, place
        yield place, place + 1
        start = place + 1


def _one_by_one(
    found: Dimension,
    number: int,
    cell: Sequence[Cell],
    line: Sequence[Atom],
    how: tuple[str, Steps],
) -> None:
    subject, steps = how
    steps.take(len(line))
    exact = all(part.exact for part in cell)
    for place, atom in enumerate(line):
        answer = _all(passes(part, atom.value, subject) for part in cell)
        sure = exact or atom.point
        found.rules[number].add(1 << place, answer, exact=sure)
        if answer is None or not sure:
            found.unsure.add(number)


def nested(path: Sequence[str], value: Value) -> Sample:
    """Return the variables in which the reference ``path`` has ``value``."""
    for name in reversed(path[1:]):
        value = {name: value}
    return {path[0]: value}


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
    every = [cell for column in columns for cell in column.every]
    cuts = [cut for cell in every for cut in cell.cuts or () if kind_of(cut) == kind]
    if not all(cell.exact for cell in every):
        cuts += TRIALS.get(kind, ())
    try:
        ordered = kind == "string" and any(looks_at_order(cell.tests.tree) for cell in every)
        return atoms(kind, cuts, ordered=ordered)
    except IncomparableError:
        return None


def _opaque(columns: Sequence[Column], cells: Sequence[Sequence[Cell]]) -> Dimension:
    """Return a dimension of unknown values: null can be given to columns without cells."""
    found = _empty(columns, len(cells))
    silent = not any(cells)
    sample = nested(columns[0].path, None) if silent and columns[0].path else None
    bit = found.add(sample, real=sample is not None, possible=True, due=True)
    for number, cell in enumerate(cells):
        found.rules[number].add(bit, None if cell else True, exact=not cell)
        if cell:
            found.unsure.add(number)
    return found
