"""``kvalitetsberattelse.sammanstall``, ``.skriv``, ``.faststall``: figures, text, fastställd."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import ConfigurationMissingError, RecordNotFoundError
from records.kvalitet import operation_form
from records.kvalitetsar import Period, closed_measures, count_all, effect_of
from records.kvalitetsberattelse import matt_names, namnd_unit
from records.models import (
    Kvalitetsberattelse,
    KvalitetsberattelseAtgard,
    KvalitetsberattelseFaststalld,
    KvalitetsberattelseTal,
    KvalitetsberattelseText,
    Papper,
)
from records.papers.catalogue import PaperError
from records.queries.paper_reading import everything_of, make_paper
from records.queries.paper_sources import Ask
from records.writing import holder, needed_row, person_of

PAPER = "kvalitetsberattelse"
SECTIONS = {
    "arbetet": "Skriv hur arbetet bedrevs under året (R-062).",
    "atgarder": "Skriv vilka förbättrande åtgärder som vidtogs (R-063).",
    "resultat": "Skriv vilka resultat som nåddes (R-064).",
}


class CompileInput(Inputs):
    """The year and its first and last day."""

    ar: int
    fran: date
    till: date


class Figure(Outputs):
    """One figure beside last year's, as the form shows it."""

    matt: str
    namn: str
    antal: Decimal
    forra: Decimal


class ClosedMeasure(Outputs):
    """One measure that was closed in the year."""

    nummer: str
    vad: str


class CompileOutput(Outputs):
    """The report, its figures and the measures of the year."""

    berattelse: UUID
    tal: tuple[Figure, ...]
    atgarder: tuple[ClosedMeasure, ...]


class FormInput(Inputs):
    """A report and a form about it."""

    berattelse: str
    dokument: str


class WrittenOutput(Outputs):
    """Which version it became."""

    version: Decimal


class EstablishedOutput(Outputs):
    """The paper that was kept, and where nämnden is."""

    papper: UUID
    namnd_organisation: UUID
    namnd_enhet: UUID


@capability("kvalitetsberattelse.sammanstall", input=CompileInput, output=CompileOutput)
def compile_year(context: CapabilityContext, data: CompileInput) -> CompileOutput:
    """Count the year and the one before it, once; a second run finds what the first counted.

    Raises:
        ConfigurationMissingError: The edition lacks ``terms/kvalitetsmatt.toml``.
    """
    names = matt_names(context.bundle)
    report, new = Kvalitetsberattelse.objects.get_or_create(
        organisation_id=context.organisation,
        ar=data.ar,
        defaults={
            **holder(context),
            "fran": data.fran,
            "till": data.till,
            "sammanstalld": context.now,
        },
    )
    if new:
        _count(context, report)
        context.record("kvalitetsberattelse", berattelse=report.pk)
    figures = report.tal.order_by("nummer")
    return CompileOutput(
        berattelse=report.pk,
        tal=tuple(
            Figure(
                matt=row.matt,
                namn=names.get(row.matt, row.matt),
                antal=Decimal(row.antal),
                forra=Decimal(row.forra),
            )
            for row in figures
        ),
        atgarder=tuple(
            ClosedMeasure(nummer=row.nummer, vad=row.vad)
            for row in report.atgarder.order_by("nummer")
        ),
    )


@capability("kvalitetsberattelse.skriv", input=FormInput, output=WrittenOutput)
def write(context: CapabilityContext, data: FormInput) -> WrittenOutput:
    """Keep what was written as the next version (R-062 to R-064).

    Raises:
        AnswersInvalidError: One of the three sections is empty.
        RecordNotFoundError: The report or the form is another organisation's.
    """
    report = _report(context, data.berattelse)
    found, answers = operation_form(context, data.dokument)
    needed = {
        field: answers.needed(field, "section_missing", message)
        for field, message in SECTIONS.items()
    }
    answers.check()
    row = KvalitetsberattelseText.objects.create(
        **holder(context),
        **needed,
        berattelse=report,
        version=report.texter.count() + 1,
        ansvar=answers.text("ansvar"),
        mal=answers.text("mal"),
        dokument=found,
        skriven=context.now,
        skriven_av_id=person_of(context),
    )
    context.record("kvalitetsberattelse.text", berattelse=report.pk)
    return WrittenOutput(version=Decimal(row.version))


