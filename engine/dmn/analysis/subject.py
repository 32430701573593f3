"""A table under analysis: its dimensions, its boxes and what was found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.dmn.analysis.cover import Box, Steps, Sweep, bits
from engine.dmn.analysis.dimension import Cover, Dimension, Sample
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.table import Table
from engine.feel.values import Value


@dataclass(slots=True)
class Subject:
    """A table under analysis.

    Attributes:
        table: It.
        lines: Lines of its rules in the file.
        dimensions: What its rules say of every input.
        found: What was found so far.
        doubts: Why something is not decided.
    """

    table: Table
    lines: Sequence[int]
    dimensions: list[Dimension]
    found: list[TableFinding] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)

    def boxes(self, pick: Callable[[Cover], int]) -> list[Box]:
        """Return the box of each rule."""
        return [
            tuple(pick(dimension.rules[number]) for dimension in self.dimensions)
            for number in range(len(self.table.rules))
        ]

    def domain(self, pick: Callable[[Dimension], int]) -> Box:
        """Return the atoms of each dimension that count."""
        return tuple(pick(dimension) for dimension in self.dimensions)

    def sample(self, box: Box) -> Sample:
        """Return variables whose values lie in ``box``."""
        sample: dict[str, Value] = {}
        for dimension, mask in zip(self.dimensions, box, strict=True):
            chosen = dimension.samples[next(bits(mask & dimension.real))]
            _merge(sample, chosen or {})
        return sample

    def report(
        self, code: str, rules: tuple[int, ...], message: str, sample: Sample | None
    ) -> None:
        """Add an error."""
        line = self.lines[rules[-1] - 1] if rules else 0
        self.found.append(
            TableFinding(
                code=code,
                severity="error",
                decision=self.table.owner,
                rules=rules,
                message=message,
                sample=sample,
                line=line,
            )
        )


def _merge(target: dict[str, Value], more: Mapping[str, Value]) -> None:
    for name, value in more.items():
        known = target.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            merged = dict(known)
            _merge(merged, value)
            target[name] = merged
        else:
            target[name] = value


def meet(first: Box, second: Box, domain: Box) -> Box | None:
    """Return what two boxes have in common inside ``domain``, None if nothing."""
    box = tuple(a & b & c for a, b, c in zip(first, second, domain, strict=True))
    return box if all(box) else None


def leaves(domain: Box, boxes: list[Box], steps: Steps) -> bool:
    """Tell whether ``boxes`` leave something of ``domain``.

    Raises:
        TooManyStepsError: It would take too long.
    """
    return next(Sweep(domain, boxes, steps).gaps(), None) is not None
