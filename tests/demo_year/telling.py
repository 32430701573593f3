"""One story under way: the next act, and what to do when the town is not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cases.actor import Actor
from cases.errors import CaseError
from cases.models import Instance, Task
from cases.use_cases.cancelling import cancel_instance
from cases.use_cases.completing import complete_task
from cases.use_cases.starting import start
from config.scenarios.people import NobodyError
from config.scenarios.seen import known_of
from engine.scenarios import Step, resolve
from records.emergency import open_case
from records.queries import case as read_case
from tests.demo_year.lists import listed
from tests.demo_year.people import Staff
from tests.demo_year.stories import Act, Story, later, moved, swapped

DAY = timedelta(days=1)
PATIENCE = 40  # days that an act waits for its task
LOST = 10  # … in a story that has gone another way


@dataclass(slots=True)
class Telling:
    """A story and how far it has come. ``late`` is what it has had to wait."""

    story: Story
    staff: Staff
    place: int = 0
    late: timedelta = timedelta()
    tries: int = 0
    arende: UUID | None = None
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        scenario = self.story.tale.scenario
        person = self.story.people.get(scenario.person or "", {}).get("personnummer")
        self.saved["scenario"] = {"id": scenario.id, "person": person}

    @property
    def act(self) -> Act | None:
        """What comes next."""
        acts = self.story.tale.acts
        return acts[self.place] if self.place < len(acts) else None

    def at(self) -> datetime:
        """When the next act is due. There must be one."""
        return later(self.story.tale.acts[self.place].at, self.story.shift + self.late)

    def go_on(self, now: datetime) -> None:
        """Do the next act; a day later when its task is not there; left out in the end."""
        step = self.story.tale.acts[self.place].step
        try:
            self._do(step, now)
        except (NobodyError, LookupError) as missing:
            self._wait(step, str(missing))
        except CaseError as refusal:
            self._wait(step, f"{refusal.code} {getattr(refusal, 'errors', refusal)}")
        else:
            self.place, self.tries = self.place + 1, 0

    def _wait(self, step: Step, why: str) -> None:
        self.tries += 1
        self.late += DAY
        if self.tries > (LOST if self.refused else PATIENCE):
            self.refused.append(f"{step.action} {step.start or step.complete}: {why}")
            self.late -= DAY * self.tries
            self.place, self.tries = self.place + 1, 0

    def _do(self, step: Step, now: datetime) -> None:
        if step.case is not None:
            named = resolve(step.case, self.saved)
            self.arende = UUID(str(named)) if named else None
        answers = self._answers(step)
        if step.start is not None:
            self._start(step, step.start, answers, now)
        elif step.complete is not None:
            self._complete(step, step.complete, answers, now)
        elif step.cancel is not None:
            self._cancel(step, step.cancel, now)
        elif step.read is not None:
            self._read(step, UUID(str(resolve(step.read, self.saved))), now)

    def _answers(self, step: Step) -> dict[str, Any]:
        answers = swapped(resolve(step.answers, self.saved), self.story.swaps)
        found: dict[str, Any] = moved(answers, self.story.shift + self.late)
        person = self.story.people.get(str(found.get("personnummer")))
        if step.start is None or person is None:
            return found
        return {key: value for key, value in found.items() if key != "personnummer"} | dict(person)

    def _start(self, step: Step, key: str, answers: Mapping[str, Any], now: datetime) -> None:
        actor = self._actor(step, None, now)
        own = self.arende if step.case else None
        chosen = listed(key, answers, arende_id=own, actor=actor, now=now)
        begun = start(key, arende_id=own, answers=chosen, actor=actor, now=now)
        self.arende = begun.arende_id or self.arende
        self._save(step, answers, arende=self.arende, instance=begun.instance_id)

    def _complete(self, step: Step, key: str, answers: Mapping[str, Any], now: datetime) -> None:
        task = self._task(step, key)
        actor = self._actor(step, task.unit_id, now)
        complete_task(task.pk, answers, version=task.version, actor=actor, now=now)
        self._save(step, answers, arende=self.arende, task=task.pk)

    def _cancel(self, step: Step, key: str, now: datetime) -> None:
        live = Instance.objects.filter(
            arende_id=self.arende, process_key=key, status__in=Instance.LIVE
        ).order_by("-started_at")
        instance = live.first()
        if instance is None:
            raise LookupError(f"no instance of {key} is running")
        actor = self._actor(step, instance.unit_id, now)
        cancel_instance(instance.pk, step.reason or "avbruten", actor=actor, now=now)

    def _read(self, step: Step, case: UUID, now: datetime) -> None:
        if step.reason:
            open_case(case, step.reason, actor=self._actor(step, None, now), now=now)
        read_case(self._actor(step, None, now), case, now=now)

    def _actor(self, step: Step, unit: UUID | None, now: datetime) -> Actor:
        word = swapped(step.actor or "", self.story.swaps)
        return self.staff.actor(word, story=self.story.number, unit=unit, now=now)

    def _task(self, step: Step, element: str) -> Task:
        rows = Task.objects.filter(arende_id=self.arende, status="open", element=element)
        if step.process is not None:
            rows = rows.filter(process_key=step.process)
        found = list(rows.order_by("created_at", "id")[: step.index + 1])
        if len(found) <= step.index:
            raise LookupError("not open")
        return found[step.index]

    def _save(self, step: Step, answers: Mapping[str, Any], **ids: UUID | None) -> None:
        if step.save is not None:
            known = {key: str(value) for key, value in ids.items() if value is not None}
            newest = known_of(self.arende) if self.arende else {}
            self.saved[step.save] = {**newest, **answers, **known}
