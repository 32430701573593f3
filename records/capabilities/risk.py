"""``risk.*``: assess a risk, plan against it or accept it, and assess what remains."""

from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.kvalitet import operation_form
from records.models import Handlingsplan, Risk, RiskOmedelbart, RiskSkattning
from records.risks import RiskNeedsPlanError, risk_of
from records.writing import holder, person_of

WATCHED, ACCEPTED = "bevakas", "accepterad"
MUST = "ska"


class AssessInput(Inputs):
    """A risk, the class that the table ``risk_klass`` gave, and the form with the scores."""

    risk: str
    klass: str
    dokument: str


class AssessOutput(Outputs):
    """Whether measures were proposed."""

    forslag: bool


class RiskFormInput(Inputs):
    """A risk and a form about it."""

    risk: str
    dokument: str


class PlanInput(Inputs):
    """A risk, whether its class demands a plan (``ska``, ``bor``, ``nej``), and the form."""

    risk: str
    krav_handlingsplan: str
    dokument: str


class PlanOutput(Outputs):
    """Whether there is a plan; else the risk is accepted."""

    upprattad: bool


class RiskInput(Inputs):
    """A risk."""

    risk: str


class RiskOutput(Outputs):
    """The same risk."""

    risk: UUID


@capability("risk.skatta", input=AssessInput, output=AssessOutput)
def assess(context: CapabilityContext, data: AssessInput) -> AssessOutput:
    """Write down an assessment: probability, consequence and why, none without the others (R-032).

    Reads ``sannolikhet``, ``konsekvens``, ``motivering``, [``atgardsforslag``].

    Raises:
        AnswersInvalidError: One of the three is missing.
        RecordRefusedError: The risk is closed, or its analysis stands and this is the first one.
    """
    risk = risk_of(context, data.risk)
    found, answers = operation_form(context, data.dokument)
    scores = {
        field: answers.needed(field, "assessment_missing", text)
        for field, text in (
            ("sannolikhet", "Uppskatta sannolikheten."),
            ("konsekvens", "Bedöm konsekvensen."),
            ("motivering", "Ange varför."),
        )
    }
    answers.check()
    proposal = answers.text("atgardsforslag")
    with database_rules(risk.pk):
        RiskSkattning.objects.create(
            **holder(context),
            **scores,
            risk=risk,
            omgang=risk.skattningar.count() + 1,
            klass=data.klass,
            atgardsforslag=proposal,
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
    context.record("risk.skattad", risk=risk.pk)
    return AssessOutput(forslag=bool(proposal))


@capability("risk.omedelbart", input=RiskFormInput, output=RiskOutput)
def act_at_once(context: CapabilityContext, data: RiskFormInput) -> RiskOutput:
    """Write down what was done at once about a risk of the highest class.

    Reads ``atgard``.

    Raises:
        AnswersInvalidError: Nothing is said.
    """
    risk = risk_of(context, data.risk)
    found, answers = operation_form(context, data.dokument)
    act = answers.needed("atgard", "measure_missing", "Ange vad som gjordes genast.")
    answers.check()
    RiskOmedelbart.objects.create(
        **holder(context),
        risk=risk,
        omgang=risk.omedelbart.count() + 1,
        atgard=act,
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=person_of(context),
    )
    context.record("risk.omedelbart", risk=risk.pk)
    return RiskOutput(risk=risk.pk)


@capability("risk.planera", input=PlanInput, output=PlanOutput)
def plan(context: CapabilityContext, data: PlanInput) -> PlanOutput:
    """Make a plan against a risk, or accept the risk with a reason where that may be (R-034).

    Reads ``handlingsplan`` (``ja`` or ``nej``), ``skal``.

    Raises:
        AnswersInvalidError: There is no plan and no reason.
        RiskNeedsPlanError: A risk of the class is not accepted without a plan.
    """
    risk = risk_of(context, data.risk)
    found, answers = operation_form(context, data.dokument)
    made = answers.yes("handlingsplan")
    reason = "" if made else answers.needed("skal", "reason_missing", "Ange varför.")
    answers.check()
    if not made and data.krav_handlingsplan == MUST:
        raise RiskNeedsPlanError(risk.pk)
    Handlingsplan.objects.create(
        **holder(context),
        risk=risk,
        omgang=risk.planer.count() + 1,
        upprattad=made,
        skal=reason,
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=person_of(context),
    )
    context.record("handlingsplan" if made else "risk.accepterad", risk=risk.pk)
    if not made:
        _close(context, risk, ACCEPTED, reason)
    return PlanOutput(upprattad=made)


@capability("risk.bevaka", input=RiskInput, output=RiskOutput)
def watch(context: CapabilityContext, data: RiskInput) -> RiskOutput:
    """Let a risk of the lowest class be until the next analysis; a second call changes nothing."""
    risk = risk_of(context, data.risk)
    if risk.stangd is None:
        _close(context, risk, WATCHED, "")
        context.record("risk.bevakas", risk=risk.pk)
    return RiskOutput(risk=risk.pk)


def _close(context: CapabilityContext, risk: Risk, how: str, reason: str) -> None:
    """Close a risk once; the database refuses while a measure against it is open."""
    risk.stangd, risk.stangd_som, risk.stangd_skal = context.now, how, reason
    risk.stangd_av_id = context.actor.user_id
    with database_rules(risk.pk):
        risk.save(update_fields=["stangd", "stangd_som", "stangd_skal", "stangd_av"])
