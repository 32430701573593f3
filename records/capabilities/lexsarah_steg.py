"""``lex_sarah.bedom``, ``.utred``, ``.ivo``: assessed, investigated, notified; none waits.

The assessment that something is serious may come before the investigation, and IVO is told then
(LSS 24 f: snarast); the investigation follows when it is done. A person decides and sends (K-12).
"""

from datetime import date

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date
from records.capabilities.lexsarah import ReportFormInput
from records.capabilities.shapes import Outputs
from records.errors import database_rules
from records.kvalitet import operation_form
from records.lexsarah import judged_serious, open_report
from records.models import LexSarah, LexSarahBedomning, LexSarahIvo, LexSarahUtredning
from records.writing import holder, person_of

NOTICE, ADDITION = "anmalan", "komplettering"
NOTHING = "ingen"


class AssessInput(ReportFormInput):
    """What the table ``lex_sarah`` suggests, beside what the form decides."""

    forslag: str | None = None


class AssessOutput(Outputs):
    """What was decided, and what IVO lacks: ``anmalan``, ``komplettering`` or ``ingen``."""

    utfall: str
    allvarligt: bool
    ivo_steg: str
    bedomd_datum: date


class InvestigateOutput(Outputs):
    """The day the investigation was done."""

    utredd_datum: date


class IvoInput(ReportFormInput):
    """``anmalan``, or ``komplettering`` with the investigation that was not ready then."""

    slag: str


class IvoOutput(Outputs):
    """The day it was sent."""

    ivo_datum: date


@capability("lex_sarah.bedom", input=AssessInput, output=AssessOutput)
def assess(context: CapabilityContext, data: AssessInput) -> AssessOutput:
    """Keep what a named person decided: serious, a missförhållande, or none, and why.

    Raises:
        AnswersInvalidError: Outcome or reason is missing.
    """
    row = open_report(context, data.lex_sarah)
    found, answers = operation_form(context, data.dokument)
    outcome = answers.needed("utfall", "outcome_missing", "Ange vad du bedömer.")
    reason = answers.needed("skal", "reason_missing", "Ange varför.")
    answers.check()
    LexSarahBedomning.objects.create(
        **holder(context),
        lex_sarah=row,
        nummer=row.bedomningar.count() + 1,
        forslag=data.forslag or "",
        utfall=outcome,
        skal=reason,
        datum=local_date(context.now),
        dokument=found,
        registrerad=context.now,
        bedomd_av_id=person_of(context),
    )
    context.record("lex_sarah.bedomning", lex_sarah=row.pk, utfall=outcome)
    return AssessOutput(
        utfall=outcome,
        allvarligt=judged_serious(row),
        ivo_steg=_left_for_ivo(row),
        bedomd_datum=local_date(context.now),
    )


@capability("lex_sarah.utred", input=ReportFormInput, output=InvestigateOutput)
def investigate(context: CapabilityContext, data: ReportFormInput) -> InvestigateOutput:
    """Keep the investigation; its writer is neither the reporter nor of the unit.

    Raises:
        LexSarahNotIndependentError: She is.
        AnswersInvalidError: What it meant for the person, or the causes, are not told.
    """
    row = open_report(context, data.lex_sarah)
    found, answers = operation_form(context, data.dokument)
    columns = {
        "handelse": answers.needed("handelse", "event_missing", "Beskriv händelsen."),
        "upptackt": answers.text("upptackt"),
        "konsekvens_enskild": answers.needed(
            "konsekvens_enskild", "consequence_missing", "Beskriv följden för den enskilde."
        ),
        "orsaker": answers.needed("orsaker", "cause_missing", "Ange orsakerna."),
        "omedelbara_atgarder": answers.text("omedelbara_atgarder"),
        "upprepningsrisk": answers.text("upprepningsrisk"),
        "tidigare_liknande": answers.text("tidigare_liknande"),
    }
    answers.check()
    day = local_date(context.now)
    with database_rules(row.nummer):
        LexSarahUtredning.objects.create(
            **holder(context),
            lex_sarah=row,
            utredare_id=person_of(context),
            klar_datum=day,
            dokument=found,
            registrerad=context.now,
            **columns,
        )
    context.record("lex_sarah.utredning", lex_sarah=row.pk)
    return InvestigateOutput(utredd_datum=day)


@capability("lex_sarah.ivo", input=IvoInput, output=IvoOutput)
def notify(context: CapabilityContext, data: IvoInput) -> IvoOutput:
    """Keep that a person told IVO: when, how, with which receipt; whether the investigation went.

    Raises:
        AnswersInvalidError: The receipt is missing, or an investigation that is not written was
            said to be enclosed.
    """
    row = open_report(context, data.lex_sarah)
    found, answers = operation_form(context, data.dokument)
    receipt = answers.needed("kvittens", "receipt_missing", "Ange kvittensen från IVO.")
    enclosed = data.slag == ADDITION or answers.yes("utredning_bifogad")
    if enclosed and not LexSarahUtredning.objects.filter(lex_sarah=row).exists():
        answers.refuse("utredning_bifogad", "not_investigated", "Utredningen är inte skriven än.")
    answers.check()
    day = answers.day("datum") or local_date(context.now)
    with database_rules(row.nummer):
        LexSarahIvo.objects.create(
            **holder(context),
            lex_sarah=row,
            slag=data.slag,
            datum=day,
            satt=answers.text("satt"),
            kvittens=receipt,
            utredning_bifogad=enclosed,
            dokument=found,
            registrerad=context.now,
            skickad_av_id=person_of(context),
        )
    context.record("lex_sarah.ivo", lex_sarah=row.pk, slag=data.slag)
    return IvoOutput(ivo_datum=day)


def _left_for_ivo(row: LexSarah) -> str:
    """What IVO shall have and has not: the notice, or the investigation that is done by now."""
    if not judged_serious(row):
        return NOTHING
    sent = LexSarahIvo.objects.filter(lex_sarah=row)
    if not sent.exists():
        return NOTICE
    written = LexSarahUtredning.objects.filter(lex_sarah=row).exists()
    enclosed = sent.filter(utredning_bifogad=True).exists()
    return ADDITION if written and not enclosed else NOTHING
