"""``kvartalsrapport.sammanstall``, ``kvartalsrapport.skicka``: counted by us, sent by a person."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from engine.variables import unpack
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError
from records.models import (
    Dokument,
    Kvartalsrapport,
    KvartalsrapportRad,
    KvartalsrapportUtskick,
)
from records.queries.kvartalsrapport import statistics
from records.terms import law_version
from records.verkstallighet import NotCarriedOut, not_carried_out
from records.writing import holder, person_of


class CompileInput(Inputs):
    """Which quarter, and the smallest number that statistics may show (a parameter)."""

    ar: int
    kvartal: int
    fran: date
    till: date
    minsta_antal: int


class StatisticsRow(Outputs):
    """One kind of support in the statistics; ``antal`` is null where it is too small to show."""

    insats: str
    namn: str
    antal: Decimal | None


class CompileOutput(Outputs):
    """The report, how many parts it names, and what fullmäktige gets."""

    rapport: UUID
    antal_ej_verkstallda: Decimal
    antal_verkstallda: Decimal
    statistik: tuple[StatisticsRow, ...]


class SendInput(Inputs):
    """A report, who gets it (``ivo``, ``revisorer``, ``fullmaktige``) and the form about it."""

    rapport: str
    mottagare: str
    dokument: str


class SendOutput(Outputs):
    """The day it was sent."""

    skickad_datum: date


@capability("kvartalsrapport.sammanstall", input=CompileInput, output=CompileOutput)
def compile_report(context: CapabilityContext, data: CompileInput) -> CompileOutput:
    """Count what the organisation must report for a quarter, once; a second run finds the first's.

    Raises:
        ConfigurationMissingError: The edition lacks ``ej_verkstallt`` or ``law_version``.
    """
    report, new = Kvartalsrapport.objects.get_or_create(
        organisation_id=context.organisation,
        ar=data.ar,
        kvartal=data.kvartal,
        defaults={
            **holder(context),
            "fran": data.fran,
            "till": data.till,
            "minsta_antal": data.minsta_antal,
            "law_version": law_version(context.bundle, data.till, required=True),
            "sammanstalld": context.now,
        },
    )
    if new:
        found = not_carried_out(context.bundle, context.organisation, data.fran, data.till)
        KvartalsrapportRad.objects.bulk_create(
            _row(context, report, number, part) for number, part in enumerate(found, start=1)
        )
        context.record("kvartalsrapport", rapport=report.pk)
    counted = report.rader.count()
    late = report.rader.filter(verkstalld_datum__isnull=False).count()
    rows = statistics(context.bundle, report)
    return CompileOutput(
        rapport=report.pk,
        antal_ej_verkstallda=Decimal(counted - late),
        antal_verkstallda=Decimal(late),
        statistik=tuple(
            StatisticsRow(
                insats=row.insats,
                namn=row.namn,
                antal=None if row.antal is None else Decimal(row.antal),
            )
            for row in rows
        ),
    )


@capability("kvartalsrapport.skicka", input=SendInput, output=SendOutput)
def send_report(context: CapabilityContext, data: SendInput) -> SendOutput:
    """Write down that a person sent the report, when, and with which receipt (K-12).

    Raises:
        RecordNotFoundError: The report or the form is another organisation's.
        AnswersInvalidError: IVO's receipt is missing.
    """
    report = Kvartalsrapport.objects.filter(
        pk=data.rapport, organisation_id=context.organisation
    ).first()
    found = Dokument.objects.filter(
        pk=data.dokument, organisation_id=context.organisation, arende=None
    ).first()
    if report is None or found is None:
        raise RecordNotFoundError("Kvartalsrapport", data.rapport)
    answers = Answers(unpack(found.answers), found.form_id)
    if data.mottagare == "ivo":
        answers.needed("kvittens", "receipt_missing", "Ange kvittensen från IVO.")
    answers.check()
    day = answers.day("skickad_datum") or local_date(context.now)
    KvartalsrapportUtskick.objects.create(
        **holder(context),
        rapport=report,
        mottagare=data.mottagare,
        skickad_datum=day,
        kvittens=answers.text("kvittens"),
        dokument=found,
        registrerad=context.now,
        skickad_av_id=person_of(context),
    )
    context.record("kvartalsrapport.skickad", rapport=report.pk, mottagare=data.mottagare)
    return SendOutput(skickad_datum=day)


def _row(
    context: CapabilityContext, report: Kvartalsrapport, number: int, found: NotCarriedOut
) -> KvartalsrapportRad:
    part = found.part
    return KvartalsrapportRad(
        **{**holder(context), "secrecy": part.secrecy},
        rapport=report,
        nummer=number,
        delbeslut=part,
        lag="LSS" if part.lagrum.startswith("lss") else "SoL",
        insats=part.insats,
        beslutsdatum=part.beslut.beslutsdatum,
        avbrott_datum=found.avbrott_datum,
        verkstalld_datum=found.verkstalld_datum,
        dagar=found.dagar,
        skal=found.skal,
        avbojda=found.avbojda,
    )
