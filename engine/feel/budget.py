"""What one evaluation may cost, and what it noticed on its way."""

from dataclasses import dataclass
from datetime import datetime
from time import thread_time
from typing import Any

from engine.feel.errors import FeelBudgetError

_CLOCK_EVERY = 8
_NOTES = 100


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper limits of one evaluation.

    Args:
        steps: Turns of loops, calls and list items visited.
        depth: Functions inside functions.
        size: Cells allocated: one for a list item, one for eight characters.
        seconds: Time of the processor: a busy machine makes no expression too long.
    """

    steps: int = 1_000_000
    depth: int = 40
    size: int = 500_000
    seconds: float = 0.6


DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Note:
    """Why something became null: ``code``, a message without values, and the place."""

    code: str
    message: str
    position: int


class Run:
    """One evaluation: its budget, its clock and its notes.

    Attributes:
        now: The instant that ``now()`` gives.
        strict: Whether an undefined variable is an error.
        here: Position of the last call, for notes.
    """

    __slots__ = (
        "_began", "_budget", "_cells", "_depth", "_next_look", "_notes", "_steps", "here", "now",
        "strict",
    )  # fmt: skip

    def __init__(
        self, budget: Budget = DEFAULT_BUDGET, now: datetime | None = None, *, strict: bool = False
    ) -> None:
        # Most evaluations are short: what they may never need is not made here.
        self._budget = budget
        self.now = now
        self.strict = strict
        self.here = 0
        self._steps = 0
        self._depth = 0
        self._cells = 0
        self._next_look = _CLOCK_EVERY
        self._notes: list[Note] | None = None
        self._began: float | None = None

    def aside(self, *, strict: bool | None = None) -> "Run":
        """Return a run with the same clock and what is left of the steps, but notes of its own."""
        run = Run(self._budget, self.now, strict=self.strict if strict is None else strict)
        run._began = self._began
        run._steps = self._steps
        run._depth = self._depth
        return run

    @property
    def notes(self) -> tuple[Note, ...]:
        """Why parts became null, so far."""
        return tuple(self._notes or ())

    def tick(self, count: int = 1) -> None:
        """Spend ``count`` steps.

        Raises:
            FeelBudgetError: No steps or no time are left.
        """
        self._steps += count
        if self._steps > self._next_look:
            self._look()

    def _look(self) -> None:
        self._next_look = self._steps + _CLOCK_EVERY
        if self._steps > self._budget.steps:
            raise FeelBudgetError("The expression takes too many steps. Make it smaller.")
        now = thread_time()
        if self._began is None:
            self._began = now
        if now - self._began > self._budget.seconds:
            raise FeelBudgetError("The expression takes too long. Make it smaller.")

    def grow(self, cells: int) -> None:
        """Account for ``cells`` of new memory.

        Raises:
            FeelBudgetError: The expression has built too much.
        """
        self._cells += cells
        if self._cells > self._budget.size:
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
        self._depth += 1
        if self._depth > self._budget.depth:
            raise FeelBudgetError("Functions call each other too deep.")
        self.tick()

    def leave(self) -> None:
        """Come back from a function call."""
        self._depth -= 1

    def note(self, code: str, message: str, position: int | None = None) -> None:
        """Remember why a part of the expression is null (``position``: default the last call)."""
        if self._notes is None:
            self._notes = []
        if len(self._notes) < _NOTES:
            self._notes.append(Note(code, message, self.here if position is None else position))
