"""The one clock. Doors ask it and hand the answer down as an argument.

Under test and demo settings (``KEDJA_VIRTUAL_CLOCK=1``) an offset row in the
database moves the clock for web, worker and timers alike. Without the setting
the row is not even read, so nobody can shift time in production.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connections


def now(*, using: str = "default") -> datetime:
    """Return the present moment, aware, in UTC.

    Args:
        using: Database alias whose offset row counts.
    """
    real = datetime.now(UTC)
    if not settings.KEDJA_VIRTUAL_CLOCK:
        return real
    return real + offset(using=using)


def offset(*, using: str = "default") -> timedelta:
    """Return how far the virtual clock is ahead of the real one."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT ahead FROM kedja_clock")
        row = cursor.fetchone()
    ahead: timedelta = row[0] if row else timedelta()
    return ahead


def advance(step: timedelta, *, using: str = "default") -> datetime:
    """Move the virtual clock forward and return the new now.

    Args:
        step: Zero or more. Time never goes back: histories would lie.
        using: Database alias, of a role that owns the clock.

    Raises:
        ValueError: ``step`` is negative.
        RuntimeError: The clock is not virtual here.
    """
    if step < timedelta():
        raise ValueError("The clock only goes forward.")
    if not settings.KEDJA_VIRTUAL_CLOCK:
        raise RuntimeError("The clock is real here: set KEDJA_VIRTUAL_CLOCK=1 to move it.")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO kedja_clock (only_row, ahead) VALUES (true, make_interval(secs => %s))"
            " ON CONFLICT (only_row) DO UPDATE SET ahead = kedja_clock.ahead + excluded.ahead",
            [step.total_seconds()],
        )
    return now(using=using)


def advance_to(moment: datetime, *, using: str = "default") -> datetime:
    """Move the virtual clock forward to ``moment`` (aware); see ``advance``."""
    return advance(moment - now(using=using), using=using)
