"""``granskning.*``: myndigheten follows up contracts and operations, all providers' (R-207)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from cases.models import Organisation, Unit
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.kvalitet import operation_form
from records.models import (
    Godkannande,
    Granskning,
    GranskningBedomning,
    GranskningRad,
    GranskningRapport,
    GranskningSvar,
)
from records.writing import holder, needed_row, person_of

CONTRACT = "avtalsuppfoljning"
OPERATION = "verksamhetsuppfoljning"


class UnitsOutput(Outputs):
    """The ids of every provider's unit, municipal and external."""

    enheter: tuple[UUID, ...]


class OpenInput(Inputs):
    """Exactly one: a unit (verksamhetsuppföljning) or an approval (avtalsuppföljning)."""

    enhet: str | None = None
    godkannande: str | None = None


class OpenOutput(Outputs):
    """The follow-up, and where its question goes (null for a contract)."""

    granskning: UUID
    oppnad_datum: date
    mottagare_organisation: UUID | None
    mottagare_enhet: UUID | None


class ApprovalInput(Inputs):
    """An approval."""

    godkannande: str


class ApprovalOutput(Outputs):
    """Whether the approval holds today."""

    galler: bool


class AnswerInput(Inputs):
    """What a unit answered: numbers and yes or no."""

    granskning: str
    dag: date
    antal_akter: Decimal
    antal_planer: Decimal
    antal_aktuella: Decimal
    rutiner: bool
    dokumentation: bool
    tid: bool


class AnswerOutput(Outputs):
    """The day of the answer."""

    svar_datum: date


class FormInput(Inputs):
    """A follow-up and a form about it."""

    granskning: str
    dokument: str


class JudgeOutput(Outputs):
    """``godtagbart``, ``brister`` or ``allvarliga_brister``, and how many rows are a brist."""

    bedomning: str
    antal_brister: Decimal


class ReportOutput(Outputs):
    """The day the nämnd took part of it."""

    rapport_datum: date


@capability("granskning.enheter", input=NoInputs, output=UnitsOutput)
def units(_context: CapabilityContext, _data: NoInputs) -> UnitsOutput:
    """Every unit that carries out support, whoever runs it (R-207e)."""
    rows = Unit.objects.filter(organisation__kind=Organisation.Kind.UTFORARE)
    return UnitsOutput(enheter=tuple(rows.order_by("name", "pk").values_list("pk", flat=True)))


@capability("granskning.oppna", input=OpenInput, output=OpenOutput)
def open_review(context: CapabilityContext, data: OpenInput) -> OpenOutput:
    """Open a follow-up of a unit, or of a contract; there may be several in a year.

    Raises:
        RecordNotFoundError: No such unit or approval.
    """
    day = local_date(context.now)
    if data.godkannande is not None:
        approval = _approval(context, data.godkannande)
        row = Granskning.objects.create(
            **holder(context),
            kalla=CONTRACT,
            godkannande=approval,
            enhet_id=approval.enhet_id,
            enhet=approval.utforare,
            driftsform=approval.driftsform,
            ar=day.year,
            oppnad=context.now,
        )
        place: tuple[UUID | None, UUID | None] = (None, None)
    else:
        row, unit = _of_unit(context, data.enhet, day.year)
        place = (unit.organisation_id, unit.pk)
    context.record("granskning", granskning=row.pk)
    return OpenOutput(
        granskning=row.pk,
        oppnad_datum=local_date(row.oppnad),
        mottagare_organisation=place[0],
        mottagare_enhet=place[1],
    )


@capability("godkannande.lage", input=ApprovalInput, output=ApprovalOutput)
def state(context: CapabilityContext, data: ApprovalInput) -> ApprovalOutput:
    """Tell whether an approval holds: it has not ended, and its period has not passed.

    Raises:
        RecordNotFoundError: Another organisation's, or unknown.
    """
    found = _approval(context, data.godkannande)
    ended = hasattr(found, "slut")
    passed = found.period_till is None or found.period_till < local_date(context.now)
    return ApprovalOutput(galler=not ended and not passed)


@capability("granskning.svar", input=AnswerInput, output=AnswerOutput)
def keep_answer(context: CapabilityContext, data: AnswerInput) -> AnswerOutput:
    """Keep the unit's answer as it came in the message.

    Raises:
        RecordNotFoundError: The follow-up is another organisation's.
    """
    found = _review(context, data.granskning)
    with database_rules(found.pk):
        GranskningSvar.objects.create(
            **holder(context),
            granskning_id=found.pk,
            dag=data.dag,
            antal_akter=int(data.antal_akter),
            antal_planer=int(data.antal_planer),
            antal_aktuella=int(data.antal_aktuella),
            rutiner=data.rutiner,
            dokumentation=data.dokumentation,
            tid=data.tid,
            registrerad=context.now,
        )
    return AnswerOutput(svar_datum=data.dag)


