"""Choices that forms offer out of the record: colleagues, units, goals, insatser.

A person chooses by name and never types an id. Each list is what the actor may see.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_noop

from cases.form_sources import FormPlace, form_source
from cases.models import RoleGrant, Unit
from cases.user_names import user_name
from records import insatser
from records.answers import local_date
from records.capabilities.plan import current_version
from records.form_sources.places import Choice, choice, own_akt
from records.models import Beslut, MuntligtUppdrag, Uppdrag, UppdragAndring, UppdragMal
from records.terms import insats_names, livsomraden
from records.uppdrag_content import (
    GRANTED,
    current_goals,
    current_insatser,
    current_text,
    goals_of,
    unordered,
)

FROM_ORDER = gettext_noop("Från uppdraget.")


@form_source("utforare_att_valja")
def providers(_place: FormPlace) -> list[Choice]:
    """Every provider's unit, by name only: a neutral list (choice of provider, K-8)."""
    units = list(
        Unit.objects.filter(organisation__kind="utforare")
        .select_related("organisation")
        .order_by("name", "organisation__name")
    )
    names = [unit.name for unit in units]
    return [
        choice(
            unit.name if names.count(unit.name) == 1 else unit.pk,
            f"{unit.name} ({unit.organisation.name})",
        )
        for unit in units
    ]


@form_source("kollegor")
def colleagues(place: FormPlace) -> list[Choice]:
    """Who has a role in the unit today, cleared for the protection level of the ärende."""
    day = local_date(place.now)
    here = RoleGrant.objects.active(day).filter(
        Q(unit_id=place.unit) | Q(unit=None, organisation_id=place.organisation),
        secrecy__gte=place.secrecy,
    )
    users = get_user_model().objects.filter(is_active=True, pk__in=here.values("user_id"))
    return [
        choice(user.get_username(), user_name(user))
        for user in users.order_by("last_name", "first_name", "username")
    ]


@form_source("uppdragets_mal", told=FROM_ORDER)
def goals_of_uppdrag(place: FormPlace) -> list[Choice]:
    """The goals of the newest version of the uppdrag, by number, each with its need (R-091)."""
    found = _uppdrag_id(place)
    areas = livsomraden(place.bundle)
    return [
        choice(number, f"{number}. {_area(areas, goal)}: {goal.mal}")
        | {"mal": goal.mal, "behov": goal.behov}
        for number, goal in (current_goals(found).items() if found else ())
    ]


@form_source("bestalld_start", told=FROM_ORDER)
def ordered_start(place: FormPlace) -> date | None:
    """From which day the support is ordered, as the newest version has it."""
    found = _ordered(place)
    return found.period_fran if found else None


@form_source("bestallt_slut", told=FROM_ORDER)
def ordered_end(place: FormPlace) -> date | None:
    """The last day of what is ordered; where the uppdrag has none, of the insatser in it."""
    found = _ordered(place)
    if found is None or found.period_till is not None:
        return found.period_till if found else None
    wanted = _uppdrag_id(place)
    parts = current_insatser(wanted).values() if wanted else ()
    days = [part.giltig_till for part in parts]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


@form_source("beslutade_perioder", told=gettext_noop("Från beslutet."))
def decided_periods(place: FormPlace) -> list[dict[str, Any]]:
    """When each granted insats that can be ordered is granted: ``insats``, ``fran``, ``till``."""
    beslut = _beslut(place)
    if beslut is None:
        return []
    own = place.inputs.get("foregaende_uppdrag") or place.inputs.get("uppdrag")
    free = unordered(beslut, besides=Uppdrag.objects.filter(pk=own).first() if own else None)
    parts = beslut.delbeslut.filter(utfall__in=GRANTED, insats__in=free).order_by("nummer")
    return [
        {"insats": part.insats, "fran": part.giltig_fran, "till": part.giltig_till}
        for part in parts
    ]


@form_source("planens_mal")
def goals_of_plan(place: FormPlace) -> list[Choice]:
    """The goals of the plan in force, by number (R-113)."""
    akt = own_akt(place)
    version = current_version(akt) if akt else None
    rows = version.mal.order_by("nummer") if version else ()
    return [choice(row.nummer, f"{row.nummer}. {row.mal}") for row in rows]


@form_source("planens_aktiviteter")
def activities_of_plan(place: FormPlace) -> list[Choice]:
    """The activities of the plan in force, by number (R-120)."""
    akt = own_akt(place)
    version = current_version(akt) if akt else None
    rows = version.aktiviteter.order_by("nummer") if version else ()
    return [choice(row.nummer, f"{row.nummer}. {row.vad}") for row in rows]


