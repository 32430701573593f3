"""Tidigare påminnelser: what has left the list on Min dag, and why."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from cases.context import access_context
from records.queries.lists import Cursor
from web import shown
from web.cursor import next_address, read_cursor
from web.door import Visit, visit
from web.reminders import earlier


@visit
def earlier_reminders(here: Visit) -> HttpResponse:
    """List the reminders that are done or put away, the newest first."""
    rows, following = earlier(here, _after(here))
    with access_context(here.actor):
        numbers = shown.case_numbers(here, [row.case for row in rows])
    content = {
        "rows": [(row, numbers.get(row.case or shown.NOBODY, "")) for row in rows],
        "next": next_address(here.request, _place(following)),
    }
    return here.page("day/earlier.html", content, here="inbox")


def _after(here: Visit) -> Cursor | None:
    """Where the page begins; None for the first, and for an address that somebody changed."""
    found = read_cursor(here.request) or {}
    try:
        moment = datetime.fromisoformat(str(found["sant"]))
        place = UUID(str(found["id"]))
    except (KeyError, ValueError):
        return None
    return (moment, place) if moment.tzinfo is not None else None


def _place(following: Cursor | None) -> dict[str, str | int | None] | None:
    if following is None:
        return None
    return {"sant": following[0].isoformat(), "id": str(following[1])}
