"""What belongs to no area: log-in, log-out, language, what is not there, accessibility."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import page_not_found

from cases.actor import actor_for
from cases.errors import NotFoundError
from cases.use_cases.language import choose_language, language_of
from config import clock
from engine.bundle import Bundle
from records.papers import Sender
from records.papers.catalogue import SENDER, sender
from web import language
from web.door import Visit, edition, visit, visit_before_signing

OUT = "utloggad"
STATEMENT = "web/frame/accessibility.html"


class Login(LoginView):
    """The log-in, which says why the person meets it."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether she has just logged out, or was logged out because time went by."""
        was_in = settings.SESSION_COOKIE_NAME in self.request.COOKIES
        reasons = {
            "logged_out": OUT in self.request.GET,
            "expired": was_in and bool(self.get_redirect_url()),
        }
        return super().get_context_data(**kwargs) | reasons

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """From here on the pages speak her own language, whoever used the browser before."""
        answer = super().form_valid(form)
        own = language_of(actor_for(self.request.user, clock.now()))
        language.keep(self.request, answer, own)
        return answer


class Logout(LogoutView):
    """The log-out, which is confirmed."""

    def get_default_redirect_url(self) -> str:
        """Back to the log-in, which says so."""
        return reverse("web:login", query={OUT: 1})


def change_language(request: HttpRequest) -> HttpResponse:
    """Let the pages speak another language, for everybody, and go on where one stood."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    onward = request.POST.get("till", "")
    if not onward.startswith("/") or not url_has_allowed_host_and_scheme(onward, None):
        onward = reverse("web:inbox")
    answer = redirect(onward)
    chosen = request.POST.get(language.KEY, "")
    if chosen in language.KNOWN:
        if request.user.is_authenticated:
            choose_language(chosen, actor=actor_for(request.user, clock.now()))
        language.keep(request, answer, chosen)
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that an address leads nowhere: with the menu for whoever is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return page_not_found(request, exception)
    return _not_found_inside(request)


@visit
def _not_found_inside(_here: Visit) -> HttpResponse:
    raise NotFoundError("page", "")


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (DOS-lagen 13 §), for everybody, logged in or not."""
    if request.user.is_authenticated:
        return _accessibility_inside(request)
    return render(request, STATEMENT, {"contact": _contact(edition(clock.now()))})


@visit_before_signing
def _accessibility_inside(here: Visit) -> HttpResponse:
    return here.page(STATEMENT.removeprefix("web/"), {"contact": _contact(here.bundle)})


def _contact(bundle: Bundle | None) -> Sender | None:
    """The municipality's own lines, the same as at the foot of its letters."""
    if bundle is None or SENDER not in bundle.files:
        return None
    return sender(bundle.files, organisation="", enhet="")
