"""The overview of who leads the work: numbers, the lists behind them, their files, the heat map."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from cases import bundles
from cases.context import access_context
from cases.errors import NotFoundError
from cases.queries_staff import colleagues
from engine.bundle import NotInBundleError
from records import queries as records
from records.queries.overview import CHUNK, Asked, Line, count, every, page
from records.queries.reads import log_list
from web import exported, overview_lists, overview_numbers, shown
from web import overview as choices
from web.cursor import next_address, read_cursor
from web.door import Visit, visit
from web.overview_cells import Told, Value, cells, class_word, told_with
from web.overview_checks import log_missing
from web.overview_units import by_unit

PAGE = 50
HERE = "overview"
WARM, HOT = 3, 10
"""From how many cases a place of the map is drawn stronger."""


@visit
def overview(here: Visit) -> HttpResponse:
    """Show the numbers of the units that the person leads; each one is a link to its list."""
    period = choices.asked_of(here)
    asked = choices.as_it_stands(period)
    units = choices.unit_choices(asked, records.unit_names(here.actor))
    with access_context(here.actor):
        numbers: dict[str, Any] = {
            "by_unit": by_unit(asked, units),
            "reviews": overview_numbers.reviews(asked),
            "unreviewed": overview_numbers.unreviewed(asked),
            "loads": overview_numbers.loads(asked),
            "lead_times": overview_numbers.lead_times(period),
            "coming": overview_numbers.coming(asked),
            "expiring": overview_numbers.expiring(asked),
            "quality": overview_numbers.by_class(asked),
            "log_missing": log_missing(asked),
            "processes": overview_numbers.processes(asked),
        }
    content = {**numbers, **_frame(here, asked), "asked": period, "tiles": _tiles(asked, numbers)}
    content |= {"shows": overview_lists.lists_for(asked), "lead_days": asked.days("ledtider")}
    return here.page("overview/page.html", content, here=HERE)


def _tiles(asked: Asked, numbers: dict[str, Any]) -> list[overview_numbers.Number]:
    """The most important numbers, added up from the parts that the page shows."""
    soon, ends = asked.days("blir_sena"), asked.days("loper_ut")
    quality = numbers["quality"]
    ends_of = {
        kind: [row for row in numbers["expiring"] if row.more == kind]
        for kind in (overview_numbers.DECISIONS, overview_numbers.ORDERS)
    }
    parts = [
        (
            "sena-uppfoljningar",
            gettext("Sena uppföljningar"),
            sum(row["number"] for row in numbers["reviews"]),
        ),
        ("utan-uppfoljning", gettext("Planer utan uppföljning"), _sum(numbers["unreviewed"])),
        ("sena-uppgifter", gettext("Sena uppgifter"), numbers["loads"].late),
        (
            "blir-sena",
            gettext("Kan bli sena inom %(days)d dagar") % {"days": soon},
            _sum(numbers["coming"]),
        ),
        (
            "beslut-loper-ut",
            gettext("Beslut löper ut inom %(days)d dagar") % {"days": ends},
            _sum(ends_of[overview_numbers.DECISIONS]),
        ),
        (
            "uppdrag-loper-ut",
            gettext("Uppdrag löper ut inom %(days)d dagar") % {"days": ends},
            _sum(ends_of[overview_numbers.ORDERS]),
        ),
        ("avvikelser", gettext("Öppna avvikelser"), _sum(quality["avvikelser"])),
        ("risker", gettext("Öppna risker"), _sum(quality["risker"])),
    ]
    tiles = [
        overview_numbers.Number(text=text, number=n, address=choices.address(what, asked))
        for what, text, n in parts
        if what in overview_lists.lists_for(asked)
    ]
    missing = numbers["log_missing"]
    return [*tiles, missing] if missing is not None and missing.number else tiles


def _sum(rows: Iterable[overview_numbers.Number | overview_numbers.Bar]) -> int:
    return sum(row.number for row in rows)


def _frame(here: Visit, asked: Asked) -> dict[str, Any]:
    units = choices.unit_choices(asked, records.unit_names(here.actor))
    return {
        "asked": asked,
        "units": units if len(units) > 1 else [],
        "unit_id": str(asked.unit or ""),
        "unit_name": dict(units).get(str(asked.unit or ""), ""),
        "query": choices.query(asked),
    }


@visit
def listed(here: Visit, what: str) -> HttpResponse:
    """Show the list behind a number; one with insatser is logged as its file is (L-34)."""
    asked, listing = choices.asked_of(here), choices.listing(what)
    with access_context(here.actor):
        source = listing.build(asked)
        number = count(source)
        found = page(source, after=read_cursor(here.request), limit=PAGE)
        told = told_with(asked, found.lines)
        if overview_lists.INSATS in listing.columns:
            log_list(here.actor, _by_unit(found.lines), f"oversikt.{what}", here.now)
    content = {
        "what": what,
        "listing": listing,
        "number": number,
        "rows": [cells(line, listing.columns, told) for line in found.lines],
        "next": next_address(here.request, found.next),
        "step": _step_name(asked),
        "person": _person(here, asked, told),
        "kind": class_word(asked.kind, asked.bundle) if asked.kind else "",
        "hidden": [pair for pair in choices.words_of(asked).items() if pair[0] != "enhet"],
        **_frame(here, asked),
    }
    return here.page("overview/list.html", content, here=HERE)


def _person(here: Visit, asked: Asked, told: Told) -> str:
    """Whom the list is narrowed to: somebody in it, or a colleague; nobody else by a mere id."""
    if not asked.person:
        return ""
    if asked.person in told.people:
        return told.people[asked.person]
    known = colleagues(here.actor, asked.today)
    return next((one.name for one in known if one.id == asked.person), "")


def _step_name(asked: Asked) -> str:
    """What the list is narrowed to, in the words of the diagram."""
    if not asked.process:
        return ""
    try:
        definition = asked.bundle.definition(asked.process)
    except NotInBundleError:
        raise NotFoundError("process", asked.process) from None
    found = definition.elements.get(asked.step)
    name = shown.process_name(asked.bundle, asked.process)
    return f"{name}: {found.name}" if found else name


@visit
def as_csv(here: Visit, what: str) -> HttpResponse:
    """Give a list as a CSV file."""
    return exported.as_csv(_file(here, what), *_exported(here, what))


@visit
def as_xlsx(here: Visit, what: str) -> HttpResponse:
    """Give a list as an Excel file."""
    return exported.as_xlsx(_file(here, what), *_exported(here, what), now=here.now)


def _file(here: Visit, what: str) -> str:
    """The name of a file, with its day: numbers of two days are compared."""
    return f"oversikt-{what}-{localdate(here.now).isoformat()}"


def _exported(here: Visit, what: str) -> tuple[list[str], list[list[Value]]]:
    """The whole list; who took it is logged with the ärenden that it names (L-34)."""
    asked, listing = choices.asked_of(here), choices.listing(what)
    rows: list[list[Value]] = []
    seen: dict[UUID, list[UUID]] = {unit: [] for unit in ([asked.unit] if asked.unit else [])}
    with access_context(here.actor):
        for part in _in_parts(every(listing.build(asked))):
            told = told_with(asked, part)
            rows += [[cell.value for cell in cells(line, listing.columns, told)] for line in part]
            for unit, cases in _by_unit(part).items():
                seen.setdefault(unit, []).extend(cases)
        log_list(here.actor, seen, f"oversikt.{what}", here.now)
    return [gettext(heading) for _part, heading in listing.columns], rows


def _by_unit(lines: Iterable[Line]) -> dict[UUID, list[UUID]]:
    seen: dict[UUID, list[UUID]] = {}
    for line in lines:
        seen.setdefault(line.unit, []).extend([line.case] if line.case else [])
    return seen


def _in_parts(lines: Iterator[Line]) -> Iterator[Sequence[Line]]:
    part: list[Line] = []
    for line in lines:
        part.append(line)
        if len(part) == CHUNK:
            yield part
            part = []
    yield part


@visit
def process(here: Visit, key: str) -> HttpResponse:
    """Show a process with how many stand and wait at each element, as a drawing and a table."""
    asked = choices.as_it_stands(choices.asked_of(here))
    if asked.bundle.manifest.entry(key) is None:
        raise NotFoundError("process", key)
    with access_context(here.actor):
        elements = overview_numbers.elements(asked, key)
    content = {
        "key": key,
        "name": shown.process_name(asked.bundle, key),
        "elements": elements,
        "counts": json.dumps({row["id"]: _overlay(row["numbers"]) for row in elements}),
        "diagram": reverse("web:diagram", args=[bundles.newest_hash(asked.today), key]),
        **_frame(here, asked),
    }
    return here.page("overview/process.html", content, here=HERE)


def _overlay(numbers: Sequence[overview_numbers.Number]) -> dict[str, Any]:
    """What the drawing says at an element; ``level`` only makes it stronger."""
    stands, *waits = [one.number for one in numbers]
    parts = [
        gettext("%(count)d står") % {"count": stands} if stands else "",
        gettext("%(count)d väntar") % {"count": sum(waits)} if sum(waits) else "",
    ]
    most = stands + sum(waits)
    level = 3 if most >= HOT else 2 if most >= WARM else 1
    return {"text": ", ".join(part for part in parts if part), "level": level}
