"""What an operator's monitor asks: does it answer, and how much is waiting."""

import hmac

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config import metrics

log = structlog.get_logger("kedja.health")


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503. Needs no log-in."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.warning("health_database_down", exc_info=True)
        return JsonResponse({"status": "unavailable", "database": "down"}, status=503)
    return JsonResponse({"status": "ok", "database": "up"})


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer counters for Prometheus: to this machine, or with the token."""
    if not _may_read(request):
        return HttpResponse("Metrics need Authorization: Bearer <KEDJA_METRICS_TOKEN>.", status=403)
    return HttpResponse(
        metrics.render({}), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _may_read(request: HttpRequest) -> bool:
    token = settings.KEDJA_METRICS_TOKEN
    if token:
        wanted = f"Bearer {token}"
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), wanted.encode())
    direct = "X-Forwarded-For" not in request.headers
    return direct and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
