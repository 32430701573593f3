"""One program under supervision: started, watched, started again, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import children

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STABLE_AFTER_S = 30.0
STOP_LIMIT_S = 10.0
LOG_LIMIT_BYTES = 20_000_000


@dataclass(slots=True)
class Child:
    """A web server or worker.

    Its output goes to a file: a pipe would fill, a terminal may vanish. If the
    supervisor is killed the kernel kills the child at once, so none is orphaned;
    what it was doing rolls back, and leases of work run out by themselves.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    _pause_s: float = field(default=FIRST_PAUSE_S)
    _started_s: float = 0.0
    _next_start_s: float = 0.0

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start the program; its own session keeps the terminal's Ctrl-C from it."""
        _rotate(self.log)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  our own programs
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=children.die_with_parent(os.getpid(), signal.SIGKILL),  # noqa: PLW1509
            )
        self._started_s = time.monotonic()

    def tend(self) -> str | None:
        """Start it again if it ended. Returns a line for the terminal when it just did."""
        now_s = time.monotonic()
        if self.process is None:
            if now_s >= self._next_start_s:
                self.restarts += 1
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        if now_s - self._started_s > STABLE_AFTER_S:
            self._pause_s = FIRST_PAUSE_S
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, LONGEST_PAUSE_S)
        self.process, self._next_start_s = None, now_s + pause_s
        return f"{self.name} ended ({_reason(code)}): starting it again in {pause_s:g} s"

    def ask_to_stop(self) -> None:
        """Send TERM: finish what you hold."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, deadline_s: float) -> None:
        """Wait until ``deadline_s`` (monotonic), then kill."""
        if self.process is not None:
            limit_s = max(0.0, deadline_s - time.monotonic())
            children.wait_or_kill(self.process, limit_s=limit_s)
            self.process = None


def _reason(code: int) -> str:
    return f"code {code}" if code >= 0 else signal.Signals(-code).name


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
