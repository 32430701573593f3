"""What a substitute may take of a colleague's: never more than her own roles would let her.

A substitution gives no grant, so that access control, row-level security, delegation of decisions
and secrecy go by what the substitute herself has. What it gives is a source of tasks: those that
the colleague has, of a lane that one of the substitute's own roles has there, about nobody
protected, and not what either of them has written herself (ADR 0023).
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from cases import four_eyes
from cases.access import Action, Resource, allowed
from cases.actor import Actor, Standing
from cases.context import native_cursor
from cases.models import Event, Secrecy, Task, Vikariat
from cases.repository import LockedTask

# Whoever ends it waits until this transaction is over, and then finds the task that was taken.
_HOLDS = """SELECT 1 FROM cases_vikariat WHERE id = $1 AND ended_at IS NULL
 AND $2 BETWEEN from_day AND to_day FOR SHARE"""


def of_colleagues(actor: Actor) -> Q:
    """Return the tasks that the actor may take as a substitute. Two queries at most.

    Only tasks whose access is checked as well (``access.visible``).
    """
    return _held(actor) & ~Q(pk__in=barred(actor)) if actor.stands_for else Q(pk__in=())


def barred(actor: Actor) -> list[UUID]:
    """Return the colleagues' tasks that check what one of the two has written (four eyes)."""
    if not actor.stands_for:
        return []
    rows = Task.objects.filter(_held(actor), status=Task.Status.OPEN)
    found = rows.select_related("instance").defer("instance__state")
    checks = {row: _checked(row) for row in found}
    checks = {row: elements for row, elements in checks.items() if elements}
    writers = _writers(checks)
    return [
        row.pk
        for row, elements in checks.items()
        if {writers.get((row.instance_id, element), "") for element in elements}
        & _pair(actor, actor.stands_for[row.claimed_by_id or 0])
    ]


def may_take(task: Task, actor: Actor) -> bool:
    """Tell whether the actor may take an open task from the colleague who has it.

    Args:
        task: With its instance.
        actor: Who asks.
    """
    standing = _standing(actor, task.claimed_by_id, task.organisation_id)
    if standing is None or task.vikariat_id is not None or task.secrecy != Secrecy.NORMAL:
        return False
    if four_eyes.written_by(task.instance_id, _checked(task), _pair(actor, standing)):
        return False
    return allowed(
        actor,
        Action.CLAIM,
        Resource(
            ref=task.pk,
            bundle=task.instance.bundle_id,
            organisation=task.organisation_id,
            unit=task.unit_id,
            secrecy=task.secrecy,
            roles=tuple(task.groups),
            case=task.arende_id,
            in_case=task.arende_id is not None,
        ),
    )


def standing_in(task: LockedTask, actor: Actor) -> Standing | None:
    """By what the actor may take a locked task from who has it; None when by nothing.

    Four eyes and the actor's roles are asked by whoever changes the task.
    """
    instance = task.instance
    if task.vikariat is not None or instance.secrecy != Secrecy.NORMAL:
        return None
    return _standing(actor, task.claimed_by, instance.organisation)


def pair_of(task: LockedTask, actor: Actor, standing: Standing | None = None) -> frozenset[str]:
    """The usernames that must not have written what the actor would check."""
    found = standing or actor.standing(task.vikariat)
    return frozenset({actor.username}) if found is None else _pair(actor, found)


def holds(vikariat: UUID, now: datetime) -> bool:
    """Tell whether a substitution holds, and let nobody end it in this transaction."""
    asked = [vikariat, localdate(now)]
    row = native_cursor().execute(_HOLDS.encode(), asked, prepare=True).fetchone()
    return row is not None


def concerning(actor: Actor, day: date) -> list[Vikariat]:
    """The substitutions that are not over, by the actor or for her; the first at the top."""
    own = Q(person_id=actor.user_id or 0) | Q(vikarie_id=actor.user_id or 0)
    return list(_told(Vikariat.objects.filter(own, ended_at=None, to_day__gte=day)))


def in_units(actor: Actor, units: Iterable[UUID], day: date) -> list[Vikariat]:
    """The substitutions that are not over, of the actor or in these units."""
    own = Q(person_id=actor.user_id or 0) | Q(vikarie_id=actor.user_id or 0)
    rows = Vikariat.objects.filter(own | Q(unit__in=list(units)), ended_at=None, to_day__gte=day)
    return list(_told(rows))


def _told(rows: QuerySet[Vikariat]) -> QuerySet[Vikariat]:
    people = rows.select_related("person", "vikarie", "appointed_by", "unit")
    return people.order_by("from_day", "to_day", "pk")


def _held(actor: Actor) -> Q:
    condition = Q(pk__in=())
    for one in actor.stands_for.values():
        for grant in actor.grants:
            if grant.organisation == one.organisation:
                place = Q(unit=grant.unit) if grant.unit else Q(organisation=grant.organisation)
                condition |= place & Q(groups__contains=[grant.role], claimed_by=one.person)
    return condition & Q(secrecy=Secrecy.NORMAL, vikariat=None)


def _writers(tasks: Iterable[Task]) -> dict[tuple[UUID, str], str]:
    """Who was the last to complete each element of the instances of some tasks."""
    instances = {task.instance_id for task in tasks}
    if not instances:
        return {}
    done = Event.objects.filter(instance_id__in=instances, kind="completed")
    rows = done.order_by("instance_id", "element", "-version", "-seq")
    last = rows.distinct("instance_id", "element").values_list("instance_id", "element", "actor")
    return {(instance, element): who for instance, element, who in last}


def _checked(task: Task) -> tuple[str, ...]:
    return four_eyes.checked_by(task.instance.bundle_id, task.process_key, task.element)


def _standing(actor: Actor, holder: int | None, organisation: UUID) -> Standing | None:
    found = None if holder is None else actor.stands_for.get(holder)
    return found if found is not None and found.organisation == organisation else None


def _pair(actor: Actor, standing: Standing) -> frozenset[str]:
    return frozenset({actor.username, standing.username})
