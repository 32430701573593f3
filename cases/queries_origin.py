"""Where what a task is given comes from: which step wrote it, and when. In ``access_context``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from cases import access
from cases.actor import Actor
from cases.models import Event
from engine.definition import Definition, ElementInfo
from engine.outcome import Origin

WRITING = ("completed", "received", "decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The step that wrote something last."""

    element: ElementInfo
    at: datetime


def written_by(
    instance_id: UUID,
    definition: Definition,
    origins: Mapping[str, Origin],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Written]:
    """Return, by input of a task, the step that wrote it last, as the history has it.

    Args:
        instance_id: The task's instance.
        definition: Its process.
        origins: From ``Definition.given``; what is not among them is not asked for.
        actor: Who looks: lines out of sight are not told.
        now: The moment, aware.
    """
    wanted = {step for origin in origins.values() for step in _steps(origin)}
    if not wanted:
        return {}
    rows = Event.objects.filter(instance_id=instance_id, element__in=wanted, kind__in=WRITING)
    seen = access.visible(rows, actor, now).values("element").annotate(last=Max("at"))
    times = {str(row["element"]): row["last"] for row in seen.order_by("element")}
    found: dict[str, Written] = {}
    for name, origin in origins.items():
        steps = [step for step in _steps(origin) if step in times and step in definition.elements]
        if steps:
            latest = max(steps, key=lambda step: times[step])
            found[name] = Written(element=definition.elements[latest], at=times[latest])
    return found


def _steps(origin: Origin) -> Iterable[str]:
    return (*origin.decisions, *origin.others, *(event for event, _name in origin.carried))
