"""What a set of boxes leaves uncovered.

A box is a set of atoms for each dimension; sets of atoms and sets of rules are bits of an integer.
The sweep goes dimension by dimension: atoms that are taken by the same rules are one group, and
what those rules leave is looked for in the remaining dimensions (after Calvanese et al., Semantic
DMN, 2018).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Box: TypeAlias = tuple[int, ...]
"""For each dimension the bits of its atoms."""

MAX_STEPS = 500_000
"""Atoms looked at for one question about a table: some tenths of a second."""

MAX_DIMENSIONS = 200


class TooManyStepsError(Exception):
    """The sweep would take too long."""


@dataclass(slots=True)
class Steps:
    """What a table's analysis may still cost."""

    left: int = MAX_STEPS

    def take(self, count: int) -> None:
        """Spend ``count`` steps.

        Raises:
            TooManyStepsError: Nothing is left.
        """
        self.left -= count
        if self.left < 0:
            raise TooManyStepsError


def bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(slots=True)
class Sweep:
    """Looks for what ``boxes`` leave of ``domain``.

    Attributes:
        domain: The atoms of each dimension that count.
        boxes: What covers.
        steps: What it may cost.
    """

    domain: Sequence[int]
    boxes: Sequence[Box]
    steps: Steps
    _takers: list[list[tuple[int, int]]] = field(default_factory=list)
    _full: list[int] = field(default_factory=list)
    _covered: set[tuple[int, int]] = field(default_factory=set)
    _order: list[int] = field(default_factory=list)

    def gaps(self) -> Iterator[Box]:
        """Yield boxes that together are everything uncovered; none twice.

        Raises:
            TooManyStepsError: It would take too long.
        """
        if not all(self.domain):
            return
        if len(self.domain) > MAX_DIMENSIONS:
            raise TooManyStepsError
        self._prepare()
        alive = 0
        for number, box in enumerate(self.boxes):
            if all(a & b for a, b in zip(box, self.domain, strict=True)):
                alive |= 1 << number
        for found in self._search(0, alive):
            yield self._restored(found)

    def _prepare(self) -> None:
        columns = []
        for place, domain in enumerate(self.domain):
            masks = [box[place] & domain for box in self.boxes]
            self.steps.take(len(masks))
            columns.append((sum(mask.bit_count() for mask in masks), place, masks))
        columns.sort()
        self._order = [place for _, place, _ in columns]
        full = (1 << len(self.boxes)) - 1
        self._full = [full]
        for _, place, masks in reversed(columns):
            self._takers.insert(0, self._taking(masks, self.domain[place]))
            whole = sum(1 << n for n, mask in enumerate(masks) if mask == self.domain[place])
            self._full.insert(0, self._full[0] & whole)

    def _taking(self, masks: Sequence[int], domain: int) -> list[tuple[int, int]]:
        """Return for each atom the rules that take it."""
        takers = dict.fromkeys(bits(domain), 0)
        everywhere = 0
        for number, mask in enumerate(masks):
            if mask == domain:
                everywhere |= 1 << number
                continue
            self.steps.take(mask.bit_count())
            for atom in bits(mask):
                takers[atom] |= 1 << number
        return [(atom, taking | everywhere) for atom, taking in takers.items()]

    def _search(self, depth: int, active: int) -> Iterator[Box]:
        if active & self._full[depth] or (depth, active) in self._covered:
            return
        if not active:
            yield tuple(self.domain[place] for place in self._order[depth:])
            return
        groups: dict[int, int] = {}
        takers = self._takers[depth]
        self.steps.take(len(takers) + 4)
        for atom, taking in takers:
            left = active & taking
            groups[left] = groups.get(left, 0) | 1 << atom
        clean = True
        for left, atoms in groups.items():
            for rest in self._search(depth + 1, left):
                clean = False
                yield (atoms, *rest)
        if clean:
            self._covered.add((depth, active))

    def _restored(self, found: Box) -> Box:
        box = [0] * len(found)
        for place, atoms in zip(self._order, found, strict=True):
            box[place] = atoms
        return tuple(box)
