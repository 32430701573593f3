"""``avvikelse.*``: a deviation from report to close; tables suggest and a person decides (K-12)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.kvalitet import (
    Stage,
    add_stage,
    case_numbered,
    chosen_krav,
    link,
    next_number,
    operation_form,
)
from records.models import Atgard, Avvikelse, AvvikelseTrend, Kalla, KvalitetsSteg, Steg
from records.writing import holder, needed_row, person_of

SERIES = "A"


class ReportInput(Inputs):
    """The form, and what the deviation comes out of where something else suggested it."""

    dokument: str
    kalla: Kalla | None = None
    kalla_id: str | None = None
    arende: str | None = None


class ReportOutput(Outputs):
    """The deviation with its number, and what the tables need to know."""

    avvikelse: UUID
    nummer: str
    kategori: str
    omrade: str
    konsekvens: str
    kunde_lett_till: bool
    rapporterad_datum: date
    arende: UUID | None
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class SuggestInput(Inputs):
    """What the table suggested, and how many of a kind within how many days make a trend."""

    avvikelse: str
    klass: str
    antal: int
    dagar: int


class SuggestOutput(Outputs):
    """Whether the risk analysis is to be told of a trend."""

    trend: UUID | None
    trend_antal: Decimal


class DeviationInput(Inputs):
    """A deviation."""

    avvikelse: str


class DeviationFormInput(Inputs):
    """A deviation and a form about it."""

    avvikelse: str
    dokument: str


class ClassOutput(Outputs):
    """The class that a person decided."""

    klass: str


class ClosedOutput(Outputs):
    """``atgardat`` or ``utan_atgard``: all that the person's journal is told."""

    atgard_kod: str


@capability("avvikelse.rapportera", input=ReportInput, output=ReportOutput)
def report(context: CapabilityContext, data: ReportInput) -> ReportOutput:
    """Report a deviation: what happened, and which krav was not met (R-012, R-050).

    Raises:
        AnswersInvalidError: No krav is chosen, or the number belongs to no case of the unit.
    """
    found, answers = operation_form(context, data.dokument)
    krav = chosen_krav(context, answers)
    case = case_numbered(context, answers) or (UUID(data.arende) if data.arende else None)
    answers.check()
    row = Avvikelse.objects.create(
        **holder(context),
        nummer=next_number(context, SERIES),
        kategori=answers.text("kategori"),
        handelse=answers.text("handelse"),
        handelse_datum=answers.day("handelse_datum") or local_date(context.now),
        upptackt=answers.text("upptackt"),
        konsekvens=answers.text("konsekvens"),
        konsekvens_text=answers.text("konsekvens_text"),
        omedelbar_atgard=answers.text("omedelbar_atgard"),
        krav=krav,
        kalla=data.kalla or "",
        kalla_id=data.kalla_id,
        arende_id=case,
        rapporterad=context.now,
        rapportor_id=context.actor.user_id,
        dokument=found,
    )
    add_stage(context, Kalla.AVVIKELSE, row.pk, Stage(steg=Steg.RAPPORTERA, dokument=found))
    if data.kalla and data.kalla_id:
        link(context, data.kalla, data.kalla_id, Kalla.AVVIKELSE, row.pk)
    if case is not None:
        link(context, Kalla.AVVIKELSE, row.pk, Kalla.ARENDE, case)
    return _reported(row, answers)


@capability("avvikelse.foresla", input=SuggestInput, output=SuggestOutput)
def suggest(context: CapabilityContext, data: SuggestInput) -> SuggestOutput:
    """Keep the class that the table suggests, and see whether this is one of many (R-033).

    A trend is told once: what has been counted in one is not counted in the next.
    """
    row = _of(context, data.avvikelse)
    row.foreslagen_klass = data.klass
    row.save(update_fields=["foreslagen_klass"])
    before = AvvikelseTrend.objects.filter(unit_id=context.unit, kategori=row.kategori)
    last = before.order_by("-till").values_list("till", flat=True).first()
    since = context.now - timedelta(days=data.dagar)
    rows = Avvikelse.objects.filter(
        unit_id=context.unit, kategori=row.kategori, rapporterad__gte=since
    )
    counted = (rows.filter(rapporterad__gt=last) if last else rows).count()
    if counted < data.antal:
        return SuggestOutput(trend=None, trend_antal=Decimal(counted))
    trend = AvvikelseTrend.objects.create(
        **holder(context), kategori=row.kategori, fran=since, till=context.now, antal=counted
    )
    context.record("avvikelse.trend", trend=trend.pk)
    return SuggestOutput(trend=trend.pk, trend_antal=Decimal(counted))


