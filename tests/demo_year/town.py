"""The municipality under a virtual clock: stories, the office, and what the worker does."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.scenarios import machinery
from config.scenarios.seen import STOCKHOLM
from tests.demo_year.telling import Telling


@dataclass(slots=True)
class Town:
    """Tells stories side by side on one clock that only goes forward."""

    now: datetime
    waiting: list[tuple[datetime, int, int, Telling]] = field(default_factory=list)
    acts: int = 0
    days: int = 0
    begins: frozenset[str] | None = None

    def add(self, telling: Telling) -> None:
        """Let a story begin when its time comes."""
        if telling.act is not None:
            heapq.heappush(
                self.waiting, (telling.at(), telling.story.number, telling.place, telling)
            )

    def run(self, end: datetime, each_day: Callable[["Town"], None]) -> None:
        """Tell until ``end``, day by day."""
        while self.now < end:
            midnight = (self.now.astimezone(STOCKHOLM) + timedelta(days=1)).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            self._until(min(midnight, end))
            self.days += 1
            each_day(self)

    def jump(self, end: datetime) -> None:
        """Tell until ``end`` without a stop at each day; nothing begins by the clock."""
        self.begins = frozenset()
        self._until(end)
        self.begins = None

    def _until(self, end: datetime) -> None:
        while self.waiting and self.waiting[0][0] < end:
            at, _, _, telling = heapq.heappop(self.waiting)
            if at > self.now:
                self.advance(at)
            telling.go_on(self.now)
            self.acts += 1
            self.now = machinery.settle(self.now) + machinery.TICK
            self.add(telling)
        self.advance(end)

    def advance(self, to: datetime) -> None:
        """Let time pass: timers, and what begins by the clock."""
        if to > self.now:
            machinery.advance(self.now, to, self._move, self.begins)

    def _move(self, moment: datetime) -> None:
        self.now = moment
