"""Reports of lex Sarah, read by those whom ``atkomst`` lets; every read of one leaves a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext

from cases import access, bundles
from cases.access import Action, Resource
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from records.answers import local_date
from records.models import Kalla, LexSarah, LexSarahLasning, LexSarahUtredning
from records.queries.waiting import OpenTask, waiting

WHAT = "lex Sarah"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """That there is a report and how far it has come; not what happened."""

    id: UUID
    nummer: str
    enhet: str
    handelse_datum: date
    rapporterad: datetime
    oppen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeReport:
    """A report with its texts, beside its line: heading and text, as they came; what waits."""

    line: ReportLine
    texter: tuple[tuple[str, str], ...]
    waiting: Sequence[OpenTask]


def reports(actor: Actor, *, now: datetime) -> tuple[ReportLine, ...]:
    """The reports of every unit where the actor may read them, the newest first.

    Args:
        actor: Who reads.
        now: The moment, aware.
    """
    with access_context(actor):
        rows = LexSarah.objects.filter(unit__in=reading_units(actor, now)).select_related("unit")
        return tuple(_line(row) for row in rows.order_by("-rapporterad", "nummer"))


def read_report(actor: Actor, ref: UUID, *, now: datetime) -> WholeReport:
    """One report with what was found; who read it is written down.

    Args:
        actor: Who reads.
        ref: The report.
        now: The moment, aware.

    Raises:
        NotFoundError: There is no such report, or the actor may not read it.
    """
    with access_context(actor):
        rows = LexSarah.objects.filter(pk=ref, unit__in=reading_units(actor, now))
        row = rows.select_related("unit").first()
        if row is None or actor.user_id is None:
            raise NotFoundError(WHAT, ref)
        LexSarahLasning.objects.create(
            organisation_id=row.organisation_id,
            unit_id=row.unit_id,
            secrecy=row.secrecy,
            lex_sarah=row,
            user_id=actor.user_id,
            at=now,
        )
        return WholeReport(
            line=_line(row),
            texter=tuple(_texts(row)),
            waiting=waiting(actor, now, Kalla.LEX_SARAH.value, ref),
        )


def reading_units(actor: Actor, now: datetime) -> list[UUID]:
    """The units whose reports the actor may read.

    Args:
        actor: Who reads.
        now: The moment, aware; its day chooses the edition whose table ``atkomst`` decides.
    """
    bundle = bundles.newest_hash(local_date(now))
    return [
        unit
        for unit, organisation in actor.places.items()
        if access.allowed(
            actor,
            Action.LEX_SARAH,
            Resource(
                ref=unit,
                bundle=bundle,
                organisation=organisation,
                unit=unit,
                secrecy=0,
                in_case=False,
            ),
        )
    ]


def _line(row: LexSarah) -> ReportLine:
    return ReportLine(
        id=row.pk,
        nummer=row.nummer,
        enhet=row.unit.name,
        handelse_datum=row.handelse_datum,
        rapporterad=row.rapporterad,
        oppen=row.stangd is None,
    )


def _texts(row: LexSarah) -> list[tuple[str, str]]:
    """Headings in the language of whoever reads, and what was written."""
    found = [
        (gettext("Vad har hänt"), row.handelse),
        (gettext("Hur upptäcktes det"), row.upptackt),
        (gettext("Vad betydde det för den enskilde"), row.konsekvens_enskild),
        (gettext("Vad har redan gjorts"), row.omedelbar_atgard),
    ]
    found += [
        (
            gettext("Bedömning %(day)s: %(outcome)s")
            % {"day": judged.datum, "outcome": judged.utfall},
            judged.skal,
        )
        for judged in row.bedomningar.order_by("nummer")
    ]
    for done in LexSarahUtredning.objects.filter(lex_sarah=row):
        found += [
            (gettext("Utredning %(day)s") % {"day": done.klar_datum}, done.handelse),
            (gettext("Följden för den enskilde"), done.konsekvens_enskild),
            (gettext("Orsaker"), done.orsaker),
        ]
    found += [
        (f"IVO {sent.datum}: {sent.slag}", sent.kvittens)
        for sent in row.ivo.order_by("registrerad")
    ]
    return [(heading, text) for heading, text in found if text]