@capability("avvikelse.klassa", input=DeviationFormInput, output=ClassOutput)
def classify(context: CapabilityContext, data: DeviationFormInput) -> ClassOutput:
    """Decide the class of a deviation; who departs from the suggestion says why (K-12).

    Raises:
        AnswersInvalidError: Another class than the suggested one, without a reason.
        PersonNeededError: Nobody decides.
    """
    _, answers = operation_form(context, data.dokument)
    row = _of(context, data.avvikelse, lock=True)
    klass = answers.needed("klass", "class_missing", "Välj hur avvikelsen ska hanteras.")
    if klass != row.foreslagen_klass:
        answers.needed("skal", "reason_missing", "Ange varför det blir något annat än förslaget.")
    answers.check()
    row.klass, row.klass_skal = klass, answers.text("skal")
    row.klassad, row.klassad_av_id = context.now, person_of(context)
    row.save(update_fields=["klass", "klass_skal", "klassad", "klassad_av"])
    context.record("avvikelse.klassad", avvikelse=row.pk)
    return ClassOutput(klass=klass)


@capability("avvikelse.lamna_over", input=DeviationInput, output=ClosedOutput)
def hand_over(context: CapabilityContext, data: DeviationInput) -> ClosedOutput:
    """Close a deviation that goes on elsewhere: lex Sarah, health care, IMY, work environment.

    Its stages are left out with that reason (R-050); a person decided so when she chose the class.
    """
    row = _of(context, data.avvikelse, lock=True)
    reason = f"Hanteras vidare som {row.klass.replace('_', ' ')}. {row.klass_skal}".strip()
    for step in (Steg.UTREDA, Steg.ANALYSERA, Steg.ATGARDA, Steg.FOLJA_UPP):
        add_stage(context, Kalla.AVVIKELSE, row.pk, Stage(steg=step, gjort=False, skal=reason))
    return _closed(context, row, f"overlamnad_{row.klass}")


@capability("avvikelse.stang", input=DeviationInput, output=ClosedOutput)
def close(context: CapabilityContext, data: DeviationInput) -> ClosedOutput:
    """Close a deviation whose five stages are gone through (R-050).

    Raises:
        StageMissingError: A stage is neither done nor left out with a reason.
        AtgardOpenError: A measure goes on.
    """
    return _closed(context, _of(context, data.avvikelse, lock=True), "fardig")


def _closed(context: CapabilityContext, row: Avvikelse, how: str) -> ClosedOutput:
    row.stangd, row.stangd_av_id, row.stangd_som = context.now, context.actor.user_id, how
    with database_rules(row.nummer):
        row.save(update_fields=["stangd", "stangd_av", "stangd_som"])
    context.record("avvikelse.stangd", avvikelse=row.pk)
    acted = Atgard.objects.filter(kalla=Kalla.AVVIKELSE, kalla_id=row.pk).exists()
    at_once = KvalitetsSteg.objects.filter(
        kalla=Kalla.AVVIKELSE, kalla_id=row.pk, steg=Steg.ATGARDA, gjort=True
    ).exists()
    return ClosedOutput(atgard_kod="atgardat" if acted or at_once else "utan_atgard")


def _reported(row: Avvikelse, answers: Answers) -> ReportOutput:
    return ReportOutput(
        avvikelse=row.pk,
        nummer=row.nummer,
        kategori=row.kategori,
        omrade=answers.text("omrade"),
        konsekvens=row.konsekvens,
        kunde_lett_till=answers.yes("kunde_lett_till"),
        rapporterad_datum=local_date(row.rapporterad),
        arende=row.arende_id,
        mottagare_organisation=row.organisation_id,
        mottagare_enhet=row.unit_id,
    )


def _of(context: CapabilityContext, ref: str, *, lock: bool = False) -> Avvikelse:
    rows = Avvikelse.objects.filter(organisation_id=context.organisation)
    return needed_row(rows.select_for_update() if lock else rows, ref, "Avvikelse")
