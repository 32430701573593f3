"""Choices of the forms of lex Sarah: ärenden by number, investigators from outside the unit."""

from cases.form_sources import FormPlace, form_source
from cases.user_names import user_name
from records.answers import local_date
from records.form_sources.places import Choice, choice
from records.lexsarah import cases_of, investigators, open_reports


@form_source("lex_sarah_berorda")
def concerned(place: FormPlace) -> list[Choice]:
    """The unit's open ärenden by number; no name stands in a report."""
    return [
        choice(akt.arende_id, akt.uppdrag.nummer) for akt in cases_of(place.unit, place.secrecy)
    ]


@form_source("lex_sarah_oppna")
def under_way(place: FormPlace) -> list[Choice]:
    """Open reports of the unit, by number and day: one event is reported once."""
    rows = open_reports(place.unit)
    return [choice(row.nummer, f"{row.nummer}, händelse {row.handelse_datum}") for row in rows]


@form_source("lex_sarah_utredare")
def independent(place: FormPlace) -> list[Choice]:
    """Who may investigate what happened in this unit: nobody of the unit itself."""
    found = investigators(place.organisation, place.unit, local_date(place.now))
    return [choice(one.get_username(), user_name(one)) for one in found]
