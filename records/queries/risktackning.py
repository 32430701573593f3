"""Which parts of the operation have a risk analysis, and which have none in the period (R-030)."""

from dataclasses import dataclass
from datetime import date, datetime

from cases import access, bundles
from cases.access import Action, Resource
from cases.actor import Actor
from cases.context import access_context
from cases.models import Unit
from records.answers import local_date
from records.risks import PartCoverage, coverage_of, covered_from


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCoverage:
    """A unit, its parts, and the first day whose analyses count.

    ``rod``: a part is without analysis, or nobody has said which parts there are.
    """

    enhet: str
    fran: date
    delar: tuple[PartCoverage, ...]
    rod: bool


def risk_coverage(
    actor: Actor, *, now: datetime, since: date | None = None
) -> tuple[UnitCoverage, ...]:
    """The coverage of every unit whose quality work the actor may read, by name.

    Args:
        actor: Who reads.
        now: The moment, aware.
        since: The first day that counts; by default the table ``risk_tackning`` says it.

    Raises:
        ConfigurationMissingError: The edition has no such table.
    """
    day = local_date(now)
    edition = bundles.newest_hash(day)
    with access_context(actor):
        units = Unit.objects.filter(pk__in=actor.units).select_related("organisation")
        read = [one for one in units.order_by("name", "pk") if _may_read(actor, one, edition)]
        bundle = bundles.compiled(edition)
        first = {
            one.pk: since or covered_from(bundle, day, one.organisation.driftsform) for one in read
        }
        found = coverage_of(first, day)
    return tuple(
        UnitCoverage(
            enhet=one.name,
            fran=first[one.pk],
            delar=tuple(found[one.pk]),
            rod=not found[one.pk] or any(not part.tackt for part in found[one.pk]),
        )
        for one in read
    )


def _may_read(actor: Actor, unit: Unit, edition: str) -> bool:
    resource = Resource(
        ref=unit.pk,
        bundle=edition,
        organisation=unit.organisation_id,
        unit=unit.pk,
        secrecy=0,
        in_case=False,
    )
    return access.allowed(actor, Action.QUALITY, resource)
