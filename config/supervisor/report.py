"""What the person at the terminal sees while `kedja up` works."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Report:
    """Prints each step with the seconds it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

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
