"""Plans without follow-up, what expires, deviations, risks. See ``overview``."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When

from cases.access import Action
from records.access import readable
from records.models import (
    Akt,
    AktStatus,
    ArendeStatus,
    Avvikelse,
    Delbeslut,
    DelbeslutHandelse,
    PlanVersion,
    Risk,
    RiskSkattning,
    UppdragInsats,
    UppdragStatus,
    Uppfoljning,
)
from records.queries.overview import (
    Asked,
    Line,
    Source,
    by_person,
    days_since,
    reach,
    received,
)
from records.queries.quality.reader import reader
from records.uppdrag_content import GRANTED


def contact_for(asked: Asked) -> Source:
    """Open akter of the provider, with whoever is utsedd kontakt."""
    return Source(_akter(asked), ("oppnad", "pk"), _akt_line(asked, "oppnad"))


def plans_without_review(asked: Asked) -> Source:
    """Open akter with an established plan that was never followed up, the oldest plan first."""
    established = PlanVersion.objects.filter(plan__akt=OuterRef("pk"), faststalld__isnull=False)
    rows = _akter(asked).filter(
        Exists(established), ~Exists(Uppfoljning.objects.filter(akt=OuterRef("pk")))
    )
    since = established.values("plan__akt").annotate(day=Max("faststalld_datum")).values("day")
    rows = rows.annotate(since=Subquery(since[:1]))
    return Source(rows, ("since", "pk"), _akt_line(asked, "since"))


def _akter(asked: Asked) -> QuerySet[Akt]:
    rows = Akt.objects.filter(reach(asked), by_person(asked, "utsedd_kontakt_id"))
    return rows.filter(status=AktStatus.OPPEN).select_related("unit")


def _akt_line(asked: Asked, column: str) -> Any:
    def told(akt: Akt) -> Line:
        day = getattr(akt, column)
        return Line(
            unit=akt.unit_id,
            secrecy=akt.secrecy,
            case=akt.arende_id,
            place=akt.unit.name,
            who=akt.utsedd_kontakt_id,
            day=day,
            end=akt.ej_aktuell_datum,
            days=days_since(day, asked),
        )

    return told


def expiring_decisions(asked: Asked) -> Source:
    """Granted parts of decisions in open ärenden that end within the days of ``oversikt_tid``."""
    turns = DelbeslutHandelse.objects.filter(
        delbeslut=OuterRef("pk"), slag__in=("upphort", "aterupptaget"), datum__lte=asked.today
    ).order_by("-registrerad")
    rows = Delbeslut.objects.filter(
        reach(asked, "beslut__arende_id"),
        _ending(asked),
        utfall__in=GRANTED,
        beslut__arende__status=ArendeStatus.OPPET,
        beslut__ersatt_av__isnull=True,
    ).annotate(turn=Subquery(turns.values("slag")[:1]), told=_insats(asked, "beslut__arende_id"))
    rows = rows.filter(~Q(turn="upphort") | Q(turn__isnull=True))

    def told(part: Any) -> Line:
        return Line(
            unit=part.unit_id,
            secrecy=part.secrecy,
            case=part.beslut.arende_id,
            place=part.unit.name,
            what=part.told,
            day=part.giltig_till,
            days=-days_since(part.giltig_till, asked) if part.giltig_till else None,
        )

    return Source(rows.select_related("beslut", "unit"), ("giltig_till", "pk"), told)


def expiring_orders(asked: Asked) -> Source:
    """The same for a provider: parts of its uppdrag that end, as the newest version says."""
    newer = UppdragInsats.objects.filter(
        uppdrag=OuterRef("uppdrag"), insats=OuterRef("insats"), version__gt=OuterRef("version")
    )
    rows = UppdragInsats.objects.filter(
        received(asked, "uppdrag__arende_id"),
        _ending(asked),
        ~Exists(newer),
        uppdrag__status=UppdragStatus.ACCEPTERAT,
    ).annotate(told=_insats(asked, "uppdrag__arende_id", shared=True))

    def told(part: Any) -> Line:
        place = part.delad_med
        return Line(
            unit=part.unit_id if place is None else place.pk,
            secrecy=part.secrecy,
            case=part.uppdrag.arende_id,
            place="" if place is None else place.name,
            what=part.told,
            day=part.giltig_till,
            days=-days_since(part.giltig_till, asked) if part.giltig_till else None,
        )

    return Source(rows.select_related("uppdrag", "delad_med"), ("giltig_till", "pk"), told)


def _insats(asked: Asked, column: str, *, shared: bool = False) -> Case:
    """What was granted, where the asker may read content: else empty (R-163)."""
    content = readable(asked.actor, asked.now, column=column, action=Action.CONTENT, shared=shared)
    return Case(When(content, then="insats"), default=Value(""))


def _ending(asked: Asked) -> Q:
    last = asked.today + timedelta(days=asked.days("loper_ut"))
    return Q(giltig_till__gte=asked.today, giltig_till__lte=last)


def deviations(asked: Asked) -> Source:
    """Deviations that are not closed, by the day they were reported."""
    rows = Avvikelse.objects.filter(_quality(asked), stangd__isnull=True).select_related("unit")
    if asked.kind:
        rows = rows.filter(klass="" if asked.kind == "-" else asked.kind)

    def told(row: Avvikelse) -> Line:
        return Line(
            unit=row.unit_id,
            secrecy=row.secrecy,
            number=row.nummer,
            place=row.unit.name,
            what=row.kategori,
            step=row.klass,
            day=row.rapporterad,
            days=days_since(row.rapporterad, asked),
        )

    return Source(rows, ("rapporterad", "pk"), told)


def risks(asked: Asked) -> Source:
    """Risks that are open and in no later analysis, with their last class."""
    last = RiskSkattning.objects.filter(risk=OuterRef("pk")).order_by("-omgang")
    rows = Risk.objects.filter(_quality(asked), stangd__isnull=True, senare__isnull=True)
    rows = rows.annotate(klass=Subquery(last.values("klass")[:1]))
    if asked.kind:
        rows = rows.filter(Q(klass__isnull=True) if asked.kind == "-" else Q(klass=asked.kind))

    def told(row: Any) -> Line:
        return Line(
            unit=row.unit_id,
            secrecy=row.secrecy,
            number=f"{row.analys.nummer}:{row.nummer}",
            place=row.unit.name,
            step=row.klass or "",
            day=row.analys.inledd,
            days=days_since(row.analys.inledd, asked),
        )

    return Source(rows.select_related("unit", "analys"), ("analys_id", "nummer"), told)


def _quality(asked: Asked) -> Q:
    """What Kvalitet lists: unit by unit, to the protection level that the table says there."""
    seen = reader(asked.actor, asked.now).rows()
    return seen if asked.unit is None else seen & Q(unit_id=asked.unit)
