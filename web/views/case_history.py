"""What has happened in a case, and who has read it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_noop

from cases import queries
from cases.context import access_context
from cases.models import Event
from engine.bundle import Bundle
from records import queries as records
from web import history
from web.case_frame import CasePage, case_page
from web.read_words import read_what

PAGE = 120
SORTS = {
    "valvet": gettext_noop("Skyddad adress"),
    "nodoppning": gettext_noop("Ärendet"),
    "nekad": gettext_noop("Ärendet"),
}
MARKED = {
    "lista": (gettext_noop("I en lista"), ""),
    "valvet": (gettext_noop("Ur valvet"), "soon"),
    "nodoppning": (gettext_noop("Nödöppning"), "late"),
    "nekad": (gettext_noop("Nekad"), "late"),
}


@case_page
def events(page: CasePage) -> HttpResponse:
    """Tell what has happened, the newest first."""
    here = page.here
    before = _moment(here.request.GET.get("fore", ""))
    with access_context(here.actor):
        past = queries.history(page.id, actor=here.actor, now=here.now)
        rows = past.filter(kind__in=history.KINDS)
        if before is not None:
            rows = rows.filter(at__lt=before)
        found = list(rows.reverse()[: PAGE + 1])
        shown = _whole(found)
        lines = history.lines(shown, records.reasons(here.actor, page.id, now=here.now))
    content = {
        "history": lines,
        "next": _next(page, shown) if len(found) > len(shown) else None,
        "readers": records.may_see_readers(here.actor, page.seen.person, page.id, now=here.now),
    }
    return page.show("history.html", content, tab="case_history")


@case_page
def readers(page: CasePage) -> HttpResponse:
    """Tell who has read the case, to those who answer for the reading (R-163, L-34)."""
    here = page.here
    before = _moment(here.request.GET.get("fore", ""))
    rows = records.readers(here.actor, page.seen.person, page.id, now=here.now, before=before)
    more = (
        f"?{urlencode({'fore': rows[-1].at.isoformat()})}" if len(rows) >= records.READERS else ""
    )
    content = {"rows": [_reading(row, here.bundle) for row in rows], "next": more}
    return page.show("readers.html", content, tab="case_history")


def _reading(row: records.Reading, bundle: Bundle | None) -> dict[str, Any]:
    """One reading in words; what went beyond the ordinary is marked."""
    marked, tone = MARKED.get(row.slag, ("", ""))
    return {
        "at": row.at,
        "name": row.name,
        "what": read_what(row.vad, bundle) or gettext(SORTS.get(row.slag, row.slag)),
        "marked": gettext(marked) if marked else "",
        "tone": tone,
        "why": row.skal or (gettext("Uppgift i ärendet") if row.task else ""),
    }


def _whole(found: list[Event]) -> list[Event]:
    """A page ends between two moments: what one action wrote stands together."""
    if len(found) <= PAGE:
        return found
    last = found[PAGE].at
    kept = [event for event in found if event.at > last]
    return kept or found[:PAGE]


def _next(page: CasePage, shown: list[Event]) -> str:
    address = reverse("web:case_history", args=[page.id])
    return f"{address}?{urlencode({'fore': shown[-1].at.isoformat()})}"


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
