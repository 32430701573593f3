"""Loggkontroll: each month's check and its lines. The task is where it is judged and signed."""

from datetime import datetime, time
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop

from cases.access import Action
from cases.context import access_context
from cases.errors import NotPermittedError
from cases.user_names import names_of
from records.answers import STOCKHOLM
from records.models import LoggSlag
from records.queries.log_check import to_check
from records.queries.quality.log_control import CheckState, check, checks
from records.queries.quality.reader import Reader, unit_names
from web import quality, shown
from web.door import Visit, visit
from web.read_words import read_what

STATES = {
    CheckState.ALL: gettext_noop("Alla"),
    CheckState.OPEN: gettext_noop("Ska signeras"),
    CheckState.DONE: gettext_noop("Klara"),
}
KINDS = {
    "": gettext_noop("Alla"),
    LoggSlag.SKYDDAD.value: gettext_noop("Skyddade personer"),
    LoggSlag.VALVET.value: gettext_noop("Skyddade adresser"),
    LoggSlag.NODOPPNING.value: gettext_noop("Nödöppningar"),
    LoggSlag.NEKAD.value: gettext_noop("Nekade läsningar"),
    LoggSlag.STICKPROV.value: gettext_noop("Stickprov"),
}
SINCE = {
    "lasning": gettext_noop("Läsning om en person med skyddade uppgifter"),
    "valvet": gettext_noop("Läsning av skyddad adress"),
    "nodoppning": gettext_noop("Nödöppning"),
    "nekad": gettext_noop("Nekad läsning"),
}
MOST = 200
"""Lines of the month so far: the check itself has them all."""


@visit
def check_list(here: Visit) -> HttpResponse:
    """List the checks of the person's units."""
    who, choice = quality.quality_reader(here), quality.Choice(here.request.GET)
    state = choice.one_of("visa", CheckState, CheckState.ALL)
    found = checks(who, state, unit=choice.ref("enhet"), page=choice.page())
    kept = choice.words("enhet")
    content = {
        "found": found,
        "rows": [(line, quality.waiting(here, line.tasks)) for line in found.rows],
        "narrowed": _unit_name(who, choice.ref("enhet")) if kept else "",
        "reads": bool(who.units(Action.READERS)),
        "open": found.counts[CheckState.OPEN],
        "tabs": quality.tabs("log_checks", STATES, found.counts, current=state, kept=kept),
        "pages": quality.pages(
            "log_checks", {"visa": state.value, **kept}, found.page, found.pages
        ),
    }
    return here.page("quality/log_checks.html", content, here="log_checks")


@visit
def check_page(here: Visit, kontroll_id: UUID) -> HttpResponse:
    """Show one check: its lines, who judged them, who signed."""
    who, choice = quality.quality_reader(here), quality.Choice(here.request.GET)
    slag = choice.code("slag", LoggSlag.values)
    found = check(who, kontroll_id, slag=slag, page=choice.page())
    with access_context(here.actor):
        numbers = shown.case_numbers(here, [row.arende for row in found.rows])
    content = {
        "found": found,
        "waiting": quality.waiting(here, found.line.tasks),
        "rows": [
            {
                "row": row,
                "what": read_what(row.vad, here.bundle),
                "number": numbers.get(row.arende, ""),
                "short": shown.short(row.arende),
            }
            for row in found.rows
        ],
        "kinds": [
            quality.Tab(
                text=gettext(text),
                count=found.counts.get(kind, 0),
                address=f"{here.request.path}{'?slag=' + kind if kind else ''}",
                current=kind == slag,
            )
            for kind, text in KINDS.items()
        ],
        "before": _page(here, slag, found.page - 1, found.pages),
        "after": _page(here, slag, found.page + 1, found.pages),
    }
    return here.page("quality/log_check.html", content, here="log_checks")


@visit
def this_month(here: Visit) -> HttpResponse:
    """Show what has to be looked at of the month that is not drawn yet (P-9)."""
    who = quality.quality_reader(here)
    units = who.units(Action.READERS)
    if not units:
        raise NotPermittedError(Action.READERS.value, "loggkontroll")
    first = localdate(here.now).replace(day=1)
    since = datetime.combine(first, time(), tzinfo=STOCKHOLM)
    found = to_check(here.actor, since=since, until=here.now, now=here.now, units=units)
    rows = found[:MOST]
    with access_context(here.actor):
        numbers = shown.case_numbers(here, [row.arende for row in rows])
        names = names_of({row.user for row in rows})
    content = {
        "rows": [
            {
                "row": row,
                "what": read_what(row.vad, here.bundle),
                "kind": gettext(SINCE.get(row.slag, row.slag)),
                "reader": names.get(row.user, row.user),
                "number": numbers.get(row.arende, ""),
                "short": shown.short(row.arende),
                "own": row.user == here.actor.username,
            }
            for row in rows
        ],
        "first": first,
        "total": len(found),
    }
    return here.page("quality/log_month.html", content, here="log_checks")


def _unit_name(who: Reader, unit: UUID | None) -> str:
    names = {ref: name for ref, name in unit_names(who) if ref == unit}
    return next(iter(names.values()), gettext(shown.OUTSIDE))


def _page(here: Visit, slag: str, number: int, last: int) -> str:
    if not 1 <= number <= last:
        return ""
    kept = f"&slag={slag}" if slag else ""
    return f"{here.request.path}?sida={number}{kept}"
