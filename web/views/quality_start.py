"""The start page of the quality work: counts that lead to the lists behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from records.queries.quality.controls import ControlState
from records.queries.quality.events import State
from records.queries.quality.exemptions import ExemptionState
from records.queries.quality.log_control import CheckState
from records.queries.quality.measures import MeasureState
from records.queries.quality.not_carried_out import Clock
from records.queries.quality.overview import Board, Overview, Quality, overview
from records.queries.quality.risks import RiskState
from web import quality
from web.door import Visit, visit
from web.menu import OPEN_ROLE
from web.quality import Tab, address


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the quality work: what it is, where its pages are, how it stands."""

    id: str
    title: str
    address: str
    counts: list[Tab] = field(default_factory=list)
    note: str = ""


@visit
def start(here: Visit) -> HttpResponse:
    """Show how the quality work stands where the person reads it."""
    found = overview(quality.quality_reader(here))
    content = {
        "parts": _parts(found),
        "counts_visits": OPEN_ROLE in here.actor.roles,
        "leads": found.quality is not None,
        "may_report": any(key == "rapportera_avvikelse" for key, _edition in here.offers()),
    }
    return here.page("quality/start.html", content, here="quality")


def _parts(found: Overview) -> list[Part]:
    parts = [] if found.quality is None else _events(found.quality)
    if found.lex_sarah is not None:
        total, going = found.lex_sarah
        text = ngettext(
            "rapporter, varav %(count)d pågår", "rapporter, varav %(count)d pågår", total
        ) % {"count": going}
        tab = _count(text, total, reverse("web:lex_sarah_list"))
        place = reverse("web:lex_sarah_list")
        parts.append(Part(id="lex-sarah", title=gettext("Lex Sarah"), address=place, counts=[tab]))
    if found.quality is not None:
        parts += _controls(found.quality)
    if found.board is not None:
        parts += _board(found.board)
    if found.quality is not None or found.received:
        parts.append(_reports(found))
    return parts


def _events(found: Quality) -> list[Part]:
    return [
        Part(
            id="avvikelser",
            title=gettext("Avvikelser"),
            address=address("deviations"),
            counts=[
                *_proposed(found.proposed),
                _at("deviations", gettext("öppna"), State.OPEN, found.deviations[State.OPEN]),
                _at(
                    "deviations",
                    gettext("ska bedömas"),
                    State.WAITING,
                    found.deviations[State.WAITING],
                ),
                _at(
                    "deviations",
                    gettext("försenade"),
                    State.LATE,
                    found.deviations[State.LATE],
                    late=True,
                ),
            ],
        ),
        Part(
            id="klagomal",
            title=gettext("Klagomål och synpunkter"),
            address=address("complaints"),
            counts=[
                _at("complaints", gettext("öppna"), State.OPEN, found.complaints[State.OPEN]),
                _at(
                    "complaints",
                    gettext("ska besvaras"),
                    State.WAITING,
                    found.complaints[State.WAITING],
                ),
                _at(
                    "complaints",
                    gettext("försenade"),
                    State.LATE,
                    found.complaints[State.LATE],
                    late=True,
                ),
            ],
        ),
    ]


