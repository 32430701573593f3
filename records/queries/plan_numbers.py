"""How many plans a unit keeps current: numbers, never a person (R-112, L-33)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from engine.bundle import Bundle
from records.answers import local_date
from records.models import Akt, AktStatus
from records.terms import decide


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNumbers:
    """Open akter, those with an established plan, and those whose plan is current."""

    akter: int
    planer: int
    aktuella: int


def plan_numbers(bundle: Bundle, unit: UUID, now: datetime) -> PlanNumbers:
    """Count the unit's plans as the tables of the follow-up do (R-112, K-4).

    A plan is current until the day that ``uppfoljning_forfallodag`` gives has passed. A new date
    set afterwards changes nothing (K-5).

    Raises:
        ConfigurationMissingError: The edition lacks a table.
    """
    day = local_date(now)
    months = decide(bundle, "uppfoljningsintervall", {"lokal_rutin_manader": None})
    rows = _open_akter(unit)
    planned = [row for row in rows if row["plan_dag"] is not None]
    current = [row for row in planned if _due(bundle, months, row) >= day]
    return PlanNumbers(akter=len(rows), planer=len(planned), aktuella=len(current))


def _open_akter(unit: UUID) -> Sequence[Mapping[str, Any]]:
    established = Q(plan__versioner__faststalld__isnull=False)
    akter = Akt.objects.filter(unit_id=unit, status=AktStatus.OPPEN).annotate(
        plan_dag=Max("plan__versioner__faststalld_datum", filter=established),
        uppfoljd_dag=Max("uppfoljningar__datum"),
    )
    return list(akter.values("verkstalld_datum", "plan_dag", "uppfoljd_dag"))


def _due(bundle: Bundle, months: Any, row: Mapping[str, Any]) -> date:
    found: Any = decide(
        bundle,
        "uppfoljning_forfallodag",
        {
            "intervall_manader": months,
            "verkstalld_datum": row["verkstalld_datum"],
            "plan_faststalld_datum": row["plan_dag"],
            "senaste_uppfoljning_datum": row["uppfoljd_dag"],
        },
    )
    due: date = found["forfallodag"]
    return due
