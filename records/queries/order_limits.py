"""Until when a sent uppdrag is to be answered, and who has been reminded that it is not (W3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from cases import access, bundles, queries
from cases.access import Action
from cases.actor import Actor
from cases.models import Task
from cases.user_names import user_name
from engine.bundle import Bundle
from records.answers import local_date
from records.errors import ConfigurationMissingError
from records.models import Notis, Uppdrag
from records.terms import decide

CLOCK = "bekraftelse_uppdrag"
ANSWER = "Task_BekraftaUppdrag"
TO_ANSWER = frozenset({Action.CLAIM, Action.COMPLETE})
# Any interval for which the ladder has all its steps: this clock has none of its own.
_LONG = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the ladder ``eskalering``: who is told, on which day, and what."""

    role: str
    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The last day to answer, the step that has been reached, and the one that comes next.

    ``task`` is the task to answer, where the reader may do it; ``roles`` are those that may, and
    ``taken_by`` who has taken it, where the reader sees the task.
    """

    day: date | None
    reached: Step | None = None
    coming: Step | None = None
    task: UUID | None = None
    roles: tuple[str, ...] = ()
    taken_by: str = ""


def limits_of(rows: Sequence[Uppdrag], actor: Actor, now: datetime) -> Mapping[UUID, Limit]:
    """The limit of each uppdrag that waits for an answer; call it inside ``access_context``.

    The last day is the one of the task to answer. Who does not see the task (the sender) gets it
    from the table ``bekraftelsetid`` of the edition in force, which set it.

    Args:
        rows: Sent and not answered.
        actor: Who looks.
        now: The moment, aware.
    """
    if not rows:
        return {}
    bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
    tasks = _tasks(rows, actor, now)
    told = _told(rows)
    ladder = _ladder(bundle)
    found = {}
    for row in rows:
        task = tasks.get(str(row.pk))
        day = localdate(task.due) if task and task.due else _by_table(bundle, row)
        steps = [] if day is None else [_step(rung, day) for rung in ladder]
        sent = {(role, on) for about, role, on in told if about in (row.pk, row.arende_id)}
        done = [step for step in steps if (step.role, day) in sent]
        left = [step for step in steps if step not in done and step.day >= local_date(now)]
        found[row.pk] = Limit(
            day=day,
            reached=done[-1] if done else None,
            coming=left[0] if left else None,
            task=task.pk if task and queries.actions(task, actor) & TO_ANSWER else None,
            roles=tuple(task.groups) if task else (),
            taken_by=user_name(task.claimed_by) if task else "",
        )
    return found


def _tasks(rows: Sequence[Uppdrag], actor: Actor, now: datetime) -> dict[str, Task]:
    """The task to answer each uppdrag, by its id as text."""
    waiting = Task.objects.filter(
        element=ANSWER,
        status=Task.Status.OPEN,
        arende_id__in={row.arende_id for row in rows},
        instance__business_key__in=[str(row.pk) for row in rows],
    )
    mine = access.visible(waiting, actor, now).select_related("instance", "claimed_by")
    return {task.instance.business_key: task for task in mine.defer("instance__state")}


def _told(rows: Sequence[Uppdrag]) -> set[tuple[UUID | None, str, date | None]]:
    """Reminders that have been sent: uppdrag (ärende in older ones), role and the day."""
    sent = Notis.objects.filter(typ=CLOCK, arende_id__in={row.arende_id for row in rows})
    about = Coalesce("handelse_id", "arende_id")
    return set(sent.values_list(about, "roll", "forfallen_datum"))


def _by_table(bundle: Bundle, row: Uppdrag) -> date | None:
    if row.skickad is None:
        return None
    asked = {"bradskande": row.bradskande, "skickat_datum": local_date(row.skickad)}
    try:
        answer = decide(bundle, "bekraftelsetid", asked)
    except ConfigurationMissingError:
        return None
    return answer if isinstance(answer, date) else None


def _ladder(bundle: Bundle) -> list[dict[str, Any]]:
    try:
        found = decide(bundle, "eskalering", {"klocka": CLOCK, "intervall_manader": _LONG})
    except ConfigurationMissingError:
        return []
    return found if isinstance(found, list) else []


def _step(rung: Mapping[str, Any], day: date) -> Step:
    return Step(
        role=str(rung["roll"]),
        day=day + timedelta(days=int(rung["dagar"])),
        text=str(rung["text"]),
    )
