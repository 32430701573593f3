"""What the doors read: inbox, one task, the history and instances of an ärende, incidents.

Every query runs inside ``access_context``: row-level security leaves only the rows of the actor's
units and protection level. On top of that the table ``atkomst`` decides who may read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from cases import access, bundles
from cases.access import Action, Resource
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from cases.models import Event, Incident, Instance, Task
from engine import runtime
from engine.bundle import Bundle
from engine.definition import Definition

Cursor = Mapping[str, Any]
Status = Literal["open", "completed", "cancelled"]
_SHOWN = ("started", "completed", "ended", "recorded", "thrown", "received", "cancelled", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks are wanted. Without ``arende`` only those for the actor's own roles."""

    status: Status = "open"
    role: str = ""
    arende: UUID | None = None
    overdue: bool = False
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of rows and where the next one begins."""

    rows: list[Any]
    next: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task with what a person needs to do it."""

    task: Task
    bundle: Bundle
    definition: Definition
    inputs: Mapping[str, Any]
    may_complete: bool
    may_claim: bool


def inbox(
    actor: Actor, wanted: TaskFilter, *, now: datetime, after: Cursor | None = None, limit: int = 50
) -> Page:
    """Return tasks, the most urgent first.

    Args:
        actor: Who reads.
        wanted: Which tasks.
        now: The moment, aware; decides what is overdue.
        after: ``next`` of the page before.
        limit: Rows per page.
    """
    with access_context(actor):
        rows = _filtered(actor, wanted, now).select_related("claimed_by", "delegated_by", "unit")
        if after is not None:
            rows = rows.filter(_beyond(after))
        found = list(rows.order_by("due", "id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    cursor = (
        None if last is None else {"due": last.due and last.due.isoformat(), "id": str(last.pk)}
    )
    return Page(rows=found[:limit], next=cursor)


def read_task(actor: Actor, task_id: UUID, *, now: datetime) -> TaskView:
    """Return one task with its bundle, its process and what the diagram passes to it.

    Raises:
        NotFoundError: There is no such task, or it is out of sight.
    """
    with access_context(actor):
        task = (
            Task.objects.select_related("instance", "claimed_by", "delegated_by", "unit")
            .filter(pk=task_id)
            .first()
        )
        if task is None or not _may_read(actor, task.instance):
            raise NotFoundError("task", task_id)
    instance = task.instance
    definition = bundles.definition(instance.bundle_id, instance.process_key)
    inputs: Mapping[str, Any] = {}
    if task.status == Task.Status.OPEN:
        seen = runtime.inspect(definition, bytes(instance.state), now=now)
        inputs = next((found.inputs for found in seen.tasks if found.id == str(task.pk)), {})
    resource = _resource(instance, task=task, actor=actor)
    free = task.claimed_by_id in (None, actor.user_id)
    return TaskView(
        task=task,
        bundle=bundles.compiled(instance.bundle_id),
        definition=bundles.definition(instance.bundle_id, task.process_key),
        inputs=inputs,
        may_complete=free and access.allowed(actor, Action.COMPLETE, resource),
        may_claim=task.claimed_by_id is None and access.allowed(actor, Action.CLAIM, resource),
    )


def instances(actor: Actor, arende_id: UUID) -> list[Instance]:
    """Return the processes of an ärende that the actor may read, oldest first."""
    with access_context(actor):
        rows = Instance.objects.filter(arende_id=arende_id).order_by("started_at", "id")
        return [row for row in rows if _may_read(actor, row)]


def history(
    actor: Actor, arende_id: UUID, *, after: Cursor | None = None, limit: int = 100
) -> Page:
    """Return what has happened in an ärende, oldest first, as far as the actor may see."""
    readable = [row.pk for row in instances(actor, arende_id)]
    with access_context(actor):
        rows = Event.objects.filter(
            arende_id=arende_id, instance_id__in=readable, kind__in=_SHOWN
        ).select_related("instance")
        order = ("at", "instance_id", "version", "seq")
        if after is not None:
            rows = rows.filter(_after_row(order, after))
        found = list(rows.order_by(*order)[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    cursor = None if last is None else {name: _plain(getattr(last, name)) for name in order}
    return Page(rows=found[:limit], next=cursor)


def done_and_current(actor: Actor, instance: Instance) -> tuple[list[str], list[str]]:
    """Return the elements of an instance that are done and those where it stands now."""
    with access_context(actor):
        kinds = Event.objects.filter(
            instance_id=instance.pk, kind__in=("entered", "completed", "cancelled")
        ).order_by("version", "seq")
        latest = {event.element: event.kind for event in kinds}
    live = instance.status in Instance.LIVE
    done = [element for element, kind in latest.items() if kind == "completed"]
    return done, [element for element, kind in latest.items() if kind == "entered" and live]


def incidents(actor: Actor, *, after: Cursor | None = None, limit: int = 50) -> Page:
    """Return what has stopped and waits for a person, oldest first."""
    with access_context(actor):
        rows = Incident.objects.filter(resolved_at__isnull=True).select_related("instance")
        order = ("opened_at", "id")
        if after is not None:
            rows = rows.filter(_after_row(order, after))
        found = list(rows.order_by(*order)[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    cursor = None if last is None else {name: _plain(getattr(last, name)) for name in order}
    return Page(rows=found[:limit], next=cursor)


def _filtered(actor: Actor, wanted: TaskFilter, now: datetime) -> QuerySet[Task]:
    rows = Task.objects.filter(status=wanted.status)
    if wanted.arende is not None:
        rows = rows.filter(arende_id=wanted.arende)
    else:
        rows = rows.filter(_for_roles(actor, wanted.role) | Q(claimed_by_id=actor.user_id))
    if wanted.role:
        rows = rows.filter(groups__contains=[wanted.role])
    if wanted.mine:
        rows = rows.filter(claimed_by_id=actor.user_id)
    return rows.filter(due__lt=now) if wanted.overdue else rows


def _for_roles(actor: Actor, role: str) -> Q:
    """Tasks that one of the actor's grants may take, by role and place."""
    grants = [grant for grant in actor.grants if role in ("", grant.role)]
    wishes = [
        Q(groups__contains=[grant.role], organisation_id=grant.organisation)
        & (Q() if grant.unit is None else Q(unit_id=grant.unit))
        for grant in grants
    ]
    return reduce(or_, wishes, Q(pk__in=[]))


def _beyond(after: Cursor) -> Q:
    due, last = after.get("due"), str(after.get("id"))
    if due is None:
        return Q(due__isnull=True, id__gt=last)
    return Q(due__gt=due) | Q(due=due, id__gt=last) | Q(due__isnull=True)


def _after_row(order: Iterable[str], after: Cursor) -> Q:
    """Rows beyond the one named, in an order whose columns are never null."""
    beyond, same = Q(pk__in=[]), Q()
    for name in order:
        beyond |= same & Q(**{f"{name}__gt": after.get(name)})
        same &= Q(**{name: after.get(name)})
    return beyond


def _plain(value: object) -> object:
    return (
        value
        if isinstance(value, int)
        else value.isoformat()
        if isinstance(value, datetime)
        else str(value)
    )


def _may_read(actor: Actor, instance: Instance) -> bool:
    return access.allowed(actor, Action.READ, _resource(instance))


def _resource(
    instance: Instance, *, task: Task | None = None, actor: Actor | None = None
) -> Resource:
    return Resource(
        ref=instance.pk if task is None else task.pk,
        bundle=instance.bundle_id,
        organisation=instance.organisation_id,
        unit=instance.unit_id,
        secrecy=instance.secrecy,
        roles=None if task is None else tuple(task.groups),
        assigned=bool(task and actor and actor.user_id and task.claimed_by_id == actor.user_id),
    )
