"""Logs carry event names and identifiers, never what somebody wrote."""

import io
import json
import logging
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
