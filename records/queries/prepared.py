"""What earlier steps prepared for a task: their answers in words, who gave them and when.

The diagram names the steps (property ``underlag`` of the user task), so nobody is shown an answer
that the process does not mean for her.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases import bundles
from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.models import Task
from cases.user_names import user_name
from engine.definition import ElementInfo
from engine.model import PREPARED
from records.access import readable
from records.models import Dokument
from records.papers.kinds import Uppgift
from records.queries.paper_forms import answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The newest answers of one step: its name and role in the diagram, and the answers."""

    step: str
    role: str
    by: str
    at: datetime
    answers: tuple[Uppgift, ...]


def prepared(actor: Actor, task: Task, *, now: datetime) -> list[Prepared]:
    """What the diagram says that a task rests on, in its order, as far as the actor may read it.

    Opening a task of an ärende is logged as a reading of it; without one no person is concerned.

    Args:
        actor: Who looks at the task.
        task: With its instance.
        now: The moment, aware.
    """
    steps = _steps(task)
    if not steps:
        return []
    case = task.arende_id
    action = Action.READ if case is None else Action.CONTENT
    actor = actor if case is None else actor.at(case)
    with access_context(actor):
        rows = Dokument.objects.filter(
            readable(actor, now, case=case, action=action),
            instance_id=task.instance_id,
            element__in=[step.id for step in steps],
        ).select_related("skapad_av")
        newest = {row.element: row for row in rows.order_by("skapad", "pk")}
        return list(_told(task, steps, newest))


def _steps(task: Task) -> list[ElementInfo]:
    elements = bundles.definition(task.instance.bundle_id, task.process_key).elements
    found = elements.get(task.element)
    names = "" if found is None else found.properties.get(PREPARED, "")
    return [elements[name] for name in names.replace(",", " ").split() if name in elements]


def _told(
    task: Task, steps: Sequence[ElementInfo], newest: dict[str, Dokument]
) -> Iterator[Prepared]:
    bundle = bundles.compiled(task.instance.bundle_id)
    for step in steps:
        row = newest.get(step.id)
        if row is not None:
            yield Prepared(
                step=step.name or step.id,
                role=step.role or "",
                by=user_name(row.skapad_av),
                at=row.skapad,
                answers=tuple(answered(bundle, row, protected=row.secrecy > 0)),
            )
