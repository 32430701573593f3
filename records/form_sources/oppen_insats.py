"""Choices of insatser without assessment by name, for forms of the unit that gives them."""

from cases.form_sources import FormPlace, form_source
from records.answers import local_date
from records.exemption import demand, is_offered
from records.form_sources.places import Choice, choice
from records.models import InsatsUtanBehov


@form_source("listade_insatser")
def listed(place: FormPlace) -> list[Choice]:
    """Every insats on the list of the organisation, proposed or decided (R-236)."""
    rows = InsatsUtanBehov.objects.filter(organisation_id=place.organisation).order_by("namn")
    return [choice(row.namn, row.namn) for row in rows]


@form_source("anonyma_insatser")
def anonymous(place: FormPlace) -> list[Choice]:
    """The insatser of the unit where nobody is named (SoL 14:4, 14:5)."""
    return [choice(row.namn, row.namn) for row in _of_unit(place, anonymous=True)]


@form_source("insatser_med_deltagare")
def with_names(place: FormPlace) -> list[Choice]:
    """The insatser of the unit where everybody is documented (SoL 14:3): what is left."""
    return [
        choice(row.namn, f"{row.namn}. Villkor: {row.villkor}")
        for row in _of_unit(place, anonymous=False)
    ]


def _of_unit(place: FormPlace, *, anonymous: bool) -> list[InsatsUtanBehov]:
    today = local_date(place.now)
    rows = InsatsUtanBehov.objects.filter(unit_id=place.unit).order_by("namn")
    return [
        row
        for row in rows
        if is_offered(row, today) and demand(place.bundle, row, today).anonymous is anonymous
    ]
