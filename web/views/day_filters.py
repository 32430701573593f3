"""Saved choices of tasks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext

from cases.errors import CaseError, NotFoundError, NotPermittedError
from cases.use_cases.filters import drop_filter, save_filter
from web import day
from web.door import Visit, sentence, visit


@visit
def save(here: Visit) -> HttpResponse:
    """Keep what is seen now under a name."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    posted = here.request.POST
    wanted = day.without(day.wanted_of(posted.dict()), case=None)
    words = day.words_of(wanted)
    name = posted.get("namn", "").replace("\x00", "")
    unit = day.unit_of(posted.get("dela", ""))
    try:
        kept = save_filter(name, words, unit=unit, actor=here.actor, now=here.now)
    except (NotFoundError, NotPermittedError):
        raise
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
    else:
        messages.success(
            here.request, gettext("Urvalet ”%(name)s” är sparat.") % {"name": kept.name}
        )
    return redirect(day.address_of(wanted))


@visit
def drop(here: Visit, filter_id: UUID) -> HttpResponse:
    """Forget one of one's own."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    drop_filter(filter_id, actor=here.actor)
    messages.success(here.request, gettext("Urvalet är borttaget."))
    return redirect(day.list_address(here.request))
