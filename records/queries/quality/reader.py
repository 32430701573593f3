"""Whose rows a person reads of the quality work: the table ``atkomst``, unit by unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from cases import access, bundles
from cases.access import Action, Resource
from cases.actor import Actor
from cases.errors import NotPermittedError
from cases.models import Organisation, Secrecy, Unit
from engine.bundle import Bundle
from records.access import NOTHING, readable
from records.answers import local_date

PAGE = 30
"""Rows of a page."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads and when; ``edition`` is the hash of the edition whose tables decide."""

    actor: Actor
    now: datetime
    edition: str

    @cached_property
    def day(self) -> date:
        """The day in Stockholm."""
        return local_date(self.now)

    @cached_property
    def bundle(self) -> Bundle:
        """The edition of the day."""
        return bundles.compiled(self.edition)

    def units(self, action: Action = Action.QUALITY, *, in_case: bool = False) -> tuple[UUID, ...]:
        """The units where the actor may do something, in order.

        Args:
            action: What.
            in_case: With what belongs to an ärende; else with what the operation does beside them.
        """
        return tuple(sorted(self._levels(action, in_case=in_case)))

    def rows(self, action: Action = Action.QUALITY) -> Q:
        """The rows of the quality work that the actor may read, as a filter."""
        levels = self._levels(action, in_case=False)
        parts = [
            Q(unit__in=[unit for unit, level in levels.items() if level == highest])
            & Q(secrecy__lte=highest)
            for highest in sorted(set(levels.values()))
        ]
        return reduce(or_, parts, NOTHING)

    def case_rows(self, column: str = "", action: Action = Action.READ) -> Q:
        """The rows of ärenden that the actor may read so far as to see that they are there.

        Args:
            column: The lookup of their ärende.
            action: ``CONTENT`` for the rows whose words the actor may read too (R-163).
        """
        return readable(self.actor, self.now, column=column, action=action)

    def need(self, action: Action = Action.QUALITY) -> None:
        """Refuse who may read this nowhere.

        Raises:
            NotPermittedError: No unit's table lets the actor.
        """
        if not self.units(action):
            raise NotPermittedError(action.value, "kvalitet")

    def _levels(self, action: Action, *, in_case: bool) -> Mapping[UUID, int]:
        """Unit to the highest protection level that the actor may do it at."""
        found: dict[UUID, int] = {}
        for unit, organisation in self.actor.places.items():
            for level in Secrecy:
                resource = Resource(
                    ref=unit,
                    bundle=self.edition,
                    organisation=organisation,
                    unit=unit,
                    secrecy=level.value,
                    in_case=in_case,
                )
                if access.allowed(self.actor, action, resource):
                    found[unit] = level.value
        return found


def reader(actor: Actor, now: datetime) -> Reader:
    """Who reads, by the edition of the day.

    Raises:
        ProcessUnavailableError: No edition is in force.
    """
    return Reader(actor=actor, now=now, edition=bundles.newest_hash(local_date(now)))


def unit_names(who: Reader, action: Action = Action.QUALITY) -> list[tuple[UUID, str]]:
    """The units to choose among, by name."""
    rows = Unit.objects.filter(pk__in=who.units(action)).order_by("name", "pk")
    return list(rows.values_list("pk", "name"))


def authority_units(who: Reader) -> tuple[UUID, ...]:
    """The authority's units whose ärenden the actor may see that they are there.

    Decisions, and insatser without assessment, are the authority's; a provider has none.
    """
    seen = {*who.units(Action.READ, in_case=True), *who.units(Action.READ)}
    rows = Unit.objects.filter(
        pk__in=seen, organisation__kind=Organisation.Kind.MYNDIGHET
    ).values_list("pk", flat=True)
    return tuple(sorted(rows))


def page_of(total: int, asked: int, size: int = PAGE) -> tuple[int, int]:
    """The number of the page that is shown, from 1, and of the last one.

    Args:
        total: Rows in all.
        asked: The page that was asked for.
        size: Rows of a page.
    """
    last = max(1, -(-total // size))
    return min(max(1, asked), last), last
