"""Decisions that are not carried out: the three-month clock of each part, and what was reported.

The day a part is to be reported is the table ``ej_verkstallt``. Each part stands with its ärende's
id: a number and a name are the case page's to tell (L-25 to L-28). What was granted, and why it has
not begun, is content: only for who may read that of the ärende (R-163).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cases.access import Action
from cases.context import access_context
from cases.errors import NotPermittedError
from records.answers import local_date
from records.models import (
    Delbeslut,
    DelbeslutHandelse,
    Kvartalsrapport,
    KvartalsrapportRad,
    KvartalsrapportUtskick,
)
from records.queries.quality.reader import PAGE, Reader, authority_units, page_of
from records.queries.reads import log_list
from records.terms import decide, report_day
from records.uppdrag_content import GRANTED

CASE = "beslut__arende_id"
BEGUN, BROKEN, REASON = "verkstallt", "avbrott", "ej_verkstallt"
ENDS = ("upphort", "aterupptaget")


class Clock(StrEnum):
    """Which parts: what the first choice of the page says."""

    ALL = "alla"
    DUE = "ska-rapporteras"
    RUNNING = "loper"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedParts:
    """A choice of parts."""

    clock: Clock = Clock.ALL
    unit: UUID | None = None
    insats: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One granted part that is not carried out.

    ``since``: the decision, or the interruption. ``due``: the day it is reported from. ``reports``
    are the quarters that named it: year, quarter and the day it was sent to IVO, if it was.
    ``insats`` and ``skal`` are empty and ``avbojda`` 0 where the reader may not read content.
    """

    id: UUID
    arende: UUID
    enhet: str
    insats: str
    beslutsdatum: date
    avbrott: date | None
    days: int
    due: date
    is_due: bool
    skal: str
    avbojda: int
    reports: Sequence[tuple[int, int, date | None]]

    @property
    def since(self) -> date:
        """From when it is counted."""
        return self.avbrott or self.beslutsdatum


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterLine:
    """One quarter's report: how many parts it named, and to whom it has been sent.

    ``due`` is the last day to report (table ``kvartalsrapport``); late when nothing was sent by it.
    """

    ar: int
    kvartal: int
    organisation: str
    sammanstalld: date
    parts: int
    carried_out: int
    sent: Sequence[tuple[str, date]]
    due: date
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartList:
    """One page of parts, how many each choice has, and the reports of the quarters."""

    rows: Sequence[PartLine]
    counts: Mapping[Clock, int]
    insatser: Sequence[str]
    quarters: Sequence[QuarterLine]
    page: int
    pages: int


def parts(who: Reader, wanted: WantedParts, *, page: int = 1) -> PartList:
    """One page of what is not carried out: what has waited longest first.

    Args:
        who: Who reads.
        wanted: The choice.
        page: Which page, from 1.

    Raises:
        NotPermittedError: The actor sees no ärende of the authority.
    """
    with access_context(who.actor):
        if not authority_units(who):
            raise NotPermittedError("lasa", "ej_verkstallda")
        found = _rows(who, wanted)
        refs = found[wanted.clock]
        here, last = page_of(len(refs), page)
        shown = _shown(who, refs[(here - 1) * PAGE : here * PAGE])
        lines = _lines(who, shown)
        kinds = _waiting(who).filter(_content(who)).order_by("insats")
        insatser = list(kinds.values_list("insats", flat=True).distinct())
        quarters = _quarters(who)
        _log(who, shown)
    return PartList(
        rows=lines,
        counts={clock: len(found[clock]) for clock in Clock},
        insatser=insatser,
        quarters=quarters,
        page=here,
        pages=last,
    )


def part_counts(who: Reader) -> Mapping[Clock, int]:
    """How many there are of each. Call it inside ``access_context``."""
    found = _rows(who, WantedParts())
    return {clock: len(found[clock]) for clock in Clock}


def _waiting(who: Reader) -> QuerySet[Any]:
    """Granted parts that nobody has begun since the decision, or since the interruption.

    What ``records.verkstallighet.not_carried_out`` says of one part after the other, as one query.
    """
    events = DelbeslutHandelse.objects.filter(delbeslut=OuterRef("pk"), datum__lte=who.day)
    broken = events.filter(slag=BROKEN).order_by("-datum").values("datum")[:1]
    ended = events.filter(slag__in=ENDS).order_by("-registrerad").values("slag")[:1]
    granted = Delbeslut.objects.filter(
        who.case_rows(CASE),
        utfall__in=GRANTED,
        beslut__beslutsdatum__lte=who.day,
    )
    dated = granted.annotate(
        broken=Subquery(broken),
        ended=Coalesce(Subquery(ended), F("utfall")),
        anchor=Coalesce(Subquery(broken), F("beslut__beslutsdatum")),
    )
    begun = Exists(
        DelbeslutHandelse.objects.filter(
            delbeslut=OuterRef("pk"),
            slag=BEGUN,
            datum__lte=who.day,
            datum__gte=OuterRef("anchor"),
        )
    )
    return dated.exclude(ended=ENDS[0]).exclude(begun)


