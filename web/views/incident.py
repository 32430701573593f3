"""What has stopped, and trying it again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext

from cases import queries
from cases.context import access_context
from cases.errors import CaseError
from cases.use_cases.retrying import retry_incident
from web.door import Visit, sentence, visit


@visit
def incidents(here: Visit) -> HttpResponse:
    """List open incidents, newest first."""
    with access_context(here.actor):
        rows = queries.incidents(here.actor, now=here.now).select_related("instance")
        found = [
            {
                "id": row.pk,
                "code": row.code,
                "message": row.message,
                "process": row.instance.process_key if row.instance else "",
                "element": row.element,
                "opened_at": row.opened_at,
            }
            for row in rows.defer("instance__state")[:100]
        ]
    return here.page("incidents.html", {"incidents": found}, here="incidents")


@visit
def retry(here: Visit, incident_id: UUID) -> HttpResponse:
    """Ask the worker to try again."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        retry_incident(incident_id, actor=here.actor, now=here.now)
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
    else:
        messages.success(here.request, gettext("Systemet försöker igen."))
    return redirect("web:incidents")
