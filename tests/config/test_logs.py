"""Logs carry event names and identifiers, never what somebody wrote."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from config import logs

SECRET = "19121212-1212"  # marked, invented


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    written = io.StringIO()
    logs.configure("INFO", "json", stream=written)
    yield written
    logs.configure("WARNING", "json")


def _fail() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(f"could not store {SECRET}") from error


def test_an_exceptions_text_is_not_written(lines: io.StringIO) -> None:
    try:
        _fail()
    except RuntimeError:
        structlog.get_logger("t").exception("store_failed", task_id="t1")
        logging.getLogger("lib").exception("unexpected")
    text = lines.getvalue()
    assert SECRET not in text
    first, second = (json.loads(line) for line in text.splitlines())
    assert first["event"] == "store_failed"
    assert first["task_id"] == "t1"
    assert first["raised"] == ["RuntimeError", "ValueError"]
    assert any("test_logs.py" in frame for frame in first["frames"])
    assert second["raised"] == ["RuntimeError", "ValueError"]


def test_the_console_form_hides_it_too(lines: io.StringIO) -> None:
    logs.configure("INFO", "console", stream=lines)
    try:
        _fail()
    except RuntimeError:
        structlog.get_logger("t").exception("store_failed")
    assert "store_failed" in lines.getvalue()
    assert SECRET not in lines.getvalue()


def test_djangos_own_lines_lose_the_path(lines: io.StringIO) -> None:
    logging.getLogger("django.request").error(
        "%s: %s", "Internal Server Error", f"/{SECRET}/", extra={"status_code": 500}
    )
    line = json.loads(lines.getvalue())
    assert (line["event"], line["status"]) == ("django_refused", 500)
    assert SECRET not in lines.getvalue()


def test_what_nobody_caught_is_logged_without_its_text(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.hide_uncaught()
    try:
        _fail()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=_fail, name="timers")
    thread.start()
    thread.join()
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert first["event"] == second["event"] == "uncaught_exception"
    assert second["thread"] == "timers"
    assert SECRET not in lines.getvalue()
