"""What the worker does, in one thread and virtual time: messages, jobs, timers, expiry.

The same use cases as the worker's actors, so a walk shows what the product does; only the queue
and the waiting are left out.
"""

from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Coalesce

from cases.context import native_cursor
from cases.models import StartTimer, Timer
from cases.use_cases.jobs import due_jobs, run_job
from cases.use_cases.messages import deliver_message, expire_messages, match_subscription
from cases.use_cases.retrying import due_incidents, retry_incident
from cases.use_cases.timer_starts import due_starts, plan_starts, start_planned
from cases.use_cases.timers import fire_timer

Moved = Callable[[datetime], None]
_LIMIT = 10_000
_TAKE = (
    "UPDATE cases_outbox SET state = 'done' WHERE state = 'queued'"
    " RETURNING created_at, ARRAY(SELECT jsonb_array_elements_text(args)), actor"
)
TICK = timedelta(milliseconds=1)


class RunawayError(RuntimeError):
    """The walk does not come to rest."""

    def __init__(self) -> None:
        super().__init__(f"more than {_LIMIT} automatic steps without coming to rest")


def settle(now: datetime) -> datetime:
    """Do everything that waits in the queue, and what follows from it.

    Args:
        now: The virtual moment, aware. Each piece of work takes a ``TICK``, so that the history
            shows what came first.

    Returns:
        The moment when all is done.

    Raises:
        RunawayError: The instances keep sending each other messages.
    """
    for _round in range(_LIMIT):
        # Done first, as the worker would try again what fails: here the incident says enough.
        # What came at one moment is ordered by whom it concerns; the rows' own ids are random.
        rows = sorted(native_cursor().execute(_TAKE, prepare=True).fetchall())
        if not rows:
            return now
        for _at, args, actor in rows:  # what follows from them comes after them
            now += TICK
            _ACTORS[actor](*args, now=now)
    raise RunawayError


def advance(
    start: datetime, end: datetime, moved: Moved, begins: Container[str] | None = None
) -> None:
    """Let time pass: fire every timer at its moment, in order, and what follows from each.

    Args:
        start: The virtual moment now.
        end: The moment to reach.
        moved: Told each moment at which something happens, and ``end`` at last.
        begins: The keys of the processes that the clock may begin; None: all.

    Raises:
        RunawayError: A timer that is due does not go away.
    """
    now = start
    for _round in range(_LIMIT):
        waiting = Timer.objects.annotate(at=Coalesce("next_at", "due"))
        timer = waiting.filter(at__lte=end).order_by("at", "due", "ref").first()
        if timer is None:
            break
        now = max(now, timer.next_at or timer.due)
        moved(now)
        fire_timer(timer.instance_id, timer.ref, now=now)
        now = settle(now)
    else:
        raise RunawayError
    now = max(now, end)
    expire_messages(now=now)
    for incident in due_incidents(now):
        retry_incident(incident, now=now)
    for job in due_jobs(now):
        run_job(job, now=now)
    if begins is None or begins:
        begin_planned(now, begins)
    moved(settle(now))


def begin_planned(now: datetime, begins: Container[str] | None = None) -> None:
    """Begin each process whose turn has come by the clock, once, and plan the next turns.

    Args:
        now: The virtual moment.
        begins: The keys of the processes that may begin; None: all.
    """
    keys = dict(StartTimer.objects.values_list("pk", "process_key"))
    for row in due_starts(now, limit=len(keys)):
        if begins is None or keys[row] in begins:
            start_planned(row, now=now)
    plan_starts(now)


class Worker:
    """The worker's part while the demo's cases are walked, before any worker runs."""

    def settle(self, now: datetime) -> None:
        """Do what waits in the queue."""
        settle(now)

    def advance(self, start: datetime, end: datetime) -> None:
        """Let time pass; what the clock begins waits for ``begin``."""
        advance(start, end, lambda _moment: None, begins=())

    def plan(self, now: datetime) -> None:
        """Plan what the clock begins from a moment on."""
        plan_starts(now)

    def begin(self, now: datetime) -> None:
        """Begin what the clock should have begun until a moment, and what follows from it."""
        begin_planned(now)
        settle(now)


def _uuid_first(use_case: Callable[..., object]) -> Callable[..., object]:
    def call(ref: str, *rest: str, now: datetime) -> object:
        return use_case(UUID(ref), *rest, now=now)

    return call


_ACTORS: Mapping[str, Callable[..., object]] = {
    "deliver_message": _uuid_first(deliver_message),
    "match_subscription": _uuid_first(match_subscription),
    "run_job": _uuid_first(run_job),
    "fire_timer": _uuid_first(fire_timer),
    "retry_incident": _uuid_first(retry_incident),
}
