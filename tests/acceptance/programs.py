"""The web server and the worker as real processes, each under its own database role."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from config.supervisor.child import Child
from tests.config.running import free_port, wait_for
from tests.workers.urls import database_url

COMMANDS = {"app": ["-m", "config.serve"], "worker": ["-m", "workers", "--threads", "2"]}
URLS = {"app": "KEDJA_APP_DATABASE_URL", "worker": "KEDJA_WORKER_DATABASE_URL"}
KEY = "a key for one test run, known to everybody who reads this"
_DATABASE_VARIABLES = {"DATABASE_URL", "KEDJA_BACKUP_DATABASE_URL", *URLS.values()}


@dataclass
class Running:
    """The programs under test; ``worker`` is None when a test does the worker's part itself."""

    port: int
    web: Child
    worker: Child | None

    @property
    def logs(self) -> str:
        """What both have written so far."""
        children = [self.web] if self.worker is None else [self.web, self.worker]
        return "\n".join(child.log.read_text() for child in children)


@contextmanager
def programs(folder: Path, *, worker: bool = True) -> Iterator[Running]:
    """Run them on the test database; both are killed in the end, whatever happens."""
    port = free_port()
    web = _child("app", folder, port)
    running = Running(port, web, _child("worker", folder, port) if worker else None)
    children = [child for child in (running.web, running.worker) if child is not None]
    try:
        for child in children:
            child.start()
        assert wait_for(lambda: _listens(port) or web.process.poll() is not None, 60), running.logs
        assert web.process.poll() is None, running.logs
        yield running
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop(time.monotonic() + 10)


def _child(role: str, folder: Path, port: int) -> Child:
    kept = {name: value for name, value in os.environ.items() if name not in _DATABASE_VARIABLES}
    surroundings = kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KEDJA_ROLE": role,
        "KEDJA_PORT": str(port),
        "KEDJA_VIRTUAL_CLOCK": "1",
        "KEDJA_LOG_LEVEL": "INFO",
        "KEDJA_SECRET_KEY": KEY,
        URLS[role]: database_url(connections[role].get_connection_params()),
    }
    return Child(role, [sys.executable, *COMMANDS[role]], surroundings, folder / f"{role}.log")


def _listens(port: int) -> bool:
    listening = f":{port:04X} 00000000:0000 0A"
    return listening in Path("/proc/net/tcp").read_text()
