"""Pages of the ledningssystem: what there is, what I have read, what the municipality decided."""

from collections.abc import Sequence
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from cases.errors import CaseError
from engine.layers import NATIONAL, layered_tables
from records import routines
from records.queries.ledningssystem import ProcessLine, overview
from records.routines import Read
from web.door import Visit, sentence, visit

SPLIT = "|"


@visit
def management_system(here: Visit) -> HttpResponse:
    """Show every process with who adopted it, who does what, and the six phases (R-010 ff.)."""
    found = overview(here.actor, here.now)
    content = {
        "phases": found.phases,
        "rows": [
            (line, _days(line, [phase.id for phase in found.phases])) for line in found.processes
        ],
        "systems": found.systems,
    }
    return here.page("management_system.html", content, here="routines")


@visit
def my_routines(here: Visit) -> HttpResponse:
    """Show what to read, and take receipts: one button for each process (R-065)."""
    if here.request.method == "POST":
        return _acknowledge(here)
    return _list(here)


@visit
def local_values(here: Visit) -> HttpResponse:
    """Show the municipality's values beside the national ones."""
    tables = layered_tables(here.bundle.files) if here.bundle else ()
    content = {"tables": tables, "national": NATIONAL}
    return here.page("local_values.html", content, here="routines")


def _acknowledge(here: Visit) -> HttpResponse:
    sent = (row.partition(SPLIT) for row in here.request.POST.getlist("last"))
    wanted = {subject: version for subject, _, version in sent}
    try:
        routines.acknowledge(wanted, actor=here.actor, now=here.now)
    except CaseError as refusal:
        return _list(here, sentence(refusal))
    messages.success(here.request, gettext("Antecknat att du har läst."))
    return redirect("web:routines")


def _list(here: Visit, error: str = "") -> HttpResponse:
    rows = routines.reading_list(here.actor, here.now)
    unread = [row for row in rows if row.read_at is None]
    content = {
        "groups": _grouped(unread),
        "unread": len(unread),
        "read": [row for row in rows if row.read_at is not None],
        "error": error,
    }
    return here.page("routines.html", content, here="routines", status=409 if error else 200)


def _grouped(rows: Sequence[Read]) -> list[tuple[str, list[Read]]]:
    by_group = sorted(rows, key=lambda row: row.reading.group)
    return [(name, list(found)) for name, found in groupby(by_group, lambda row: row.reading.group)]


def _days(line: ProcessLine, phases: Sequence[str]) -> list[str]:
    days = (line.phases[phase] for phase in phases)
    return ["" if day is None else day.isoformat() for day in days]
