"""Choices for protected identity: who is cleared, who is named, how many there may be (P-2)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from cases.form_sources import FormPlace, form_source
from cases.models import Unit
from cases.user_names import user_name
from records.form_sources.places import Choice, choice
from records.models import Skydd
from records.protection import cleared, named, receivers

TABLE = "skyddad_personal"


@form_source("behoriga_kollegor")
def cleared_colleagues(place: FormPlace) -> list[Choice]:
    """Who has a role in the unit that reaches the protection level of the ärende."""
    grants = cleared(place.organisation, place.unit, place.secrecy, place.now)
    users = get_user_model().objects.filter(pk__in=grants.values("user_id"))
    return [
        choice(user.get_username(), user_name(user))
        for user in users.order_by("last_name", "first_name", "username")
    ]


@form_source("utsedda_kollegor")
def named_colleagues(place: FormPlace) -> list[str]:
    """The user names of those who are named today."""
    if place.arende_id is None:
        return []
    return list(named(place.arende_id, place.unit).values_list("user__username", flat=True))


@form_source("hogst_antal_utsedda")
def most_named(place: FormPlace) -> Decimal | None:
    """How many the table says are enough at this level; more ask for a reason."""
    skydd = list(Skydd)[place.secrecy].value
    answer: Any = place.bundle.decision(TABLE).evaluate(TABLE, {"skydd": skydd}).value
    return answer["hogst"] if isinstance(answer, dict) else None


@form_source("accepterade_uppdrag")
def accepted_uppdrag(place: FormPlace) -> list[Choice]:
    """The uppdrag that providers carry out in the ärende, by number."""
    if place.arende_id is None:
        return []
    rows = receivers(place.arende_id)
    units = dict(Unit.objects.values_list("pk", "name"))
    return [
        choice(number, f"{number}. {units.get(UUID(row['mottagare_enhet']), '')}")
        for number, row in enumerate(rows, start=1)
    ]
