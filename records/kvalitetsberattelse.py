"""What the kvalitetsberättelse needs beside its figures: their names, and where nämnden is."""

from datetime import date

from cases.models import Organisation, RoleGrant, Unit
from engine.bundle import Bundle
from records.terms import terms

MATT = "kvalitetsmatt"
NAMND = "namnd"


def matt_names(bundle: Bundle) -> dict[str, str]:
    """What each figure is called, by its code.

    Raises:
        ConfigurationMissingError: The edition has no such list.
    """
    return {code: term.namn for code, term in terms(bundle, MATT, "matt").items()}


def matt_sections(bundle: Bundle) -> dict[str, str]:
    """Which section of the report each figure belongs to, by its code.

    Raises:
        ConfigurationMissingError: The edition has no such list.
    """
    return {code: term.del_av for code, term in terms(bundle, MATT, "matt").items()}


def namnd_unit(day: date) -> Unit | None:
    """The unit where nämnden works on a day: its own, or the first of its organisation."""
    grant = (
        RoleGrant.objects.active(day)
        .filter(role=NAMND, organisation__kind=Organisation.Kind.MYNDIGHET)
        .order_by("organisation__name", "pk")
        .first()
    )
    if grant is None:
        return None
    if grant.unit_id is not None:
        return Unit.objects.get(pk=grant.unit_id)
    return Unit.objects.filter(organisation_id=grant.organisation_id).order_by("name").first()
