"""What every answer carries, and what an operator's monitor is told."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.test import Client
from pytest_django.fixtures import Settings as Overrides

from config import clock, health
from config.staticfiles import StaticFilesStorage

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    for path in ("/healthz", "/metrics", "/no-such-page"):
        headers = client.get(path).headers
        assert set(headers["Content-Security-Policy"].split("; ")) == STRICT, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_request_id_comes_back_and_is_safe(client: Client) -> None:
    given = "0a1b2c3d-4e5f"
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given
    forged = 'x" onload="alert(1)'
    made = client.get("/healthz", headers={"X-Request-Id": forged}).headers["X-Request-Id"]
    assert made != forged
    assert made.isalnum()


@pytest.mark.django_db
def test_the_log_names_the_route_and_never_what_was_typed(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kedja.http")
    client.get("/healthz?personnummer=191212121212")
    client.get("/191212121212/")
    assert "healthz" in caplog.text
    assert "1912" not in caplog.text


@pytest.mark.django_db
def test_healthz_tells_what_lives(client: Client) -> None:
    assert client.get("/healthz").json() == {
        "status": "degraded",
        "database": "up",
        "worker": "down",
    }
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO workers_heartbeat (name, parts) VALUES ('t', '[]')")
    assert client.get("/healthz").json() == {"status": "ok", "database": "up", "worker": "up"}


def test_healthz_is_503_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> dict[str, float]:
        raise DatabaseError

    monkeypatch.setattr(health, "_gauges", down)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")
    assert b"kedja_database_up 0" in client.get("/metrics").content


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_the_token(client: Client, settings: Overrides) -> None:
    text = client.get("/metrics").content.decode()
    assert "kedja_open_incidents 0" in text
    assert 'kedja_http_requests_total{method="GET",status="200"}' in text
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403
    settings.KEDJA_METRICS_TOKEN = "word"
    assert client.get("/metrics").status_code == 403
    answer = client.get(
        "/metrics", REMOTE_ADDR="192.0.2.1", headers={"Authorization": "Bearer word"}
    )
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True, databases=["default", "app"])
def test_the_webs_role_may_read_the_gauges_and_no_row() -> None:
    with connections["app"].cursor() as cursor:
        cursor.execute("SELECT name FROM kedja_gauges()")
        assert ("kedja_open_incidents",) in cursor.fetchall()


@pytest.mark.django_db
def test_the_clock_moves_forward_only_and_for_all() -> None:
    before = clock.now()
    clock.advance(timedelta(days=180))
    assert timedelta(days=180) <= clock.now() - before < timedelta(days=180, minutes=1)
    clock.advance_to(before + timedelta(days=200))
    assert clock.now() - before >= timedelta(days=200)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))


@pytest.mark.django_db
def test_a_real_clock_does_not_look_at_the_row(settings: Overrides) -> None:
    clock.advance(timedelta(days=180))
    settings.KEDJA_VIRTUAL_CLOCK = False
    with connections["default"].execute_wrapper(_refuse):
        real = clock.now()
    settings.KEDJA_VIRTUAL_CLOCK = True
    assert clock.now() - real > timedelta(days=179)
    settings.KEDJA_VIRTUAL_CLOCK = False
    with pytest.raises(RuntimeError, match="KEDJA_VIRTUAL_CLOCK"):
        clock.advance(timedelta(days=1))


def _refuse(*_arguments: object) -> None:
    raise AssertionError("no query was expected")


def test_production_is_never_in_debug() -> None:
    assert django_settings.DEBUG is False
    assert django_settings.USE_TZ
    assert django_settings.TIME_ZONE == "Europe/Stockholm"
    assert django_settings.DATABASES["default"]["OPTIONS"]["prepare_threshold"] == 5


def test_a_page_opens_though_the_browser_part_was_not_built(settings: Overrides) -> None:
    try:
        storage = StaticFilesStorage(location="/nonexistent", base_url="/static/")
    except ImproperlyConfigured as error:  # pragma: no cover
        pytest.fail(str(error))
    assert storage.url("dist/viewer.js") == "/static/dist/viewer.js"
