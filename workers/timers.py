"""The timer loop: fires what is due, each in a transaction of its own.

A timer's row is a hint to wake up, the diagram decides. The loop locks the instance first, like
every other writer, and leaves instances alone that somebody else works on (SKIP LOCKED); so several
loops may run at once, and a case that a person is busy with is visited a moment later.

Within an instance timers fire in the order of their due times, also after a long pause: one that
failed is an incident and holds back those after it until its next try. Other instances go on.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import structlog
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)

from cases import use_cases
from cases.actor import SYSTEM
from cases.use_cases.incidents import FIRE_TIMER, Failure, record_failure
from config import clock

log = structlog.get_logger(__name__)

POLL_S = 0.5
BATCH = 200

_LOCK: LiteralString = "select 1 from cases_instance where id = %s for no key update skip locked"


class TimerLoop:
    """Fires due timers until it is told to stop.

    Args:
        now: The business clock.
        fire: ``fire_timer`` of cases; tests put their own here.
        poll_s: Seconds of real time between two looks when nothing is due.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = clock.now,
        fire: Callable[..., bool] = use_cases.fire_timer,
        poll_s: float = POLL_S,
    ) -> None:
        self._now = now
        self._fire = fire
        self._poll_s = poll_s

    def run(self, stop: threading.Event) -> None:
        """Fire until ``stop`` is set; a lost database is waited for."""
        while not stop.is_set():
            try:
                fired = self.turn(stop)
            except (OperationalError, InterfaceError) as error:
                log.warning("timer_loop_interrupted", error=type(error).__name__)
                fired = 0
            close_old_connections()
            if not fired:
                stop.wait(self._poll_s)

    def turn(self, stop: threading.Event) -> int:
        """Fire the first due timer of up to ``BATCH`` instances and return how many were fired.

        Raises:
            OperationalError: The database went away.
        """
        fired = 0
        for instance_id, ref in use_cases.due_timers(self._now(), BATCH):
            if stop.is_set():
                break
            fired += self.fire_one(instance_id, ref)
        return fired

    def fire_one(self, instance_id: UUID, ref: str) -> bool:
        """Fire one timer, if nobody else works on its instance.

        Returns:
            Whether it was fired. A failure is noted as an incident and is no firing.
        """
        now = self._now()
        try:
            with transaction.atomic():
                fired = _lock(instance_id) and self._fire(instance_id, ref, now=now)
        except (OperationalError, InterfaceError) as error:
            if not connection.is_usable():
                raise
            # A deadlock or a time limit concerns this instance alone: the next turn tries again.
            log.warning("timer_postponed", instance_id=str(instance_id), error=type(error).__name__)
            return False
        except Exception as error:  # noqa: BLE001 - one broken case must not stop the others
            _note_failure(instance_id, ref, error, now)
            return False
        if fired:
            log.info("timer_fired", instance_id=str(instance_id), ref=ref)
        return fired


def _lock(instance_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [instance_id])
        return cursor.fetchone() is not None


def _note_failure(instance_id: UUID, ref: str, error: Exception, now: datetime) -> None:
    """Make an incident of what nobody foresaw; the text of such an error is not repeated."""
    code = str(getattr(error, "code", None) or type(error).__name__)
    log.error("timer_failed", instance_id=str(instance_id), ref=ref, exc_info=error)
    failure = Failure(
        action=FIRE_TIMER,
        ref=ref,
        code=code,
        message=f"Timer {ref} broke with {code}. The worker's log says where.",
        element=ref.partition(":")[2],
    )
    record_failure(instance_id, failure, actor=SYSTEM, now=now)
