"""Who works where, for those who fit people to work. No case data."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from cases.actor import Actor
from cases.models import RoleGrant
from cases.user_names import user_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody with a role today: each role with its unit, or with None for the organisation.

    ``places`` are her roles, each in each unit where it holds, of the units that the asker has.
    """

    id: int
    name: str
    organisations: set[UUID] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    units: set[UUID | None] = field(default_factory=set)
    unit_names: set[str] = field(default_factory=set)
    places: set[tuple[str, UUID]] = field(default_factory=set)

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
        one.places.update((row.role, unit) for unit in _where(row, actor))
        if row.unit is not None:
            one.unit_names.add(row.unit.name)
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _where(row: RoleGrant, actor: Actor) -> tuple[UUID, ...]:
    if row.unit_id is None:
        return actor.units_of(row.organisation_id)
    return (row.unit_id,)


def by_place(people: Iterable[Colleague]) -> Mapping[tuple[str, UUID], Set[int]]:
    """Who has each role in each unit, by id."""
    found: dict[tuple[str, UUID], set[int]] = {}
    for one in people:
        for place in one.places:
            found.setdefault(place, set()).add(one.id)
    return found


def shares(one: Colleague, places: Mapping[tuple[str, UUID], Set[int]]) -> bool:
    """Whether somebody else has one of her roles in the same unit, as a substitute must.

    Args:
        one: Who.
        places: From ``by_place``, of those who are asked about.
    """
    there = (places.get(place, frozenset()) for place in one.places)
    return any(len(found) > (one.id in found) for found in there)
