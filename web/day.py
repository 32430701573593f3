"""Min dag: a choice of tasks as words of an address, and where in the list somebody was.

The words are Swedish and hold no case data: a free text is only put into an address when it is
part of a task's name (``web.views.inbox``). Where the list was left is kept in a cookie, so that
the way back from a task leads to the same page and row.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cases import inbox
from cases.context import access_context
from cases.inbox import Key, Wanted, When, Whose
from cases.models import Bevakning, Task
from web.door import Visit
from web.posted import number
from web.shown import case_numbers, urgency

COOKIE = "min_dag"
LONGEST = 60
"""Characters of a search."""
WORDS = ("visa", "nar", "roll", "enhet", "process", "sok", "hos", "arende")
PLACE = "fran"
IN_CASE = 20
Chosen = TypeVar("Chosen", bound=StrEnum)


def wanted_of(query: Mapping[str, str]) -> Wanted:
    """Read a choice; what nobody can have meant counts as not chosen."""
    return Wanted(
        whose=_one_of(Whose, query.get("visa", "")),
        when=_one_of(When, query.get("nar", "")),
        role=_word(query.get("roll", "")),
        unit=_id(query.get("enhet", "")),
        process=_word(query.get("process", "")),
        text=_word(query.get("sok", "")),
        case=_id(query.get("arende", "")),
        holder=number(query.get("hos", "")),
    )


def words_of(wanted: Wanted) -> dict[str, str]:
    """Return the address's words of a choice; none for what is not chosen."""
    said = {
        "visa": wanted.whose.value,
        "nar": wanted.when.value,
        "roll": wanted.role,
        "enhet": str(wanted.unit or ""),
        "process": wanted.process,
        "sok": wanted.text,
        "hos": str(wanted.holder or ""),
        "arende": str(wanted.case or ""),
    }
    return {word: value for word, value in said.items() if value}


def address_of(wanted: Wanted, **more: str) -> str:
    """Return the address of a choice."""
    query = urlencode({**words_of(wanted), **more})
    return reverse("web:inbox") + (f"?{query}" if query else "")


def place_of(key: Key) -> str:
    """A place in the order as one word of an address."""
    due, created, ref = key
    return json.dumps([due.isoformat() if due else None, created.isoformat(), str(ref)])


def key_at(text: str) -> Key | None:
    """Read a place; None for the top of the list, and for what somebody changed by hand."""
    try:
        due, created, ref = json.loads(text)
        key = (_moment(due) if due is not None else None, _moment(created), UUID(ref))
    except (ValueError, TypeError, AttributeError):
        return None
    return key


def keep_place(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Remember which list was looked at, until the browser is closed."""
    kept = {word: request.GET[word] for word in (*WORDS, PLACE) if request.GET.get(word)}
    answer.set_cookie(
        COOKIE,
        urlencode(kept),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def list_address(request: HttpRequest, task_id: UUID | None = None) -> str:
    """The address of the list as it was left, at the row of a task."""
    query = _left(request)
    anchor = "" if task_id is None else f"#u-{task_id}"
    return reverse("web:inbox") + (f"?{urlencode(query)}" if query else "") + anchor


def done_message(here: Visit, task: Task) -> SafeString:
    """Say that a task is done, with what comes next.

    That is what now waits for her in the same case; else the next one of the list it was opened
    from, with the number of its case, so that nobody goes on about another person unawares.
    """
    said = format_html(gettext("”{}” är klar."), task.name)
    with access_context(here.actor):
        who = inbox.looker(here.actor, here.now)
        same = _next_in_case(who, task)
        found = same or _next(here, who, task)
        numbers = case_numbers(here, () if found is None else (found.arende_id,))
    if found is None:
        return said
    address = reverse("web:task", args=[found.pk])
    case = numbers.get(found.arende_id) if found.arende_id else None
    if same is not None:
        told = gettext('{} Nästa i samma ärende: <a href="{}">{}</a>.')
        return format_html(told, said, address, found.name)
    if case is None:
        told = gettext('{} Nästa i din lista: <a href="{}">{}</a>.')
        return format_html(told, said, address, found.name)
    told = gettext('{} Nästa i din lista, ett annat ärende: <a href="{}">{}, {}</a>.')
    return format_html(told, said, address, found.name, case)


def _next_in_case(who: inbox.Looker, task: Task) -> Task | None:
    """What is to be done first of what waits for her in the case; None where nothing does."""
    if task.arende_id is None:
        return None
    rows = inbox.page(who, Wanted(case=task.arende_id), limit=IN_CASE).rows
    asleep = Bevakning.objects.filter(arende_id=task.arende_id, until__gt=who.now)
    out = {task.pk, *asleep.values_list("task_id", flat=True)}
    left = [row for row in rows if row.pk not in out]
    return min(left, key=lambda row: urgency(row, who.now), default=None)


def _next(here: Visit, who: inbox.Looker, task: Task) -> Task | None:
    """The one after the task in the list, else the first of it."""
    wanted = wanted_of(_left(here.request))
    for after in (inbox.key_of(task), None):
        page = inbox.page(who, wanted, after=after, limit=1)
        if page.rows and page.rows[0].pk != task.pk:
            return page.rows[0]
    return None


def _left(request: HttpRequest) -> dict[str, str]:
    given = QueryDict(request.COOKIES.get(COOKIE, ""))
    words = words_of(wanted_of(given.dict()))
    key = key_at(str(given.get(PLACE, "")))
    return words if key is None else {**words, PLACE: place_of(key)}


def without(wanted: Wanted, **changes: object) -> Wanted:
    """A choice with something else in a part of it."""
    return replace(wanted, **changes)  # type: ignore[arg-type]


def unit_of(text: str) -> UUID | None:
    """Read a unit; None for none."""
    return _id(text)


def _one_of(kind: type[Chosen], text: str) -> Chosen:
    try:
        return kind(text)
    except ValueError:
        return kind("")


def _word(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError(text)
    return found
