"""What waits to be done about a thing of the quality work: its open tasks, and whose they are.

A thing has no instance of its own in its row: one that a message began bears its id as the key, and
the others have written it down in their history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from cases.actor import Actor
from cases.models import Event, Instance, Task
from cases.queries import inbox
from cases.user_names import user_name
from records.models import Kalla

NEW_RISK = "riskanalys"
"""A risk that is not assessed yet: the analysis that points it out handles it."""
REPORT = "kvalitetsberattelse"
PROCESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Kalla.AVVIKELSE.value: ("utreda_avvikelse", "avvikelse"),
        Kalla.KLAGOMAL.value: ("klagomal", "klagomal"),
        Kalla.LEX_SARAH.value: ("lex_sarah", "lex_sarah"),
        Kalla.RISK.value: ("hantera_risk", "risk"),
        Kalla.EGENKONTROLL.value: ("egenkontroll", "egenkontroll"),
        NEW_RISK: ("riskanalys", "risk"),
        REPORT: ("kvalitetsberattelse", "berattelse"),
    }
)
"""Kind of thing to the process that handles it, and what the history calls its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One open task. ``mine``: the reader may do it; else ``holder`` has it, or a role may."""

    id: UUID
    name: str
    due: datetime | None
    roles: Sequence[str]
    holder: str
    mine: bool


def waiting(actor: Actor, now: datetime, kind: str, ref: UUID) -> list[OpenTask]:
    """The open tasks about a thing, the one due first at the top. Call it inside a context.

    Args:
        actor: Who reads the thing's page, and so may know that it is handled.
        now: The moment, aware.
        kind: What it is: a ``Kalla``, ``NEW_RISK`` or ``REPORT``.
        ref: Its id.
    """
    handling = Instance.objects.filter(_handles(*PROCESSES[kind], ref), status__in=Instance.LIVE)
    found = open_tasks(actor, now, handling.values_list("pk", flat=True))
    return [task for tasks in found.values() for task in tasks]


def open_tasks(
    actor: Actor, now: datetime, instances: Iterable[UUID]
) -> Mapping[UUID, Sequence[OpenTask]]:
    """Instance to its open tasks, those due first at the top. Two queries. Inside a context.

    Args:
        actor: Who reads.
        now: The moment, aware.
        instances: Of processes that the actor may know are under way.
    """
    rows = Task.objects.filter(instance__in=list(instances), status=Task.Status.OPEN)
    ordered = rows.select_related("claimed_by").order_by(F("due").asc(nulls_last=True), "pk")
    tasks = list(ordered)
    hers = inbox(actor, now=now).filter(pk__in=[row.pk for row in tasks])
    mine = set(hers.order_by().values_list("pk", flat=True))
    found: dict[UUID, list[OpenTask]] = {}
    for row in tasks:
        told = OpenTask(
            id=row.pk,
            name=row.name,
            due=row.due,
            roles=tuple(row.groups),
            holder=user_name(row.claimed_by),
            mine=row.pk in mine,
        )
        found.setdefault(row.instance_id, []).append(told)
    return found


def _handles(process: str, name: str, ref: UUID) -> Q:
    told = Event.objects.filter(
        instance=OuterRef("pk"), kind="recorded", detail__contains={name: str(ref)}
    )
    return Q(process_key=process) & (Q(business_key=str(ref)) | Q(Exists(told)))
