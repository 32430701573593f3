"""Plays an instance the hard way: every action on stored bytes and a newly parsed definition."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine import runtime
from engine.definition import load_definition
from engine.outcome import HistoryEvent, Outcome

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
SEED = UUID(int=7)


class Play:
    def __init__(
        self,
        xml: bytes,
        variables: Mapping[str, Any] | None = None,
        *,
        key: str = "p",
        dmn: Mapping[str, bytes] | None = None,
        now: datetime = NOW,
        perform: runtime.Perform | None = None,
        **options: Any,
    ) -> None:
        self.xml, self.key, self.dmn, self.now = xml, key, dmn or {}, now
        self.perform = perform
        self.history: list[HistoryEvent] = []
        self.thrown: list[Any] = []
        self._keep(
            runtime.start(
                self.definition(),
                variables or {},
                now=now,
                seed=SEED,
                perform=perform,
                **options,
            )
        )

    def definition(self) -> Any:
        return load_definition(self.key, bpmn={"p.bpmn": self.xml}, dmn=self.dmn)

    def _keep(self, outcome: Outcome) -> "Play":
        self.outcome = outcome
        self.history += outcome.history
        self.thrown += outcome.thrown
        return self

    def _act(self, function: Any, *args: Any, **options: Any) -> "Play":
        return self._keep(
            function(
                self.definition(),
                self.outcome.state,
                *args,
                now=self.now,
                perform=self.perform,
                **options,
            )
        )

    def task(
        self, element: str, answers: Mapping[str, Any] | None = None, nth: int = 0, **options: Any
    ) -> "Play":
        found = [task for task in self.outcome.tasks if task.element == element]
        return self._act(runtime.complete_task, found[nth].id, answers or {}, **options)

    def job(
        self, element: str, result: Mapping[str, Any] | None = None, nth: int = 0, **options: Any
    ) -> "Play":
        found = [job for job in self.outcome.jobs if job.element == element]
        return self._act(runtime.complete_job, found[nth].id, result or {}, **options)

    def timer(self, element: str) -> "Play":
        found = next(timer for timer in self.outcome.timers if timer.element == element)
        self.now = max(self.now, found.due)
        return self._act(runtime.fire_timer, found.ref)

    def message(
        self, element: str, payload: Mapping[str, Any] | None = None, nth: int = 0
    ) -> "Play":
        found = [item for item in self.outcome.subscriptions if item.element == element]
        return self._act(runtime.correlate_message, found[nth].ref, payload or {})

    def cancel(self) -> "Play":
        return self._keep(runtime.cancel(self.definition(), self.outcome.state, now=self.now))

    def open(self) -> list[str]:
        """The elements of the open tasks and jobs."""
        outcome = self.outcome
        return sorted([t.element for t in outcome.tasks] + [j.element for j in outcome.jobs])

    def due(self) -> dict[str, datetime]:
        return {timer.element: timer.due for timer in self.outcome.timers}

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.outcome.variables

    @property
    def completed(self) -> bool:
        return self.outcome.completed

    def told(self, element: str) -> list[str]:
        return [event.kind for event in self.history if event.element == element]
