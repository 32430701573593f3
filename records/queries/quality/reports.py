"""Kvalitetsberättelser: what an organisation wrote for each year, and what nämnden received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max

from cases.access import Action
from cases.context import access_context
from cases.errors import NotFoundError
from cases.user_names import user_name
from engine.bundle import Bundle
from records.answers import local_date
from records.kvalitetsberattelse import matt_names, matt_sections
from records.models import (
    AtgardStatus,
    Kvalitetsberattelse,
    KvalitetsberattelseNamnd,
    KvalitetsberattelseText,
    Papper,
)
from records.queries.quality.reader import Reader
from records.queries.waiting import REPORT, OpenTask, waiting

PAPER = "kvalitetsberattelse"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One year of one organisation; ``version`` is how many times it has been written."""

    id: UUID
    ar: int
    organisation: str
    version: int
    faststalld: date | None
    mottagen: date | None
    kvitterad: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedLine:
    """What nämnden got from an organisation, and its receipt."""

    id: UUID
    ar: int
    organisation: str
    mottagen: date
    kvitterad: date | None
    by: str
    diarienummer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the year beside that of the year before."""

    namn: str
    antal: int
    forra: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A measure that was closed in the year."""

    nummer: str
    vad: str
    effekt: str
    utford: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One of the three sections: its key, text and figures (R-062 to R-064)."""

    id: str
    text: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """One year: three sections, the closed measures, and where it stands."""

    line: ReportLine
    fran: date
    till: date
    ansvar: str
    mal: str
    sections: Sequence[Section]
    measures: Sequence[Closed]
    by: str
    paper: bool
    waiting: Sequence[OpenTask]


def reports(who: Reader) -> list[ReportLine]:
    """The years of the actor's organisations, the newest first. Call it inside a context."""
    rows = Kvalitetsberattelse.objects.filter(who.rows()).annotate(version=Max("texter__version"))
    found = list(rows.select_related("organisation", "faststalld").order_by("-ar", "pk"))
    sent = _sent(who, [row.pk for row in found])
    return [_line(row, sent.get(row.pk)) for row in found]


def received(who: Reader) -> list[ReceivedLine]:
    """What nämnden received, the newest first. Call it inside a context."""
    rows = KvalitetsberattelseNamnd.objects.filter(who.rows(Action.READ)).defer("innehall")
    found = rows.select_related("fran_organisation", "kvitterad_av")
    return [
        ReceivedLine(
            id=row.pk,
            ar=row.ar,
            organisation=row.fran_organisation.name,
            mottagen=local_date(row.mottagen),
            kvitterad=None if row.kvitterad is None else local_date(row.kvitterad),
            by=user_name(row.kvitterad_av),
            diarienummer=row.diarienummer,
        )
        for row in found.order_by("-ar", "fran_organisation__name", "pk")
    ]


def report(who: Reader, ref: UUID) -> ReportPage:
    """One year, as it was fastställd, else as it was last written.

    Args:
        who: Who reads.
        ref: Its id.

    Raises:
        NotFoundError: There is no such one within sight.
    """
    with access_context(who.actor):
        rows = Kvalitetsberattelse.objects.filter(who.rows(), pk=ref)
        counted = rows.annotate(version=Max("texter__version"))
        row = counted.select_related(
            "organisation", "faststalld__text", "faststalld__faststalld_av"
        ).first()
        if row is None:
            raise NotFoundError(PAPER, ref)
        done = getattr(row, "faststalld", None)
        text = done.text if done else row.texter.order_by("version").last()
        return ReportPage(
            line=_line(row, _sent(who, [row.pk]).get(row.pk)),
            fran=row.fran,
            till=row.till,
            ansvar=text.ansvar if text else "",
            mal=text.mal if text else "",
            sections=_sections(who.bundle, row, text),
            measures=_measures(row),
            by=user_name(done.faststalld_av) if done else "",
            paper=Papper.objects.filter(who.rows(), papper=PAPER, underlag_id=row.pk).exists(),
            waiting=waiting(who.actor, who.now, REPORT, row.pk),
        )


def paper(who: Reader, ref: UUID) -> bytes:
    """The paper that was kept when a year was fastställd, as PDF.

    Raises:
        NotFoundError: There is none within sight.
    """
    with access_context(who.actor):
        rows = Papper.objects.filter(who.rows(), papper=PAPER, underlag_id=ref, arende_id=None)
        row = rows.order_by("-skapad").first()
        if row is None:
            raise NotFoundError(PAPER, ref)
        return bytes(row.innehall)


def received_paper(who: Reader, ref: UUID) -> bytes:
    """The paper that nämnden received, as PDF.

    Raises:
        NotFoundError: There is none within sight.
    """
    with access_context(who.actor):
        rows = KvalitetsberattelseNamnd.objects.filter(who.rows(Action.READ), pk=ref)
        row = rows.first()
        if row is None:
            raise NotFoundError(PAPER, ref)
        return bytes(row.innehall)


def _sent(who: Reader, refs: Sequence[UUID]) -> dict[UUID, KvalitetsberattelseNamnd]:
    """Nämndens row of each, where the actor reads nämndens."""
    rows = KvalitetsberattelseNamnd.objects.filter(who.rows(Action.READ), berattelse_id__in=refs)
    return {row.berattelse_id: row for row in rows.defer("innehall")}


def _line(row: Any, sent: KvalitetsberattelseNamnd | None) -> ReportLine:
    done = getattr(row, "faststalld", None)
    receipt = None if sent is None else sent.kvitterad
    return ReportLine(
        id=row.pk,
        ar=row.ar,
        organisation=row.organisation.name,
        version=row.version or 0,
        faststalld=None if done is None else done.datum,
        mottagen=None if sent is None else local_date(sent.mottagen),
        kvitterad=None if receipt is None else local_date(receipt),
    )


def _sections(
    bundle: Bundle, row: Kvalitetsberattelse, text: KvalitetsberattelseText | None
) -> list[Section]:
    names, places = matt_names(bundle), matt_sections(bundle)
    figures: dict[str, list[Figure]] = {"arbetet": [], "atgarder": [], "resultat": []}
    for one in row.tal.order_by("nummer"):
        place = places.get(one.matt, "resultat")
        name = names.get(one.matt, one.matt)
        figures[place].append(Figure(namn=name, antal=one.antal, forra=one.forra))
    return [
        Section(id=key, text=getattr(text, key, ""), figures=found)
        for key, found in figures.items()
    ]


def _measures(row: Kvalitetsberattelse) -> list[Closed]:
    return [
        Closed(
            nummer=one.nummer,
            vad=one.vad,
            effekt=AtgardStatus(one.effekt).label,
            utford=one.utford_datum,
        )
        for one in row.atgarder.order_by("nummer")
    ]
