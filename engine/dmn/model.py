"""The parts of a decision model and what a decision gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.dmn.errors import DmnError
from engine.feel.budget import Note, Run
from engine.feel.types import ANY, Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that matched: ``number`` from 1, its inputs by expression, its outputs by name."""

    decision: str
    number: int
    rule: str
    inputs: Mapping[str, Value]
    outputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The value, the rules that matched on the way to it, and why parts are null."""

    value: Value
    matched: tuple[RuleMatch, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class Environment:
    """What an expression of the model sees, and the evaluation it belongs to.

    Attributes:
        variables: FEEL values by name.
        run: Budget and clock.
        strict: Whether a table without a match, a wrong type and so on are errors, or null.
        decision: Id of the decision that is being made, for messages.
        matched: Grows with every rule that matches.
    """

    variables: Mapping[str, Value]
    run: Run
    strict: bool
    decision: str
    matched: list[RuleMatch]

    def inner(self, variables: Mapping[str, Value]) -> "Environment":
        """Return an environment that sees ``variables`` as well."""
        merged = {**self.variables, **variables}
        return Environment(merged, self.run, self.strict, self.decision, self.matched)

    def fail(self, error: DmnError) -> None:
        """Raise ``error`` when strict, else note it: the value is null."""
        if self.strict:
            raise error
        self.run.note(error.code, error.message, 0)


Logic: TypeAlias = Callable[[Environment], Value]
"""A compiled boxed expression."""


Reference: TypeAlias = tuple[str, str]
"""An element: the name of the import it comes through, empty for the model's own, and its id."""

UNNAMED = "#"
"""Begins what stands for the name of an import that has none (DMN 1.5, 6.3.3)."""


@dataclass(frozen=True, slots=True)
class InputData:
    """Something that must be given."""

    id: str
    name: str
    type: Type = ANY


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: its logic and what it needs.

    Attributes:
        requires: Elements whose values it sees.
        inputs: Texts of the input expressions, when it is a table.
    """

    id: str
    name: str
    variable: str
    type: Type
    logic: Logic
    requires: tuple[Reference, ...] = ()
    inputs: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions call."""

    id: str
    name: str
    parameters: tuple[tuple[str, Type], ...]
    type: Type
    logic: Logic
    requires: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: decisions called as one function.

    ``outputs``, ``decisions`` (those that are given) and ``inputs`` are elements as (name of the
    import or empty, id).
    """

    id: str
    name: str
    outputs: tuple[Reference, ...]
    decisions: tuple[Reference, ...] = ()
    inputs: tuple[Reference, ...] = ()
    type: Type = ANY


Part: TypeAlias = InputData | Decision | Knowledge | Service
