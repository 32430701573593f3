"""What people look at. Evaluate the query sets inside ``access_context(actor)``.

Each one starts from ``access.visible``, so that no door can forget it; row-level security repeats
it in the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from cases import access, bundles, substitution
from cases.actor import Actor
from cases.errors import NotFoundError
from cases.form_sources import FormPlace, form_context
from cases.models import Event, Incident, Instance, Task, Timer
from engine import runtime
from engine.bundle import Bundle
from engine.definition import ElementInfo
from engine.forms import Form
from engine.manifest import Instruction


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail:
    """A task with what is needed to do it.

    Attributes:
        task: The row.
        element: The element of the diagram; None when the edition no longer has it.
        form: The form, None where the task has none.
        instruction: What to do, how and by whom.
        inputs: What the task knows (``zeebe:input``) and what the form asks of the server:
            context of the form's expressions.
        variables: What its process knows while it is open. An answer of an earlier step may be
            somebody's alone: a page names what it takes from here.
        actions: What the actor may do with it now.
    """

    task: Task
    element: ElementInfo | None
    form: Form | None
    instruction: Instruction | None
    inputs: Mapping[str, Any]
    variables: Mapping[str, Any]
    actions: frozenset[access.Action]


def tasks(
    actor: Actor,
    *,
    now: datetime,
    status: str = Task.Status.OPEN,
    role: str | None = None,
    arende_id: UUID | None = None,
    overdue: bool = False,
) -> QuerySet[Task]:
    """Return the tasks that the actor may see, those due first at the top.

    Args:
        actor: Who looks.
        now: Decides what is overdue.
        status: open, completed or cancelled; "" for all.
        role: Only tasks of this role.
        arende_id: Only tasks of this ärende.
        overdue: Only tasks whose due time has passed.
    """
    rows = access.visible(Task.objects.all(), actor, now)
    if status:
        rows = rows.filter(status=status)
    if role:
        rows = rows.filter(groups__contains=[role])
    if arende_id is not None:
        rows = rows.filter(arende_id=arende_id)
    if overdue:
        rows = rows.filter(due__lt=now)
    return rows.select_related("claimed_by").order_by(
        F("due").asc(nulls_last=True), "created_at", "pk"
    )


def inbox(
    actor: Actor, *, now: datetime, role: str | None = None, overdue: bool = False
) -> QuerySet[Task]:
    """Return open tasks for the actor to do: assigned to them, or free and of one of their roles.

    A role counts in the unit where it is held. And what she may take as somebody's substitute.
    """
    free = Q(pk__in=())
    for grant in actor.grants:
        place = Q(unit=grant.unit) if grant.unit else Q(organisation=grant.organisation)
        free |= place & Q(groups__contains=[grant.role])
    mine = Q(claimed_by=actor.user_id) if actor.user_id is not None else Q(pk__in=())
    rows = tasks(actor, now=now, role=role, overdue=overdue)
    free &= Q(claimed_by__isnull=True)
    return rows.filter(mine | free | substitution.of_colleagues(actor))


def task_detail(task_id: UUID, *, actor: Actor, now: datetime) -> TaskDetail:
    """Return one task with its form and what it knows.

    Raises:
        NotFoundError: No such task, or the actor may not see it.
    """
    rows = access.visible(Task.objects.all(), actor, now)
    task = rows.select_related("instance", "claimed_by").filter(pk=task_id).first()
    if task is None:
        raise NotFoundError("task", task_id)
    instance = task.instance
    bundle = bundles.compiled(instance.bundle_id)
    is_open = task.status == Task.Status.OPEN
    known, variables = _known(task, now) if is_open else ({}, {})
    return TaskDetail(
        task=task,
        element=bundle.definition(task.process_key).elements.get(task.element),
        form=bundle.form(task.form_id) if task.form_id else None,
        instruction=bundle.instruction(task.element) or bundle.instruction(task.form_id),
        inputs=_context(task, bundle, known, now) if is_open else {},
        variables=variables,
        actions=actions(task, actor),
    )


def _context(
    task: Task, bundle: Bundle, known: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    if not task.form_id:
        return known
    place = FormPlace(
        now=now,
        bundle=bundle,
        organisation=task.organisation_id,
        unit=task.unit_id,
        secrecy=task.secrecy,
        arende_id=task.arende_id,
        inputs=known,
    )
    return form_context(bundles.names_from_outside(task.instance.bundle_id, task.form_id), place)


def _known(task: Task, now: datetime) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What the task is given, and what its process knows."""
    instance = task.instance
    definition = bundles.definition(instance.bundle_id, instance.process_key)
    outcome = runtime.inspect(definition, bytes(instance.state), now=now)
    given = next((found.inputs for found in outcome.tasks if found.id == str(task.pk)), {})
    return given, outcome.variables


def actions(task: Task, actor: Actor) -> frozenset[access.Action]:
    """Return what the actor may do with a task that she may see.

    Args:
        task: With its instance.
        actor: Who asks.
    """
    return frozenset(_actions(task, actor))


def _actions(task: Task, actor: Actor) -> Iterable[access.Action]:
    if task.status != Task.Status.OPEN:
        return
    mine = task.claimed_by_id is not None and task.claimed_by_id == actor.user_id
    resource = access.Resource(
        ref=task.pk,
        bundle=task.instance.bundle_id,
        organisation=task.organisation_id,
        unit=task.unit_id,
        secrecy=task.secrecy,
        roles=tuple(task.groups),
        assigned=mine,
        case=task.arende_id,
        in_case=task.arende_id is not None,
    )
    free = task.claimed_by_id is None
    possible = {
        access.Action.CLAIM: free or substitution.may_take(task, actor),
        access.Action.RELEASE: mine,
        access.Action.COMPLETE: free or mine,
        access.Action.DELEGATE: free or mine,
        access.Action.REASSIGN: True,
        access.Action.CANCEL: True,
    }
    for action, fits in possible.items():
        if fits and access.allowed(actor, action, resource):
            yield action


def instances(
    actor: Actor, *, now: datetime, arende_id: UUID | None = None, live: bool = False
) -> QuerySet[Instance]:
    """Return instances without their state, newest first."""
    rows = access.visible(Instance.objects.defer("state"), actor, now)
    if arende_id is not None:
        rows = rows.filter(arende_id=arende_id)
    if live:
        rows = rows.filter(status__in=Instance.LIVE)
    return rows.order_by("-started_at", "pk")


def timers(actor: Actor, *, now: datetime, arende_id: UUID) -> QuerySet[Timer]:
    """Return the days that the processes of an ärende wait for, the first at the top."""
    rows = access.visible(Timer.objects.filter(instance__arende_id=arende_id), actor, now)
    return rows.select_related("instance").defer("instance__state").order_by("due", "element")


def history(arende_id: UUID, *, actor: Actor, now: datetime) -> QuerySet[Event]:
    """Return what happened in an ärende, in order, as far as the actor may see.

    Lines of other organisations' instances are not among them (K-7).
    """
    rows = access.visible(Event.objects.filter(arende_id=arende_id), actor, now)
    return (
        rows.select_related("instance")
        .defer("instance__state")
        .order_by("at", "instance_id", "version", "seq")
    )


def incidents(
    actor: Actor, *, now: datetime, arende_id: UUID | None = None, open_only: bool = True
) -> QuerySet[Incident]:
    """Return incidents, newest first."""
    rows = access.visible(Incident.objects.all(), actor, now)
    if arende_id is not None:
        rows = rows.filter(arende_id=arende_id)
    if open_only:
        rows = rows.filter(resolved_at__isnull=True)
    return rows.order_by("-opened_at", "pk")
