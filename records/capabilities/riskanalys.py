"""``riskanalys.*``, ``verksamhetsdel.*``, ``utgava.*``: analyses of every part of an operation."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Max

from cases.capabilities import CapabilityContext, capability
from cases.errors import AnswersInvalidError
from cases.models import Organisation, Unit
from records.answers import Answers, local_date
from records.capabilities.shapes import DocumentInput, Inputs, NoInputs, Outputs
from records.errors import database_rules
from records.kvalitet import case_called, chosen_krav, link, next_number, operation_form
from records.models import Avvikelse, Kalla, Risk, Riskanalys, UtgavaSedd, Verksamhetsdel
from records.risks import (
    analysis_of,
    coverage,
    covered_from,
    kind_of,
    open_risks,
    parts_in_force,
    risk_ref,
)
from records.writing import holder, person_of

SERIES = "R"


class PartsOutput(Outputs):
    """How many parts the operation has now."""

    antal_delar: Decimal


class BeginInput(Inputs):
    """Why an analysis is made, what it builds on, and the form that begins it."""

    dokument: str
    anledning: str
    underlag: str | None = None


class BeginOutput(Outputs):
    """The analysis, and which kind of organisation it is made in."""

    analys: UUID
    organisationsslag: str


class AnalysisInput(Inputs):
    """An analysis and a form about it."""

    analys: str
    dokument: str


class RisksOutput(Outputs):
    """The risks that were pointed out, in the order of the form."""

    risker: list[UUID]


class EstablishedOutput(Outputs):
    """The day it was fastställd."""

    faststalld_datum: date


class CoverageOutput(Outputs):
    """How many parts have no analysis in the period."""

    utan_analys: Decimal


class UnitRow(Outputs):
    """A unit that is told."""

    enhet: UUID
    organisation: UUID


class EditionOutput(Outputs):
    """Whether the units have not heard of the edition, which it is, and who they are."""

    andrad: bool
    utgava: str
    enheter: list[UnitRow]


@capability("verksamhetsdel.spara", input=DocumentInput, output=PartsOutput)
def keep_parts(context: CapabilityContext, data: DocumentInput) -> PartsOutput:
    """Add the new parts of the unit's operation and end those no longer done (R-030).

    Reads ``nya``: rows ``{namn, beskrivning}``; ``avslutade``: names; ``avslut_skal``.

    Raises:
        AnswersInvalidError: No part would be left, or one has no name.
    """
    found, answers = operation_form(context, data.dokument)
    day = local_date(context.now)
    rows = answers.rows("nya")
    for row in rows:
        _add_part(context, row.needed("namn", "part_missing", "Ange delens namn."), row, day)
    _end_parts(context, answers, day)
    left = [part for part in parts_in_force(context.unit, day) if part.giltig_till is None]
    if not left:
        answers.refuse("nya", "part_missing", "Ange minst en del av verksamheten.")
    answers.check(rows)
    context.record("verksamhetsdelar", dokument=found.pk)
    return PartsOutput(antal_delar=Decimal(len(left)))


@capability("riskanalys.inled", input=BeginInput, output=BeginOutput)
def begin(context: CapabilityContext, data: BeginInput) -> BeginOutput:
    """Begin the analysis of one part: its scope and who takes part (R-030, R-033).

    Reads ``verksamhetsdel`` or ``ny_del``, ``omfattning``, ``deltagare``.

    Raises:
        AnswersInvalidError: The part is not one of the unit's.
    """
    found, answers = operation_form(context, data.dokument)
    chosen = _part(context, answers)
    # The part is locked, so that two analyses of it never get the same version.
    part = Verksamhetsdel.objects.select_for_update().get(pk=chosen)
    last = part.riskanalyser.aggregate(last=Max("version"))["last"] or 0
    row = Riskanalys.objects.create(
        **holder(context),
        nummer=next_number(context, SERIES),
        verksamhetsdel=part,
        version=last + 1,
        anledning=data.anledning,
        anledning_text=data.underlag or "",
        omfattning=answers.text("omfattning"),
        deltagare=answers.text("deltagare"),
        dokument=found,
        inledd=context.now,
        inledd_av_id=person_of(context),
    )
    context.record("riskanalys", analys=row.pk)
    return BeginOutput(analys=row.pk, organisationsslag=kind_of(context.organisation))


@capability("riskanalys.identifiera", input=AnalysisInput, output=RisksOutput)
def point_out(context: CapabilityContext, data: AnalysisInput) -> RisksOutput:
    """Point out the events that may lead to a krav or goal not being met (R-031).

    Reads ``risker``: rows ``{handelse, krav, [orsak], [tidigare], [visad_i]}``. What it showed
    itself in, an ärende or a deviation of the unit, is linked to it, by number alone.

    Raises:
        AnswersInvalidError: No risk, one without event or krav, or an unknown number.
        AnalysisEstablishedError: The analysis stands.
    """
    analysis = analysis_of(context, data.analys, lock=True)
    _, answers = operation_form(context, data.dokument)
    rows = answers.rows("risker")
    if not rows:
        answers.refuse("risker", "risk_missing", "Ange minst en risk.")
    made = [_risk(context, analysis, number, row) for number, row in enumerate(rows, start=1)]
    seen_in = [_seen_in(context, row) for row in rows]
    answers.check(rows)
    with database_rules(analysis.pk):
        Risk.objects.bulk_create(made)
    for risk, thing in zip(made, seen_in, strict=True):
        context.record("risk", risk=risk.pk, analys=analysis.pk)
        if thing is not None:
            link(context, Kalla.RISK, risk.pk, *thing)
    return RisksOutput(risker=[risk.pk for risk in made])


@capability("riskanalys.faststall", input=AnalysisInput, output=EstablishedOutput)
def establish(context: CapabilityContext, data: AnalysisInput) -> EstablishedOutput:
    """Fastställ an analysis: from now on it is a version that never changes (R-035).

    Raises:
        AnalysisEstablishedError: It stands already.
        RecordRefusedError: A risk of it is not assessed.
    """
    analysis = analysis_of(context, data.analys, lock=True)
    _, answers = operation_form(context, data.dokument)
    analysis.slutsats = answers.needed("slutsats", "conclusion_missing", "Ange slutsatsen.")
    answers.check()
    analysis.faststalld, analysis.faststalld_av_id = context.now, person_of(context)
    with database_rules(analysis.pk):
        analysis.save(update_fields=["slutsats", "faststalld", "faststalld_av"])
    context.record("riskanalys.faststalld", analys=analysis.pk)
    return EstablishedOutput(faststalld_datum=local_date(context.now))


@capability("riskanalys.tackning", input=NoInputs, output=CoverageOutput)
def count_uncovered(context: CapabilityContext, data: NoInputs) -> CoverageOutput:  # noqa: ARG001
    """Count the unit's parts without an analysis in the period of ``risk_tackning`` (R-030)."""
    day = local_date(context.now)
    unit = Unit.objects.select_related("organisation").get(pk=context.unit)
    since = covered_from(context.bundle, day, unit.organisation.driftsform)
    rows = coverage(context.unit, since, day)
    return CoverageOutput(utan_analys=Decimal(sum(not row.tackt for row in rows)))


