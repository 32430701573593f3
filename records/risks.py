"""Risk analyses: which parts are covered, what stands, what may not be done (R-030, R-036)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from cases.capabilities import CapabilityContext
from cases.errors import CaseError
from cases.models import Organisation
from engine.bundle import Bundle
from records.answers import STOCKHOLM
from records.models import Risk, Riskanalys, Verksamhetsdel
from records.terms import decide
from records.writing import needed_row


class RiskNeedsPlanError(CaseError):
    """The table says that a risk of this class is not accepted without a plan (4.3)."""

    code = "risk_needs_plan"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Risken är så hög att den inte kan accepteras ({ref}). Upprätta en handlingsplan."
        )


class AnalysisEstablishedError(CaseError):
    """The analysis is fastställd: a version that stands (R-035)."""

    code = "riskanalys_faststalld"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Riskanalysen är fastställd och ändras inte ({ref}). Börja en ny riskanalys av delen."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCoverage:
    """One part of the operation, and the day of the newest analysis that covers it, if any."""

    id: UUID
    namn: str
    enhet: UUID
    senast: date | None
    tackt: bool


def parts_in_force(unit: UUID, day: date) -> list[Verksamhetsdel]:
    """The parts of a unit's operation on a day, by name."""
    return list(_in_force(day).filter(unit_id=unit))


def _in_force(day: date) -> QuerySet[Verksamhetsdel]:
    rows = Verksamhetsdel.objects.filter(
        Q(giltig_till=None) | Q(giltig_till__gte=day), giltig_fran__lte=day
    )
    return rows.order_by("namn", "registrerad")


def covered_from(bundle: Bundle, day: date, driftsform: str) -> date:
    """The first day whose analyses still cover a part on ``day``; the table ``risk_tackning``.

    Raises:
        ConfigurationMissingError: The edition has no such table.
    """
    found: date = decide(bundle, "risk_tackning", {"driftsform": driftsform, "dag": day})
    return found


def coverage(unit: UUID, since: date, day: date) -> list[PartCoverage]:
    """Every part of a unit and whether an analysis fastställd since then covers it (R-030).

    Args:
        unit: The unit.
        since: The first day that counts.
        day: The last day that counts; the parts are those in force on it.
    """
    return coverage_of({unit: since}, day)[unit]


def coverage_of(since: Mapping[UUID, date], day: date) -> dict[UUID, list[PartCoverage]]:
    """The coverage of several units; two queries however many there are (R-030).

    Args:
        since: Unit to the first day that counts there.
        day: The last day that counts; the parts are those in force on it.
    """
    after = datetime.combine(day, time.max, tzinfo=STOCKHOLM)
    made = Riskanalys.objects.filter(unit__in=since, faststalld__lte=after)
    newest: dict[UUID, datetime] = {
        row["verksamhetsdel"]: row["senast"]
        for row in made.values("verksamhetsdel").annotate(senast=Max("faststalld"))
    }
    found: dict[UUID, list[PartCoverage]] = {unit: [] for unit in since}
    for part in _in_force(day).filter(unit__in=since):
        moment = newest.get(part.pk)
        last = None if moment is None else moment.astimezone(STOCKHOLM).date()
        found[part.unit_id].append(
            PartCoverage(
                id=part.pk,
                namn=part.namn,
                enhet=part.unit_id,
                senast=last,
                tackt=last is not None and last >= since[part.unit_id],
            )
        )
    return found


def kind_of(organisation: UUID) -> str:
    """``myndighet`` or ``utforare``: who is told about a risk differs."""
    return str(Organisation.objects.values_list("kind", flat=True).get(pk=organisation))


def analysis_of(context: CapabilityContext, ref: str, *, lock: bool = False) -> Riskanalys:
    """An analysis of the unit that is not yet fastställd.

    Raises:
        RecordNotFoundError: Another unit's.
        AnalysisEstablishedError: It stands.
    """
    rows = Riskanalys.objects.filter(unit_id=context.unit)
    found = needed_row(rows.select_for_update() if lock else rows, ref, "Riskanalys")
    if found.faststalld is not None:
        raise AnalysisEstablishedError(found.nummer)
    return found


def risk_of(context: CapabilityContext, ref: str) -> Risk:
    """A risk of the unit, locked.

    Raises:
        RecordNotFoundError: Another unit's.
    """
    rows = Risk.objects.select_for_update(of=("self",)).select_related("analys")
    return needed_row(rows.filter(unit_id=context.unit), ref, "Risk")


def open_risks(unit: UUID) -> list[Risk]:
    """The risks of a unit that are not accepted: still handled, or watched until next time."""
    rows = Risk.objects.filter(unit_id=unit).exclude(stangd_som="accepterad")
    return list(rows.select_related("analys").order_by("analys__inledd", "nummer"))


def risk_ref(risk: Risk) -> str:
    """How a risk is named in a form: the number of its analysis and its own."""
    return f"{risk.analys.nummer}:{risk.nummer}"
