"""What an operator's monitor asks: does it answer, and how much is waiting."""

import hmac

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config import metrics

log = structlog.get_logger("kedja.health")

WORKER_LIMIT_S = 30.0  # a heartbeat is due every five seconds


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when web and database work, else 503. Needs no log-in.

    ``worker`` says whether any worker has shown a sign of life lately: a missing
    one does not take the web out of service, but somebody should know.
    """
    try:
        age_s = _gauges().get("kedja_worker_age_seconds", -1)
    except DatabaseError:
        log.warning("health_database_down", exc_info=True)
        return JsonResponse({"status": "unavailable", "database": "down"}, status=503)
    worker = "up" if 0 <= age_s <= WORKER_LIMIT_S else "down"
    status = "ok" if worker == "up" else "degraded"
    return JsonResponse({"status": status, "database": "up", "worker": worker})


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer counters for Prometheus: to this machine, or with the token."""
    if not _may_read(request):
        return HttpResponse("Metrics need Authorization: Bearer <KEDJA_METRICS_TOKEN>.", status=403)
    try:
        gauges = _gauges() | {"kedja_database_up": 1.0}
    except DatabaseError:
        log.warning("metrics_database_down", exc_info=True)
        gauges = {"kedja_database_up": 0.0}
    return HttpResponse(
        metrics.render(gauges), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _gauges() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, value FROM kedja_gauges() UNION ALL"
            " SELECT name, value FROM kedja_letter_gauges()"
        )
        return dict(cursor.fetchall())


def _may_read(request: HttpRequest) -> bool:
    token = settings.KEDJA_METRICS_TOKEN
    if token:
        wanted = f"Bearer {token}"
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), wanted.encode())
    direct = "X-Forwarded-For" not in request.headers
    return direct and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
