"""The ledningssystem as it stands: processes, who does what, and when it was last used (R-010 ff.).

No case data: keys, roles, dates. What is counted is the reader's own units'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from cases import bundles
from cases.actor import Actor
from cases.context import access_context
from cases.models import Instance, Laskvittens
from engine.bundle import Bundle
from engine.manifest import ProcessEntry
from engine.phases import Phase, phases_in
from records.answers import local_date
from records.models import Ledningssystem
from records.routines import INSTRUCTION, roles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that a person does, and the roles that do it (R-013)."""

    element: str
    name: str
    roles: tuple[str, ...]
    instruction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLine:
    """A process: who answers for it, its standing (R-014), and the last activity of each phase."""

    key: str
    name: str
    owner: str
    status: str
    adopted_by: str
    adopted_on: date | None
    lagrum: tuple[str, ...]
    steps: tuple[Step, ...]
    phases: Mapping[str, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the page; ``systems`` are the newest adopted one of each own unit."""

    edition: str
    phases: tuple[Phase, ...]
    processes: tuple[ProcessLine, ...]
    systems: tuple[Ledningssystem, ...]


@dataclass(frozen=True, slots=True)
class _Activity:
    """When processes were last in use, and instructions last acknowledged."""

    used: Mapping[str, datetime]
    ended: Mapping[str, datetime]
    read: Mapping[str, datetime]


def overview(actor: Actor, now: datetime) -> Overview:
    """The ledningssystem as the actor's units use it.

    Raises:
        ProcessUnavailableError: No edition is in force.
    """
    bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
    with access_context(actor):
        activity = _activity(actor)
        systems = tuple(
            Ledningssystem.objects.filter(unit__in=actor.units)
            .select_related("unit", "faststalld_av")
            .order_by("unit", "-version")
            .distinct("unit")
        )
    phases = phases_in(bundle.files)
    lines = (_line(bundle, entry, phases, activity) for entry in bundle.manifest.process)
    return Overview(
        edition=bundle.manifest.utgava.name,
        phases=phases,
        processes=tuple(sorted(lines, key=lambda line: line.name)),
        systems=systems,
    )


def _activity(actor: Actor) -> _Activity:
    rows = Instance.objects.filter(unit__in=actor.units).values("process_key")
    seen = list(rows.annotate(used=Max("started_at"), ended=Max("ended_at")))
    read = Laskvittens.objects.values("subject").annotate(last=Max("read_at"))
    return _Activity(
        used={row["process_key"]: max(row["used"], row["ended"] or row["used"]) for row in seen},
        ended={row["process_key"]: row["ended"] for row in seen if row["ended"]},
        read=dict(read.values_list("subject", "last")),
    )


def _line(
    bundle: Bundle, entry: ProcessEntry, phases: tuple[Phase, ...], activity: _Activity
) -> ProcessLine:
    who, when = bundle.manifest.adopted(entry)
    steps = steps_of(bundle, entry.key)
    own = {
        "faststalld": when,
        "last": _newest(activity.read, [f"{INSTRUCTION}/{one.instruction}" for one in steps]),
        "avslutad": _newest(activity.ended, [entry.key]),
    }
    owner = bundle.roles.get(entry.owner)
    return ProcessLine(
        key=entry.key,
        name=entry.name,
        owner=entry.owner if owner is None else owner.name,
        status=entry.status,
        adopted_by=who,
        adopted_on=when,
        lagrum=entry.lagrum,
        steps=steps,
        phases={phase.id: _last(phase, own, activity) for phase in phases},
    )


def _last(phase: Phase, own: Mapping[str, date | None], activity: _Activity) -> date | None:
    days = [own[sign] for sign in phase.av]
    days.append(_newest(activity.used, phase.processer))
    return max((day for day in days if day is not None), default=None)


def _newest(moments: Mapping[str, datetime], keys: Any) -> date | None:
    found = [moments[key] for key in keys if key in moments]
    return local_date(max(found)) if found else None


def steps_of(bundle: Bundle, key: str) -> tuple[Step, ...]:
    """The steps of a process that people do, with the names of the roles."""
    elements = bundle.definition(key).elements.values() if key in bundle.processes else ()
    return tuple(
        Step(
            element=element.id,
            name=element.name,
            roles=tuple(_role_name(bundle, role) for role in roles_of(element)),
            instruction=element.properties.get("instruktion", element.id),
        )
        for element in elements
        if element.kind == "userTask"
    )


def _role_name(bundle: Bundle, role: str) -> str:
    found = bundle.roles.get(role)
    return role if found is None else found.name
