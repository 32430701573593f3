"""Lex Sarah, apart from the ärenden: the reports one may read, and one of them (L-24)."""

from uuid import UUID

from django.http import HttpResponse

from records.queries.lexsarah import read_report, reports
from web import quality
from web.door import Visit, visit


@visit
def lex_sarah_list(here: Visit) -> HttpResponse:
    """List the reports, without what happened."""
    rows = reports(here.actor, now=here.now)
    return here.page("lex_sarah_list.html", {"rows": rows}, here="routines")


@visit
def lex_sarah(here: Visit, lex_sarah_id: UUID) -> HttpResponse:
    """Show one report; the reading is written down."""
    found = read_report(here.actor, lex_sarah_id, now=here.now)
    content = {"found": found, "waiting": quality.waiting(here, found.waiting)}
    return here.page("lex_sarah.html", content, here="routines")
