"""The list of cases, and the search for one by its number or the person's."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from cases.paging import Cursor
from records import queries as records
from web.cursor import next_address, read_cursor
from web.door import Visit, visit
from web.posted import moment_of

PAGE = 30
LONGEST = 40


@visit
def cases(here: Visit) -> HttpResponse:
    """List the cases that the person's roles have part in."""
    return _listed(here)


def _listed(here: Visit) -> HttpResponse:
    filters = _filters(here)
    page = records.cases(
        here.actor,
        now=here.now,
        status=filters["status"],  # type: ignore[arg-type]
        unit=_unit(here, filters["enhet"]),
        after=_after(read_cursor(here.request)),
        limit=PAGE,
    )
    cursor = (
        None if page.next is None else {"at": page.next[0].isoformat(), "id": str(page.next[1])}
    )
    content = {
        "cases": page.rows,
        "filters": filters,
        "units": _units(here),
        "next": next_address(here.request, cursor),
    }
    return here.page("case/list.html", content, here="cases")


@visit
def find(here: Visit) -> HttpResponse:
    """Find cases by the number of an ärende or uppdrag, or by personnummer.

    Posted: a personnummer stands in no address. A single hit is opened at once.
    """
    asked = here.request.POST.get("nummer", "").replace("\x00", "").strip()[:LONGEST]
    if not asked:
        return _listed(here)
    rows = records.find_cases(here.actor, asked, now=here.now)
    if len(rows) == 1:
        return redirect("web:case", rows[0].id)
    content = {
        "cases": rows,
        "asked": True,
        "filters": _filters(here),
        "units": _units(here),
    }
    return here.page("case/list.html", content, here="cases")


def _filters(here: Visit) -> dict[str, str]:
    status = here.request.GET.get("status", "open")
    return {
        "status": status if status in ("open", "closed", "all") else "open",
        "enhet": here.request.GET.get("enhet", ""),
    }


def _units(here: Visit) -> list[tuple[str, str]]:
    """The reader's own units, where she has several to choose among."""
    if len(here.actor.units) < 2:
        return []
    return records.unit_names(here.actor)


def _unit(here: Visit, text: str) -> UUID | None:
    return next((unit for unit in here.actor.units if str(unit) == text), None)


def _after(cursor: Cursor | None) -> records.Cursor | None:
    if cursor is None:
        return None
    try:
        moment, case = moment_of(str(cursor.get("at"))), UUID(str(cursor.get("id")))
    except ValueError:
        return None
    return None if moment is None else (moment, case)
