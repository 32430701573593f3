"""``godkannande.*``: a provider is tried against requirements and approved by the nämnd (R-207)."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from cases.models import Organisation, Unit
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.kvalitet import operation_form
from records.models import Godkannande, GodkannandeKrav, GodkannandeSlut
from records.writing import holder, needed_row, person_of

REFUSED = "avslag"


class ApproveInput(Inputs):
    """The application, the trial and the decision as documents; the approval that it renews."""

    ansokan: str
    provning: str
    dokument: str
    foregaende: str | None = None


class ApproveOutput(Outputs):
    """The decision. ``period_till`` is null where it was refused."""

    godkannande: UUID
    utfall: str
    period_till: date | None


class EndInput(Inputs):
    """An approval and the form of the review that ends it."""

    godkannande: str
    dokument: str


class EndOutput(Outputs):
    """The last day."""

    slut_datum: date


@capability("godkannande.spara", input=ApproveInput, output=ApproveOutput)
def approve(context: CapabilityContext, data: ApproveInput) -> ApproveOutput:
    """Keep the nämnd's decision with the requirements it rests on; a renewal ends what it renews.

    Raises:
        RecordNotFoundError: A form or the earlier approval is another's.
        AnswersInvalidError: A requirement that is not met, in an approval without conditions.
    """
    found, answers = operation_form(context, data.dokument)
    _, asked = operation_form(context, data.ansokan)
    _, tried = operation_form(context, data.provning)
    rows = tried.rows("krav")
    outcome = answers.text("utfall")
    if outcome == "godkand" and any(not row.yes("uppfyllt") for row in rows):
        answers.refuse(
            "utfall", "krav_not_met", "Ett krav är inte uppfyllt: godkänn med villkor, eller avslå."
        )
    answers.check()
    earlier = None if data.foregaende is None else _own(context, data.foregaende)
    with database_rules(found.pk):
        row = Godkannande(**_decision(context, asked, answers), foregaende=earlier, dokument=found)
        row.save(force_insert=True)
        GodkannandeKrav.objects.bulk_create(
            _requirement(context, row, number, one) for number, one in enumerate(rows, start=1)
        )
        if earlier is not None:
            _end(context, earlier, REFUSED if outcome == REFUSED else "ersatt", answers)
    context.record("godkannande", godkannande=row.pk, utfall=outcome)
    return ApproveOutput(godkannande=row.pk, utfall=outcome, period_till=row.period_till)


@capability("godkannande.avsluta", input=EndInput, output=EndOutput)
def end(context: CapabilityContext, data: EndInput) -> EndOutput:
    """End an approval that is not renewed, once, with its reason.

    Raises:
        RecordNotFoundError: The approval or the form is another's.
        RecordRefusedError: It has ended already.
    """
    _, answers = operation_form(context, data.dokument)
    found = _own(context, data.godkannande)
    with database_rules(found.pk):
        row = _end(context, found, "upphort", answers)
    context.record("godkannande.upphort", godkannande=found.pk)
    return EndOutput(slut_datum=row.datum)


def _own(context: CapabilityContext, godkannande: str) -> Godkannande:
    rows = Godkannande.objects.filter(organisation_id=context.organisation)
    return needed_row(rows, godkannande, "Godkännande")


def _decision(context: CapabilityContext, asked: Answers, answers: Answers) -> dict[str, object]:
    units = Unit.objects.filter(organisation__kind=Organisation.Kind.UTFORARE)
    wanted = asked.text("enhet")
    unit = units.filter(pk=wanted).first() if wanted else None
    refused = answers.text("utfall") == REFUSED
    return {
        **holder(context),
        "utforare": asked.text("utforare"),
        "enhet_id": None if unit is None else unit.pk,
        "driftsform": asked.text("driftsform"),
        "tjansteomrade": asked.text("tjansteomrade"),
        "grund": asked.text("grund"),
        "bestallning": asked.text("bestallning"),
        "avtal": asked.text("avtal"),
        "utfall": answers.text("utfall"),
        "villkor": answers.text("villkor"),
        "period_fran": None if refused else answers.day("period_fran"),
        "period_till": None if refused else answers.day("period_till"),
        "beslut_ref": answers.text("beslut_ref"),
        "beslutsdatum": answers.day("beslutsdatum") or local_date(context.now),
        "beslutad_av_id": person_of(context),
        "registrerad": context.now,
    }


def _requirement(
    context: CapabilityContext, row: Godkannande, number: int, one: Answers
) -> GodkannandeKrav:
    return GodkannandeKrav(
        **holder(context),
        godkannande=row,
        nummer=number,
        krav=one.text("krav"),
        uppfyllt=one.yes("uppfyllt"),
        underlag=one.text("underlag"),
    )


def _end(
    context: CapabilityContext, found: Godkannande, reason: str, answers: Answers
) -> GodkannandeSlut:
    return GodkannandeSlut.objects.create(
        **holder(context),
        godkannande=found,
        orsak=reason,
        datum=answers.day("datum") or answers.day("beslutsdatum") or local_date(context.now),
        skal=answers.text("skal") or answers.text("motivering"),
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
