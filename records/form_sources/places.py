"""What a form is about, out of what its task knows; and how one option is written."""

from cases.form_sources import FormPlace
from records.models import Akt, AktStatus

Choice = dict[str, str]


def choice(value: object, label: str) -> Choice:
    """One option of a form."""
    return {"value": str(value), "label": label}


def own_akt(place: FormPlace) -> Akt | None:
    """The akt that the task is about, else the unit's own open one in the ärende."""
    if place.arende_id is None:
        return None
    rows = Akt.objects.filter(arende_id=place.arende_id, organisation_id=place.organisation)
    wanted = place.inputs.get("akt")
    if wanted:
        return rows.filter(pk=wanted).first()
    own = rows.filter(unit_id=place.unit).exclude(status=AktStatus.STANGD)
    return own.order_by("-oppnad").first()
