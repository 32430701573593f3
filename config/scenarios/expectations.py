"""Compare what a step expects with what is seen; a list of plain sentences is the result."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from config.scenarios.seen import STOCKHOLM, Notice, OpenTask, Seen, fact, fresh_events
from engine.scenarios import Expect, ExpectedEvent, ExpectedNotice
from engine.verdict import CaseEvent


def failures(expect: Expect, before: Seen, after: Seen, arende: UUID | None) -> list[str]:
    """Say what differs from what was expected; empty when all is as it should.

    Args:
        expect: What the step expects.
        before: How the ärende stood before the step.
        after: How it stands now.
        arende: The ärende, for recorded facts; None: those that belong to none.
    """
    found = [*_refusal(expect, after), *_open(expect, after), *_dates(expect, after)]
    new_events = fresh_events(before, after)
    found += _in_order(expect.events, new_events, "in this step")
    found += _in_order(expect.history, after.events, "in the ärende")
    thrown = {event.message for event in new_events if event.kind == "thrown"}
    found += [f"message {name} was not thrown" for name in expect.thrown if name not in thrown]
    if expect.notices is not None:
        known = {notice.id for notice in before.notices}
        fresh = [notice for notice in after.notices if notice.id not in known]
        found += _notices(expect.notices, fresh)
    if expect.running is not None:
        found += _same("running processes", expect.running, after.running)
    found += [f"no incident {code}" for code in expect.incidents if code not in after.incidents]
    return [*found, *_facts(expect.facts, arende)]


def unexpected(expect: Expect | None, after: Seen) -> list[str]:
    """A step that was refused, or that opened an incident, without saying so, has failed."""
    found = []
    if after.error and (expect is None or expect.error is None):
        where = f" at {', '.join(after.fields)}" if after.fields else ""
        found.append(f"was refused: {after.error}{where}")
    allowed = expect.incidents if expect is not None else ()
    found += [f"incident {code}" for code in after.incidents if code not in allowed]
    return found


def _refusal(expect: Expect, after: Seen) -> Iterable[str]:
    if expect.error is not None and after.error != expect.error:
        yield f"expected refusal {expect.error}, got {after.error or 'none'}"
    for name in expect.fields:
        if name not in after.fields:
            yield f"no error at field {name}"


def _open(expect: Expect, after: Seen) -> Iterable[str]:
    elements = [task.element for task in after.tasks]
    if expect.open is not None:
        yield from _same("open tasks", expect.open, elements)
    for name in expect.opened:
        if name not in elements:
            yield f"task {name} is not open"
    for name in expect.gone:
        if name in elements:
            yield f"task {name} is still open"


def _dates(expect: Expect, after: Seen) -> Iterable[str]:
    for what, wanted in (("due", expect.due), ("follow_up", expect.follow_up)):
        for element, moment in wanted.items():
            task = _find(after.tasks, element)
            got = None if task is None else getattr(task, what)
            if not _same_moment(moment, got):
                yield f"{element} has {what} {_day(got)}, expected {moment}"
    for element, rules in expect.due_rules.items():
        task = _find(after.tasks, element)
        if task is not None:
            yield from _same(f"rules behind the due date of {element}", rules, task.due_rules)
        else:
            yield f"task {element} is not open"


def _find(tasks: Sequence[OpenTask], element: str) -> OpenTask | None:
    return next((task for task in tasks if task.element == element), None)


def _same_moment(wanted: date | datetime, got: datetime | None) -> bool:
    if got is None:
        return False
    if isinstance(wanted, datetime):
        return got == wanted
    return got.astimezone(STOCKHOLM).date() == wanted


def _day(moment: datetime | None) -> str:
    return "none" if moment is None else moment.astimezone(STOCKHOLM).isoformat()


def _in_order(
    wanted: Sequence[ExpectedEvent], events: Sequence[CaseEvent], where: str
) -> Iterable[str]:
    rest = iter(events)
    for event in wanted:
        if not any(_event_fits(event, found) for found in rest):
            shown = event.model_dump(exclude_none=True, exclude_defaults=True)
            yield f"no event {shown} (in that order) {where}"
            return


def _event_fits(wanted: ExpectedEvent, found: CaseEvent) -> bool:
    return (
        wanted.event == found.kind
        and wanted.element in (None, found.element)
        and wanted.process in (None, found.process)
        and wanted.message in (None, found.message)
        and wanted.record in (None, found.record)
        and wanted.actor in (None, found.actor)
        and wanted.on in (None, found.at.astimezone(STOCKHOLM).date())
    )


def _notices(wanted: Sequence[ExpectedNotice], got: Sequence[Notice]) -> Iterable[str]:
    left = list(got)
    for notice in wanted:
        match = next((found for found in left if _notice_fits(notice, found)), None)
        if match is None:
            yield f"no notice {notice.model_dump(exclude_none=True, mode='json')}"
        else:
            left.remove(match)
    for extra in left:
        yield f"notice nobody expected: {extra.level or extra.kind} to {extra.to} on {extra.on}"


def _notice_fits(wanted: ExpectedNotice, found: Notice) -> bool:
    return (
        wanted.to == found.to
        and wanted.level in (None, found.level, found.kind)
        and wanted.on in (None, found.on)
    )


def _same(what: str, wanted: Iterable[str], got: Iterable[str]) -> Iterable[str]:
    missing, extra = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
    if missing:
        yield f"{what}: missing {', '.join(sorted(missing.elements()))}"
    if extra:
        yield f"{what}: not expected {', '.join(sorted(extra.elements()))}"


def _facts(wanted: dict[str, Any], arende: UUID | None) -> Iterable[str]:
    for name, value in wanted.items():
        try:
            got = fact(arende, name)
        except LookupError as error:
            yield str(error)
            continue
        if not _equal(value, got):
            yield f"{name} is {got}, expected {value}"


def _equal(wanted: Any, got: Any) -> bool:
    if isinstance(got, datetime) and not isinstance(wanted, datetime):
        return bool(got.astimezone(STOCKHOLM).date() == wanted)
    if isinstance(got, Decimal) or isinstance(wanted, Decimal):
        return Decimal(str(wanted)) == Decimal(str(got))
    return bool(str(wanted) == str(got)) if isinstance(got, UUID) else bool(wanted == got)
