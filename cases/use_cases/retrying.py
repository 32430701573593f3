"""Incidents are tried again: by the clock, or because a person asks."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from cases import access, bundles
from cases.access import Resource
from cases.actor import SYSTEM, Actor
from cases.context import access_context
from cases.errors import NotFoundError
from cases.models import Incident, Message, Outbox, Timer
from cases.use_cases.incidents import (
    DELIVER_MESSAGE,
    EXPIRED_MESSAGE,
    FIRE_TIMER,
    OUTBOX,
    RUN_JOB,
    close_incident,
    enqueue,
)
from cases.use_cases.jobs import run_job
from cases.use_cases.messages import deliver_message, revive_message
from cases.use_cases.timers import fire_timer


def retry_incident(incident_id: UUID, *, now: datetime, actor: Actor = SYSTEM) -> None:
    """Try again what an incident is about.

    For a person this writes a queue row and a worker does it, because a delivery may cross
    organisations. A worker does it at once. A second call, or one for a resolved incident, changes
    nothing.

    Raises:
        NotFoundError: A person asks for an incident that is resolved or out of sight.
        NotPermittedError: The actor's roles may not.
    """
    with access_context(actor):
        incident = Incident.objects.filter(pk=incident_id, resolved_at__isnull=True).first()
        if not actor.system:
            _require(incident, incident_id, actor, now)
            enqueue("retry_incident", str(incident_id))
            return
    again = None if incident is None else _AGAIN.get(incident.action)
    if incident is not None and again is not None:
        again(incident, now)


def due_incidents(now: datetime, limit: int = 100) -> list[UUID]:
    """Return incidents to try again: messages. Timers and jobs have their own rows to come by."""
    with access_context(SYSTEM):
        rows = Incident.objects.filter(
            resolved_at__isnull=True, next_at__lte=now, action=DELIVER_MESSAGE
        )
        return list(rows.order_by("next_at").values_list("pk", flat=True)[:limit])


def resolve_incident(incident_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Close an incident that a person has put right by other means.

    Raises:
        NotFoundError: Resolved, or out of sight.
        NotPermittedError: The actor's roles may not.
    """
    with access_context(actor):
        incident = Incident.objects.filter(pk=incident_id, resolved_at__isnull=True).first()
        _require(incident, incident_id, actor, now)
        close_incident(incident_id, actor=actor, now=now)


def _require(incident: Incident | None, incident_id: UUID, actor: Actor, now: datetime) -> Incident:
    if incident is None or incident.organisation_id is None or incident.unit_id is None:
        raise NotFoundError("open incident", incident_id)
    resource = Resource(
        ref=incident_id,
        bundle=bundles.newest_hash(localdate(now)),
        organisation=incident.organisation_id,
        unit=incident.unit_id,
        secrecy=incident.secrecy,
        case=incident.arende_id,
        in_case=incident.arende_id is not None,
    )
    access.require(actor, access.Action.RETRY, resource)
    return incident


def _timer(incident: Incident, now: datetime) -> None:
    if incident.instance_id is not None and not fire_timer(
        incident.instance_id, incident.ref, now=now
    ):
        _close_if_gone(incident, now)


def _close_if_gone(incident: Incident, now: datetime) -> None:
    """The timer was cancelled meanwhile: nothing is left to fire."""
    with access_context(SYSTEM):
        left = incident.instance_id is not None and Timer.objects.filter(
            instance_id=incident.instance_id, ref=incident.ref
        )
        if not left:
            close_incident(incident.pk, actor=SYSTEM, now=now)


def _job(incident: Incident, now: datetime) -> None:
    run_job(UUID(incident.ref), now=now)


def _message(incident: Incident, now: datetime) -> None:
    deliver_message(UUID(incident.ref), now=now)
    with access_context(SYSTEM):
        waiting = Message.objects.filter(pk=incident.ref, status=Message.Status.UNDELIVERED)
        if not waiting.exists():
            # It arrived on another way before the incident was written: nobody else closes it.
            close_incident(incident.pk, actor=SYSTEM, now=now)


def _expired(incident: Incident, now: datetime) -> None:
    with access_context(SYSTEM):
        revive_message(UUID(incident.ref), now=now)
        close_incident(incident.pk, actor=SYSTEM, now=now)
    deliver_message(UUID(incident.ref), now=now)


def _queue_row(incident: Incident, now: datetime) -> None:
    with access_context(SYSTEM):
        Outbox.objects.filter(pk=incident.ref).update(
            state="queued", attempts=0, owner="", lease_until=None, finished_at=None
        )
        close_incident(incident.pk, actor=SYSTEM, now=now)


_AGAIN: Mapping[str, Callable[[Incident, datetime], None]] = {
    FIRE_TIMER: _timer,
    RUN_JOB: _job,
    DELIVER_MESSAGE: _message,
    EXPIRED_MESSAGE: _expired,
    OUTBOX: _queue_row,
}
"""What can be tried again; anything else is for a person to resolve."""
