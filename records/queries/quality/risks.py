"""The riskmatris and what is behind each of its cells (R-030 to R-036).

A risk counts once: that of an earlier analysis gives way to the one that looks at it again. Which
class a cell has is the table ``risk_klass``, and what the class asks for ``risk_foljd``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from cases.context import access_context
from engine.bundle import Bundle
from records.answers import local_date
from records.models import Atgard, AtgardStatus, Handlingsplan, Kalla, Risk, RiskSkattning
from records.queries.quality.reader import PAGE, Reader, page_of
from records.risks import risk_ref
from records.terms import decide

FORM = "skatta_risk"
ACCEPTED, WATCHED = "accepterad", "bevakas"
MUST = "ska"


class RiskState(StrEnum):
    """Which risks: what the first choice of the page says."""

    CURRENT = "aktuella"
    HANDLED = "hanteras"
    WATCHED = "bevakas"
    ACCEPTED = "accepterade"
    ALL = "alla"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRisks:
    """A choice of risks; the last three choose a cell or a class of the matrix."""

    state: RiskState = RiskState.CURRENT
    unit: UUID | None = None
    probability: str = ""
    consequence: str = ""
    klass: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a class asks for: a plan (``ska``, ``bor``, ``nej``), within how many days, at once."""

    klass: str
    plan: str
    days: int | None
    at_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """How many risks stand in each cell: (consequence, probability) to number; the worst first.

    ``unassessed`` are those that stand in no cell yet.
    """

    consequences: Sequence[str]
    probabilities: Sequence[str]
    classes: Mapping[tuple[str, str], str]
    cells: Mapping[tuple[str, str], int]
    demands: Sequence[Demand]
    unassessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLine:
    """One risk in the list. ``plan_due``: the day a plan is due, where one must be and is not."""

    id: UUID
    ref: str
    handelse: str
    del_namn: str
    enhet: str
    sannolikhet: str
    konsekvens: str
    klass: str
    omgang: int
    stangd_som: str
    plan: bool | None
    plan_due: date | None
    late: bool
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskList:
    """The matrix of a choice, one page of its risks, and how many each state has."""

    matrix: Matrix
    rows: Sequence[RiskLine]
    counts: Mapping[RiskState, int]
    page: int
    pages: int


def risks(who: Reader, wanted: WantedRisks, *, page: int = 1) -> RiskList:
    """The matrix and one page of the risks behind it, the gravest first.

    Args:
        who: Who reads.
        wanted: The choice; the matrix leaves out which cell.
        page: Which page, from 1.

    Raises:
        NotPermittedError: The actor reads the quality work of no unit.
    """
    who.need()
    with access_context(who.actor):
        counts = {state: _rows(who, wanted, state).count() for state in RiskState}
        here, last = page_of(counts[wanted.state], page)
        found = _rows(who, wanted, wanted.state)
        related = found.select_related("analys__verksamhetsdel", "unit", "organisation")
        ordered = related.order_by(F("klass").desc(nulls_last=True), "analys__nummer", "nummer")
        lines = _lines(who, list(ordered[(here - 1) * PAGE : here * PAGE]))
        matrix = _matrix(who, wanted)
    return RiskList(matrix=matrix, rows=lines, counts=counts, page=here, pages=last)


def risk_counts(who: Reader) -> tuple[Mapping[RiskState, int], Mapping[str, int]]:
    """How many there are in each state, and how many of the current in each class.

    Call it inside ``access_context``.
    """
    states = {state: _rows(who, WantedRisks(), state).count() for state in RiskState}
    current = _rows(who, WantedRisks(), RiskState.CURRENT).filter(klass__isnull=False)
    by_class = current.order_by().values("klass").annotate(antal=Count("pk"))
    return states, {row["klass"]: row["antal"] for row in by_class.order_by("-klass")}


def scales(bundle: Bundle) -> tuple[list[str], list[str]]:
    """The steps of consequence and of probability, the least first, as the form has them."""
    fields = {field.key: field for field in bundle.form(FORM).walk()}
    return (
        [option.value for option in fields["konsekvens"].options],
        [option.value for option in fields["sannolikhet"].options],
    )


def class_of(bundle: Bundle, consequence: str, probability: str) -> str:
    """The class of a cell, by the table ``risk_klass``."""
    asked = {"konsekvens": consequence, "sannolikhet": probability}
    return str(decide(bundle, "risk_klass", asked))


def assessed(rows: QuerySet[Risk]) -> QuerySet[Any]:
    """The risks with their newest assessment beside."""
    newest = RiskSkattning.objects.filter(risk=OuterRef("pk")).order_by("-omgang")
    columns = ("sannolikhet", "konsekvens", "klass", "omgang", "registrerad", "atgardsforslag")
    return rows.annotate(**{name: Subquery(newest.values(name)[:1]) for name in columns})


