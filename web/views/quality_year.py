"""Kvalitet: the yearly egenkontroll, and the kvalitetsberättelse with its paper."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop

from cases.context import access_context
from cases.errors import NotPermittedError
from records.queries.quality.controls import ControlState, control, controls
from records.queries.quality.reader import authority_units
from records.queries.quality.reports import (
    paper,
    received,
    received_paper,
    report,
    reports,
)
from web import quality, shown
from web.door import Visit, visit

STATES = {
    ControlState.ALL: gettext_noop("Alla"),
    ControlState.GOING: gettext_noop("Pågår"),
    ControlState.SETTLED: gettext_noop("Fastställda"),
}
TITLES = {
    "arbetet": gettext_noop("Hur arbetet har bedrivits"),
    "atgarder": gettext_noop("Vilka åtgärder som har vidtagits"),
    "resultat": gettext_noop("Vilka resultat som har uppnåtts"),
}


@visit
def control_list(here: Visit) -> HttpResponse:
    """List the egenkontroller and how the units stand."""
    choice = quality.Choice(here.request.GET)
    state = choice.one_of("visa", ControlState, ControlState.ALL)
    found = controls(quality.quality_reader(here), state, page=choice.page())
    content = {
        "found": found,
        "tabs": quality.tabs("controls", STATES, found.counts, current=state, kept={}),
        "pages": quality.pages("controls", {"visa": state.value}, found.page, found.pages),
    }
    return here.page("quality/controls.html", content, here="quality")


@visit
def control_page(here: Visit, egenkontroll_id: UUID) -> HttpResponse:
    """Show one egenkontroll: the sample, who reviews, and the result of each question."""
    found = control(quality.quality_reader(here), egenkontroll_id)
    with access_context(here.actor):
        numbers = shown.case_numbers(here, [one.arende for one in found.sample])
    sample = [(one, numbers.get(one.arende, "")) for one in found.sample]
    content = {"found": found, "sample": sample, "waiting": quality.waiting(here, found.waiting)}
    return here.page("quality/control.html", content, here="quality")


@visit
def report_list(here: Visit) -> HttpResponse:
    """List the kvalitetsberättelser: the own ones, and those that nämnden received."""
    who = quality.quality_reader(here)
    with access_context(here.actor):
        leads, board = bool(who.units()), bool(authority_units(who))
        if not (leads or board):
            raise NotPermittedError("lasa_kvalitet", "kvalitetsberattelse")
        content = {
            "leads": leads,
            "rows": reports(who) if leads else [],
            "board": board,
            "received": received(who) if board else [],
        }
    return here.page("quality/reports.html", content, here="quality")


@visit
def report_page(here: Visit, berattelse_id: UUID) -> HttpResponse:
    """Show one year: its three sections with their figures, and where it stands."""
    found = report(quality.quality_reader(here), berattelse_id)
    sections = [(gettext(TITLES[section.id]), section) for section in found.sections]
    content = {"found": found, "sections": sections}
    content |= {"waiting": quality.waiting(here, found.waiting)}
    return here.page("quality/report.html", content, here="quality")


@visit
def report_paper(here: Visit, berattelse_id: UUID) -> HttpResponse:
    """Give the paper that was kept when the year was fastställd."""
    return _pdf(paper(quality.quality_reader(here), berattelse_id), berattelse_id)


@visit
def received_report(here: Visit, mottagen_id: UUID) -> HttpResponse:
    """Give the paper that nämnden received."""
    return _pdf(received_paper(quality.quality_reader(here), mottagen_id), mottagen_id)


def _pdf(content: bytes, ref: UUID) -> HttpResponse:
    name = f"kvalitetsberattelse-{ref}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
