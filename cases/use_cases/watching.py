"""The watchdog: nothing falls between two instances."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases import watch
from cases.actor import SYSTEM
from cases.context import access_context
from cases.models import Incident, Instance, Message
from cases.use_cases.incidents import INVARIANT, Failure, open_incident
from cases.watch import OpenCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A place where the invariant does not hold. ``ref`` is what it is about."""

    code: str
    ref: str
    message: str
    case: OpenCase


def watchdog(now: datetime) -> tuple[Violation, ...]:
    """Check the invariant; open an incident per violation, close those that mended themselves.

    A second call finds the same and opens nothing new.

    Returns:
        The violations that hold now.
    """
    with access_context(SYSTEM):
        found = tuple(_violations(now))
        for violation in found:
            failure = Failure(
                action=INVARIANT,
                ref=violation.ref,
                code=violation.code,
                message=violation.message,
            )
            _open_once(failure, violation.case, now)
        _close_mended(found, now)
    return found


def _violations(now: datetime) -> Iterable[Violation]:
    alive = _cared_for()
    for case in watch.all_open_cases(now):
        if case.arende_id not in alive:
            yield Violation(
                code="case_abandoned",
                ref=str(case.arende_id),
                message=f"Ärende {case.arende_id} is open, but nothing is going on in it."
                " Start what should follow, or close it.",
                case=case,
            )
    clocked = watch.all_clocked(now)
    live = _live_clocks({item.process_key for item in clocked})
    for item in clocked:
        number = live[item.process_key, item.business_key]
        if number != 1:
            yield Violation(
                code="review_clock_missing" if number == 0 else "review_clock_twice",
                ref=item.business_key,
                message=f"{item.business_key} has {number} live {item.process_key}; it must have"
                " exactly one. Start or cancel one.",
                case=item.case,
            )


def _cared_for() -> set[UUID | None]:
    """Return ärenden with a live instance, an undelivered message or an open incident.

    The watchdog's own incidents do not count, or it would silence itself.
    """
    instances = Instance.objects.filter(status__in=Instance.LIVE, arende_id__isnull=False)
    messages = Message.objects.filter(status=Message.Status.UNDELIVERED, arende_id__isnull=False)
    incidents = Incident.objects.filter(resolved_at__isnull=True, arende_id__isnull=False).exclude(
        action=INVARIANT
    )
    return {
        *instances.values_list("arende_id", flat=True),
        *messages.values_list("arende_id", flat=True),
        *incidents.values_list("arende_id", flat=True),
    }


def _live_clocks(processes: set[str]) -> Counter[tuple[str, str]]:
    rows = Instance.objects.filter(status__in=Instance.LIVE, process_key__in=processes)
    return Counter(rows.values_list("process_key", "business_key"))


def _open_once(failure: Failure, case: OpenCase, now: datetime) -> None:
    same = Incident.objects.filter(
        action=INVARIANT, ref=failure.ref, code=failure.code, resolved_at__isnull=True
    )
    if same.exists():
        return
    scope = {
        "arende_id": case.arende_id,
        "organisation_id": case.organisation,
        "unit_id": case.unit,
        "secrecy": case.secrecy,
    }
    open_incident(failure, scope, now)


def _close_mended(found: tuple[Violation, ...], now: datetime) -> None:
    holds = {(violation.code, violation.ref) for violation in found}
    rows = Incident.objects.filter(action=INVARIANT, resolved_at__isnull=True)
    for incident in rows:
        if (incident.code, incident.ref) not in holds:
            incident.resolved_at, incident.resolved_by = now, SYSTEM.username
            incident.save(update_fields=["resolved_at", "resolved_by"])
