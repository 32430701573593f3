"""What goes on in the quality work about the ärende of a form: kind and number (K-3)."""

from cases.form_sources import FormPlace, form_source
from records.form_sources.places import Choice, choice
from records.linked_events import open_events


@form_source("oppna_handelser")
def open_here(place: FormPlace) -> list[Choice]:
    """Open deviations, complaints and reports of lex Sarah of the unit about the ärende."""
    if place.arende_id is None:
        return []
    return [choice(row.nummer, row.namn) for row in open_events(place.arende_id, place.unit)]
