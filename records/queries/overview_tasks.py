"""What waits for people: open tasks, late ones, reviews, what may become late. See ``overview``."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from cases.models import Task
from engine.steps import steps_in
from records.models import Akt, AktStatus, Notis
from records.queries.overview import Asked, Line, Source, by_person, days_since, reach

REVIEW_STEP: Final = "folja_upp"
"""The step of ``terms/kedjan.toml`` whose processes are the reviews."""
CLOCKS: Final = ("uppfoljning_plan", "uppfoljning_beslut", "forandrat_behov")
"""Clocks of the table ``eskalering`` that are about reviews."""
_BY_DUE: Final = ("due", "created_at", "pk")
_BY_AGE: Final = ("created_at", "pk")


def open_tasks(asked: Asked) -> Source:
    """Every open task."""
    return Source(_open(asked).filter(by_person(asked, "claimed_by_id")), _BY_DUE, _line(asked))


def late_tasks(asked: Asked) -> Source:
    """Open tasks whose last day has passed."""
    rows = _open(asked).filter(by_person(asked, "claimed_by_id"), due__lt=asked.now)
    return Source(rows, _BY_DUE, _line(asked))


def coming_late(asked: Asked) -> Source:
    """Open tasks whose last day comes within the days of ``oversikt_tid``.

    A period of the choice is one of the weeks of the forecast, and narrows it.
    """
    until = asked.now + timedelta(days=asked.days("blir_sena"))
    rows = _open(asked).filter(by_person(asked, "claimed_by_id"), due__gte=asked.now, due__lt=until)
    return Source(_within(rows, asked, "due"), _BY_DUE, _line(asked))


def standing(asked: Asked) -> Source:
    """Open tasks at one element of a diagram, the one that has stood longest first."""
    return Source(_open(asked), _BY_AGE, _line(asked, since=True))


def cases_held(asked: Asked) -> Source:
    """The ärenden in which a person has a task, each once."""
    rows = _open(asked).filter(by_person(asked, "claimed_by_id"), arende_id__isnull=False)
    return Source(rows.distinct("arende_id"), ("arende_id",), _line(asked))


def late_reviews(asked: Asked) -> Source:
    """Reviews of plans and decisions that are late, with who is to do them and how far it has gone.

    ``contact`` is the utsedd kontakt of the provider's akt, else who has the task; ``step`` and
    ``role`` the last step of the ladder, ``eskalering``, that has been taken for this last day.
    """
    steps = steps_in(asked.bundle.files)
    keys = [key for step in steps if step.id == REVIEW_STEP for key in step.processer]
    rows = _open(asked).filter(process_key__in=keys, due__lt=asked.now)
    told = Notis.objects.filter(
        arende_id=OuterRef("arende_id"), typ__in=CLOCKS, forfallen_datum=OuterRef("last_day")
    ).order_by("-skapad", "-roll")
    akter = Akt.objects.filter(
        arende_id=OuterRef("arende_id"), unit_id=OuterRef("unit_id"), status=AktStatus.OPPEN
    ).order_by("-oppnad")
    rows = rows.annotate(
        last_day=TruncDate("due"),
        contact=Coalesce(
            Subquery(akter.values("utsedd_kontakt_id")[:1], output_field=IntegerField()),
            "claimed_by_id",
            output_field=IntegerField(),
        ),
    ).annotate(
        step=Subquery(told.values("niva")[:1]),
        told=Subquery(told.values("roll")[:1]),
    )
    return Source(rows.filter(by_person(asked, "contact")), _BY_DUE, _review_line(asked))


def _open(asked: Asked) -> QuerySet[Task]:
    rows = Task.objects.filter(reach(asked), status=Task.Status.OPEN)
    if asked.process:
        rows = rows.filter(process_key=asked.process)
    if asked.step:
        rows = rows.filter(element=asked.step)
    return rows.select_related("unit")


def _within(rows: QuerySet[Task], asked: Asked, column: str) -> QuerySet[Task]:
    if asked.since is not None:
        rows = rows.filter(**{f"{column}__date__gte": asked.since})
    if asked.until is not None:
        rows = rows.filter(**{f"{column}__date__lte": asked.until})
    return rows


def _line(asked: Asked, *, since: bool = False) -> Any:
    """How a task is told: days late, or with ``since`` how many days it has stood."""

    def told(task: Task) -> Line:
        days = days_since(task.created_at, asked) if since else _late(task.due, asked)
        return Line(
            unit=task.unit_id,
            secrecy=task.secrecy,
            case=task.arende_id,
            place=task.unit.name,
            what=task.name,
            who=task.claimed_by_id,
            day=task.due,
            end=task.created_at,
            days=days,
            process=task.process_key,
            task=task.pk,
            roles=tuple(task.groups),
        )

    return told


def _review_line(asked: Asked) -> Any:
    def told(task: Any) -> Line:
        return Line(
            unit=task.unit_id,
            secrecy=task.secrecy,
            case=task.arende_id,
            place=task.unit.name,
            what=task.name,
            who=task.contact,
            day=task.due,
            days=_late(task.due, asked),
            step=task.step or "",
            role=task.told or "",
            process=task.process_key,
            task=task.pk,
            roles=tuple(task.groups),
        )

    return told


def _late(due: datetime | None, asked: Asked) -> int | None:
    return days_since(due, asked) if due is not None and due < asked.now else None
