"""Small numbers are not shown, nor what would let them be worked out (R-226, k-anonymity).

A cell below the least number is hidden. Where the total is shown, one hidden cell is the total
minus the rest: so at least two are hidden, and together they are no fewer than the least number.
Zero names nobody and may be shown.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shown(Generic[Key]):
    """Counts as they may be shown; None where one is hidden."""

    total: int | None
    cells: Mapping[Key, int | None]


def suppress(counts: Mapping[Key, int], least: int) -> Shown[Key]:
    """Hide what is too small in one list of counts whose sum is shown.

    Args:
        counts: Number by category.
        least: The smallest number that may be shown; a parameter of the edition.
    """
    hidden = {key for key, number in counts.items() if 0 < number < least}
    shown = sorted((key for key in counts if counts[key] >= least), key=lambda key: counts[key])
    while _unsafe(counts, hidden, least) and shown:
        hidden.add(shown.pop(0))
    total = sum(counts.values())
    safe = (total == 0 or total >= least) and not _unsafe(counts, hidden, least)
    return Shown(
        total=total if safe else None,
        cells={key: None if key in hidden else number for key, number in counts.items()},
    )


def suppress_cross(counts: Mapping[Pair, int], least: int) -> Mapping[Pair, int | None] | None:
    """Hide what is too small in a table of rows and columns whose sums are shown beside it.

    None where a row's or column's own sum is hidden: the table would give it away.
    """
    for axis in (0, 1):
        sums = suppress(_sums(counts, axis), least)
        if sums.total is None or None in sums.cells.values():
            return None
    hidden = {pair for pair, number in counts.items() if 0 < number < least}
    while line := next(_unsafe_lines(counts, hidden, least), None):
        left = [pair for pair in line if pair not in hidden and counts[pair]]
        if not left:
            return None
        hidden.add(min(left, key=lambda pair: (counts[pair], pair)))
    return {pair: None if pair in hidden else number for pair, number in counts.items()}


def _unsafe(counts: Mapping[Key, int], hidden: Iterable[Key], least: int) -> bool:
    numbers = [counts[key] for key in hidden]
    return bool(numbers) and (len(numbers) == 1 or sum(numbers) < least)


def _sums(counts: Mapping[Pair, int], axis: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair, number in counts.items():
        found[pair[axis]] = found.get(pair[axis], 0) + number
    return found


def _unsafe_lines(
    counts: Mapping[Pair, int], hidden: set[Pair], least: int
) -> Iterator[list[Pair]]:
    for axis in (0, 1):
        for value in sorted({pair[axis] for pair in counts}):
            line = [pair for pair in counts if pair[axis] == value]
            if _unsafe(counts, hidden.intersection(line), least):
                yield line
