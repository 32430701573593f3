"""Tests that need a program which a machine may lack.

``require("browser")`` skips where it is missing. In CI, where
``KEDJA_REQUIRE=browser,rabbitmq`` says that it must be there, it fails instead:
a skip must not hide a broken set-up.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

HEADLESS_SHELL = Path("/usr/lib/chromium/chromium-headless-shell")


def browser_path() -> str | None:
    """Path of a Chromium, or None.

    Debian's headless shell where it is: the same engine without a window round it, for half of the
    processor time.
    """
    if HEADLESS_SHELL.exists():
        return str(HEADLESS_SHELL)
    return shutil.which("chromium") or shutil.which("chromium-browser")


def rabbitmq_path() -> str | None:
    """Path of RabbitMQ's server script, or None. Debian puts it into sbin."""
    script = "/usr/sbin/rabbitmq-server"
    return shutil.which("rabbitmq-server") or (script if Path(script).exists() else None)


def _system_postgres() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return str(found[-1]) if found else None


FINDERS: dict[str, Callable[[], str | None]] = {
    "browser": browser_path,
    "rabbitmq": rabbitmq_path,
    "system-postgres": _system_postgres,
}


def require(name: str) -> str:
    """Return the path of the needed program, or skip (in CI: fail) the test."""
    path = FINDERS[name]()
    if path is not None:
        return path
    message = f"{name} is not installed here (ci/packages.txt lists what CI installs)"
    if name in os.environ.get("KEDJA_REQUIRE", "").split(","):
        pytest.fail(f"KEDJA_REQUIRE demands it: {message}")
    pytest.skip(message)
