"""Walk one scenario, step by step, and say what differed."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from cases import bundles
from cases.actor import Actor
from cases.errors import CaseError
from cases.models import Instance, Task, Unit
from cases.use_cases.assigning import claim
from cases.use_cases.cancelling import cancel_instance
from cases.use_cases.completing import complete_task
from cases.use_cases.messages import correlate_message
from cases.use_cases.starting import start
from cases.use_cases.watching import watchdog
from config.scenarios import machinery
from config.scenarios.clock_starts import begun_by_clock
from config.scenarios.expectations import failures, unexpected
from config.scenarios.people import NobodyError, actor_named
from config.scenarios.seen import STOCKHOLM, OpenTask, Seen, known_of, look, tasks_without_case
from engine.feel import compile_expression
from engine.scenarios import Scenario, Step, resolve
from records.emergency import open_case
from records.queries import case as read_case

_AFTER = compile_expression("moment + duration(text)", names=("moment", "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """What happened in one step."""

    number: int
    step: Step
    at: datetime
    actor: str
    before: Seen
    after: Seen
    failures: tuple[str, ...]


@dataclass(slots=True)
class Walk:
    """A scenario under way. ``arende`` is the latest ärende that a step opened.

    ``begins`` are the processes that the clock may begin, by default those that are named.
    """

    scenario: Scenario
    now: datetime
    arende: UUID | None = None
    begins: frozenset[str] | None = None
    seen: tuple[UUID | None, Seen] | None = None
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.saved["scenario"] = {"id": self.scenario.id, "person": self.scenario.person}

    def steps(self) -> Iterator[StepReport]:
        """Do the steps one by one; stops after the first that differs from what was expected."""
        for number, step in enumerate(self.scenario.step, start=1):
            report = self._step(number, step)
            yield report
            if report.failures:
                return

    def _step(self, number: int, step: Step) -> StepReport:
        if step.case is not None:
            named = str(resolve(step.case, self.saved))
            self.arende = UUID(named) if named else None
        before, arende = self._seen(), self.arende
        error, fields, actor, missing = "", (), "", ""
        try:
            actor = self._do(step)
            self.now = machinery.settle(self.now) + machinery.TICK
        except CaseError as refusal:
            error = refusal.code
            fields = tuple(getattr(refusal, "errors", {}))
        except (NobodyError, LookupError) as problem:
            missing = str(problem)
        if self.arende != arende:
            before = Seen()
        after = look(self.arende, before, error=error, fields=fields)
        self.seen = self.arende, after
        found = [missing] if missing else []
        found += unexpected(step.expect, after)
        if step.expect is not None:
            found += failures(step.expect, before, after, self.arende)
        found += [f"invariant: {row.code} {row.ref}" for row in watchdog(self.now)]
        return StepReport(
            number=number,
            step=step,
            at=self.now,
            actor=actor,
            before=before,
            after=after,
            failures=tuple(found),
        )

    def _seen(self) -> Seen:
        """What was seen after the step before; nothing happens between two steps."""
        if self.seen is None or self.seen[0] != self.arende:
            self.seen = self.arende, look(self.arende)
        return self.seen[1]

    def _do(self, step: Step) -> str:
        doing: Mapping[str, Callable[[Step], str]] = {
            "start": self._start,
            "complete": self._complete,
            "claim": self._claim,
            "advance": self._advance,
            "message": self._message,
            "cancel": self._cancel,
            "read": self._read,
            "look": lambda _step: "",
        }
        return doing[step.action](step)

    def _start(self, step: Step) -> str:
        actor = actor_named(step.actor or "", unit=None, now=self.now)
        answers = resolve(step.answers, self.saved)
        own = None if step.case is None else self.arende
        started = start(step.start or "", arende_id=own, answers=answers, actor=actor, now=self.now)
        self.arende = started.arende_id or self.arende
        self._save(step, answers, arende=self.arende, instance=started.instance_id)
        return actor.username

    def _complete(self, step: Step) -> str:
        task, actor = self._task(step, step.complete or "")
        answers = resolve(step.answers, self.saved)
        complete_task(task.id, answers, version=task.version, actor=actor, now=self.now)
        self._save(step, answers, arende=self.arende, task=task.id)
        return actor.username

    def _claim(self, step: Step) -> str:
        task, actor = self._task(step, step.claim or "")
        claim(task.id, version=task.version, actor=actor, now=self.now)
        return actor.username

    def _read(self, step: Step) -> str:
        case = UUID(str(resolve(step.read, self.saved)))
        actor = actor_named(step.actor or "", unit=None, now=self.now)
        if step.reason:
            open_case(case, step.reason, actor=actor, now=self.now)
            actor = actor_named(step.actor or "", unit=None, now=self.now)
        read_case(actor, case, now=self.now)
        return actor.username

    def _advance(self, step: Step) -> str:
        if self.begins is None:
            newest = bundles.newest_hash(localdate(self.now))
            self.begins = begun_by_clock(self.scenario, bundles.compiled(newest))
        machinery.advance(self.now, self._target(step.advance), self._move, self.begins)
        return ""

    def _message(self, step: Step) -> str:
        sent = step.message
        if sent is None:
            return ""
        message_id = uuid.uuid5(uuid.NAMESPACE_OID, sent.id) if sent.id else uuid.uuid4()
        actor = actor_named(step.actor or "handlaggare", unit=self._home(), now=self.now)
        correlate_message(
            sent.name,
            str(resolve(sent.key, self.saved)),
            resolve(sent.payload, self.saved),
            message_id,
            actor=actor,
            now=self.now,
            arende_id=self.arende,
        )
        return actor.username

    def _cancel(self, step: Step) -> str:
        instance = (
            Instance.objects.filter(
                arende_id=self.arende, process_key=step.cancel, status__in=Instance.LIVE
            )
            .order_by("-started_at")
            .first()
        )
        if instance is None:
            raise LookupError(f"no instance of {step.cancel} is running")
        actor = actor_named(step.actor or "", unit=instance.unit_id, now=self.now)
        cancel_instance(instance.id, step.reason or "avbruten", actor=actor, now=self.now)
        return actor.username

    def _task(self, step: Step, element: str) -> tuple[OpenTask, Actor]:
        found = [
            task
            for task in (*self._seen().tasks, *tasks_without_case())
            if task.element == element and step.process in (None, task.process)
        ]
        if step.unit is not None:
            here = set(Unit.objects.filter(name=step.unit).values_list("pk", flat=True))
            found = [task for task in found if task.unit in here]
        if not found:
            return self._ended_task(step, element)
        if len(found) <= step.index:
            raise LookupError(f"only {len(found)} tasks {element} are open")
        task = found[step.index]
        return task, actor_named(step.actor or "", unit=task.unit, now=self.now)

    def _ended_task(self, step: Step, element: str) -> tuple[OpenTask, Actor]:
        """The latest ended task of that name: what a second click would meet."""
        row = (
            Task.objects.filter(arende_id=self.arende, element=element)
            .order_by("-created_at")
            .first()
        )
        if row is None:
            raise LookupError(f"task {element} has never been open")
        task = OpenTask(
            id=row.id,
            element=element,
            name=row.name,
            process=row.process_key,
            roles=tuple(row.groups),
            unit=row.unit_id,
            due=row.due,
            follow_up=row.follow_up,
            claimed_by=row.claimed_by_id,
            version=row.version,
            form_id=row.form_id,
        )
        return task, actor_named(step.actor or "", unit=row.unit_id, now=self.now)

    def _home(self) -> UUID | None:
        rows = Instance.objects.filter(arende_id=self.arende).order_by("started_at")
        return rows.values_list("unit_id", flat=True).first()

    def _target(self, wanted: date | datetime | str | None) -> datetime:
        if isinstance(wanted, datetime):
            return wanted
        if isinstance(wanted, date):
            return datetime.combine(wanted, time(), STOCKHOLM)
        local = self.now.astimezone(STOCKHOLM)
        moment: datetime = _AFTER.evaluate({"moment": local, "text": wanted}, now=self.now)
        return moment

    def _move(self, moment: datetime) -> None:
        self.now = moment

    def _save(self, step: Step, answers: Mapping[str, Any], **ids: UUID | None) -> None:
        if step.save is not None:
            known = {key: str(value) for key, value in ids.items() if value is not None}
            newest = known_of(self.arende) if self.arende else {}
            self.saved[step.save] = {**newest, **answers, **known}
