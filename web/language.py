"""The language of a page: Swedish, or English for whoever has asked for it.

A person's choice is kept with her (``cases.use_cases.language``). It is read when she logs in and
lies in her session, so that a page costs no query for it; a cookie keeps it for the pages before
the log-in. What the browser says it prefers is not followed: an authority speaks Swedish
(språklagen 2009:600, 10 §) unless it is asked for something else.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

KEY = "sprak"
"""Name of the cookie, of the value in the session and of the field in the form."""
KEPT_S = 365 * 24 * 3600
SWEDISH = "sv"
KNOWN = frozenset(code for code, _name in settings.LANGUAGES)
_API = "/api/"  # another system's texts never depend on what a person has chosen


class LanguageMiddleware:
    """Have the page made in the language that its reader has chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        if request.path.startswith(_API):
            return self._get_response(request)
        language = language_of(request)
        with translation.override(language):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """Return the language that was chosen where the request comes from."""
    chosen = request.session.get(KEY) or request.COOKIES.get(KEY)
    return chosen if chosen in KNOWN else SWEDISH


def keep(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Let the session and the browser know the choice."""
    if request.user.is_authenticated:
        request.session[KEY] = language
    response.set_cookie(
        KEY,
        language,
        max_age=KEPT_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def stands_on(request: HttpRequest) -> str:
    """Return the address of the page that one looks at, also where a post was answered with it."""
    if request.method == "GET":
        return request.get_full_path()
    scheme, _sep, rest = request.headers.get("Referer", "").partition("://")
    host, _slash, path = rest.partition("/")
    return f"/{path}" if scheme and host == request.get_host() else "/"
