"""What the person at the terminal sees while `kedja up` works."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_TIME = 19  # field 22 of proc(5)'s stat, counted from the third


class Report:
    """Prints each step with the seconds it took; the clock runs from the process's start."""

    def __init__(self) -> None:
        self._began = time.clock_gettime(time.CLOCK_BOOTTIME) - _age_s()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the process was started."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) - self._began

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step; what is appended to the yielded list is printed after its name."""
        began = time.monotonic()
        notes: list[str] = []
        yield notes
        seconds = time.monotonic() - began
        self.say(f"{name:<12} {seconds:6.2f} s  {', '.join(notes)}".rstrip())

    def say(self, text: str) -> None:
        """Print one line at once."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _age_s() -> float:
    """Seconds since the kernel started this process: imports count too."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started_s = int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started_s
