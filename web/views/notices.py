"""Notiser: how a person is told of what waits, where letters go, and her calendar."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from cases import queries_notices
from cases.context import access_context
from cases.errors import NotPermittedError
from cases.notices.errors import NoticeRefusedError
from cases.notices.links import absolute
from cases.notices.terms import terms_at
from cases.use_cases import notices
from web.door import Visit, sentence, visit
from web.notices import hour_of, kind_name, rows_of

KIND = "slag-"
"""What a field's name begins with that chooses the way of a kind."""


@visit
def settings_page(here: Visit) -> HttpResponse:
    """Show how the person is told of each kind; a post keeps her choices."""
    if here.request.method != "POST":
        return _page(here)
    posted = here.request.POST
    ways = {key.removeprefix(KIND): posted[key] for key in posted if key.startswith(KIND)}
    digest = posted.get("sammandrag") == "ja"
    hour = hour_of(posted.get("timme", ""))
    try:
        notices.save_choices(ways, digest=digest, hour=hour, actor=here.actor, now=here.now)
    except NoticeRefusedError as refusal:
        return _page(here, refusal)
    messages.success(here.request, gettext("Dina val är sparade."))
    return redirect("web:notice_settings")


@visit
def ask_address(here: Visit) -> HttpResponse:
    """Have a letter sent to a new address."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    given = here.request.POST.get("adress", "").replace("\x00", "")
    try:
        notices.ask_for_address(given, actor=here.actor, now=here.now)
    except NoticeRefusedError as refusal:
        return _page(here, refusal, given=given)
    messages.success(
        here.request, gettext("Ett brev är på väg. Öppna länken i det, så används adressen.")
    )
    return redirect("web:notice_settings")


@visit
def confirm(here: Visit, word: str) -> HttpResponse:
    """Ask whether the address is right; a post says that it is."""
    if here.request.method != "POST":
        return here.page("notices/confirm.html", {}, here="notices")
    try:
        notices.confirm_new_address(word, actor=here.actor, now=here.now)
    except NoticeRefusedError as refusal:
        content = {"error": sentence(refusal)}
        return here.page("notices/confirm.html", content, here="notices", status=409)
    messages.success(here.request, gettext("Adressen är bekräftad. Brev går dit från och med nu."))
    return redirect("web:notice_settings")


@visit
def change_calendar(here: Visit) -> HttpResponse:
    """Make a calendar address, which is shown this once, or end it."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if here.request.POST.get("gor") == "avsluta":
        notices.end_calendar(actor=here.actor)
        messages.success(here.request, gettext("Kalenderns adress gäller inte längre."))
        return redirect("web:notice_settings")
    word = notices.new_calendar(actor=here.actor, now=here.now)
    answer = _page(here, calendar_address=absolute(reverse("web:calendar", args=[word])))
    answer["Cache-Control"] = "no-store"
    return answer


@visit
def bad_addresses(here: Visit) -> HttpResponse:
    """Show the managers which addresses take no letters, and how sending goes."""
    if not queries_notices.MANAGERS & here.actor.roles:
        raise NotPermittedError("read", "addresses")
    with access_context(here.actor):
        content = {
            "rows": queries_notices.bad_addresses(here.actor, here.now),
            "letters": queries_notices.figures(),
            "mail_is_on": settings.KEDJA_MAIL,
        }
    return here.page("notices/addresses.html", content, here="addresses")


def _page(
    here: Visit,
    refusal: NoticeRefusedError | None = None,
    *,
    given: str = "",
    calendar_address: str = "",
) -> HttpResponse:
    """The settings; the same queries whatever there is."""
    terms = terms_at(here.now)
    with access_context(here.actor):
        own = queries_notices.settings_of(here.actor)
        chosen = queries_notices.ways(here.actor)
        address = queries_notices.address(here.actor)
        letters = queries_notices.letters(here.actor)
    posted = here.request.POST.dict() if refusal and not given else {}
    content: dict[str, Any] = {
        "rows": rows_of(terms.kinds.notis, chosen, posted, KIND) if terms else [],
        "hours": terms.hours if terms else (),
        "hour": own.timme if own.timme is not None or terms is None else terms.hour,
        "own": own,
        "address": address,
        "link_is_old": address is not None and notices.link_is_old(address, here.now),
        "letters": [(row, kind_name(row.slag, terms)) for row in letters],
        "refusal": refusal.why if refusal else "",
        "error": sentence(refusal) if refusal else "",
        "given": given,
        "calendar_address": calendar_address,
        "mail_is_on": settings.KEDJA_MAIL,
        "manages": bool(queries_notices.MANAGERS & here.actor.roles),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return here.page("notices/page.html", content, here="notices", status=status)
