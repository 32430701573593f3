"""What one action knows: its clock, its ids, its budget, and everything that happened in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from engine.errors import IncidentError
from engine.outcome import HistoryEvent, ThrownMessage, Waits

STEPS: Final = 2_000
"""Steps without a wait state that one action may take."""

TOKENS: Final = 1_500
"""Live tokens that one instance may have."""

DEPTH: Final = 25
"""Sub-processes and calls inside each other."""

STATE: Final = 256 * 1024
"""Bytes that the stored state of one instance may take."""

INSTANCES: Final = 500
"""Instances of one multi-instance activity."""

_PREFIX_DIGITS: Final = 24


class Action:
    """One call from outside, from the first change to the next wait state.

    Ids are the instance's prefix (from its seed) and a counter kept in the state, so the same seed
    and the same calls give the same ids.

    Args:
        now: The time of the action, aware.
        cause: The name of the action, told with every history event.
        seed: The instance's seed, when it starts; a restored one brings its prefix.

    Raises:
        ValueError: ``now`` has no zone.
    """

    __slots__ = (
        "before",
        "cause",
        "element",
        "history",
        "ids",
        "moved",
        "now",
        "prefix",
        "steps",
        "thrown",
    )

    def __init__(self, now: datetime, cause: str, seed: UUID | None = None) -> None:
        if now.tzinfo is None:
            raise ValueError("now must be aware: give it a zone")
        self.now = now
        self.cause = cause
        self.prefix = "" if seed is None else uuid5(NAMESPACE_OID, seed.hex).hex[:_PREFIX_DIGITS]
        self.ids = 0
        self.steps = 0
        self.element = ""
        self.before = Waits()
        self.thrown: list[ThrownMessage] = []
        self.history: list[HistoryEvent] = []
        self.moved: list[int] = []

    def new_id(self) -> int:
        """Return the next number of the instance."""
        self.ids += 1
        return self.ids

    def public(self, number: int) -> str:
        """Return the UUID text under which the world knows ``number``."""
        p = self.prefix
        return f"{p[:8]}-{p[8:12]}-{p[12:16]}-{p[16:20]}-{p[20:]}{number:08x}"

    def private(self, public_id: str) -> int | None:
        """Return the number behind a public id, None when it is of another instance."""
        digits = public_id.replace("-", "")
        if not digits.startswith(self.prefix):
            return None
        try:
            return int(digits[_PREFIX_DIGITS:], 16)
        except ValueError:
            return None

    def step(self, element: str) -> None:
        """Count one step.

        Raises:
            IncidentError: Code ``budget_exceeded``; the element goes round without waiting.
        """
        self.element = element
        self.steps += 1
        if self.steps > STEPS:
            raise IncidentError(
                element,
                f"more than {STEPS} steps without a wait state; look for a loop without one",
                "budget_exceeded",
            )

    def tell(
        self,
        kind: str,
        element: str,
        number: int,
        detail: Mapping[str, Any] | None = None,
        explanation: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line to the history."""
        self.history.append(
            HistoryEvent(
                seq=len(self.history) + 1,
                kind=kind,
                element=element,
                task_id=self.public(number),
                cause=self.cause,
                detail=detail or {},
                explanation=explanation,
            )
        )

    def throw(
        self, element: str, message: str, key: str | None, payload: Mapping[str, Any]
    ) -> None:
        """Add a message for other instances."""
        self.thrown.append(
            ThrownMessage(
                id=self.public(self.new_id()),
                element=element,
                message=message,
                key=key,
                payload=payload,
            )
        )
