"""What a task is about where no ärende says it: event, unit, insats or quarter, whose proposal.

Only what is named here is told: an answer of an earlier step may be somebody's alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from cases.models import Task
from cases.queries import TaskDetail
from records.models import Kalla
from records.queries.oppna_insatser import positions
from records.queries.prepared import prepared
from web.door import Visit
from web.subject_event import event_rows

Row = tuple[str, str]
PROPOSED = "rapportera_avvikelse"
"""The process in which ``kalla`` says what proposed it."""


def subject(here: Visit, parts: TaskDetail) -> list[Row]:
    """Return what the task is about as (heading, text); empty where the page says it already."""
    known = parts.variables
    rows = [*_source(parts, known), *event_rows(here, parts.inputs)]
    if parts.task.arende_id is None:
        rows += [*_insats(here, known), *_quarter(known)]
        rows.append((gettext("Enhet"), parts.task.unit.name))
    return rows


def _source(parts: TaskDetail, known: Mapping[str, Any]) -> Iterator[Row]:
    words = {str(value): str(label) for value, label in Kalla.choices}
    found = words.get(str(known.get("kalla")))
    if parts.task.process_key == PROPOSED and found is not None:
        yield gettext("Förslaget kommer från"), gettext(found)


def _insats(here: Visit, known: Mapping[str, Any]) -> Iterator[Row]:
    wanted = str(known.get("insats") or "")
    if not wanted:
        return
    found = next(
        (row for row in positions(here.actor, here.now) if str(row.insats) == wanted), None
    )
    if found is not None:
        yield gettext("Insats"), found.namn
        yield gettext("Målgrupp"), found.malgrupp
        yield gettext("Villkor"), found.villkor


def _quarter(known: Mapping[str, Any]) -> Iterator[Row]:
    period = known.get("period")
    if isinstance(period, Mapping) and {"ar", "kvartal"} <= period.keys():
        said = gettext("Kvartal %(kvartal)s %(ar)s")
        yield gettext("Gäller"), said % period


def prepared_shown(here: Visit, parts: TaskDetail) -> list[dict[str, Any]]:
    """What the diagram says that an open task rests on: each step with who answered, and when."""
    if parts.task.status != Task.Status.OPEN:
        return []
    return [
        {
            "step": found.step,
            "role": here.role_name(found.role) if found.role else "",
            "by": found.by,
            "at": found.at,
            "answers": found.answers,
        }
        for found in prepared(here.actor, parts.task, now=here.now)
    ]
