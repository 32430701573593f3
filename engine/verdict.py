"""Judge the history of a case against the legal rules of ``rules/*.toml``.

Pure: events in, violations out. Scenarios and real cases are judged by the same function.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.rules import (
    Absence,
    DifferentPerson,
    Precedence,
    Response,
    Rule,
    Selector,
    Within,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One line of a case's history, as the rules see it.

    ``uppdrag`` is the id of the uppdrag that the event belongs to, when it belongs to one.
    ``ref`` tells two events apart that look the same.
    """

    at: datetime
    kind: str
    process: str
    instance: str
    actor: str
    element: str = ""
    message: str = ""
    record: str = ""
    uppdrag: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the history breaks. ``at`` is when, ``where`` the element or message."""

    rule: str
    modality: str
    at: datetime
    where: str
    text: str


Deadline = Callable[[Within, datetime], datetime]
"""When the response to a trigger at this moment is due, in Stockholm's calendar."""


def judge(
    rules: Iterable[Rule],
    events: Sequence[CaseEvent],
    *,
    now: datetime,
    ended: bool,
    deadline: Deadline,
) -> tuple[Violation, ...]:
    """Return every violation in the history of one ärende.

    Args:
        rules: The rules of the edition.
        events: The events of one ärende, in the order they happened.
        now: The moment of judgement, aware: a response is late only when its time is past.
        ended: The ärende is closed, so that what has not followed never will.
        deadline: Computes the last moment of a ``within`` rule.
    """
    verdict = _Verdict(now=now, ended=ended, deadline=deadline)
    return tuple(
        violation
        for rule in rules
        for thread in _threads(rule.scope, events)
        for violation in verdict.judge(rule, thread)
    )


def matches(selector: Selector, event: CaseEvent) -> bool:
    """Tell whether a selector means an event."""
    return (
        event.kind == selector.kind
        and selector.process in (None, event.process)
        and selector.element in (None, event.element)
        and selector.message in (None, event.message)
        and selector.record in (None, event.record)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    now: datetime
    ended: bool
    deadline: Deadline

    def judge(self, rule: Rule, events: Sequence[CaseEvent]) -> Iterable[Violation]:
        match rule:
            case Precedence():
                return self._precedence(rule, events)
            case Response():
                return self._response(rule, events)
            case Absence():
                return self._absence(rule, events)
            case Within():
                return self._within(rule, events)
            case DifferentPerson():
                return self._different_person(rule, events)

    def _precedence(self, rule: Precedence, events: Sequence[CaseEvent]) -> Iterable[Violation]:
        for event in events:
            if matches(rule.before, event):
                return
            if matches(rule.after, event):
                yield _violation(rule, event, "happened before what must come first")
                return

    def _response(self, rule: Response, events: Sequence[CaseEvent]) -> Iterable[Violation]:
        if not self.ended:
            return
        for place, event in enumerate(events):
            if matches(rule.trigger, event) and not _followed(rule, events[place + 1 :]):
                yield _violation(rule, event, "was never answered")

    def _absence(self, rule: Absence, events: Sequence[CaseEvent]) -> Iterable[Violation]:
        forbidden = rule.after is None
        for event in events:
            if rule.until is not None and matches(rule.until, event):
                forbidden = False
            if forbidden and matches(rule.never, event):
                yield _violation(rule, event, "must not happen here")
            if rule.after is not None and matches(rule.after, event):
                forbidden = True

    def _within(self, rule: Within, events: Sequence[CaseEvent]) -> Iterable[Violation]:
        for place, event in enumerate(events):
            if not matches(rule.trigger, event):
                continue
            last = self.deadline(rule, event.at)
            answer = next((later for later in events[place + 1 :] if _is_answer(rule, later)), None)
            missing = answer is None and (self.ended or self.now > last)
            if missing or (answer is not None and answer.at > last):
                yield _violation(rule, event, "was not answered in time")

    def _different_person(
        self, rule: DifferentPerson, events: Sequence[CaseEvent]
    ) -> Iterable[Violation]:
        people: set[str] = set()
        for event in events:
            if matches(rule.second, event) and event.actor in people:
                yield _violation(rule, event, "was done by the same person")
            if matches(rule.first, event):
                people.add(event.actor)


def _followed(rule: Response, later: Sequence[CaseEvent]) -> bool:
    return any(_is_answer(rule, event) for event in later)


def _is_answer(rule: Response | Within, event: CaseEvent) -> bool:
    return any(matches(found, event) for found in (rule.response, *rule.unless))


def _violation(rule: Rule, event: CaseEvent, text: str) -> Violation:
    where = event.element or event.message or event.record or event.process
    return Violation(rule.id, rule.modalitet, event.at, where, f"{where} {text}: {rule.name}")


def _threads(scope: str, events: Sequence[CaseEvent]) -> Iterable[Sequence[CaseEvent]]:
    if scope == "arende":
        return [events]
    threads: dict[str, list[CaseEvent]] = {}
    for event in events:
        key = event.uppdrag if scope == "uppdrag" else event.instance
        if key:
            threads.setdefault(key, []).append(event)
    return list(threads.values())