def _controls(found: Quality) -> list[Part]:
    current = found.risks[RiskState.CURRENT]
    classes = [
        _count(
            gettext("i klass %(klass)s") % {"klass": klass},
            number,
            address("risks", {"klass": klass}, "lista"),
        )
        for klass, number in found.classes.items()
    ]
    return [
        Part(
            id="risker",
            title=gettext("Risker"),
            address=address("risks"),
            counts=[
                _count(gettext("aktuella"), current, address("risks", anchor="lista")),
                *classes,
                _count(
                    ngettext(
                        "delar av verksamheten utan riskanalys",
                        "delar av verksamheten utan riskanalys",
                        found.uncovered,
                    ),
                    found.uncovered,
                    address("risks", anchor="tackning"),
                    late=True,
                ),
                *_unnamed(found.unnamed),
            ],
        ),
        Part(
            id="atgarder",
            title=gettext("Handlingsplan och åtgärder"),
            address=address("measures"),
            counts=[
                _at(
                    "measures",
                    gettext("öppna"),
                    MeasureState.OPEN,
                    found.measures[MeasureState.OPEN],
                ),
                _at(
                    "measures",
                    gettext("försenade"),
                    MeasureState.LATE,
                    found.measures[MeasureState.LATE],
                    late=True,
                ),
            ],
        ),
        Part(
            id="egenkontroll",
            title=gettext("Egenkontroll av dokumentationen"),
            address=address("controls"),
            counts=[
                _at("controls", gettext("pågår"), ControlState.GOING, found.controls),
                _count(
                    ngettext("försenade enheter", "försenade enheter", found.controls_late),
                    found.controls_late,
                    address("controls", anchor="enheter"),
                    late=True,
                ),
            ],
        ),
        Part(
            id="loggkontroll",
            title=gettext("Loggkontroll"),
            address=address("log_checks"),
            counts=[
                _at("log_checks", gettext("inte signerade"), CheckState.OPEN, found.log_checks),
                _count(
                    ngettext("månad utan kontroll", "månader utan kontroll", found.log_missing),
                    found.log_missing,
                    address("log_checks", anchor="saknas"),
                    late=True,
                ),
            ],
        ),
    ]


def _proposed(number: int) -> list[Tab]:
    if not number:
        return []
    text = ngettext("förslag att ta ställning till", "förslag att ta ställning till", number)
    place = f"{reverse('web:inbox')}?visa=alla&process=rapportera_avvikelse"
    return [_count(text, number, place)]


def _unnamed(number: int) -> list[Tab]:
    if not number:
        return []
    text = ngettext("enhet utan utpekade delar", "enheter utan utpekade delar", number)
    return [_count(text, number, address("risks", anchor="tackning"), late=True)]


def _waiting(parts: Mapping[Clock, int]) -> Part:
    place = "not_carried_out"
    due = parts[Clock.DUE]
    return Part(
        id="ej-verkstallda",
        title=gettext("Beslut som inte är verkställda"),
        address=address(place),
        counts=[
            _at(place, gettext("väntar"), Clock.ALL, parts[Clock.ALL]),
            _at(place, gettext("ska rapporteras"), Clock.DUE, due, late=True),
        ],
    )


def _board(found: Board) -> list[Part]:
    waiting = [] if found.parts is None else [_waiting(found.parts)]
    return [
        *waiting,
        Part(
            id="undantag",
            title=gettext("Undantagsbeslut"),
            address=address("exemptions"),
            counts=[
                _at("exemptions", gettext("gäller"), ExemptionState.EXEMPT, found.exempt),
                _at(
                    "exemptions",
                    ngettext(
                        "försenade omprövningar", "försenade omprövningar", found.reviews_late
                    ),
                    ExemptionState.LATE,
                    found.reviews_late,
                    late=True,
                ),
            ],
        ),
    ]


def _reports(found: Overview) -> Part:
    counts = []
    if found.reports:
        open_ones = sum(line.faststalld is None for line in found.reports)
        counts.append(_count(gettext("år"), len(found.reports), address("reports")))
        text = ngettext("är inte fastställd", "är inte fastställda", open_ones)
        counts.append(_count(text, open_ones, address("reports"), late=True))
    if found.received:
        waiting = sum(line.kvitterad is None for line in found.received)
        text = gettext("mottagna, varav %(count)d ska kvitteras") % {"count": waiting}
        counts.append(_count(text, len(found.received), address("reports", anchor="mottagna")))
    note = "" if counts else gettext("Ingen kvalitetsberättelse är påbörjad.")
    place = address("reports")
    return Part(
        id="berattelse",
        title=gettext("Kvalitetsberättelse"),
        address=place,
        counts=counts,
        note=note,
    )


def _count(text: str, number: int, place: str, *, late: bool = False) -> Tab:
    return Tab(text=text, count=number, address=place, late=late and number > 0)


def _at(name: str, text: str, state: str, number: int, *, late: bool = False) -> Tab:
    return _count(text, number, address(name, {"visa": str(state)}), late=late)
