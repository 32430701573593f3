"""Min dag: what there is to do, how much of it, and what the person is reminded of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext

from cases import bundles, inbox, queries_day, queries_notices
from cases.context import access_context
from cases.inbox import Found, Wanted, When, Whose
from cases.models import Bevakning, SparatFilter, Unit
from records.notes import read_notice
from web import day, shown
from web.door import Visit, visit
from web.reminders import reminders
from web.views import substitutes

PAGE = 30
FIRST = 3
TOP = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One task in the list, and how it stands with its bevakning."""

    task: shown.TaskLine
    watch: Bevakning | None = None
    asleep: bool = False
    follow_up: datetime | None = None
    holder: int | None = None
    for_whom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one look at the list takes from the database."""

    page: Found
    counts: Mapping[str, int]
    saved: Sequence[SparatFilter]
    watches: Mapping[UUID, Bevakning]
    units: Sequence[Unit]
    leads: bool
    stands: bool


@visit
def min_dag(here: Visit) -> HttpResponse:
    """Show the tasks of a choice, the most urgent first; a post is a search."""
    if here.request.method == "POST":
        return _searched(here)
    wanted = day.wanted_of(here.request.GET.dict())
    return day.keep_place(here.request, _shown(here, wanted))


def _shown(here: Visit, wanted: Wanted, *, missed: str = "") -> HttpResponse:
    after = day.key_at(here.request.GET.get(day.PLACE, ""))
    with access_context(here.actor):
        told = queries_notices.standing(here.actor)
    notices = reminders(here, told.hidden) if wanted == TOP and after is None else []
    with access_context(here.actor):
        read = _read(here, wanted, after)
        cases = [*(row.arende_id for row in read.page.rows), *(row.case for row in notices)]
        numbers = shown.case_numbers(here, cases)
        rows = [
            Row(
                task=shown.task_line(task, here, numbers),
                watch=read.watches.get(task.pk),
                asleep=wanted.whose is Whose.ASLEEP,
                follow_up=task.follow_up,
                holder=task.claimed_by_id if wanted.whose is Whose.ALL else None,
                for_whom=shown.stood_in_for(task, here) if wanted.whose is not Whose.ALL else "",
            )
            for task in read.page.rows
        ]
        standing = substitutes.told(here)
    numbered = [(row, numbers.get(row.case or shown.NOBODY, "")) for row in notices]
    last = read.page.last
    content = {
        "rows": rows,
        "wanted": wanted,
        "missed": missed,
        "bad_address": told.bad_address,
        "narrowed": wanted != TOP,
        "tabs": _tabs(wanted, read),
        "saved": _saved(here, read),
        "words": day.words_of(wanted),
        "kept_words": _kept_words(wanted),
        "show_role": len(here.actor.roles) > 1,
        "show_unit": len(here.actor.units) > 1,
        "choices": _choices(here, read),
        "notices": numbered[:FIRST],
        "more_notices": numbered[FIRST:],
        "next": day.address_of(wanted, fran=day.place_of(last)) if last else None,
        "top": day.address_of(wanted) if after else None,
        "leads": read.leads,
        "standing": standing,
    }
    return here.page("day/page.html", content, here="inbox")


def _read(here: Visit, wanted: Wanted, after: inbox.Key | None) -> Read:
    """The same queries whatever there is."""
    who = inbox.looker(here.actor, here.now)
    page = inbox.page(who, wanted, after=after, limit=PAGE)
    saved = queries_day.saved_filters(here.actor)
    tabs = _tab_choices(wanted, leads=bool(who.led), stands=bool(here.actor.stands_for))
    counted = {name: choice for name, _text, choice in tabs}
    counted |= {str(row.pk): day.wanted_of(row.query) for row in saved}
    return Read(
        page=page,
        counts=inbox.counts(who, counted),
        saved=saved,
        watches=queries_day.watches(page.rows),
        units=queries_day.units(here.actor),
        leads=bool(who.led),
        stands=bool(here.actor.stands_for),
    )


def _tab_choices(wanted: Wanted, *, leads: bool, stands: bool) -> list[tuple[str, str, Wanted]]:
    """Name, words and choice of each count: within the same role, unit and process."""
    base = day.without(wanted, whose=Whose.FOR_ME, when=When.ANY, text="", holder=None, case=None)
    found = [
        ("allt", gettext("Allt att göra"), base),
        ("forsenade", gettext("Försenade"), day.without(base, when=When.LATE)),
        ("idag", gettext("Klart i dag"), day.without(base, when=When.TODAY)),
        ("vecka", gettext("Senare i veckan"), day.without(base, when=When.WEEK)),
        ("mina", gettext("Mina"), day.without(base, whose=Whose.MINE)),
        ("lediga", gettext("Ingen har tagit"), day.without(base, whose=Whose.FREE)),
        ("bevakas", pgettext("uppgift", "Bevakas"), day.without(base, whose=Whose.ASLEEP)),
    ]
    if stands:
        found.append(("vikarie", gettext("Som vikarie"), day.without(base, whose=Whose.STOOD_IN)))
    if leads:
        found.append(("alla", gettext("Allas"), day.without(base, whose=Whose.ALL)))
    return found


def _tabs(wanted: Wanted, read: Read) -> list[dict[str, Any]]:
    plain = day.without(wanted, text="", case=None, holder=None)
    return [
        {
            "text": text,
            "count": _count(read.counts[name]),
            "late": name == "forsenade" and read.counts[name] > 0,
            "address": day.address_of(choice),
            "current": choice == plain,
        }
        for name, text, choice in _tab_choices(wanted, leads=read.leads, stands=read.stands)
    ]


def _saved(here: Visit, read: Read) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "name": row.name,
            "count": _count(read.counts[str(row.pk)]),
            "address": day.address_of(day.wanted_of(row.query)),
            "shared": row.unit.name if row.unit is not None else "",
            "own": row.user_id == here.actor.user_id,
        }
        for row in read.saved
    ]


def _count(number: int) -> str:
    return f"{inbox.MANY - 1}+" if number >= inbox.MANY else str(number)


def _kept_words(wanted: Wanted) -> list[tuple[str, str]]:
    """What the form of choices sends along without showing it."""
    return [(word, text) for word, text in day.words_of(wanted).items() if word in ("visa", "nar")]


def _choices(here: Visit, read: Read) -> dict[str, Any]:
    roles = [(role, here.role_name(role)) for role in sorted(here.actor.roles)]
    return {
        "roles": sorted(roles, key=lambda pair: pair[1]),
        "units": [(unit.pk, unit.name) for unit in read.units],
        "processes": _processes(here),
    }


def _processes(here: Visit) -> list[tuple[str, str]]:
    """Processes in force with a step that one of the person's roles may do."""
    found = []
    for key, bundle_hash in bundles.current_editions(localdate(here.now)):
        if queries_day.has_step_for(bundle_hash, key, here.actor.roles):
            found.append((key, shown.process_name(bundles.compiled(bundle_hash), key)))
    return sorted(found, key=lambda pair: pair[1])


def _searched(here: Visit) -> HttpResponse:
    """Look for a task's name or an ärende's number.

    What is written goes no further than this unless it is part of a task's name: it might be a
    person's name or number, and those never stand in an address.
    """
    wanted = day.wanted_of(here.request.POST.dict())
    text = wanted.text
    plain = day.without(wanted, text="", case=None)
    if not text:
        return redirect(day.address_of(plain))
    with access_context(here.actor):
        case = shown.case_by_number(here, text)
        if case is not None:
            return redirect(day.address_of(Wanted(case=case)))
        who = inbox.looker(here.actor, here.now)
        if inbox.page(who, wanted, limit=1).rows:
            return redirect(day.address_of(wanted))
    return _shown(here, plain, missed=text)


@visit
def notice_read(here: Visit, notice_id: UUID) -> HttpResponse:
    """Put a reminder away."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    read_notice(notice_id, actor=here.actor, now=here.now)
    messages.success(here.request, gettext("Påminnelsen är undanlagd."))
    return redirect("web:inbox")
