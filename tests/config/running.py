"""Start the real `kedja up` and look at what it leaves behind."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UP_LIMIT_S = 120.0


def wait_for(condition: Callable[[], bool], limit_s: float) -> bool:
    """Poll until the condition holds; says whether it did in time."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**extra: str) -> dict[str, str]:
    """The caller's environment without anything of Kedja's or Django's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KEDJA_", "DJANGO_", "DATABASE_URL", "PYTEST_"))
    }
    return kept | extra


def processes_with(marker: str) -> dict[int, str]:
    """Process ids whose command or environment names ``marker``: the programs of one run."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            command = (folder / "cmdline").read_bytes()
            text = command + b"\0" + (folder / "environ").read_bytes()
        except OSError:
            continue
        if command and marker.encode() in text:
            found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


@dataclass
class Run:
    """One `kedja up`: its process, port and what it printed."""

    process: subprocess.Popen[bytes]
    port: int
    out: Path

    @property
    def text(self) -> str:
        return self.out.read_text()

    def await_answer(self, limit_s: float = UP_LIMIT_S) -> None:
        """Wait for the line with the URL; fail with the output when it does not come."""
        done = wait_for(
            lambda: "Kedja answers at" in self.text or self.process.poll() is not None, limit_s
        )
        assert done, self.text
        assert "Kedja answers at" in self.text, self.text

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def kill(self) -> None:
        """End it for good: used in ``finally``."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start(
    command: Sequence[str],
    out: Path,
    port: int,
    environment: Mapping[str, str],
    *,
    folder: Path = ROOT,
    user: int | None = None,
) -> Run:
    """Start ``command`` with its output in a file: a pipe would outlive a timeout."""
    with out.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
        )
    return Run(process, port, out)
