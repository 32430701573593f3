"""What is done outside the ärenden: reports, quality work, notices of a unit that ends.

Nobody's story owns these tasks. Whoever holds the role answers each within days, as the scenarios
answer that element; begun by hand are the processes that the scenarios begin by hand.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cases.errors import CaseError
from cases.models import Task
from cases.use_cases.completing import complete_task
from cases.use_cases.starting import start
from config.scenarios import machinery
from config.scenarios.people import NobodyError
from config.scenarios.seen import STOCKHOLM
from engine.scenarios import Reference
from tests.demo_year.people import Staff
from tests.demo_year.stories import Act, Tale, moved, swapped
from tests.demo_year.town import Town

REST = timedelta(hours=12)
"""How long a task lies before somebody gets to it."""
AGAIN = timedelta(days=20)
"""How long a task rests that could not be answered."""
WAYS = 6
"""So many ways to answer a task are tried."""


@dataclass(slots=True)
class Office:
    """Answers what belongs to no ärende."""

    staff: Staff
    chance: random.Random
    ways: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    begins: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    stuck: Counter[str] = field(default_factory=Counter)
    done: int = 0
    resting: dict[UUID, datetime] = field(default_factory=dict)

    def learn(self, tales: Iterable[Tale]) -> None:
        """Take up how the scenarios answer and begin what is outside the ärenden."""
        for act in (act for tale in tales for act in tale.office):
            if Reference.search(str(act.step.answers)):
                continue
            if act.step.complete is not None:
                self.ways[act.step.complete].append(act)
            elif act.step.start is not None:
                self.begins[act.step.start].append(act)

    def begin(self, process: str, town: Town) -> None:
        """Begin a process by hand, in one of the ways of the scenarios."""
        act = self.chance.choice(self.begins[process])
        answers = moved(act.step.answers, _since(act, town.now))
        try:
            actor = self.staff.actor(act.step.actor or "", story=0, unit=None, now=town.now)
            start(process, arende_id=None, answers=answers, actor=actor, now=town.now)
        except (CaseError, NobodyError) as refusal:
            self.stuck[f"start {process}: {refusal}"] += 1
        town.now = machinery.settle(town.now) + machinery.TICK

    def work(self, town: Town) -> None:
        """Answer every task outside the ärenden that has lain for a while."""
        old = Task.objects.filter(
            arende_id=None, status="open", created_at__lte=town.now - REST
        ).order_by("created_at", "process_key", "element", "unit_id", "id")
        for task in old:
            if self.resting.get(task.pk, town.now) <= town.now:
                self._answer(task, town)

    def _answer(self, task: Task, town: Town) -> None:
        known = self.ways.get(task.element, [])
        ways = self.chance.sample(known, min(len(known), WAYS))
        why = "nobody has ever answered it"
        for act in ways:
            refusal = self._try(task, act, town)
            if refusal is None:
                self.done += 1
                town.now = machinery.settle(town.now) + machinery.TICK
                return
            why = refusal
        self.resting[task.pk] = town.now + AGAIN
        self.stuck[f"{task.process_key} {task.element}: {why}"] += 1

    def _try(self, task: Task, act: Act, town: Town) -> str | None:
        answers = moved(act.step.answers, _since(act, town.now))
        why = "nobody"
        for word in dict.fromkeys((act.step.actor or "", *task.groups)):
            try:
                actor = self.staff.actor(word, story=0, unit=task.unit_id, now=town.now)
            except NobodyError:
                continue
            if not any(actor.grants_in(task.organisation_id, task.unit_id)):
                continue  # a user of the scenario who works somewhere else
            here = [actor.username, *self.staff.colleagues(task.organisation_id)]
            for given in (answers, *self._named(answers, here)):
                try:
                    complete_task(task.pk, given, version=task.version, actor=actor, now=town.now)
                except CaseError as refusal:
                    why = f"{refusal.code} {getattr(refusal, 'errors', '')}"
                else:
                    return None
        return why

    def _named(self, answers: dict[str, Any], here: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The answers with a colleague in the place of each user whom the scenario names."""
        for name in here:
            given = swapped(answers, dict.fromkeys(self.staff.users, name))
            if given == answers:
                return
            yield given


def _since(act: Act, now: datetime) -> timedelta:
    return _day(now) - _day(act.at)


def _day(moment: datetime) -> date:
    return moment.astimezone(STOCKHOLM).date()
