"""Lead times: how many days each step of the chain took, for what was done in a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import (
    Aggregate,
    Count,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, TruncDate

from records.models import Akt, Arende, Beslut, DelbeslutHandelse, PlanVersion, Uppdrag
from records.queries.overview import Asked, Line, Source, reach, received

MEDIAN: Final = 0.5
MOST: Final = 0.9


class Percentile(Aggregate):
    """``PERCENTILE_CONT``: the value that a share of the rows do not exceed."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, share: float) -> None:
        super().__init__(expression, share=share)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime:
    """One step: how many were done in the period, and their days. None where there were none."""

    key: str
    number: int
    median: float | None
    most: float | None


def to_decision(asked: Asked) -> Source:
    """From ansökan to the first decision of the ärende."""
    earlier = Beslut.objects.filter(
        arende=OuterRef("arende"), registrerad__lt=OuterRef("registrerad")
    )
    rows = Beslut.objects.filter(reach(asked), ~Exists(earlier))
    return _source(asked, rows, F("arende__inkom_datum"), F("beslutsdatum"), "arende_id")


def to_order(asked: Asked) -> Source:
    """From decision to sent uppdrag."""
    rows = Uppdrag.objects.filter(reach(asked), skickad__isnull=False)
    return _source(asked, rows, F("beslut__beslutsdatum"), TruncDate("skickad"), "arende_id")


def to_answer(asked: Asked) -> Source:
    """From sent uppdrag to the provider's answer, as myndigheten sees it."""
    rows = Uppdrag.objects.filter(reach(asked), skickad__isnull=False, besvarad__isnull=False)
    return _source(asked, rows, TruncDate("skickad"), TruncDate("besvarad"), "arende_id")


def to_own_answer(asked: Asked) -> Source:
    """From received uppdrag to the unit's answer, as the provider sees it."""
    rows = Uppdrag.objects.filter(
        received(asked, "arende_id"), skickad__isnull=False, besvarad__isnull=False
    )
    return _source(asked, rows, TruncDate("skickad"), TruncDate("besvarad"), "arende_id")


def to_carried_out(asked: Asked) -> Source:
    """From decision to the first day that a granted part was carried out."""
    rows = DelbeslutHandelse.objects.filter(reach(asked), slag="verkstallt")
    return _source(asked, rows, F("delbeslut__beslut__beslutsdatum"), F("datum"), "arende_id")


def to_plan(asked: Asked) -> Source:
    """From accepted uppdrag to the first established plan."""
    first = PlanVersion.objects.filter(plan__akt=OuterRef("pk"), faststalld__isnull=False)
    days = first.values("plan__akt").annotate(day=Min("faststalld_datum")).values("day")
    rows = Akt.objects.filter(reach(asked)).annotate(plan_day=Subquery(days[:1]))
    return _source(asked, rows, TruncDate("oppnad"), F("plan_day"), "arende_id")


def to_begun(asked: Asked) -> Source:
    """From accepted uppdrag to the day the support began."""
    rows = Akt.objects.filter(reach(asked), verkstalld_datum__isnull=False)
    return _source(asked, rows, TruncDate("oppnad"), F("verkstalld_datum"), "arende_id")


def to_closed(asked: Asked) -> Source:
    """From ansökan to the closing of the ärende."""
    rows = Arende.objects.filter(reach(asked, "pk"), avslutad__isnull=False)
    return _source(asked, rows, F("inkom_datum"), TruncDate("avslutad"), "pk")


STEPS: Final = {
    "beslut": to_decision,
    "uppdrag": to_order,
    "svar": to_answer,
    "verkstallt": to_carried_out,
    "avslut": to_closed,
    "eget-svar": to_own_answer,
    "plan": to_plan,
    "borjat": to_begun,
}
"""Every step that is measured, in the order of the chain; then the provider's own."""


def lead_time(key: str, source: Source) -> LeadTime:
    """Count one step. One query."""
    found: Mapping[str, Any] = source.rows.order_by().aggregate(
        number=Count("pk"), median=Percentile("days", MEDIAN), most=Percentile("days", MOST)
    )
    return LeadTime(key=key, number=found["number"], median=found["median"], most=found["most"])


def _source(asked: Asked, rows: QuerySet[Any], began: Any, ended: Any, case: str) -> Source:
    """Rows with ``began``, ``ended`` and ``days``; the longest first."""
    since = asked.since or asked.today - timedelta(days=asked.days("ledtider"))
    done = rows.annotate(began=Cast(began, DateField()), ended=Cast(ended, DateField()))
    done = done.filter(
        Q(ended__gte=since, ended__lte=asked.until or asked.today), began__isnull=False
    )
    done = done.annotate(days=_less("ended", "began"), short=_less("began", "ended"))

    def told(row: Any) -> Line:
        place = row.delad_med if case != "pk" and _is_received(row, asked) else row.unit
        return Line(
            unit=place.pk,
            secrecy=row.secrecy,
            case=getattr(row, case),
            place=place.name,
            day=row.began,
            end=row.ended,
            days=row.days,
        )

    return Source(done.select_related("unit", *_sent_to(rows)), ("short", "pk"), told)


def _sent_to(rows: QuerySet[Any]) -> tuple[str, ...]:
    return ("delad_med",) if rows.model is Uppdrag else ()


def _is_received(row: Any, asked: Asked) -> bool:
    return isinstance(row, Uppdrag) and row.unit_id not in asked.actor.places


def _less(later: str, earlier: str) -> Func:
    return Func(
        F(later),
        F(earlier),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
