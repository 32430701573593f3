"""The web program: waitress around the WSGI application.

Ends with 0 after SIGTERM, when the requests it holds are answered.
"""

import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

import psycopg
import waitress
from django.urls import get_resolver

from config import environment
from config.databases import parameters_of
from config.postgres import roles
from config.wsgi import application

# With TLS a proxy on this machine stands before us: its word on the client counts, no other's.
_BEHIND_PROXY: dict[str, Any] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"},
    "clear_untrusted_proxy_headers": True,
}


def main() -> int:
    """Serve until told to stop."""
    settings = environment.load()
    signal.signal(signal.SIGTERM, _end)
    list(get_resolver().url_patterns)  # a page that cannot be imported ends us here, not later
    with suppress(psycopg.OperationalError):  # a server that is down is /healthz's to tell
        roles.require_bound(parameters_of(settings, settings.role), variable="The web's URL")
    waitress.serve(
        application,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        ident=None,
        max_request_body_size=4 * 1024 * 1024,
        **(_BEHIND_PROXY if settings.https else {}),
    )
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
