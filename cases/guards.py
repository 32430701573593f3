"""Stop flags: what must not happen although the diagram says that it is time.

Death stops contact and review clocks at once (K-2), before the message about it has reached every
instance. ``records`` knows who has died; it registers a guard here, and every firing of a timer
asks it inside its own transaction.
"""

from collections.abc import Callable
from datetime import timedelta

from cases.capabilities import CapabilityContext

LOOK_AGAIN = timedelta(hours=1)
"""Business time until a stopped timer is looked at again: a wrong registration is reversed."""

Guard = Callable[[CapabilityContext], bool]

_guards: list[Guard] = []


def timer_guard(guard: Guard) -> Guard:
    """Register a function that says whether the timer at ``context.element`` may fire.

    The element's properties are in ``context.bundle``; the guard decides for itself which timers
    go on (closing duties do).
    """
    _guards.append(guard)
    return guard


def may_fire(context: CapabilityContext) -> bool:
    """Ask every guard."""
    return all(guard(context) for guard in _guards)
