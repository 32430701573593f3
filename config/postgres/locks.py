"""File locks of one embedded server. The kernel drops them when a process ends.

owner.lock   held by `kedja up` for its life; says who and in which state
users.lock   shared by everybody else who uses the server
change.lock  held for the moment of starting or stopping
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from config.errors import AlreadyRunningError

STOPPING = "stopping"
RUNNING = "running"
_POLL_S = 0.05


@contextmanager
def change_lock(folder: Path) -> Iterator[None]:
    """Hold the right to start or stop the server; waits for its turn."""
    with (folder / "change.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def user_lock(folder: Path) -> Iterator[TextIO]:
    """Count as one of the server's users; waits while somebody changes owner."""
    with (folder / "users.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle


def try_alone(handle: TextIO) -> bool:
    """Turn a user lock into an exclusive one if nobody else uses the server."""
    return _try_exclusive(handle)


@contextmanager
def no_users(folder: Path, *, limit_s: float) -> Iterator[None]:
    """Wait until nobody uses the server, and keep newcomers out meanwhile.

    Raises:
        AlreadyRunningError: Somebody still used it after ``limit_s`` seconds.
    """
    with (folder / "users.lock").open("a") as handle:
        deadline = time.monotonic() + limit_s
        while not _try_exclusive(handle):
            if time.monotonic() > deadline:
                raise AlreadyRunningError(
                    "Another kedja command is using the database: wait for it, or end it."
                )
            time.sleep(_POLL_S)
        yield


class OwnerLock:
    """The lock of the one supervisor."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "owner.lock"
        self._handle: TextIO | None = None

    def acquire(self, *, limit_s: float) -> None:
        """Take the lock; a predecessor that is stopping gets ``limit_s`` seconds.

        Raises:
            AlreadyRunningError: Another supervisor runs.
        """
        handle = self._path.open("a+")
        deadline = time.monotonic() + limit_s
        while not _try_exclusive(handle):
            pid, state, address = _read(self._path)
            if (state == RUNNING and _alive(pid)) or time.monotonic() > deadline:
                handle.close()
                where = f" at {address}" if address else ""
                raise AlreadyRunningError(f"Kedja is already running (pid {pid}){where}.")
            time.sleep(_POLL_S)
        self._handle = handle
        self.say(RUNNING)

    def say(self, state: str, address: str = "") -> None:
        """Write who holds the lock, in which state, and where it answers."""
        if self._handle is None:
            return
        self._handle.truncate(0)
        self._handle.write(f"{os.getpid()} {state} {address}\n")
        self._handle.flush()

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            self._handle.truncate(0)
            self._handle.close()
            self._handle = None


def owned(folder: Path) -> bool:
    """Say whether a supervisor holds the server."""
    path = folder / "owner.lock"
    if not path.exists():
        return False
    with path.open("a") as handle:
        return not _try_exclusive(handle)


def _read(path: Path) -> tuple[str, str, str]:
    words = [*path.read_text().split(), "", "", ""]
    return words[0] or "?", words[1], words[2]


def _alive(pid: str) -> bool:
    """Say whether the process exists; a killed owner leaves its words behind."""
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _try_exclusive(handle: TextIO) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
