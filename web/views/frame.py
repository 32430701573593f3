"""What belongs to no area: log-in, log-out, and the page that is not there."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.defaults import page_not_found

from cases.errors import NotFoundError
from web.door import Visit, visit

OUT = "utloggad"


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
