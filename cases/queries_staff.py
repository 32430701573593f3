"""Who works where, for those who fit people to work. No case data."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from cases.actor import Actor
from cases.models import RoleGrant
from cases.user_names import user_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody with a role today: each role with its unit, or with None for the organisation."""

    id: int
    name: str
    organisations: set[UUID] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    units: set[UUID | None] = field(default_factory=set)
    unit_names: set[str] = field(default_factory=set)

    def works_in(self, units: Collection[UUID]) -> bool:
        """Whether any of her roles holds in one of the units, and in no unit only."""
        return bool(self.units & set(units))


def colleagues(actor: Actor, day: date) -> list[Colleague]:
    """The people with a role in the actor's units or organisations, by name. One query."""
    whole = Q(unit=None, organisation__in=set(actor.places.values()))
    grants = RoleGrant.objects.active(day).filter(Q(unit__in=actor.units) | whole)
    rows = grants.filter(user__is_active=True).select_related("user", "unit")
    found: dict[int, Colleague] = {}
    for row in rows:
        one = found.setdefault(row.user_id, Colleague(id=row.user_id, name=user_name(row.user)))
        one.organisations.add(row.organisation_id)
        one.roles.add(row.role)
        one.units.add(row.unit_id)
        if row.unit is not None:
            one.unit_names.add(row.unit.name)
    return sorted(found.values(), key=lambda one: (one.name, one.id))
