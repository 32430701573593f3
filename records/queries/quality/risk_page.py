"""One risk: how it has been assessed, what was decided, and the measures against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cases.context import access_context
from cases.errors import NotFoundError
from cases.user_names import user_name
from records.answers import local_date
from records.kvalitet import krav_names
from records.models import Atgard, Kalla, Risk
from records.queries.quality.links import LinkedThing, links_of
from records.queries.quality.measures import MeasureLine, measure_lines
from records.queries.quality.reader import Reader
from records.queries.reads import log_list
from records.queries.waiting import NEW_RISK, OpenTask, waiting
from records.risks import risk_ref
from records.terms import citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One assessment: round 1 belongs to the analysis, the later are what remains (R-032)."""

    omgang: int
    dag: date
    sannolikhet: str
    konsekvens: str
    klass: str
    motivering: str
    forslag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """That a plan was made after an assessment, or why none was."""

    dag: date
    upprattad: bool
    skal: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPage:
    """A risk with all that is known of it; ``later`` is the risk that looks at it again."""

    row: Risk
    ref: str
    krav: Sequence[str]
    assessments: Sequence[Assessment]
    at_once: Sequence[tuple[date, str]]
    plans: Sequence[PlanLine]
    measures: Sequence[MeasureLine]
    earlier: tuple[UUID, str] | None
    later: tuple[UUID, str] | None
    links: Sequence[LinkedThing]
    waiting: Sequence[OpenTask]


def risk(who: Reader, ref: UUID) -> RiskPage:
    """One risk of a unit whose quality work the actor reads.

    One that showed itself in an ärende leaves a line in the log of lists: it tells of somebody
    (L-34).

    Args:
        who: Who reads.
        ref: Its id.

    Raises:
        NotFoundError: There is no such one within sight.
    """
    with access_context(who.actor):
        rows = Risk.objects.filter(who.rows()).select_related("analys")
        row = rows.select_related(
            "analys__verksamhetsdel", "unit", "tidigare__analys", "stangd_av"
        ).filter(pk=ref)
        found = row.first()
        if found is None:
            raise NotFoundError(Kalla.RISK.value, ref)
        later = rows.filter(tidigare=ref).first()
        seen = _assessments(found)
        links = links_of(who, Kalla.RISK, ref)
        cases = [link.id for link in links if link.kalla == Kalla.ARENDE]
        if cases:
            log_list(who.actor, {found.unit_id: cases}, Kalla.RISK.value, who.now)
        acted = Atgard.objects.filter(who.rows(), kalla=Kalla.RISK, kalla_id=ref)
        known = krav_names(who.bundle)
        return RiskPage(
            row=found,
            ref=risk_ref(found),
            krav=[known.get(code) or citation(who.bundle, code) for code in found.krav],
            assessments=seen,
            at_once=[
                (local_date(one.registrerad), one.atgard)
                for one in found.omedelbart.order_by("omgang")
            ],
            plans=_plans(found),
            measures=measure_lines(who, list(acted.order_by("nummer"))),
            earlier=None if found.tidigare is None else _named(found.tidigare),
            later=None if later is None else _named(later),
            links=links,
            waiting=waiting(who.actor, who.now, Kalla.RISK if seen else NEW_RISK, ref),
        )


def _named(row: Risk) -> tuple[UUID, str]:
    return row.pk, risk_ref(row)


def _assessments(row: Risk) -> list[Assessment]:
    return [
        Assessment(
            omgang=one.omgang,
            dag=local_date(one.registrerad),
            sannolikhet=one.sannolikhet,
            konsekvens=one.konsekvens,
            klass=one.klass,
            motivering=one.motivering,
            forslag=one.atgardsforslag,
        )
        for one in row.skattningar.order_by("-omgang")
    ]


def _plans(row: Risk) -> list[PlanLine]:
    return [
        PlanLine(
            dag=local_date(one.registrerad),
            upprattad=one.upprattad,
            skal=one.skal,
            by=user_name(one.registrerad_av),
        )
        for one in row.planer.select_related("registrerad_av").order_by("-omgang")
    ]
