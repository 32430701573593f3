"""Choices about changes of provider, copies and units that end."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cases.form_sources import FormPlace, form_source
from cases.models import Unit
from records.answers import local_date
from records.capabilities.byte import PURPOSE
from records.consent import parts_in_force
from records.copying import parts_of
from records.ending import unit_ending
from records.execution import being_ended
from records.models import Akt, AktStatus, Uppdrag, UppdragStatus, UpphorandeAkt
from records.reach import every_holder
from records.uppdrag_refs import by_ref, uppdrag_ref

Choice = dict[str, str]


@form_source("uppdrag_att_byta")
def running_uppdrag(place: FormPlace) -> list[Choice]:
    """Every uppdrag of the ärende that a provider carries out and has not begun to close."""
    ended = being_ended(_uuid(place.arende_id))
    return [_choice(row) for row in _accepted(place) if str(row.pk) not in ended]


@form_source("uppdrag_att_sluta")
def accepted_uppdrag(place: FormPlace) -> list[Choice]:
    """Every uppdrag of the ärende whose akt is not closed."""
    return [_choice(row) for row in _accepted(place)]


@form_source("utforare_att_byta_till")
def other_providers(place: FormPlace) -> list[Choice]:
    """Every provider's unit but the old one and those that end, by name only (K-8)."""
    rows = Uppdrag.objects.filter(arende_id=_uuid(place.arende_id))
    old = by_ref(rows, str(place.inputs.get("uppdrag")))
    units = Unit.objects.filter(organisation__kind="utforare").select_related("organisation")
    day = local_date(place.now)
    found = [
        unit
        for unit in units.order_by("name", "organisation__name")
        if not (old and unit.pk == old.mottagare_unit_id) and not unit_ending(unit.pk, day)
    ]
    names = [unit.name for unit in found]
    return [
        {
            "value": unit.name if names.count(unit.name) == 1 else str(unit.pk),
            "label": f"{unit.name} ({unit.organisation.name})",
        }
        for unit in found
    ]


@form_source("delar_att_kopiera")
def parts_to_copy(place: FormPlace) -> list[Choice]:
    """The parts of the akt that a consent in force lets go to the new provider (R-184, R-185)."""
    akt = Akt.objects.filter(
        pk=_uuid(place.inputs.get("akt")), organisation_id=place.organisation
    ).first()
    unit = Unit.objects.filter(pk=_uuid(place.inputs.get("till_enhet"))).first()
    if akt is None or unit is None:
        return []
    with every_holder():
        allowed = {
            code
            for part in parts_in_force(akt.arende_id, local_date(place.now)).filter(
                mottagare__iexact=unit.name, syfte__iexact=PURPOSE
            )
            for code in part.uppgifter
        }
    return [
        {"value": part.paper, "label": part.label}
        for part in parts_of(akt)
        if part.category in allowed
    ]


@form_source("akt_i_listan")
def listed_akt(place: FormPlace) -> dict[str, Any]:
    """The line of the checklist that the task is about: its number and whether support is given."""
    row = UpphorandeAkt.objects.filter(pk=_uuid(place.inputs.get("rad"))).first()
    if row is None:
        return {"value": "", "label": "", "oppen": False}
    with every_holder():
        is_open = Akt.objects.filter(pk=row.akt_id, status=AktStatus.OPPEN).exists()
    state = "öppen" if is_open else "stängd"
    return {"value": str(row.pk), "label": f"Uppdrag {row.nummer}, {state} akt", "oppen": is_open}


def _accepted(place: FormPlace) -> QuerySet[Uppdrag]:
    rows = Uppdrag.objects.filter(
        arende_id=_uuid(place.arende_id),
        organisation_id=place.organisation,
        status=UppdragStatus.ACCEPTERAT,
    )
    return rows.select_related("mottagare_unit").order_by("skapad")


def _choice(row: Uppdrag) -> Choice:
    return {"value": uppdrag_ref(row), "label": f"{row.nummer}, {row.mottagare_unit.name}"}


def _uuid(value: object) -> UUID:
    """The id in a variable; the empty one, which no row has, where there is none."""
    try:
        return UUID(str(value))
    except ValueError:
        return UUID(int=0)
