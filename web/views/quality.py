"""Kvalitet: how it stands, and the lists of deviations, complaints and measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_noop

from records.models import Kalla
from records.queries.quality.event_page import EventPage, event
from records.queries.quality.events import (
    COMPLAINTS,
    DEVIATIONS,
    EventLine,
    Register,
    State,
    Wanted,
    events,
)
from records.queries.quality.measures import (
    MeasureLine,
    MeasureState,
    WantedMeasures,
    measures,
)
from records.queries.quality.reader import unit_names
from web import quality
from web.door import Visit, visit
from web.words import Words

MEASURE_STATES = {
    MeasureState.OPEN: gettext_noop("Öppna"),
    MeasureState.LATE: gettext_noop("Försenade"),
    MeasureState.EFFECT: gettext_noop("Effekten följs upp"),
    MeasureState.CLOSED: gettext_noop("Klara"),
    MeasureState.ALL: gettext_noop("Alla"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the pages of deviations and of complaints say differently."""

    register: Register
    name: str
    page: str
    form: str
    weight: str
    states: Mapping[State, str]


DEVIATION = Kind(
    register=DEVIATIONS,
    name="deviations",
    page="deviation",
    form=quality.DEVIATION_FORM,
    weight="konsekvens",
    states={
        State.OPEN: gettext_noop("Öppna"),
        State.WAITING: gettext_noop("Ska bedömas"),
        State.LATE: gettext_noop("Försenade"),
        State.CLOSED: gettext_noop("Stängda"),
        State.ALL: gettext_noop("Alla"),
    },
)
COMPLAINT = Kind(
    register=COMPLAINTS,
    name="complaints",
    page="complaint",
    form=quality.COMPLAINT_FORM,
    weight="typ",
    states={
        State.OPEN: gettext_noop("Öppna"),
        State.WAITING: gettext_noop("Ska besvaras"),
        State.LATE: gettext_noop("Försenade"),
        State.CLOSED: gettext_noop("Stängda"),
        State.ALL: gettext_noop("Alla"),
    },
)


@visit
def deviations(here: Visit) -> HttpResponse:
    """List the deviations of a choice."""
    return _listed(here, DEVIATION, "quality/deviations.html")


@visit
def complaints(here: Visit) -> HttpResponse:
    """List the complaints of a choice."""
    return _listed(here, COMPLAINT, "quality/complaints.html")


@visit
def deviation(here: Visit, avvikelse_id: UUID) -> HttpResponse:
    """Show one deviation: what has been done and what remains."""
    return _one(here, DEVIATION, avvikelse_id, "quality/deviation.html")


@visit
def complaint(here: Visit, klagomal_id: UUID) -> HttpResponse:
    """Show one complaint: what has been done and what remains."""
    return _one(here, COMPLAINT, klagomal_id, "quality/complaint.html")


@visit
def measure_list(here: Visit) -> HttpResponse:
    """List the measures of a choice, the late ones first."""
    who, choice = quality.quality_reader(here), quality.Choice(here.request.GET)
    state = choice.one_of("visa", MeasureState, MeasureState.OPEN)
    kalla = choice.code("kalla", Kalla.values)
    wanted = WantedMeasures(state=state, unit=choice.ref("enhet"), kalla=kalla)
    found = measures(who, wanted, page=choice.page())
    kept = choice.words("enhet", "kalla")
    content = {
        "rows": [measure_shown(line) for line in found.rows],
        "tabs": quality.tabs("measures", MEASURE_STATES, found.counts, current=state, kept=kept),
        "wanted": wanted,
        "units": unit_names(who),
        "sources": Kalla.choices,
        "pages": quality.pages("measures", {"visa": state.value, **kept}, found.page, found.pages),
        "narrowed": bool(kept),
    }
    return here.page("quality/measures.html", content, here="quality")


def measure_shown(line: MeasureLine) -> dict[str, Any]:
    """A measure with the page of what it comes out of."""
    there = quality.page_address(line.kalla, line.kalla_id) if line.source else ""
    return {"line": line, "source_address": there}


def _listed(here: Visit, kind: Kind, template: str) -> HttpResponse:
    who, choice = quality.quality_reader(here), quality.Choice(here.request.GET)
    words = Words(who.bundle)
    categories = quality.options(words, kind.form, "kategori")
    weights = quality.options(words, kind.form, kind.weight)
    wanted = Wanted(
        state=choice.one_of("visa", State, State.OPEN),
        unit=choice.ref("enhet"),
        first=choice.day("fran"),
        last=choice.day("till"),
        category=choice.code("kategori", [code for code, _label in categories]),
        weight=choice.code("vikt", [code for code, _label in weights]),
    )
    found = events(who, kind.register, wanted, page=choice.page())
    kept = choice.words("enhet", "fran", "till", "kategori", "vikt")
    content = {
        "rows": [_row(line, words, categories, weights) for line in found.rows],
        "tabs": quality.tabs(kind.name, kind.states, found.counts, current=wanted.state, kept=kept),
        "wanted": wanted,
        "units": unit_names(who),
        "categories": categories,
        "weights": weights,
        "narrowed": bool(kept),
        "may_start": kind.page == "deviation" and _offered(here),
        "pages": quality.pages(
            kind.name, {"visa": wanted.state.value, **kept}, found.page, found.pages
        ),
    }
    return here.page(template, content, here="quality")


def _offered(here: Visit) -> bool:
    return any(key == "rapportera_avvikelse" for key, _edition in here.offers())


def _row(
    line: EventLine,
    words: Words,
    categories: Sequence[tuple[str, str]],
    weights: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    return {
        "line": line,
        "category": quality.said(categories, line.kategori),
        "weight": quality.said(weights, line.vikt),
        "klass": words.option("bedom_avvikelse", "klass", line.klass) if line.klass else "",
    }


def _one(here: Visit, kind: Kind, ref: UUID, template: str) -> HttpResponse:
    who = quality.quality_reader(here)
    found = event(who, kind.register, ref)
    words = Words(who.bundle)
    categories = quality.options(words, kind.form, "kategori")
    weights = quality.options(words, kind.form, kind.weight)
    content = {
        "found": found,
        **_row(found.line, words, categories, weights),
        "suggested": words.option("bedom_avvikelse", "klass", found.line.foreslagen),
        "channel": words.option(kind.form, "kanal", getattr(found.row, "kanal", "")),
        "contact": _contact(found),
        "measures": [measure_shown(line) for line in found.measures],
        "links": quality.links_shown(here, found.links, found.row.arende_id),
        "waiting": quality.waiting(here, found.waiting),
    }
    return here.page(template, content, here="quality")


def _contact(found: EventPage) -> str:
    """How the sender wants the answer: only while there is one to give."""
    return getattr(found.row, "kontakt", "") if found.line.open else ""
