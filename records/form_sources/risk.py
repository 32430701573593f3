"""Choices of the risk analysis: the unit's parts, its risks, and what a risk is about."""

from uuid import UUID

from cases.form_sources import FormPlace, form_source
from records.answers import local_date
from records.form_sources.places import Choice, choice
from records.kvalitet import krav_names
from records.models import Risk
from records.risks import open_risks, parts_in_force, risk_ref

EXCERPT = 80


@form_source("verksamhetens_delar")
def parts(place: FormPlace) -> list[Choice]:
    """The parts of the unit's operation in force, by name (R-030)."""
    rows = parts_in_force(place.unit, local_date(place.now))
    return [choice(part.namn, part.namn) for part in rows if part.giltig_till is None]


@form_source("krav_och_mal")
def demands(place: FormPlace) -> list[Choice]:
    """The krav and goals that a risk may point at (R-031)."""
    return [choice(code, name) for code, name in krav_names(place.bundle).items()]


@form_source("risker_att_bevaka")
def watched(place: FormPlace) -> list[Choice]:
    """The unit's risks that are not accepted: what a new analysis looks at again (R-035)."""
    return [
        choice(risk_ref(risk), f"{risk_ref(risk)} {risk.handelse[:EXCERPT]}")
        for risk in open_risks(place.unit)
    ]


@form_source("riskens_handelse")
def event(place: FormPlace) -> str:
    """What the risk of the task is about; it stands in no variable."""
    wanted = place.inputs.get("risk")
    if not wanted:
        return ""
    found = Risk.objects.filter(pk=UUID(str(wanted)), unit_id=place.unit).first()
    return "" if found is None else found.handelse
