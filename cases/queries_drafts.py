"""A person's own drafts, and what others have done since she began. Inside ``access_context``.

A draft is shown only while its author may read what it is about: who has lost her role, or is not
one of the named when the person gets protection, does not read it either (P-2).
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from cases import access
from cases.actor import Actor
from cases.errors import NotFoundError
from cases.models import Event, Task, Utkast
from cases.queries import history

TELLING = ("started", "completed", "ended", "received", "recorded", "claimed", "reassigned")
"""Kinds of lines in the history that change what somebody else is writing on."""


def drafts(actor: Actor, *, now: datetime) -> QuerySet[Utkast]:
    """Return the actor's drafts, the newest first."""
    own = Utkast.objects.filter(user_id=actor.user_id or 0)
    rows = access.visible(own, actor, now)
    return rows.select_related("task__instance", "unit").order_by("-saved_at", "pk")


def draft_of(task_id: UUID, *, actor: Actor, now: datetime) -> Utkast | None:
    """Return what the actor has written on a task and not sent."""
    own = Utkast.objects.filter(user_id=actor.user_id or 0, task_id=task_id)
    return access.visible(own, actor, now).first()


def start_drafts(
    process_key: str, *, arende_id: UUID | None, actor: Actor, now: datetime
) -> list[Utkast]:
    """Return what the actor has written on a start form and not sent, the newest first."""
    rows = drafts(actor, now=now).filter(task=None, process_key=process_key, arende_id=arende_id)
    return list(rows)


def changes_since(
    arende_id: UUID, since: datetime, *, actor: Actor, now: datetime, limit: int = 6
) -> list[Event]:
    """Return what others, and the system, have done in an ärende since a moment, newest first."""
    rows = history(arende_id, actor=actor, now=now).filter(at__gt=since, kind__in=TELLING)
    return list(rows.exclude(actor=actor.username).order_by("-at", "-version", "-seq")[:limit])


def task_now(task_id: UUID, *, actor: Actor, now: datetime) -> Task:
    """Return the row of a task as it stands, with who has it or has done it.

    Raises:
        NotFoundError: No such task, or not one the actor may see.
    """
    rows = access.visible(Task.objects.all(), actor, now)
    people = rows.select_related("instance", "claimed_by", "completed_by")
    found = people.defer("instance__state").filter(pk=task_id).first()
    if found is None:
        raise NotFoundError("task", task_id)
    return found