@capability("kvalitetsberattelse.faststall", input=FormInput, output=EstablishedOutput)
def establish(context: CapabilityContext, data: FormInput) -> EstablishedOutput:
    """Fastställ the newest version, set it as a paper and keep the paper.

    Raises:
        RecordNotFoundError: The report is another's, or nothing has been written.
        ConfigurationMissingError: The edition lacks the paper, or no unit is nämndens.
    """
    report = _report(context, data.berattelse)
    found, answers = operation_form(context, data.dokument)
    text = report.texter.order_by("version").last()
    if text is None:
        raise RecordNotFoundError("Kvalitetsberättelsens text", data.berattelse)
    KvalitetsberattelseFaststalld.objects.create(
        **holder(context),
        berattelse=report,
        text=text,
        datum=answers.day("faststalld_datum") or local_date(context.now),
        dokument=found,
        faststalld=context.now,
        faststalld_av_id=person_of(context),
    )
    namnd = namnd_unit(local_date(context.now))
    if namnd is None:
        raise ConfigurationMissingError("nämndens enhet")
    kept = _paper(context, report)
    context.record("kvalitetsberattelse.faststalld", berattelse=report.pk, papper=kept.pk)
    return EstablishedOutput(
        papper=kept.pk, namnd_organisation=namnd.organisation_id, namnd_enhet=namnd.pk
    )


def _count(context: CapabilityContext, report: Kvalitetsberattelse) -> None:
    """Write the figures of the year, those of the year before, and the closed measures."""
    year = Period(context.organisation, report.fran, report.till)
    before = Period(context.organisation, _year_back(report.fran), _year_back(report.till))
    last = count_all(before)
    KvalitetsberattelseTal.objects.bulk_create(
        KvalitetsberattelseTal(
            **holder(context),
            berattelse=report,
            nummer=number,
            matt=matt,
            antal=antal,
            forra=last[matt],
        )
        for number, (matt, antal) in enumerate(count_all(year).items(), start=1)
    )
    KvalitetsberattelseAtgard.objects.bulk_create(
        KvalitetsberattelseAtgard(
            **holder(context),
            berattelse=report,
            atgard_id=row.atgard_id,
            nummer=row.atgard.nummer,
            vad=row.atgard.vad,
            effekt=effect_of(row),
            utford_datum=row.utford_datum,
        )
        for row in closed_measures(year)
    )


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1)


def _report(context: CapabilityContext, ref: str) -> Kvalitetsberattelse:
    rows = Kvalitetsberattelse.objects.filter(organisation_id=context.organisation)
    return needed_row(rows, ref, "Kvalitetsberättelse")


def _paper(context: CapabilityContext, report: Kvalitetsberattelse) -> Papper:
    own, shared = everything_of(context.organisation, context.unit)
    ask = Ask(
        ref=report.pk,
        arende=report.pk,  # belongs to no ärende; its source asks for none
        seen=own,
        shared=shared,
        bundle=context.bundle,
        now=context.now,
    )
    try:
        made = make_paper(ask, PAPER)
    except PaperError as error:
        raise ConfigurationMissingError(f"papers/{PAPER}") from error
    if made is None:
        raise RecordNotFoundError("Kvalitetsberättelse", report.pk)
    return Papper.objects.create(
        **holder(context),
        papper=PAPER,
        underlag_id=report.pk,
        sha256=made.sha256,
        titel=made.paper.titel,
        mall_hash=made.mall_hash,
        law_version=made.found.law_version,
        storlek=len(made.content),
        innehall=made.content,
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
    )
