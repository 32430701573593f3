"""A case that is closed to the person: what she can do about it in an emergency (L-34)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext

from cases.errors import AnswersInvalidError
from records import emergency
from web.case_frame import closed
from web.door import Visit, visit
from web.refusals import in_words


@visit
def open_case(here: Visit, arende_id: UUID) -> HttpResponse:
    """Open a case for reading, for a short time; the head of the unit is told."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    reason = here.request.POST.get("skal", "")
    try:
        way = emergency.open_case(arende_id, reason, actor=here.actor, now=here.now)
    except AnswersInvalidError as refusal:
        told = in_words(next(iter(refusal.errors.values()))[1])
        return closed(here, arende_id, error=told, status=422)
    hours = int(((way.expires_at or here.now) - here.now).total_seconds() // 3600)
    messages.warning(
        here.request,
        gettext("Ärendet är öppet för läsning i %(hours)d h. Chefen har fått veta.")
        % {"hours": hours},
    )
    return redirect("web:case", arende_id)