def _rows(who: Reader, wanted: WantedRisks, state: RiskState) -> QuerySet[Any]:
    """The rows of a choice: the matrix, the count and the list are all this."""
    states = {
        RiskState.CURRENT: ~Q(stangd_som=ACCEPTED),
        RiskState.HANDLED: Q(stangd=None),
        RiskState.WATCHED: Q(stangd_som=WATCHED),
        RiskState.ACCEPTED: Q(stangd_som=ACCEPTED),
        RiskState.ALL: Q(),
    }
    chosen = {
        "unit": wanted.unit,
        "sannolikhet": wanted.probability or None,
        "konsekvens": wanted.consequence or None,
        "klass": wanted.klass or None,
    }
    only = {column: value for column, value in chosen.items() if value is not None}
    looked_at_again = Exists(Risk.objects.filter(tidigare=OuterRef("pk")))
    rows = Risk.objects.filter(who.rows(), states[state]).exclude(looked_at_again)
    return assessed(rows).filter(**only)


def _matrix(who: Reader, wanted: WantedRisks) -> Matrix:
    everywhere = replace(wanted, probability="", consequence="", klass="")
    rows = _rows(who, everywhere, wanted.state)
    counted = rows.order_by().values("konsekvens", "sannolikhet").annotate(antal=Count("pk"))
    cells = {(row["konsekvens"], row["sannolikhet"]): row["antal"] for row in counted}
    consequences, probabilities = scales(who.bundle)
    classes = {
        (hard, likely): class_of(who.bundle, hard, likely)
        for hard in consequences
        for likely in probabilities
    }
    return Matrix(
        consequences=list(reversed(consequences)),
        probabilities=probabilities,
        classes=classes,
        cells={place: cells.get(place, 0) for place in classes},
        demands=demands(who, sorted(set(classes.values()), reverse=True)),
        unassessed=cells.get((None, None), 0),
    )


def demands(who: Reader, classes: Sequence[str]) -> list[Demand]:
    """What each class asks for, by the table ``risk_foljd``, where nothing is proposed."""
    found = []
    for klass in classes:
        answer = _foljd(who.bundle, klass, who.day, "utforare", proposed=False)
        last = answer["plan_senast"]
        found.append(
            Demand(
                klass=klass,
                plan=answer["krav_handlingsplan"],
                days=None if last is None else (last - who.day).days,
                at_once=answer["akut"],
            )
        )
    return found


def _foljd(bundle: Bundle, klass: str, judged: date, kind: str, *, proposed: bool) -> Any:
    asked = {"klass": klass, "forslag": proposed, "bedomd": judged, "organisationsslag": kind}
    return decide(bundle, "risk_foljd", asked)


def _lines(who: Reader, rows: Sequence[Any]) -> list[RiskLine]:
    refs = [row.pk for row in rows]
    decided = Handlingsplan.objects.filter(risk__in=refs).order_by("omgang")
    plans = dict(decided.values_list("risk_id", "upprattad"))  # the newest stands
    going = Atgard.objects.filter(
        kalla=Kalla.RISK,
        kalla_id__in=refs,
        status__in=(AtgardStatus.BESLUTAD, AtgardStatus.UTFORD),
    )
    measures = list(going.values_list("kalla_id", flat=True))
    return [_line(who, row, plans.get(row.pk), measures.count(row.pk)) for row in rows]


def _line(who: Reader, row: Any, plan: bool | None, measures: int) -> RiskLine:  # noqa: FBT001
    due = _plan_due(who, row) if plan is None and row.stangd is None else None
    return RiskLine(
        id=row.pk,
        ref=risk_ref(row),
        handelse=row.handelse,
        del_namn=row.analys.verksamhetsdel.namn,
        enhet=row.unit.name,
        sannolikhet=row.sannolikhet or "",
        konsekvens=row.konsekvens or "",
        klass=row.klass or "",
        omgang=row.omgang or 0,
        stangd_som=row.stangd_som,
        plan=plan,
        plan_due=due,
        late=due is not None and due < who.day,
        measures=measures,
    )


def _plan_due(who: Reader, row: Any) -> date | None:
    if not row.klass:
        return None
    judged = local_date(row.registrerad)
    proposed = bool(row.atgardsforslag)
    found = _foljd(who.bundle, row.klass, judged, row.organisation.kind, proposed=proposed)
    due: date | None = found["plan_senast"] if found["krav_handlingsplan"] == MUST else None
    return due