@capability("utgava.kontrollera", input=NoInputs, output=EditionOutput)
def look_at_edition(context: CapabilityContext, data: NoInputs) -> EditionOutput:  # noqa: ARG001
    """Tell once whether the edition in force is new to the organisation (R-033).

    The first edition is new, too: the operation changes with it.
    """
    edition = context.bundle.manifest.utgava.id
    _, new = UtgavaSedd.objects.get_or_create(
        organisation_id=context.organisation,
        utgava=edition,
        defaults={**holder(context), "sedd": context.now},
    )
    units = Organisation.objects.get(pk=context.organisation).units.order_by("name", "pk")
    rows = [UnitRow(enhet=unit.pk, organisation=context.organisation) for unit in units]
    return EditionOutput(andrad=new, utgava=edition, enheter=rows if new else [])


def _add_part(context: CapabilityContext, name: str, row: Answers, day: date) -> Verksamhetsdel:
    """Add a part, once: one of that name that is done already is found."""
    part, _ = Verksamhetsdel.objects.get_or_create(
        unit_id=context.unit,
        namn=name,
        giltig_till=None,
        defaults={
            **holder(context),
            "beskrivning": row.text("beskrivning"),
            "giltig_fran": day,
            "registrerad": context.now,
            "registrerad_av_id": person_of(context),
        },
    )
    return part


def _end_parts(context: CapabilityContext, answers: Answers, day: date) -> None:
    chosen = answers.codes("avslutade")
    if not chosen:
        return
    reason = answers.needed("avslut_skal", "reason_missing", "Ange varför delen inte längre finns.")
    rows = Verksamhetsdel.objects.filter(namn__in=chosen, unit_id=context.unit, giltig_till=None)
    for part in rows if reason else ():
        part.giltig_till, part.avslut_skal = day, reason
        part.avslutad_av_id = person_of(context)
        part.save(update_fields=["giltig_till", "avslut_skal", "avslutad_av"])


def _part(context: CapabilityContext, answers: Answers) -> UUID:
    """The chosen part, or a new one of the name that was written.

    Raises:
        AnswersInvalidError: The unit has no such part.
    """
    name = answers.text("ny_del")
    if name:
        return _add_part(context, name, answers, local_date(context.now)).pk
    chosen = answers.text("verksamhetsdel")
    for part in parts_in_force(context.unit, local_date(context.now)):
        if part.namn == chosen and part.giltig_till is None:
            return part.pk
    missing = ("part_missing", "Välj en del av verksamheten.")
    raise AnswersInvalidError(answers.form_id, {"verksamhetsdel": missing})


def _risk(context: CapabilityContext, analysis: Riskanalys, number: int, row: Answers) -> Risk:
    krav = chosen_krav(context, row)
    event = row.needed("handelse", "risk_missing", "Beskriv händelsen.")
    return Risk(
        **holder(context),
        analys=analysis,
        nummer=number,
        handelse=event,
        orsak=row.text("orsak"),
        krav=krav,
        tidigare=_earlier(context, row),
    )


def _seen_in(context: CapabilityContext, row: Answers) -> tuple[Kalla, UUID] | None:
    """The deviation, or the ärende, that the row says the risk showed itself in."""
    number = row.text("visad_i")
    if not number:
        return None
    deviations = Avvikelse.objects.filter(unit_id=context.unit, nummer=number)
    found = deviations.values_list("pk", flat=True).first()
    if found is not None:
        return Kalla.AVVIKELSE, found
    case = case_called(context, number)
    if case is None:
        row.refuse(
            "visad_i",
            "case_unknown",
            "Enheten har inget ärende och ingen avvikelse med det numret.",
        )
        return None
    return Kalla.ARENDE, case


def _earlier(context: CapabilityContext, row: Answers) -> Risk | None:
    chosen = row.text("tidigare")
    if not chosen:
        return None
    found = next((risk for risk in open_risks(context.unit) if risk_ref(risk) == chosen), None)
    if found is None:
        row.refuse("tidigare", "risk_unknown", "Välj en risk i listan.")
    return found
