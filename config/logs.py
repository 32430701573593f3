"""Structured logs to standard error: a stable event name and identifiers.

No case data. What comes from libraries through ``logging`` is written without
its arguments' values being expanded beyond the message, and tracebacks are
written as file, line and exception type: an exception's text may quote what a
person wrote (a database error repeats the row), a frame's variables always do.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog

Trace = TracebackType | None
ExceptionInfo = tuple[type[BaseException], BaseException, Trace]
_QUIET = {
    "spiff": logging.WARNING,
    "pika": logging.WARNING,
    "waitress": logging.WARNING,
    # Its warnings repeat the path of a refused request: somebody may have typed a number there.
    "django.request": logging.ERROR,
}
_FRAMES = 30


def configure(
    level: str, form: Literal["json", "console"], *, stream: TextIO | None = None
) -> None:
    """Send structlog and ``logging`` through one chain to standard error.

    Args:
        level: Lowest level that is written, for example ``INFO``.
        form: ``json``, one object a line; ``console``, for a person.
        stream: Where to; standard error unless said.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_path,
        safe_exception,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "kedja", False)]:
        root.removeHandler(old)
    handler.kedja = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level)
    for name, quiet_level in _QUIET.items():
        logging.getLogger(name).setLevel(quiet_level)


def hide_uncaught() -> None:
    """Log what nobody caught like everything else: Python would print its text.

    For web and worker, whose standard error is kept in files.
    """
    log = structlog.get_logger("kedja.uncaught")

    def in_main(kind: type[BaseException], error: BaseException, trace: Trace) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("uncaught_exception", exc_info=(kind, error, trace))

    def in_thread(given: threading.ExceptHookArgs) -> None:
        name = given.thread.name if given.thread else ""
        log.critical("uncaught_exception", thread=name, exc_info=given.exc_value)

    sys.excepthook = in_main
    threading.excepthook = in_thread


def without_path(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace Django's own request messages, which hold the path as it was typed."""
    record = event.get("_record")
    if record is not None and record.name.startswith(("django.request", "django.security")):
        event["event"] = "django_refused"
        event["status"] = getattr(record, "status_code", None)
    return event


def safe_exception(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace ``exc_info`` by exception types and places, without any text or values."""
    info = _exception_info(event.pop("exc_info", None))
    if info is None:
        return event
    event["raised"] = list(dict.fromkeys(_label(error) for error in _chain(info[1])))
    event["frames"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(info[2])[-_FRAMES:]
    ]
    return event


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what led to it; a chain may be circular."""
    for _ in range(_FRAMES):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _label(error: BaseException) -> str:
    """Type and stable code of an exception; for a missing module its name."""
    detail = getattr(error, "code", None) or getattr(error, "sqlstate", None)
    if isinstance(error, ImportError):
        detail = error.name
    kind = type(error).__qualname__
    return f"{kind}[{detail}]" if isinstance(detail, str) else kind


def _exception_info(value: object) -> ExceptionInfo | None:
    if isinstance(value, BaseException):
        return (type(value), value, value.__traceback__)
    if isinstance(value, tuple) and isinstance(value[1], BaseException):
        return (type(value[1]), value[1], value[2])
    if value:
        kind, error, trace = sys.exc_info()
        return (kind, error, trace) if kind is not None and error is not None else None
    return None
