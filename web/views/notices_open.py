"""What is opened without a log-in by a secret word: the end of letters, and the calendar."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cases.notices import calendar
from cases.notices.links import read_stop_word
from cases.notices.terms import terms_at
from cases.use_cases import notices
from config import clock
from web.notices import kind_name


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, word: str) -> HttpResponse:
    """End letters of one kind: by the button, or by a mail program's own (RFC 8058).

    The signed word says whose and which letters; it can do nothing else, so no other token is
    asked for. Reading the page changes nothing.
    """
    read = read_stop_word(word)
    ended = request.method == "POST" and notices.stop_letters(word) is not None
    known = read is not None and (ended or request.method != "POST")
    name = kind_name(read[1], terms_at(clock.now())) if read else ""
    content = {"name": name, "ended": ended, "known": known}
    status = HTTPStatus.OK if known else HTTPStatus.NOT_FOUND
    return render(request, "web/notices/stop.html", content, status=status)


@require_safe
def calendar_file(request: HttpRequest, word: str) -> HttpResponseBase:
    """The calendar behind a secret address, for programs that know no log-in."""
    now: datetime = clock.now()
    actor = notices.calendar_owner(word, now)
    if actor is None:
        return HttpResponseNotFound("There is no calendar here.\n", content_type="text/plain")
    found = calendar.feed(actor, now)
    answer = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    changed = int(found.changed.timestamp())
    etag = quote_etag(found.etag)
    answer["Content-Disposition"] = 'inline; filename="kedja.ics"'
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, etag, changed, answer) or answer
