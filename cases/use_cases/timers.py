"""Timers fire. The row is a wake-up hint; the diagram decides."""

from datetime import datetime
from uuid import UUID

from cases import guards, repository
from cases.actor import SYSTEM
from cases.context import access_context
from cases.errors import CaseError, NotFoundError
from cases.models import Instance, Timer
from cases.repository import Change, LockedInstance
from cases.use_cases.actions import Action, home_processes
from cases.use_cases.incidents import FIRE_TIMER, Failure, record_failure, settle_incidents
from engine import runtime
from engine.errors import EngineError, NotDueError


def due_timers(now: datetime, limit: int = 100) -> list[tuple[UUID, str]]:
    """Return (instance, ref) of timers to fire, earliest first.

    Only the earliest of an instance is given, so that a long stop is caught up with in order;
    one that failed is left out until its next try, and holds back those after it. One that a
    guard stopped holds nothing back.
    """
    with access_context(SYSTEM):
        rows = (
            Timer.objects.filter(due__lte=now, instance__status__in=Instance.LIVE)
            .exclude(attempts=0, next_at__gt=now)
            .order_by("instance_id", "due", "ref")
            .distinct("instance_id")
            .values_list("instance_id", "ref", "due", "next_at")
        )
        ready = [row for row in rows if row[3] is None or row[3] <= now]
    ready.sort(key=lambda row: row[2])
    return [(instance_id, ref) for instance_id, ref, _due, _next in ready[:limit]]


def fire_timer(instance_id: UUID, ref: str, *, now: datetime) -> bool:
    """Fire one timer if the diagram says that it is due.

    A second call, or one for a timer that was cancelled, changes nothing but the hint. A failing
    diagram or capability becomes an incident with a next try; the instance stays where it was.

    Returns:
        True when the timer fired.
    """
    try:
        with access_context(SYSTEM):
            instance = repository.lock_instance(instance_id)
            action = Action(instance=instance, actor=SYSTEM, now=now)
            if not instance.live:
                Timer.objects.filter(instance_id=instance_id).delete()
                return False
            if not guards.may_fire(action.context(_element(ref))):
                Timer.objects.filter(instance_id=instance_id, ref=ref).update(
                    next_at=now + guards.LOOK_AGAIN
                )
                return False
            return _fire(action, instance, ref)
    except NotFoundError:
        return False
    except (EngineError, CaseError) as error:
        failure = Failure.of(FIRE_TIMER, ref, error, _element(ref))
        record_failure(instance_id, failure, actor=SYSTEM, now=now)
        return False


def _fire(action: Action, instance: LockedInstance, ref: str) -> bool:
    try:
        outcome = runtime.fire_timer(
            action.definition, instance.state, ref, now=action.now, perform=action.perform
        )
    except NotDueError:
        _correct_hint(action, instance, ref)
        return False
    repository.save_outcome(
        Change(
            instance=instance,
            outcome=outcome,
            actor=SYSTEM,
            now=action.now,
            cause=FIRE_TIMER,
            facts=tuple(action.facts),
            expiry=action.expiry(outcome),
            homes=home_processes(action, outcome),
        )
    )
    settle_incidents(instance, FIRE_TIMER, ref, actor=SYSTEM, now=action.now)
    return True


def _correct_hint(action: Action, instance: LockedInstance, ref: str) -> None:
    """The diagram knows better: move the row to the right time, or drop it."""
    waiting = runtime.inspect(action.definition, instance.state, now=action.now).timers
    rows = Timer.objects.filter(instance_id=instance.id, ref=ref)
    due = next((timer.due for timer in waiting if timer.ref == ref), None)
    if due is None:
        rows.delete()
    else:
        rows.update(due=due, next_at=None, attempts=0)


def _element(ref: str) -> str:
    """Return the element of a reference ``<token>:<element>``."""
    return ref.partition(":")[2]
