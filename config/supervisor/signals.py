"""Ctrl-C, TERM and HUP, heard once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class StopRequest:
    """Turns INT, TERM and HUP into one request to stop.

    Until everything is up a signal interrupts the step at hand; afterwards it
    is only noted, so that taking down is never interrupted itself.
    """

    asked: bool = False
    interrupts: bool = True

    def install(self) -> None:
        """Take over the signals."""
        for number in _SIGNALS:
            signal.signal(number, self._note)

    def hold(self) -> None:
        """From here on only note signals."""
        self.interrupts = False

    @contextmanager
    def late(self) -> Iterator[None]:
        """Finish what is under way before a signal is heeded."""
        self.interrupts = False
        try:
            yield
        finally:
            self.interrupts = True
        if self.asked:
            raise KeyboardInterrupt

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if first and self.interrupts:
            raise KeyboardInterrupt
