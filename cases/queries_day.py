"""What Min dag reads beside the tasks. Evaluate inside ``access_context(actor)``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q

from cases import bundles
from cases.actor import Actor
from cases.models import Bevakning, RoleGrant, SparatFilter, Task, Unit


def saved_filters(actor: Actor) -> list[SparatFilter]:
    """The choices that the actor has kept, and those shared in her units, by name."""
    own = Q(user_id=actor.user_id or 0)
    rows = SparatFilter.objects.filter(own | Q(unit__in=actor.units)).select_related("unit")
    return list(rows.order_by("name", "created_at"))


def watches(tasks: Sequence[Task]) -> Mapping[UUID, Bevakning]:
    """The bevakning of each task that has one; the tasks are those the actor may see."""
    rows = Bevakning.objects.filter(task_id__in=[task.pk for task in tasks])
    return {row.task_id: row for row in rows}


def units(actor: Actor) -> list[Unit]:
    """The actor's units, by name."""
    return list(Unit.objects.filter(pk__in=actor.units).order_by("name"))


def has_step_for(bundle_hash: str, process_key: str, roles: Collection[str]) -> bool:
    """Tell whether any of the roles has a step in a process."""
    return not _roles_of(bundle_hash, process_key).isdisjoint(roles)


@lru_cache(maxsize=512)
def _roles_of(bundle_hash: str, process_key: str) -> frozenset[str]:
    elements = bundles.definition(bundle_hash, process_key).elements.values()
    groups = (found.groups or found.role or "" for found in elements if found.kind == "userTask")
    return frozenset(part.strip() for group in groups for part in group.split(","))


def receivers(tasks: Sequence[Task], day: date) -> list[User]:
    """People with a role of the lane of any of the tasks, where it is."""
    places = Q(pk__in=())
    for unit, organisation, groups, secrecy in {
        (task.unit_id, task.organisation_id, tuple(task.groups), task.secrecy) for task in tasks
    }:
        here = Q(unit_id=unit) | Q(unit__isnull=True)
        places |= here & Q(organisation_id=organisation, role__in=groups, secrecy__gte=secrecy)
    grants = RoleGrant.objects.active(day).filter(places)
    users = User.objects.filter(grants__in=grants, is_active=True).distinct()
    return list(users.order_by("last_name", "first_name", "username"))