def _rows(who: Reader, wanted: WantedParts) -> Mapping[Clock, Sequence[UUID]]:
    """The ids of each choice, what has waited longest first: the counts and the list are both this.

    One query whose text is the same however much waits: the table says whether a day has come, so
    it is asked here, once for each pair of days there is.
    """
    rows = _waiting(who)
    if wanted.unit is not None:
        rows = rows.filter(unit=wanted.unit)
    if wanted.insats:
        rows = rows.filter(_content(who), insats=wanted.insats)
    ordered = rows.order_by("anchor", "beslut__registrerad", "pk")
    found: dict[Clock, list[UUID]] = {clock: [] for clock in Clock}
    come: dict[tuple[date, date | None], bool] = {}
    for ref, *days in ordered.values_list("pk", "beslut__beslutsdatum", "broken"):
        decided, stop = days
        if (decided, stop) not in come:
            come[decided, stop] = report_day(who.bundle, decided, stop) <= who.day
        clock = Clock.DUE if come[decided, stop] else Clock.RUNNING
        found[Clock.ALL].append(ref)
        found[clock].append(ref)
    return found


def _shown(who: Reader, refs: Sequence[UUID]) -> list[Any]:
    """The rows of a page, in its order."""
    rows = _waiting(who).filter(pk__in=refs).select_related("beslut", "unit")
    return sorted(rows, key=lambda row: refs.index(row.pk))


def _content(who: Reader) -> Q:
    return who.case_rows(CASE, Action.CONTENT)


def _log(who: Reader, rows: Sequence[Any]) -> None:
    """Which ärenden the page showed, each under its own unit (L-34)."""
    seen: dict[UUID, list[UUID]] = {}
    for row in rows:
        seen.setdefault(row.unit_id, []).append(row.beslut.arende_id)
    log_list(who.actor, seen, "ej_verkstallda", who.now)


def _lines(who: Reader, rows: Sequence[Any]) -> list[PartLine]:
    refs = [row.pk for row in rows]
    told = set(Delbeslut.objects.filter(_content(who), pk__in=refs).values_list("pk", flat=True))
    reasons: dict[UUID, list[DelbeslutHandelse]] = {}
    given = DelbeslutHandelse.objects.filter(
        delbeslut__in=told, slag=REASON, datum__lte=who.day
    ).order_by("datum", "registrerad")
    for one in given:
        reasons.setdefault(one.delbeslut_id, []).append(one)
    reports = _reports(refs)
    lines = [
        _line(
            who, row, [one for one in reasons.get(row.pk, ()) if one.datum >= row.anchor], reports
        )
        for row in rows
    ]
    return [line if line.id in told else replace(line, insats="") for line in lines]


def _line(
    who: Reader,
    row: Any,
    reasons: Sequence[DelbeslutHandelse],
    reports: Mapping[UUID, Sequence[tuple[int, int, date | None]]],
) -> PartLine:
    due = report_day(who.bundle, row.beslut.beslutsdatum, row.broken)
    return PartLine(
        id=row.pk,
        arende=row.beslut.arende_id,
        enhet=row.unit.name,
        insats=row.insats,
        beslutsdatum=row.beslut.beslutsdatum,
        avbrott=row.broken,
        days=(who.day - row.anchor).days,
        due=due,
        is_due=due <= who.day,
        skal=reasons[-1].skal if reasons else "",
        avbojda=sum(one.avbojda for one in reasons),
        reports=reports.get(row.pk, ()),
    )


def _reports(refs: Sequence[UUID]) -> dict[UUID, list[tuple[int, int, date | None]]]:
    """The quarters that named each part, the newest first."""
    to_ivo = KvartalsrapportUtskick.objects.filter(rapport=OuterRef("rapport"), mottagare="ivo")
    rows = KvartalsrapportRad.objects.filter(delbeslut__in=refs).annotate(
        sent=Subquery(to_ivo.values("skickad_datum")[:1])
    )
    found: dict[UUID, list[tuple[int, int, date | None]]] = {}
    ordered = rows.order_by("-rapport__ar", "-rapport__kvartal")
    for ref, year, quarter, sent in ordered.values_list(
        "delbeslut_id", "rapport__ar", "rapport__kvartal", "sent"
    ):
        found.setdefault(ref, []).append((year, quarter, sent))
    return found


def _quarters(who: Reader) -> list[QuarterLine]:
    rows = Kvartalsrapport.objects.filter(who.case_rows()).select_related("organisation")
    counted = rows.annotate(
        parts=Count("rader"),
        carried_out=Count("rader", filter=Q(rader__verkstalld_datum__isnull=False)),
    )
    found = list(counted.order_by("-ar", "-kvartal", "pk")[:8])
    sent: dict[UUID, list[tuple[str, date]]] = {}
    gone = KvartalsrapportUtskick.objects.filter(rapport__in=[row.pk for row in found])
    for ref, to, day in gone.order_by("skickad_datum").values_list(
        "rapport_id", "mottagare", "skickad_datum"
    ):
        sent.setdefault(ref, []).append((to, day))
    return [_quarter(who, row, sent.get(row.pk, ())) for row in found]


def _quarter(who: Reader, row: Any, sent: Sequence[tuple[str, date]]) -> QuarterLine:
    ended = row.till + timedelta(days=1)
    due: date = decide(who.bundle, "kvartalsrapport", {"dag": ended})["rapportera_senast"]
    return QuarterLine(
        ar=row.ar,
        kvartal=row.kvartal,
        organisation=row.organisation.name,
        sammanstalld=local_date(row.sammanstalld),
        parts=row.parts,
        carried_out=row.carried_out,
        sent=sent,
        due=due,
        late=not sent and due < who.day,
    )