@capability("granskning.bedom", input=FormInput, output=JudgeOutput)
def judge(context: CapabilityContext, data: FormInput) -> JudgeOutput:
    """Keep what was found, row by row; a contract is judged on every requirement of its own.

    Raises:
        RecordNotFoundError: The follow-up or the form is another's.
        AnswersInvalidError: A requirement of the contract is left out, or stands twice.
    """
    found = _review(context, data.granskning)
    document, answers = operation_form(context, data.dokument)
    rows = answers.rows("rader")
    names = _requirements(found, answers, rows)
    answers.check(rows)
    with database_rules(found.pk):
        made = GranskningBedomning.objects.create(
            **holder(context),
            granskning=found,
            utfall=answers.text("bedomning"),
            sammanfattning=answers.text("sammanfattning"),
            bedomd=context.now,
            bedomd_av_id=person_of(context),
            dokument=document,
        )
        GranskningRad.objects.bulk_create(
            _row(context, made, number, name, row)
            for number, (name, row) in enumerate(zip(names, rows, strict=True), start=1)
        )
    context.record("granskning.bedomd", granskning=found.pk)
    missed = sum(row.text("utfall") == "brist" for row in rows)
    return JudgeOutput(bedomning=made.utfall, antal_brister=Decimal(missed))


@capability("granskning.rapportera", input=FormInput, output=ReportOutput)
def reported(context: CapabilityContext, data: FormInput) -> ReportOutput:
    """Write down that the nämnd took part of a follow-up, and where it is minuted.

    Raises:
        RecordNotFoundError: The follow-up or the form is another's.
    """
    found = _review(context, data.granskning)
    _, answers = operation_form(context, data.dokument)
    with database_rules(found.pk):
        row = GranskningRapport.objects.create(
            **holder(context),
            granskning=found,
            datum=answers.day("datum") or local_date(context.now),
            protokoll=answers.text("protokoll"),
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
    context.record("granskning.rapporterad", granskning=found.pk)
    return ReportOutput(rapport_datum=row.datum)


def _approval(context: CapabilityContext, godkannande: str) -> Godkannande:
    rows = Godkannande.objects.filter(organisation_id=context.organisation)
    return needed_row(rows.select_related("slut"), godkannande, "Godkännande")


def _of_unit(context: CapabilityContext, enhet: str | None, year: int) -> tuple[Granskning, Unit]:
    rows = Unit.objects.filter(organisation__kind=Organisation.Kind.UTFORARE)
    unit = rows.select_related("organisation").filter(pk=enhet).first() if enhet else None
    if unit is None:
        raise RecordNotFoundError("Enhet", enhet)
    row = Granskning.objects.create(
        **holder(context),
        kalla=OPERATION,
        enhet_id=unit.pk,
        enhet=unit.name,
        driftsform=unit.organisation.driftsform,
        ar=year,
        oppnad=context.now,
    )
    return row, unit


def _review(context: CapabilityContext, granskning: str) -> Granskning:
    rows = Granskning.objects.filter(organisation_id=context.organisation)
    return needed_row(rows, granskning, "Granskning")


def _requirements(found: Granskning, answers: Answers, rows: tuple[Answers, ...]) -> list[str]:
    """The text of each row's requirement; all of the contract's, once each."""
    chosen = [row.text("krav") for row in rows]
    for row in rows:
        if chosen.count(row.text("krav")) > 1:
            row.refuse("krav", "krav_twice", "Kravet står redan i listan. Slå ihop raderna.")
    if found.kalla != CONTRACT or found.godkannande is None:
        return chosen
    own = {str(one.nummer): one.krav for one in found.godkannande.krav.all()}
    if set(own) - set(chosen):
        answers.refuse("rader", "krav_left_out", "Bedöm vart och ett av avtalets krav.")
    return [own.get(code, code) for code in chosen]


def _row(
    context: CapabilityContext, made: GranskningBedomning, number: int, name: str, row: Answers
) -> GranskningRad:
    return GranskningRad(
        **holder(context),
        bedomning=made,
        nummer=number,
        krav=name,
        utfall=row.text("utfall"),
        iakttagelse=row.text("iakttagelse"),
    )
