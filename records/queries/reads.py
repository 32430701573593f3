"""Every read of a person's data leaves a line: who, when, about whom, for which task."""

from datetime import datetime
from uuid import UUID

from cases.actor import Actor
from records.models import Person, ReadLog


def log_read(
    actor: Actor, person: Person, case_id: UUID, what: str, now: datetime, task_id: str = ""
) -> None:
    """Write who read what about whom, and for which task; inside the reading transaction."""
    if actor.user_id is None:
        return
    ReadLog.objects.create(
        organisation_id=person.organisation_id,
        unit_id=person.unit_id,
        secrecy=person.secrecy,
        user_id=actor.user_id,
        person=person,
        arende_id=case_id,
        task_id=task_id,
        vad=what,
        at=now,
    )
