"""Incidents: what failed is visible, tried again with back-off, and never lost.

Whatever fails rolls back; the incident is written in a transaction of its own. One open incident
per thing to do again (``action`` and ``ref``): a new failure raises its number of attempts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cases import repository
from cases.actor import SYSTEM, Actor
from cases.context import access_context, native_cursor
from cases.errors import NotFoundError
from cases.models import Incident, Instance, Job, Message, Outbox, Subscription, Timer
from cases.repository import LockedInstance
from engine.errors import IncidentError

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440))
"""Business time until the next try, by number of attempts; the last one repeats."""

FIRE_TIMER = "fire_timer"
DELIVER_MESSAGE = "deliver_message"
RUN_JOB = "run_job"
COMPLETE_TASK = "complete_task"
OUTBOX = "outbox"
EXPIRED_MESSAGE = "expired_message"
INVARIANT = "invariant"
START_PLANNED = "start_planned"

BY_HAND = frozenset({COMPLETE_TASK, OUTBOX, EXPIRED_MESSAGE, INVARIANT})
"""Only a person can do a person's task again, or say what an odd state should have been."""

_KIND = {
    FIRE_TIMER: "timer",
    DELIVER_MESSAGE: "message",
    RUN_JOB: "job",
    COMPLETE_TASK: "task",
    OUTBOX: "outbox",
    EXPIRED_MESSAGE: "message",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What failed: ``action`` and ``ref`` say how to try it again."""

    action: str
    ref: str
    code: str
    message: str
    element: str = ""

    @classmethod
    def of(cls, action: str, ref: object, error: Exception, element: str = "") -> "Failure":
        """Describe an error of the engine or of a use case; both hold identifiers only."""
        if isinstance(error, IncidentError):
            element, code = error.element, error.incident_code
        else:
            code = str(getattr(error, "code", type(error).__name__))
        return cls(action=action, ref=str(ref), code=code, message=str(error), element=element)


def next_try(attempts: int, now: datetime) -> datetime:
    """Return when to try again after so many failed attempts."""
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def record_failure(instance_id: UUID, failure: Failure, *, actor: Actor, now: datetime) -> None:
    """Open an incident on an instance, or count one more failed attempt; its own transaction."""
    with access_context(actor):
        instance = repository.lock_instance(instance_id)
        scope = {
            "instance_id": instance.id,
            "arende_id": instance.arende_id,
            "organisation_id": instance.organisation,
            "unit_id": instance.unit,
            "secrecy": instance.secrecy,
        }
        incident = open_incident(failure, scope, now)
        if instance.status == Instance.Status.RUNNING:
            Instance.objects.filter(pk=instance.id).update(status=Instance.Status.INCIDENT)
        if failure.action == FIRE_TIMER:
            Timer.objects.filter(instance_id=instance.id, ref=failure.ref).update(
                attempts=incident.attempts, next_at=incident.next_at
            )


def open_incident(failure: Failure, scope: Mapping[str, object], now: datetime) -> Incident:
    """Insert the incident, or count one more attempt, inside the caller's transaction.

    Args:
        failure: What failed.
        scope: instance_id, arende_id, organisation_id, unit_id and secrecy of the row.
        now: The moment of the failure.
    """
    about = {"instance": scope.get("instance_id"), "arende_id": scope.get("arende_id")}
    same = Incident.objects.select_for_update().filter(
        kind=_KIND.get(failure.action, failure.action),
        ref=failure.ref,
        resolved_at__isnull=True,
        **{name if value else f"{name}__isnull": value or True for name, value in about.items()},
    )
    incident = same.first() or Incident(
        kind=_KIND.get(failure.action, failure.action),
        action=failure.action,
        ref=failure.ref,
        attempts=0,
        opened_at=now,
        **scope,
    )
    incident.attempts += 1
    incident.code, incident.message = failure.code, failure.message
    incident.element = failure.element
    by_hand = failure.action in BY_HAND
    incident.next_at = None if by_hand else next_try(incident.attempts, now)
    incident.save()
    return incident


def settle_incidents(
    instance: LockedInstance, action: str, ref: object, *, actor: Actor, now: datetime
) -> None:
    """Resolve the incident of an action that now succeeded; in the action's transaction.

    Costs nothing unless the instance stands in an incident.
    """
    if instance.status != Instance.Status.INCIDENT:
        return
    mine = Incident.objects.filter(instance_id=instance.id, resolved_at__isnull=True)
    mine.filter(action=action, ref=str(ref)).update(resolved_at=now, resolved_by=actor.username)
    if not mine.exists():
        Instance.objects.filter(pk=instance.id, status=Instance.Status.INCIDENT).update(
            status=Instance.Status.RUNNING
        )


def close_incident(incident_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Resolve one incident, and let its instance stand as running when it was the last."""
    rows = Incident.objects.filter(pk=incident_id, resolved_at__isnull=True)
    instance_id = rows.values_list("instance_id", flat=True).first()
    rows.update(resolved_at=now, resolved_by=actor.username)
    if instance_id is None:
        return
    left = Incident.objects.filter(instance_id=instance_id, resolved_at__isnull=True)
    if not left.exists():
        Instance.objects.filter(pk=instance_id, status=Instance.Status.INCIDENT).update(
            status=Instance.Status.RUNNING
        )


def settle_message(message_id: UUID, *, now: datetime) -> None:
    """Resolve what is open about a message that has now reached everybody."""
    Incident.objects.filter(
        action=DELIVER_MESSAGE, ref=str(message_id), resolved_at__isnull=True
    ).update(resolved_at=now, resolved_by=SYSTEM.username)


def outbox_dead(outbox_id: UUID, *, code: str, now: datetime) -> None:
    """Open an incident for a queue row that failed for good. A second call changes nothing."""
    with access_context(SYSTEM):
        row = Outbox.objects.filter(pk=outbox_id).first()
        if row is None:
            raise NotFoundError("outbox row", outbox_id)
        failure = Failure(
            action=OUTBOX,
            ref=str(row.pk),
            code=code,
            message=f"The queue gave up on {row.actor}({', '.join(map(str, row.args))})."
            " Mend the cause and retry the incident.",
        )
        open_incident(failure, _scope_of(row), now)


def _scope_of(row: Outbox) -> dict[str, object]:
    first = str(row.args[0]) if row.args else ""
    find: Mapping[str, Callable[[], Message | Job | Subscription | Timer | Instance | None]] = {
        "deliver_message": lambda: Message.objects.filter(pk=first).first(),
        "run_job": lambda: Job.objects.filter(pk=first).first(),
        "match_subscription": lambda: Instance.objects.filter(pk=first).first(),
        "fire_timer": lambda: Instance.objects.filter(pk=first).first(),
    }
    found = find.get(row.actor, lambda: None)()
    if found is None:
        return {}
    return {
        "instance_id": found.pk
        if isinstance(found, Instance)
        else getattr(found, "instance_id", None),
        "arende_id": getattr(found, "arende_id", None),
        "organisation_id": found.organisation_id,
        "unit_id": found.unit_id,
        "secrecy": found.secrecy,
    }


def enqueue(actor_name: str, *args: str) -> None:
    """Write a queue row in the current transaction; ``args`` are identifiers."""
    native_cursor().execute(
        b"INSERT INTO cases_outbox (id, actor, args) VALUES ($1, $2, to_jsonb($3::text[]))",
        (uuid4(), actor_name, list(args)),
    )
