"""What can be seen of an ärende after a step: tasks, events, notices, recorded facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import DateTimeField, Model, Q

from cases.models import Event, Incident, Instance, Task
from engine.verdict import CaseEvent
from records.models import Arende, JournalEntry, Notis

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One open task of the ärende."""

    id: UUID
    element: str
    name: str
    process: str
    roles: tuple[str, ...]
    unit: UUID
    due: datetime | None
    follow_up: datetime | None
    claimed_by: int | None
    version: int
    form_id: str
    due_rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One reminder or escalation."""

    id: UUID
    to: str
    kind: str
    level: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The ärende at one moment."""

    tasks: tuple[OpenTask, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    notices: tuple[Notice, ...] = ()
    running: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    error: str = ""
    fields: tuple[str, ...] = field(default=())


def fresh_events(before: Seen, after: Seen) -> list[CaseEvent]:
    """The events that came between two looks, in the order they happened.

    Programs that work at the same time may commit in another order than their clocks say, so what
    is new is told by identity and not by place.
    """
    known = {event.ref for event in before.events}
    return [event for event in after.events if event.ref not in known]


def look(
    arende: UUID | None,
    before: Seen | None = None,
    *,
    error: str = "",
    fields: Sequence[str] = (),
) -> Seen:
    """Read how an ärende stands.

    Args:
        arende: The ärende; None: what belongs to no ärende, such as a quarterly report.
        before: How it stood earlier, when nobody else works on it: only what came after is read.
        error: The code with which the step was refused.
        fields: The form fields that the refusal points at.
    """
    return Seen(
        tasks=_tasks(arende),
        events=_with_newer(arende, before.events) if before else events_of(arende),
        notices=_notices(arende),
        running=tuple(
            Instance.objects.filter(arende_id=arende, status__in=Instance.LIVE)
            .order_by("started_at", "id")
            .values_list("process_key", flat=True)
        ),
        incidents=tuple(
            Incident.objects.filter(arende_id=arende, resolved_at__isnull=True).values_list(
                "code", flat=True
            )
        ),
        error=error,
        fields=tuple(fields),
    )


def _with_newer(arende: UUID | None, known: tuple[CaseEvent, ...]) -> tuple[CaseEvent, ...]:
    if not known:
        return events_of(arende)
    refs = {event.ref for event in known}
    newer = events_of(arende, since=known[-1].at)
    return (*known, *(event for event in newer if event.ref not in refs))


def events_of(arende: UUID | None, since: datetime | None = None) -> tuple[CaseEvent, ...]:
    """The history of an ärende as the legal rules see it, from a moment on where one is given."""
    instances = {
        row.id: row
        for row in Instance.objects.filter(arende_id=arende).only("process_key", "business_key")
    }
    found = Event.objects.filter(arende_id=arende)
    rows = (
        (found if since is None else found.filter(at__gte=since))
        .order_by("at", "instance_id", "version", "seq")
        .values_list(
            "at", "kind", "actor", "element", "detail", "instance_id", "version", "seq", named=True
        )
    )
    return tuple(_event(row, instances[row.instance_id]) for row in rows)


def fact(arende: UUID | None, name: str) -> Any:
    """Read a recorded fact: ``<model>.<column>`` of the newest row of the ärende.

    ``<model>.<column>.forst`` is that of the first row, ``<model>.antal`` counts the rows. The
    models are those of ``records``. Without an ärende the rows are those that belong to none.

    Raises:
        LookupError: There is no such model, column or row.
    """
    model_name, _, column = name.partition(".")
    column, _, which = column.partition(".")
    model = apps.get_model("records", model_name)
    names = {found.name for found in model._meta.get_fields()}  # noqa: SLF001
    path = _path_to_arende(model_name, names)
    if path is None and arende is not None:
        raise LookupError(f"{model_name} does not belong to an ärende")
    rows = model._default_manager.filter(**({path: arende} if path else {}))  # noqa: SLF001
    if column == "antal":
        return rows.count()
    ordered = rows.order_by(_when_written(model, names))
    row = ordered.first() if which == "forst" else ordered.last()
    if row is None or not hasattr(row, column):
        raise LookupError(f"no {name} is recorded")
    return getattr(row, column)


def _when_written(model: type[Model], names: set[str]) -> str:
    known = ("registrerad", "skapad", "oppnad", "provad", "listad")
    fields = model._meta.fields  # noqa: SLF001
    moments = (one.name for one in fields if isinstance(one, DateTimeField))
    return next((name for name in known if name in names), next(moments, "pk"))


_PATHS = {
    "arende": "pk",
    "planversion": "plan__akt__arende_id",
    "delbeslut": "beslut__arende_id",
    "plan": "akt__arende_id",
    "uppfoljning": "akt__arende_id",
    "journalentry": "journal__arende_id",
    "invandning": "anteckning__journal__arende_id",
    "forsegling": "anteckning__journal__arende_id",
    "samtyckedel": "samtycke__arende_id",
    "samtyckeaterkallelse": "samtycke__arende_id",
    "papper": "arende_id",
    "person": "arenden",
}


def _path_to_arende(model: str, names: set[str]) -> str | None:
    """The way to the ärende; None where the model has none."""
    if model.lower() in _PATHS:
        return _PATHS[model.lower()]
    return "arende_id" if "arende" in names else None


def known_of(arende: UUID) -> dict[str, str]:
    """What a later step may need to point at: the newest note, and the number of the ärende."""
    note = JournalEntry.objects.filter(journal__arende_id=arende).order_by("registrerad").last()
    number = Arende.objects.filter(pk=arende).values_list("nummer", flat=True).first()
    found = {"anteckning": str(note.pk) if note else "", "arendenummer": number or ""}
    return {key: value for key, value in found.items() if value}


def tasks_without_case() -> tuple[OpenTask, ...]:
    """The open tasks that belong to no ärende."""
    return _tasks(None)


def _tasks(arende: UUID | None) -> tuple[OpenTask, ...]:
    rows = Task.objects.filter(arende_id=arende, status="open").order_by("created_at", "id")
    return tuple(
        OpenTask(
            id=row.id,
            element=row.element,
            name=row.name,
            process=row.process_key,
            roles=tuple(row.groups),
            unit=row.unit_id,
            due=row.due,
            follow_up=row.follow_up,
            claimed_by=row.claimed_by_id,
            version=row.version,
            form_id=row.form_id,
            due_rules=tuple(rule for basis in row.basis for rule in basis.get("rules", ())),
        )
        for row in rows
    )


def _notices(arende: UUID | None) -> tuple[Notice, ...]:
    about = Q(arende=None) if arende is None else Q(arende_id=arende)
    rows = Notis.objects.filter(about).select_related("mottagare").order_by("skapad", "id")
    return tuple(
        Notice(
            id=row.id,
            to=row.roll or str(getattr(row.mottagare, "username", "")),
            kind=row.typ,
            level=row.niva,
            on=row.skapad.astimezone(STOCKHOLM).date(),
        )
        for row in rows
    )


def _event(row: Any, instance: Instance) -> CaseEvent:
    detail = row.detail or {}
    return CaseEvent(
        at=row.at,
        kind=row.kind,
        process=instance.process_key,
        instance=str(row.instance_id),
        actor=row.actor,
        element=row.element,
        message=str(detail.get("message", "")),
        record=str(detail.get("record", "")),
        uppdrag=str(detail.get("uppdrag") or instance.business_key),
        ref=f"{row.instance_id}/{row.version}/{row.seq}",
    )
