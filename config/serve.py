"""The web program: waitress around the WSGI application.

Ends with 0 after SIGTERM, when the requests it holds are answered.
"""

import signal
import sys
from types import FrameType

import waitress

from config import environment
from config.wsgi import application


def main() -> int:
    """Serve until told to stop."""
    settings = environment.load()
    signal.signal(signal.SIGTERM, _end)
    waitress.serve(
        application,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        ident=None,
        trusted_proxy="127.0.0.1" if settings.https else None,
        trusted_proxy_headers={"x-forwarded-proto", "x-forwarded-for"} if settings.https else None,
        clear_untrusted_proxy_headers=True,
        max_request_body_size=4 * 1024 * 1024,
    )
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
