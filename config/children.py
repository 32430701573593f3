"""Child processes that cannot outlive their parent."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent_pid: int, death_signal: signal.Signals) -> Callable[[], None]:
    """Return a ``preexec_fn`` that ties the child to ``parent_pid``.

    Linux sends ``death_signal`` when the *thread* that forked ends, so children
    are started from the main thread. A change of uid clears the setting; Popen
    changes uid before it calls ``preexec_fn``, so this order is right.
    """

    def bind() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent_pid:  # the parent died between fork and prctl
            os._exit(1)

    return bind


def die_with_my_parent(death_signal: signal.Signals) -> None:
    """Tie this very process to the one that started it (``make up`` to ``make``)."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def wait_or_kill(process: subprocess.Popen[bytes], *, limit_s: float) -> int:
    """Wait ``limit_s`` seconds for the end, then kill. Returns the exit code."""
    try:
        return process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
