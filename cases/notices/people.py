"""Who may be written to, and how each wants to be told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from cases.models import Epostadress, Notisval, RoleGrant, Task
from cases.notices.sources import Reminder
from engine.notices import Kind, Way

Ways = Mapping[tuple[int, str], str]
"""By user and kind: what somebody has chosen herself."""


def reachable() -> frozenset[int]:
    """Ids of active users whose address takes letters."""
    rows = Epostadress.objects.filter(tillstand=Epostadress.State.GOOD, user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))


def chosen(users: Collection[int]) -> Ways:
    """What these users have chosen."""
    rows = Notisval.objects.filter(user_id__in=users)
    return {(user, kind): way for user, kind, way in rows.values_list("user_id", "slag", "satt")}


def way_of(user: int, kind: Kind, ways: Ways) -> Way:
    """How a user is told of a kind; a way that the edition does not offer any more counts not."""
    way = Way(ways.get((user, kind.id), kind.forval))
    return way if way in kind.ways else Way(kind.forval)


def of_tasks(tasks: Iterable[Task], day: date) -> dict[UUID, set[int]]:
    """Whom each task waits for: its holder, else those with a role of its lane where it is."""
    found: dict[UUID, set[int]] = {}
    known: dict[tuple[object, ...], set[int]] = {}
    for task in tasks:
        if task.claimed_by_id is not None:
            found[task.pk] = {task.claimed_by_id}
            continue
        place = (task.organisation_id, task.unit_id, tuple(task.groups), task.secrecy)
        if place not in known:
            known[place] = _holders(day, *place)
        found[task.pk] = known[place]
    return found


def of_reminder(reminder: Reminder, day: date) -> set[int]:
    """Whom a reminder is to."""
    if reminder.user is not None:
        return {reminder.user}
    roles = (reminder.role,)
    return _holders(day, reminder.organisation, reminder.unit, roles, reminder.secrecy)


def _holders(
    day: date, organisation: UUID, unit: UUID, roles: tuple[str, ...], secrecy: int
) -> set[int]:
    here = Q(unit_id=unit) | Q(unit__isnull=True)
    rows = RoleGrant.objects.active(day).filter(
        here, organisation_id=organisation, role__in=roles, secrecy__gte=secrecy
    )
    return set(rows.values_list("user_id", flat=True))


def active_user(user_id: int) -> object | None:
    """The user, or None where she has left."""
    return get_user_model().objects.filter(pk=user_id, is_active=True).first()
