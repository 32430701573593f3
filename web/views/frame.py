"""What belongs to no area: log-in, log-out, what is not there, accessibility."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import page_not_found

from cases.errors import NotFoundError
from config import clock
from engine.bundle import Bundle
from records.papers import Sender
from records.papers.catalogue import SENDER, sender
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


class Logout(LogoutView):
    """The log-out, which is confirmed."""

    def get_default_redirect_url(self) -> str:
        """Back to the log-in, which says so."""
        return reverse("web:login", query={OUT: 1})


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