@form_source("uppdragets_livsomraden")
def areas_of_uppdrag(place: FormPlace) -> list[Choice]:
    """Livsområden that the uppdrag is about; all where there is no uppdrag."""
    found = _uppdrag_id(place)
    codes = {goal.livsomrade for goal in current_goals(found).values()} if found else set()
    areas = livsomraden(place.bundle)
    return [choice(code, term.namn) for code, term in areas.items() if not codes or code in codes]


@form_source("muntliga_uppdrag")
def oral_orders(place: FormPlace) -> list[Choice]:
    """Oral orders of the ärende that are not written yet."""
    if place.arende_id is None:
        return []
    rows = MuntligtUppdrag.objects.filter(
        arende_id=place.arende_id, organisation_id=place.organisation, avslutat=None
    ).select_related("mottagare_unit")
    return [
        choice(row.pk, f"{local_date(row.lamnat)} {row.mottagare_unit.name}: {row.innehall}")
        for row in rows.order_by("lamnat")
    ]


@form_source("uppdragets_namn")
def name_of_uppdrag(place: FormPlace) -> str | None:
    """Which uppdrag a task is about, where a decision has several: receiver and insatser."""
    found = _uppdrag_id(place)
    if found is None:
        return None
    row = Uppdrag.objects.select_related("mottagare_unit").get(pk=found)
    return f"{row.mottagare_unit.name}: {insats_names(place.bundle, current_insatser(found))}"


@form_source("skal_for_avbojande")
def reason_declined(place: FormPlace) -> str | None:
    """Why the provider declined the uppdrag before, told to who chooses again (K-8)."""
    declined = place.inputs.get("avbojt_uppdrag")
    rows = Uppdrag.objects.filter(pk=declined) if declined else Uppdrag.objects.none()
    row = rows.select_related("mottagare_unit").first()
    return f"{row.mottagare_unit.name}: {row.avbojandeskal}" if row else None


@form_source("insatser_att_borja")
def insatser_to_begin(place: FormPlace) -> list[Choice]:
    """Insatser of the uppdrag that nobody has begun."""
    akt = own_akt(place)
    return _insatser(place, (part.insats for part in insatser.waiting(akt)) if akt else ())


@form_source("insatser_i_gang")
def insatser_running(place: FormPlace) -> list[Choice]:
    """Insatser that are given now."""
    akt = own_akt(place)
    return _insatser(place, insatser.running(akt) if akt else ())


@form_source("insatser_i_uppehall")
def insatser_resting(place: FormPlace) -> list[Choice]:
    """Insatser that are interrupted now."""
    akt = own_akt(place)
    return _insatser(place, insatser.resting(akt) if akt else ())


@form_source("insatser_utan_uppdrag")
def insatser_without_uppdrag(place: FormPlace) -> list[Choice]:
    """Granted insatser of the decision that no living uppdrag carries out."""
    beslut = _beslut(place)
    if beslut is None:
        return []
    replaced = place.inputs.get("foregaende_uppdrag")
    before = Uppdrag.objects.filter(pk=replaced).first() if replaced else None
    return _insatser(place, unordered(beslut, besides=before))


@form_source("livsomraden_med_mal")
def areas_with_goal(place: FormPlace) -> list[Choice]:
    """Livsområden of the utredning that hold a need and a goal for what is granted (K-7)."""
    beslut = _beslut(place)
    areas = livsomraden(place.bundle)
    codes = {goal.livsomrade for goal in goals_of(beslut)} if beslut else set()
    return [choice(code, term.namn) for code, term in areas.items() if code in codes]


def _insatser(place: FormPlace, codes: Iterable[str]) -> list[Choice]:
    return [choice(code, insats_names(place.bundle, [code])) for code in codes]


def _area(areas: Any, goal: UppdragMal) -> str:
    return areas[goal.livsomrade].namn if goal.livsomrade in areas else goal.livsomrade


def _beslut(place: FormPlace) -> Beslut | None:
    """The decision that the task is about, else the newest of the ärende that grants anything."""
    if place.arende_id is None:
        return None
    rows = Beslut.objects.filter(
        arende_id=place.arende_id, organisation_id=place.organisation
    ).select_related("utredning")
    wanted = place.inputs.get("beslut")
    if wanted:
        return rows.filter(pk=wanted).first()
    granting = rows.filter(delbeslut__utfall__in=GRANTED)
    return granting.order_by("-beslutsdatum", "-registrerad").first()


def _ordered(place: FormPlace) -> Uppdrag | UppdragAndring | None:
    """The newest version of the uppdrag that the task is about."""
    found = _uppdrag_id(place)
    row = Uppdrag.objects.filter(pk=found).first() if found else None
    return current_text(row) if row else None


def _uppdrag_id(place: FormPlace) -> UUID | None:
    wanted = place.inputs.get("uppdrag")
    if wanted:
        return Uppdrag.objects.filter(pk=wanted).values_list("pk", flat=True).first()
    akt = own_akt(place)
    return akt.uppdrag_id if akt else None
