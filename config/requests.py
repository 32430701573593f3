"""One log line per request, with an id that also stands in the answer."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

from cases import bundles
from config import metrics

log = structlog.get_logger("kedja.http")
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Bind a request id to all log lines of the request, and time it.

    Written: method, route pattern (never the path: it may hold what somebody
    typed), status, milliseconds. Query strings and bodies are never logged.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, then log it."""
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid4().hex
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self._get_response(request)
            elapsed_s = time.perf_counter() - began
            route = request.resolver_match.route if request.resolver_match else ""
            metrics.observe_request(request.method or "", response.status_code, elapsed_s)
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(elapsed_s * 1000, 1),
            )
        response.headers["X-Request-Id"] = request_id
        return response


class EditionMiddleware:
    """Let one request be answered by the editions that were in force when it came."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        with bundles.asked_once():
            return self._get_response(request)
