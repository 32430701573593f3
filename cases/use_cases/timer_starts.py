"""Processes that begin by the clock: a timer start event, once per organisation or unit.

Only processes without an ärende begin so. A row of ``StartTimer`` holds the next turn; starting and
moving the row on are one transaction, and the instance's id follows from row and turn, so a turn
begins once however many workers look. Turns missed while the system was down are one start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.utils.timezone import localdate

from cases import bundles
from cases.actor import SYSTEM
from cases.context import access_context
from cases.errors import CaseError
from cases.models import Incident, Instance, Organisation, RoleGrant, StartTimer, Unit
from cases.repository import LockedInstance
from cases.use_cases.actions import Action, reserved_variables
from cases.use_cases.incidents import START_PLANNED, Failure, close_incident, open_incident
from cases.use_cases.starting import save_start
from engine import runtime, timers
from engine.bundle import Bundle
from engine.definition import StartInfo
from engine.errors import EngineError
from engine.feel import compile_expression
from engine.manifest import ProcessEntry

PLANNED = "planerad"
"""Variable with the time of the turn; after a stop it is earlier than the start."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One timer start event in one unit, and the edition that has it."""

    bundle_hash: str
    entry: ProcessEntry
    begin: StartInfo
    unit: Unit

    @property
    def key(self) -> tuple[str, str, UUID]:
        return self.entry.key, self.begin.element, self.unit.pk


def plan_starts(now: datetime) -> int:
    """Make the rows of ``StartTimer`` what the editions in force say.

    A second call changes nothing. A process that is replaced or a unit that is gone loses its row;
    a changed time plans anew from ``now``.

    Returns:
        How many rows were written or removed.

    Raises:
        TimerError: A time that the diagram computes is none.
    """
    with access_context(SYSTEM):
        plans = {plan.key: plan for plan in _plans(now)}
        changed = 0
        for row in StartTimer.objects.select_for_update():
            plan = plans.pop((row.process_key, row.element, row.unit_id), None)
            if plan is None:
                row.delete()
            elif row.text != plan.begin.text:
                _write(row, plan, now)
            else:
                continue
            changed += 1
        for plan in plans.values():
            _write(_new_row(plan), plan, now)
        return changed + len(plans)


def due_starts(now: datetime, limit: int = 100) -> list[UUID]:
    """Return the rows whose turn has come, earliest first; one that failed rests until its try."""
    with access_context(SYSTEM):
        rows = StartTimer.objects.filter(due__lte=now).order_by("due", "pk")
        resting = set(
            Incident.objects.filter(
                action=START_PLANNED, resolved_at__isnull=True, next_at__gt=now
            ).values_list("ref", flat=True)
        )
        ready = [pk for pk in rows.values_list("pk", flat=True) if str(pk) not in resting]
        return ready[:limit]


def start_planned(row_id: UUID, *, now: datetime) -> UUID | None:
    """Begin the process of one row and move the row to its next turn.

    A second call, or one by another worker, finds the row moved on.

    One that cannot begin becomes an incident and is tried again later; the turn stays due.

    Returns:
        The instance, or None where nothing was due or it could not begin.
    """
    try:
        return _start(row_id, now)
    except (EngineError, CaseError) as error:
        _note(row_id, error, now)
        return None


def _start(row_id: UUID, now: datetime) -> UUID | None:
    with access_context(SYSTEM):
        rows = StartTimer.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=row_id, due__lte=now).first()
        if row is None or row.due is None:
            return None
        begun = _begin(row, row.due, now)
        turn = timers.next_turn(row.cycle, now) if row.cycle else None
        row.cycle, row.due = turn, timers.cycle_due(turn) if turn else None
        row.save(update_fields=["cycle", "due"])
        for incident in _incidents(row_id):
            close_incident(incident.pk, actor=SYSTEM, now=now)
        return begun


def _note(row_id: UUID, error: Exception, now: datetime) -> None:
    with access_context(SYSTEM):
        row = StartTimer.objects.get(pk=row_id)
        scope = {"organisation_id": row.organisation_id, "unit_id": row.unit_id, "secrecy": 0}
        failure = Failure.of(START_PLANNED, row_id, error, row.element)
        open_incident(failure, scope, now)


def _incidents(row_id: UUID) -> QuerySet[Incident]:
    return Incident.objects.filter(action=START_PLANNED, ref=str(row_id), resolved_at__isnull=True)


def _begin(row: StartTimer, due: datetime, now: datetime) -> UUID | None:
    bundle_hash = dict(bundles.current_editions(localdate(now))).get(row.process_key)
    if bundle_hash is None:
        return None
    instance_id = uuid5(row.pk, due.isoformat())
    instance = LockedInstance(
        id=instance_id,
        bundle=bundle_hash,
        process_key=row.process_key,
        business_key="",
        arende_id=None,
        organisation=row.organisation_id,
        unit=row.unit_id,
        secrecy=0,
        status=Instance.Status.RUNNING,
        version=0,
        state=b"",
    )
    action = Action(instance=instance, actor=SYSTEM, now=now)
    outcome = runtime.start(
        action.definition,
        {**reserved_variables(instance), PLANNED: due},
        now=now,
        seed=instance_id,
        start_event=row.element,
        perform=action.perform,
    )
    save_start(action, outcome)
    return instance_id


def _plans(now: datetime) -> Iterator[_Plan]:
    for process_key, bundle_hash in bundles.current_editions(localdate(now)):
        bundle = bundles.compiled(bundle_hash)
        entry = bundle.manifest.entry(process_key)
        if entry is None or entry.needs_case or process_key not in bundle.processes:
            continue
        begins = [one for one in bundle.definition(process_key).starts if one.kind == "timer"]
        for unit in _units(entry, now) if begins else ():
            yield from (_Plan(bundle_hash, entry, begin, unit) for begin in begins)


def _units(entry: ProcessEntry, now: datetime) -> Iterator[Unit]:
    """Yield every unit, or per organisation the one where the process's owner works."""
    for organisation in Organisation.objects.order_by("pk"):
        if not entry.runs_in(organisation.kind):
            continue
        units = list(organisation.units.order_by("name", "pk"))
        if entry.timer_per == "enhet":
            yield from units
            continue
        owned = RoleGrant.objects.filter(
            organisation=organisation,
            role=entry.owner,
            unit__isnull=False,
            valid_from__lte=localdate(now),
        ).exclude(valid_to__lt=localdate(now))
        homes = set(owned.values_list("unit_id", flat=True))
        yield from sorted(units, key=lambda unit: unit.pk not in homes)[:1]


def _new_row(plan: _Plan) -> StartTimer:
    return StartTimer(
        process_key=plan.entry.key,
        element=plan.begin.element,
        organisation_id=plan.unit.organisation_id,
        unit=plan.unit,
    )


def _write(row: StartTimer, plan: _Plan, now: datetime) -> None:
    value = _value(bundles.compiled(plan.bundle_hash), plan.begin.text or "", now)
    row.text = plan.begin.text or ""
    row.cycle = None
    if plan.begin.time == "cycle":
        first = timers.cycle(value if isinstance(value, str) else "", now)
        behind = timers.cycle_due(first) <= now
        row.cycle = timers.next_turn(first, now) if behind else first
        row.due = timers.cycle_due(row.cycle) if row.cycle else None
    else:
        row.due = timers.due_at(value, now)
    row.save()


def _value(bundle: Bundle, text: str, now: datetime) -> Any:
    if not text.startswith("="):
        return text
    return compile_expression(text[1:], functions=bundle.functions).evaluate({}, now=now)
