"""Child processes that come back whenever they end."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from config import children


class Program:
    """One child process. ``kill`` may come from any thread at any moment.

    Args:
        name: Names its log, and its connections in pg_stat_activity.
        arguments: What python is to run.
        variables: Its environment.
        logs: Folder of its log.
        talks: Keep pipes to its input and output.
    """

    def __init__(
        self,
        name: str,
        arguments: list[str],
        variables: dict[str, str],
        logs: Path,
        *,
        talks: bool = False,
    ) -> None:
        self.name = name
        self._command = [sys.executable, *arguments]
        self._variables = variables
        self._log = logs / f"{name}.log"
        self._talks = talks
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again when it has ended."""
        with self._lock:
            if self._process is not None:
                if self._process.poll() is None:
                    return
                _close_pipes(self._process)
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command,
                    env=self._variables,
                    stdin=subprocess.PIPE if self._talks else subprocess.DEVNULL,
                    stdout=subprocess.PIPE if self._talks else log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=children.die_with_parent(os.getpid(), signal.SIGKILL),  # noqa: PLW1509
                )

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The present process."""
        with self._lock:
            return self._process

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        process = self.process
        return process is not None and process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        process = self.process
        if process is not None:
            process.kill()

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


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # a request that nobody read
                pipe.close()
