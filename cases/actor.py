"""Who acts: a user with the roles of the day, or the system itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, OuterRef, Q, Value
from django.db.models.functions import JSONObject
from django.utils.timezone import localdate

from cases.models import CaseAccess, RoleGrant, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in one unit, or in a whole organisation when ``unit`` is None."""

    role: str
    organisation: UUID
    unit: UUID | None
    secrecy: int = 0

    def covers(self, organisation: UUID, unit: UUID) -> bool:
        """Tell whether the grant holds in a unit."""
        return self.organisation == organisation and self.unit in (None, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A colleague whom the actor stands in for today (``Vikariat``); it gives no role."""

    id: UUID
    person: int
    username: str
    name: str
    organisation: UUID


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who performs a use case.

    ``places`` maps every unit that the grants reach to its organisation. ``appointed`` are the
    protected cases that she is one of the named for (P-2), ``opened`` those that she has opened
    with a reason, with the protection level it reaches (L-34). ``unsigned`` are the organisations
    where she has a role that waits for her sekretessförbindelse (R-162); it is no grant yet.
    ``stands_for`` are the colleagues whom she stands in for today, by user id.
    """

    user_id: int | None
    username: str
    grants: tuple[Grant, ...] = ()
    places: Mapping[UUID, UUID] = field(default_factory=dict)
    appointed: frozenset[UUID] = frozenset()
    opened: Mapping[UUID, int] = field(default_factory=dict)
    unsigned: frozenset[UUID] = frozenset()
    stands_for: Mapping[int, Standing] = field(default_factory=dict)
    system: bool = False

    def at(self, case: UUID) -> Self:
        """The same person as a reader of one case: with what she has opened of it.

        Only for reading that very case: break-glass gives no right to act, nor to other cases.
        """
        level = self.opened.get(case)
        if level is None:
            return self
        grants = tuple(replace(one, secrecy=max(one.secrecy, level)) for one in self.grants)
        return replace(self, grants=grants, appointed=self.appointed | {case})

    @cached_property
    def units(self) -> tuple[UUID, ...]:
        """All units that the grants reach."""
        return tuple(sorted(self.places))

    def units_of(self, organisation: UUID) -> tuple[UUID, ...]:
        """The units of one organisation that the grants reach."""
        return tuple(unit for unit in self.units if self.places[unit] == organisation)

    @cached_property
    def secrecy(self) -> int:
        """The highest protection level that any grant reaches; -1 without grants."""
        return max((grant.secrecy for grant in self.grants), default=-1)

    @property
    def waits_for_signature(self) -> bool:
        """Tell whether the user has roles of which none is active for want of a signature."""
        return bool(self.unsigned) and not self.grants

    @cached_property
    def roles(self) -> frozenset[str]:
        """The ids of all roles held."""
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def settings(self) -> tuple[str, str, str]:
        """Values of ``kedja.units``, ``kedja.secrecy`` and ``kedja.user`` for the database."""
        return ",".join(map(str, self.units)), str(self.secrecy), str(self.user_id or "")

    def standing(self, vikariat: UUID | None) -> Standing | None:
        """What the actor stands in by today, of this id; None when it is over, or for None."""
        return next((one for one in self.stands_for.values() if one.id == vikariat), None)

    def grants_in(self, organisation: UUID, unit: UUID) -> Iterable[Grant]:
        """Return the grants that hold in a unit."""
        return (grant for grant in self.grants if grant.covers(organisation, unit))


SYSTEM = Actor(user_id=None, username="system", system=True)
"""The worker: delivers messages, fires timers and runs jobs under a database role of its own."""


def actor_for(user: "AbstractBaseUser | AnonymousUser", now: datetime) -> Actor:
    """Return the actor of a logged-in user, with the grants that hold on the day of ``now``.

    A grant holds when it is its time and the user has signed a sekretessförbindelse towards the
    organisation (R-162). Two queries at most; a door does it once per request. An anonymous or
    inactive user gets an actor without grants, who sees nothing.
    """
    if user.pk is None or not user.is_active:
        return Actor(user_id=None, username="")
    day = localdate(now)
    dated = RoleGrant.objects.on(day).signed(day).filter(user_id=user.pk)
    found = dated.annotate(ways=_ways(now), standing=_stands_for(day))
    rows: list[Any] = list(found.order_by("pk"))
    grants = tuple(
        Grant(
            role=row.role,
            organisation=row.organisation_id,
            unit=row.unit_id,
            secrecy=row.secrecy,
        )
        for row in rows
        if row.is_signed
    )
    ways: list[dict[str, Any]] = rows[0].ways if rows else []
    emergency = [way for way in ways if way["kind"] == CaseAccess.Kind.EMERGENCY]
    return Actor(
        user_id=user.pk,
        username=user.get_username(),
        grants=grants,
        places=_places(grants),
        appointed=frozenset(UUID(way["case"]) for way in ways if way not in emergency),
        opened={UUID(way["case"]): way["level"] for way in emergency},
        unsigned=frozenset(row.organisation_id for row in rows if not row.is_signed),
        stands_for=_standing(rows[0].standing) if grants else {},
    )


def _ways(now: datetime) -> ArraySubquery:
    """The user's ways into protected cases, in the query for her grants."""
    open_now = CaseAccess.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        user_id=OuterRef("user_id"),
        opened_at__lte=now,
        ended_at=None,
    )
    return ArraySubquery(
        open_now.values_list(JSONObject(case="arende_id", kind="kind", level="level"))
    )


def _stands_for(day: date) -> Func:
    """Whom the user stands in for on a day, in the query for her grants."""
    asked = (F("user_id"), Value(day))
    return Func(*asked, function="kedja_stands_for", output_field=JSONField())


def _standing(rows: Iterable[Mapping[str, Any]]) -> dict[int, Standing]:
    return {
        row["person"]: Standing(
            id=UUID(row["id"]),
            person=row["person"],
            username=row["username"],
            name=row["name"],
            organisation=UUID(row["organisation"]),
        )
        for row in rows
    }


def _places(grants: tuple[Grant, ...]) -> dict[UUID, UUID]:
    whole = {grant.organisation for grant in grants if grant.unit is None}
    places = {grant.unit: grant.organisation for grant in grants if grant.unit is not None}
    if whole:
        rows = Unit.objects.filter(organisation__in=whole)
        places.update(rows.values_list("pk", "organisation_id"))
    return places
