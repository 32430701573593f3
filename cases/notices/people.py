"""Who may be written to, and how each wants to be told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from cases.models import Epostadress, Notisval, RoleGrant, Secrecy, Task, Vikariat
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


def stand_ins(tasks: Iterable[Task], day: date) -> dict[UUID, set[int]]:
    """Who may take each held task for its holder: the dated substitute, within her own roles.

    Four eyes are asked when the letter is counted (``cases.substitution``), of her alone.
    """
    held = [
        task
        for task in tasks
        if task.claimed_by_id and task.vikariat_id is None and task.secrecy == Secrecy.NORMAL
    ]
    standing = _standing({task.claimed_by_id for task in held if task.claimed_by_id}, day)
    found: dict[UUID, set[int]] = {}
    for task in held:
        one = standing.get(task.claimed_by_id or 0)
        if one is not None and one.organisation_id == task.organisation_id:
            place = (task.organisation_id, task.unit_id, tuple(task.groups), task.secrecy)
            found[task.pk] = {one.vikarie_id} & _holders(day, *place)
    return found


def _standing(people: Collection[int], day: date) -> dict[int, Vikariat]:
    """The substitution of each of these people on a day, where there is one."""
    if not people:
        return {}
    rows = Vikariat.objects.filter(
        person_id__in=people, ended_at=None, from_day__lte=day, to_day__gte=day
    )
    return {row.person_id: row for row in rows}


def of_reminder(reminder: Reminder, day: date) -> set[int]:
    """Whom a reminder is to: somebody by name and her substitute of the day, or a role."""
    if reminder.user is not None:
        return {reminder.user} | _stands_in(reminder, reminder.user, day)
    roles = (reminder.role,)
    return _holders(day, reminder.organisation, reminder.unit, roles, reminder.secrecy)


def _stands_in(reminder: Reminder, user: int, day: date) -> set[int]:
    """Her substitute, who works in that unit; nobody for what is about somebody protected."""
    if reminder.own or reminder.secrecy != Secrecy.NORMAL:
        return set()
    one = _standing({user}, day).get(user)
    if one is None or one.organisation_id != reminder.organisation:
        return set()
    return {one.vikarie_id} & _holders(
        day, reminder.organisation, reminder.unit, None, reminder.secrecy
    )


def _holders(
    day: date, organisation: UUID, unit: UUID, roles: tuple[str, ...] | None, secrecy: int
) -> set[int]:
    """Who has one of the roles there (None: any)."""
    here = Q(unit_id=unit) | Q(unit__isnull=True)
    rows = RoleGrant.objects.active(day).filter(
        here, organisation_id=organisation, secrecy__gte=secrecy
    )
    wanted = rows if roles is None else rows.filter(role__in=roles)
    return set(wanted.values_list("user_id", flat=True))


def active_user(user_id: int) -> object | None:
    """The user, or None where she has left."""
    return get_user_model().objects.filter(pk=user_id, is_active=True).first()
