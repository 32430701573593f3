"""Two requests stood in each other's way in the database: the second is told to try again.

PostgreSQL undoes one of two transactions that wait for each other (deadlock), or that cannot have
gone one after the other. Nothing of it is saved, and the same request may succeed: 503, as the API
answers, instead of the page of a fault.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

COLLISIONS = (DeadlockDetected, SerializationFailure, LockNotAvailable)
RETRY_S = 1


class DraftKeptError(Exception):
    """Somebody was in the way of a form; ``at`` is where what was written is found again."""

    def __init__(self, at: str) -> None:
        super().__init__("somebody was in the way")
        self.at = at


def collided(error: BaseException) -> bool:
    """Tell whether the same request may succeed the next time."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, COLLISIONS)


def keep_collided(error: OperationalError, keep: Callable[[], str]) -> None:
    """Keep what was sent as a draft, if somebody was in its way; else do nothing.

    Args:
        error: What the database refused.
        keep: Keeps it, and says at which address it is found again; "" where it could not be.

    Raises:
        DraftKeptError: It is kept.
    """
    at = keep() if collided(error) else ""
    if at:
        raise DraftKeptError(at) from error


class BusyMiddleware:
    """Answer a collision with a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a collision; None for every other fault.

        It asks nothing of the database: no menu, no name.
        """
        if not (collided(error) or isinstance(error, DraftKeptError)):
            return None
        content = {
            "sent": request.method not in ("GET", "HEAD"),
            "draft": error.at if isinstance(error, DraftKeptError) else "",
            "again": request.get_full_path(),
        }
        answer = render(request, "503.html", content, status=HTTPStatus.SERVICE_UNAVAILABLE)
        answer.headers["Retry-After"] = str(RETRY_S)
        return answer
