"""What one evaluation may cost, and what it noticed on its way."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from engine.feel.errors import FeelBudgetError

_CLOCK_EVERY = 8


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper limits of one evaluation.

    Args:
        steps: Turns of loops, calls and list items visited.
        depth: Functions inside functions.
        size: Cells allocated: one for a list item, one for eight characters.
        seconds: Time on the wall.
    """

    steps: int = 1_000_000
    depth: int = 40
    size: int = 500_000
    seconds: float = 0.8


DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Note:
    """Why something became null: ``code``, a message without values, and the place."""

    code: str
    message: str
    position: int


class Run:
    """One evaluation: its budget, its clock and its notes."""

    __slots__ = (
        "_deadline", "_next_look", "depth", "here", "notes", "now", "size", "steps", "strict",
    )  # fmt: skip

    def __init__(
        self, budget: Budget = DEFAULT_BUDGET, now: datetime | None = None, *, strict: bool = False
    ) -> None:
        self.steps = budget.steps
        self.depth = budget.depth
        self.size = budget.size
        self.now = now
        self.strict = strict
        self.here = 0
        self.notes: list[Note] = []
        self._deadline = monotonic() + budget.seconds
        self._next_look = budget.steps - _CLOCK_EVERY

    def tick(self, count: int = 1) -> None:
        """Spend ``count`` steps.

        Raises:
            FeelBudgetError: No steps or no time are left.
        """
        self.steps -= count
        if self.steps < self._next_look:
            self._next_look = self.steps - _CLOCK_EVERY
            if self.steps < 0:
                raise FeelBudgetError("The expression takes too many steps. Make it smaller.")
            if monotonic() > self._deadline:
                raise FeelBudgetError("The expression takes too long. Make it smaller.")

    def grow(self, cells: int) -> None:
        """Account for ``cells`` of new memory.

        Raises:
            FeelBudgetError: The expression has built too much.
        """
        self.size -= cells
        if self.size < 0:
            raise FeelBudgetError("The expression builds too large a value. Make it smaller.")
        self.tick(1 + (cells >> 3))

    def hold(self, value: Any) -> None:
        """Account for a new list or context with everything in it, shared parts counted each time.

        That keeps ``[x, x]`` of ``[x, x]`` of … from standing for more than can ever be walked.

        Raises:
            FeelBudgetError: The expression has built too much.
        """
        stack = [value]
        while stack:
            part = stack.pop()
            inner = part.values() if isinstance(part, dict) else part
            self.grow(len(inner))
            stack += [item for item in inner if type(item) in (list, dict)]

    def enter(self) -> None:
        """Go one function call deeper.

        Raises:
            FeelBudgetError: Calls are nested too deep.
        """
        self.depth -= 1
        if self.depth < 0:
            raise FeelBudgetError("Functions call each other too deep.")
        self.tick()

    def leave(self) -> None:
        """Come back from a function call."""
        self.depth += 1

    def note(self, code: str, message: str, position: int | None = None) -> None:
        """Remember why a part of the expression is null (``position``: default the last call)."""
        if len(self.notes) < 100:
            self.notes.append(Note(code, message, self.here if position is None else position))
