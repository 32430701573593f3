"""Child processes that come back whenever they end."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from config import children


class Program:
    """One child process. ``kill`` may come from any thread at any moment."""

    def __init__(
        self, name: str, arguments: list[str], variables: dict[str, str], logs: Path
    ) -> None:
        self.name = name
        self.starts = 0
        self._command = [sys.executable, *arguments]
        self._variables = variables
        self._log = logs / f"{name}.log"
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again; from the main thread (it dies with the thread)."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                self._command,
                env=self._variables,
                stdin=subprocess.PIPE if self.talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.talks else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=children.die_with_parent(os.getpid(), signal.SIGKILL),  # noqa: PLW1509
            )
        with self._lock:
            self._process = process
            self.starts += 1

    talks = False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def stop(self) -> int:
        """End it politely and return its exit code."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return 0
        process.terminate()
        _close_pipes(process)
        return children.wait_or_kill(process, limit_s=20)

    def tail(self) -> str:
        """Return the end of what it wrote."""
        return self._log.read_text()[-2000:] if self._log.exists() else ""


class Web(Program):
    """Stands for a web process: answers one request at a time over its pipes."""

    talks = True

    def __init__(self, number: int, variables: dict[str, str], logs: Path) -> None:
        super().__init__(f"web-{number}", ["-m", "tests.chaos.client"], variables, logs)

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Send a request and return the answer; None when the process died meanwhile."""
        with self._lock:
            process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, ValueError):
            return None
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def revive(self) -> None:
        """Collect the dead process and start another one."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _close_pipes(process)
        self.start()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # a request that nobody read
                pipe.close()
