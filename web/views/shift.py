"""Skiftet for care staff: what is new, mark as read, the day's support, the shift report."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from cases.errors import NotFoundError
from records.answers import local_date
from records.queries.shift import Followed, followed, units_followed
from records.queries.shift_day import days, report
from records.queries.shift_new import Look
from records.queries.shift_told import Told, told
from records.shift import mark_read
from web import shift
from web.cursor import next_address, read_cursor
from web.door import Visit, visit
from web.posted import moment_of
from web.words import Words

FIELD = "%Y-%m-%dT%H:%M"
PAGE = 30
"""People on a page."""
ALL = "allt"
"""The word of the address with which what is new is read on the list."""


@visit
def news(here: Visit) -> HttpResponse:
    """List the people with an open akt in the person's units, those with something new first.

    What is new is marked as read where it is read: on a card, or here when all of it is shown.
    """
    look = shift.look(here)
    frame = _frame(here, look, "web:shift")
    after = read_cursor(here.request)
    page = followed(look, unit=frame["unit"], after=after, limit=PAGE)
    reads = here.request.GET.get("visa", "") == ALL
    words = Words(here.bundle) if here.bundle else None
    shown = told(look, page.lines) if reads else {}
    rows = [_row(line, shown.get(line.akt.pk), words) for line in page.lines]
    content = {
        "rows": rows,
        "unread": sum(1 for row in rows if row["news"]),
        "reads": reads,
        "read_all": _with(here.request.GET, visa=ALL),
        "whole": [row["akt"] for row in rows if row["whole"]],
        "until": look.whole_until.isoformat(),
        "part": after is not None or page.next is not None,
        "next": next_address(here.request, page.next),
        "top": f"?{_with(here.request.GET, fran='')}" if after else "",
    }
    return here.page("shift/news.html", {**frame, **content}, here="shift")


@visit
def read(here: Visit) -> HttpResponse:
    """Mark what was new about one person, or about all that a page showed whole, as read."""
    data = here.request.POST
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    look = shift.look(here)
    akter = [found for text in data.getlist("akt") if (found := shift.unit_of(text))]
    until = moment_of(data.get("till", ""))
    if not akter or until is None:
        raise NotFoundError("akt", "")
    count = mark_read(akter, until=until, actor=look.actor, now=here.now)
    said = ngettext("Markerat som läst.", "Markerat som läst för %(count)d personer.", count)
    messages.success(here.request, said % {"count": count})
    unit = shift.unit_of(data.get("enhet", ""))
    visa = ALL if data.get("visa", "") == ALL else ""
    query = urlencode({name: value for name, value in (("visa", visa), ("enhet", unit)) if value})
    return redirect(reverse("web:shift") + (f"?{query}" if query else ""))


@visit
def today(here: Visit) -> HttpResponse:
    """Show the day's support of everybody, from the plans in force."""
    look = shift.look(here)
    frame = _frame(here, look, "web:shift_day")
    words = Words(here.bundle) if here.bundle else None
    after = read_cursor(here.request)
    page = days(look, unit=frame["unit"], after=after, limit=PAGE)
    on = local_date(here.now)
    rows = [
        {**shift.person_of(day.akt, day.number), **shift.day_of(day, words, on)}
        for day in page.days
    ]
    content = {
        "rows": rows,
        "next": next_address(here.request, page.next),
        "top": f"?{_with(here.request.GET, fran='')}" if after else "",
    }
    return here.page("shift/day.html", {**frame, **content}, here="shift")


@visit
def shift_report(here: Visit) -> HttpResponse:
    """Tell what the journals say of a shift, by person, to be read or printed."""
    look = shift.look(here)
    frame = _frame(here, look, "web:shift_report")
    asked = here.request.GET
    begin = moment_of(asked.get("fran", ""))
    end = moment_of(asked.get("till", ""))
    begin = begin or shift.begins(here.bundle, "rapport", here.now)
    found = report(look, begin, end or here.now, unit=frame["unit"])
    words = Words(here.bundle) if here.bundle else None
    people = [
        {
            **shift.person_of(told.akt, told.number),
            "notes": [shift.note_of(row, words) for row in told.notes],
        }
        for told in found.people
    ]
    content: Mapping[str, Any] = {
        "people": people,
        "count": sum(len(person["notes"]) for person in people),
        "cut": found.cut,
        "begin": begin,
        "end": end or here.now,
        "backwards": end is not None and end <= begin,
        "fran": localtime(begin).strftime(FIELD),
        "till": localtime(end).strftime(FIELD) if end else "",
        "unit_name": dict(frame["units"]).get(frame["unit"], ""),
    }
    return here.page("shift/report.html", {**frame, **content}, here="shift")


def _frame(here: Visit, look: Look, current: str) -> dict[str, Any]:
    """What the three pages have in common: the way between them and the choice of unit."""
    units = units_followed(look)
    asked = shift.unit_of(here.request.GET.get("enhet", ""))
    unit = asked if asked in dict(units) else None
    query = f"?{urlencode({'enhet': unit})}" if unit else ""
    pages = (("web:shift", gettext("Nytt")), ("web:shift_day", gettext("Dagens insatser")))
    return {
        "unit": unit,
        "units": units,
        "tabs": [
            {"text": text, "url": reverse(name) + query, "here": name == current}
            for name, text in (*pages, ("web:shift_report", gettext("Skiftrapport")))
        ],
    }


def _row(line: Followed, shown: Told | None, words: Words | None) -> dict[str, Any]:
    return {
        **shift.person_of(line.akt, line.number),
        "news": shift.counted(line),
        "read": line.read,
        "since": line.since,
        "told": shift.news_of(shown.new, words) if shown else None,
        "whole": shown is not None and shown.whole,
    }


def _with(asked: QueryDict, **changes: str) -> str:
    """The words of the address with some of them changed; an empty one is left out."""
    words = {name: text for name, text in {**asked.dict(), **changes}.items() if text}
    return urlencode(words)
