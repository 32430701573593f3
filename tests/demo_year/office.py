"""What is done outside the ärenden: reports, quality work, notices of a unit that ends.

Nobody's story owns these tasks. Whoever holds the role answers each within days, as the scenarios
answer that element; begun by hand are the processes that the scenarios begin by hand.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases.actor import Actor
from cases.errors import AnswersInvalidError, CaseError, NotFoundError
from cases.models import Task
from cases.use_cases.completing import complete_task
from cases.use_cases.starting import start
from config.scenarios import machinery
from config.scenarios.people import NobodyError
from config.scenarios.seen import STOCKHOLM
from engine.scenarios import Reference
from tests.demo_year.people import Staff
from tests.demo_year.readings import JUDGED, judged
from tests.demo_year.stories import DESK, ENDING, Act, Tale, moved, swapped
from tests.demo_year.town import Town

REST = timedelta(hours=12)
"""How long a task lies before somebody gets to it."""
LONG = timedelta(days=45)
"""From here on no story does what belongs to gallring of an akt, or to a provider that ends."""
FORGOTTEN = ENDING | {"Task_AvgorUtfall", "Task_ForeslaGallring", "Task_GodkannGallring"}
OPENS = frozenset({"undantagsbeslut"})
"""What there must be on New Year, in its place: the insatser that stories take part in."""
AGAIN = timedelta(days=20)
"""How long a task rests that could not be answered."""
WAYS = 6
"""So many ways to answer a task are tried."""
NEW = {"verksamhetsdel": "ny_del"}
"""Where a form takes what is not on its list."""
UNASKED = {"individual_documentation_required": "maende"}
"""What is left out where the law does not let it be kept."""


@dataclass(slots=True)
class Office:
    """Answers what belongs to no ärende."""

    staff: Staff
    seed: int
    ways: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    begins: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    stuck: Counter[str] = field(default_factory=Counter)
    done: int = 0
    resting: dict[UUID, datetime] = field(default_factory=dict)
    _drawn: Counter[str] = field(default_factory=Counter)

    def learn(self, tales: Iterable[Tale]) -> None:
        """Take up how the scenarios answer and begin what is outside the ärenden."""
        for act in (act for tale in tales for act in (*tale.office, *_forgotten(tale))):
            element = act.step.complete
            if Reference.search(str(act.step.answers)):
                continue
            if element is not None:
                self.ways[element].append(act)
            elif act.step.start is not None:
                self.begins[act.step.start].append(act)

    def begin(self, process: str, town: Town) -> None:
        """Begin a process by hand, in the first of the ways of the scenarios that is possible."""
        chance = self._chance(process, "", town.now)
        known = self.begins[process]
        self._begin(process, chance.sample(known, min(len(known), WAYS)), chance, town)

    def open_up(self, process: str, town: Town) -> None:
        """Begin a process by hand in every way of the scenarios: what the year goes on from."""
        chance = self._chance(process, "", town.now)
        for act in self.begins[process]:
            self._begin(process, (act,), chance, town)

    def _begin(self, process: str, ways: Iterable[Act], chance: random.Random, town: Town) -> None:
        why = "no way"
        for act in ways:
            answers = moved(act.step.answers, _since(act, town.now))
            starters = self._starters(process, act.step.actor or "", chance, town.now)
            refusal = _start(process, starters, answers, town)
            if refusal is None:
                break
            why = refusal
        else:
            self.stuck[f"start {process}: {why}"] += 1
        town.now = machinery.settle(town.now) + machinery.TICK

    def _starters(
        self, process: str, word: str, chance: random.Random, now: datetime
    ) -> Iterator[Actor]:
        """Somebody with the role, else the one in the scenario."""
        if process not in OPENS and (peers := self.staff.peers(word, now)):
            yield chance.choice(peers)
        with suppress(NobodyError):
            yield self.staff.actor(word, story=0, unit=None, now=now)

    def work(self, town: Town) -> None:
        """Answer every task outside the ärenden that has lain for a while, and forgotten akter."""
        ours = (Q(arende_id=None) | Q(element__in=DESK)) & ~Q(element__in=FORGOTTEN)
        ours |= Q(element__in=FORGOTTEN, created_at__lte=town.now - LONG)
        old = Task.objects.filter(ours, status="open", created_at__lte=town.now - REST).order_by(
            "created_at", "process_key", "element", "unit_id", "id"
        )
        for task in old:
            if self.resting.get(task.pk, town.now) <= town.now:
                self._answer(task, town)

    def _chance(self, what: str, where: object, now: datetime) -> random.Random:
        """What is drawn depends on what, where and on which day, not on what else was drawn.

        Tasks of the same moment have no order of their own: their ids are random.
        """
        key = f"{self.seed} {what} {where} {_day(now)}"
        self._drawn[key] += 1
        return random.Random(f"{key} {self._drawn[key]}")  # noqa: S311

    def _answer(self, task: Task, town: Town) -> None:
        known = self.ways.get(task.element, [])
        chance = self._chance(f"{task.process_key} {task.element}", task.unit_id, town.now)
        ways = chance.sample(known, min(len(known), WAYS))
        why = "nobody has ever answered it"
        for act in ways:
            refusal = self._try(task, act, chance, town)
            if refusal is None:
                self.done += 1
                town.now = machinery.settle(town.now) + machinery.TICK
                return
            why = refusal
        self.resting[task.pk] = town.now + AGAIN
        self.stuck[f"{task.process_key} {task.element}: {why}"] += 1

    def _try(self, task: Task, act: Act, chance: random.Random, town: Town) -> str | None:
        answers = moved(act.step.answers, _since(act, town.now))
        why = "nobody"
        for actor in self._who(task, act, chance, town.now):
            if not any(actor.grants_in(task.organisation_id, task.unit_id)):
                continue  # a user of the scenario who works somewhere else
            if task.element in JUDGED:
                with suppress(NotFoundError):
                    answers = judged(task, chance, actor=actor, now=town.now)
            here = [actor.username, *self.staff.colleagues(task.organisation_id)]
            for given in (answers, *self._named(answers, here)):
                refusal = self._complete(task, given, actor, town)
                if refusal is None:
                    return None
                why = refusal
        return why

    def _who(self, task: Task, act: Act, chance: random.Random, now: datetime) -> Iterator[Actor]:
        """Who may have it: the one who took it, else as in the scenario, else who has the role."""
        unit, word = task.unit_id, act.step.actor or ""
        if task.claimed_by is not None:
            word = task.claimed_by.get_username()
        with suppress(NobodyError):
            yield self.staff.actor(word, story=0, unit=unit, now=now)
        for role in task.groups if task.claimed_by is None else ():
            alike = list(self.staff.holders(role, unit=unit, now=now))
            yield from chance.sample(alike, len(alike))

    def _complete(
        self, task: Task, answers: dict[str, Any], actor: Actor, town: Town, *, again: bool = True
    ) -> str | None:
        """Answer a task; once more, corrected, where the form says what is wrong."""
        try:
            complete_task(task.pk, answers, version=task.version, actor=actor, now=town.now)
        except CaseError as refusal:
            better = self._corrected(task, answers, refusal) if again else answers
            if better != answers:
                return self._complete(task, better, actor, town, again=False)
            return f"{refusal.code} {getattr(refusal, 'errors', '')}"
        return None

    def _corrected(self, task: Task, answers: dict[str, Any], refusal: CaseError) -> dict[str, Any]:
        """Without what is refused; what the form misses is written as another scenario does."""
        wrong = {UNASKED.get(refusal.code, "")}
        if isinstance(refusal, AnswersInvalidError):
            wrong = {re.split(r"[.\[]", path)[0] for path in refusal.errors}
        kept = {name: value for name, value in answers.items() if name not in wrong}
        kept |= {NEW[name]: answers[name] for name in wrong & answers.keys() & NEW.keys()}
        for act in self.ways[task.element]:
            for name in sorted((wrong - answers.keys()) & act.step.answers.keys()):
                kept.setdefault(name, act.step.answers[name])
        return kept

    def _named(self, answers: dict[str, Any], here: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The answers with a colleague in the place of each user whom the scenario names."""
        for name in here:
            given = swapped(answers, dict.fromkeys(self.staff.users, name))
            if given == answers:
                return
            yield given


def _start(
    process: str, starters: Iterable[Actor], answers: dict[str, Any], town: Town
) -> str | None:
    why = "nobody"
    for actor in starters:
        try:
            start(process, arende_id=None, answers=answers, actor=actor, now=town.now)
        except CaseError as refusal:
            why = str(refusal)
        else:
            return None
    return why


def _forgotten(tale: Tale) -> list[Act]:
    return [act for act in tale.acts if act.step.complete in FORGOTTEN]


def _since(act: Act, now: datetime) -> timedelta:
    return _day(now) - _day(act.at)


def _day(moment: datetime) -> date:
    return moment.astimezone(STOCKHOLM).date()
