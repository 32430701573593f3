"""The papers of a case, and its plan with two versions side by side."""

from typing import Any

from django.http import HttpResponse

from cases.errors import NotPermittedError
from cases.user_names import user_name
from engine.bundle import Bundle, NotInBundleError
from records import queries as records
from records.models import Dokument
from web.case_frame import CasePage, WholeCasePage, whole_case_page
from web.papers import sections
from web.plan_compare import compared, versions
from web.words import Words


@whole_case_page
def papers(page: WholeCasePage) -> HttpResponse:
    """Show decisions, uppdrag, utredning and every form that was filled in."""
    _content_only(page)
    here = page.here
    found = sections(page.seen, Words(page.bundle)) if page.bundle else []
    offered = page.seen.arende is None and not page.seen.akter
    rows = [] if offered else records.documents(here.actor, page.id, now=here.now)
    content = {
        "sections": [section for section in found if section.id != "plan"],
        "documents": [_document(row, page.bundle) for row in reversed(rows)],
    }
    return page.show("papers.html", content, tab="case_papers")


@whole_case_page
def plan(page: WholeCasePage) -> HttpResponse:
    """Show the plan, and what differs between two of its versions."""
    _content_only(page)
    asked = page.here.request.GET
    found = versions(page.seen)
    section = next((s for s in _sections(page) if s.id == "plan"), None)
    content = {
        "versions": found,
        "compared": compared(page.seen, asked.get("fran", ""), asked.get("till", "")),
        "section": section,
        "reviews": next((s for s in _sections(page) if s.id == "uppfoljning"), None),
        "provider": page.seen.line.side == "utforare",
    }
    return page.show("plan.html", content, tab="case_plan")


def _content_only(page: CasePage) -> None:
    if not page.reads:
        raise NotPermittedError("papers", page.id)


def _sections(page: WholeCasePage) -> list[Any]:
    return list(sections(page.seen, Words(page.bundle))) if page.bundle else []


def _document(row: Dokument, bundle: Bundle | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": _title(row.form_id, bundle),
        "at": row.skapad,
        "by": user_name(row.skapad_av),
        "sealed": row.forseglad is not None,
    }


def _title(form_id: str, bundle: Bundle | None) -> str:
    try:
        return bundle.form(form_id).title if bundle else form_id
    except NotInBundleError:
        return form_id.replace("_", " ").capitalize()
