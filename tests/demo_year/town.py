"""The municipality under a virtual clock: stories, the office, and what the worker does."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.db.models import QuerySet

from cases.models import StartTimer
from cases.use_cases.timer_starts import due_starts, plan_starts, start_planned
from config.scenarios import machinery
from config.scenarios.seen import STOCKHOLM
from tests.demo_year.telling import Telling

MONTH = 30
FORTNIGHT = timedelta(days=14)
FORTNIGHTS = 13
"""So often before the year it is looked up which processes begin by the clock: twice a year."""
GALLRING = frozenset({"bevaka_gallring"})
"""What the clock begins also before the year: closed akter go on their way."""


@dataclass(slots=True)
class Town:
    """Tells stories side by side on one clock that only goes forward."""

    now: datetime
    waiting: list[tuple[datetime, int, int, Telling]] = field(default_factory=list)
    acts: int = 0
    days: int = 0

    def add(self, telling: Telling) -> None:
        """Let a story begin when its time comes."""
        if telling.act is not None:
            heapq.heappush(
                self.waiting, (telling.at(), telling.story.number, telling.place, telling)
            )

    def run(self, end: datetime, each_day: Callable[["Town"], None]) -> None:
        """Tell until ``end``, day by day; what the clock begins in the night is there at seven."""
        while self.now < end:
            local = self.now.astimezone(STOCKHOLM)
            seven = local.replace(hour=7, minute=0, second=0, microsecond=0)
            self._until(min(seven if local < seven else seven + timedelta(days=1), end))
            self._begin_planned()
            each_day(self)
            self.days += 1

    def jump(self, end: datetime, each_fortnight: Callable[["Town"], None]) -> None:
        """Tell until ``end``; every other week closed akter that are due go on their way."""
        for fortnight in count():
            if self.now >= end:
                return
            self._until(min(self.now + FORTNIGHT, end))
            if fortnight % FORTNIGHTS == 0:
                plan_starts(self.now)
            self._begin_due(StartTimer.objects.filter(process_key__in=GALLRING))
            each_fortnight(self)

    def _begin_planned(self) -> None:
        """Begin what is due; which processes begin by the clock is looked up once a month."""
        if self.days % MONTH == 0:
            plan_starts(self.now)
        self._begin_due(StartTimer.objects.all())

    def _begin_due(self, rows: QuerySet[StartTimer]) -> None:
        found = rows.filter(due__lte=self.now).order_by("due", "process_key", "unit_id")
        wanted = list(found.values_list("pk", flat=True))
        ready = set(due_starts(self.now, limit=1000)) if wanted else ()
        for row in wanted:
            if row in ready:
                start_planned(row, now=self.now)
                self.now = machinery.settle(self.now) + machinery.TICK

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
            machinery.advance(self.now, to, self._move, begins=frozenset())

    def _move(self, moment: datetime) -> None:
        self.now = moment
