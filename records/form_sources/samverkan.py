"""Choices about cooperation and providers: the unit's forums, the units, a contract's own rows."""

from uuid import UUID

from cases.form_sources import FormPlace, form_source
from cases.models import Organisation, Unit
from records.form_sources.places import Choice, choice
from records.models import Forum, GodkannandeKrav, Samverkansplan


@form_source("enhetens_forum")
def forums(place: FormPlace) -> list[Choice]:
    """The forums of the unit's plan in force, and the daily one where none is established yet."""
    plan = Samverkansplan.objects.filter(unit_id=place.unit).order_by("-nummer").first()
    rows = Forum.objects.filter(plan=plan).order_by("namn") if plan else ()
    found = [choice(row.namn, row.namn) for row in rows]
    return found or [choice("Passbyte", "Passbyte")]


@form_source("utforares_enheter")
def provider_units(_place: FormPlace) -> list[Choice]:
    """Every provider's unit by name, with who runs it."""
    rows = Unit.objects.filter(organisation__kind=Organisation.Kind.UTFORARE)
    return [
        choice(unit.pk, f"{unit.name} ({unit.organisation.name})")
        for unit in rows.select_related("organisation").order_by("name", "organisation__name")
    ]


@form_source("avtalets_krav")
def contract_requirements(place: FormPlace) -> list[Choice]:
    """The requirements that an approval rests on, by number."""
    try:
        approval = UUID(str(place.inputs.get("godkannande")))
    except ValueError:
        return []
    rows = GodkannandeKrav.objects.filter(
        godkannande_id=approval, organisation_id=place.organisation
    )
    return [choice(row.nummer, f"{row.nummer}. {row.krav}") for row in rows.order_by("nummer")]
