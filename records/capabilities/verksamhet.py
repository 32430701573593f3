"""``verksamhet.*``: what a unit answers about itself: numbers, never a person (L-33)."""

from datetime import date
from decimal import Decimal

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import CompilationRefusedError, database_rules
from records.kvalitet import operation_form
from records.models import GranskningSvar
from records.queries.plan_numbers import plan_numbers
from records.terms import decide
from records.writing import holder


class NumbersInput(Inputs):
    """What the numbers are for, and what kind of data they are (table ``sammanstallning``)."""

    andamal: str
    uppgift: str


class NumbersOutput(Outputs):
    """The unit's numbers today."""

    antal_akter: Decimal
    antal_planer: Decimal
    antal_aktuella: Decimal


class AnswerInput(Inputs):
    """The follow-up that asked, the unit's form and the numbers shown in it."""

    granskning: str
    dokument: str
    antal_akter: Decimal
    antal_planer: Decimal
    antal_aktuella: Decimal


class AnswerOutput(Outputs):
    """What goes back: yes or no, and the day."""

    dag: date
    rutiner: bool
    dokumentation: bool
    tid: bool


@capability("verksamhet.nyckeltal", input=NumbersInput, output=NumbersOutput)
def numbers(context: CapabilityContext, data: NumbersInput) -> NumbersOutput:
    """Count the unit's akter and plans (R-112), if such a compilation is allowed (L-33).

    Raises:
        CompilationRefusedError: The table ``sammanstallning`` does not allow it.
        ConfigurationMissingError: The edition lacks a table.
    """
    asked = {"andamal": data.andamal, "uppgift": data.uppgift}
    if not decide(context.bundle, "sammanstallning", asked):
        raise CompilationRefusedError(data.uppgift, data.andamal)
    found = plan_numbers(context.bundle, context.unit, context.now)
    return NumbersOutput(
        antal_akter=Decimal(found.akter),
        antal_planer=Decimal(found.planer),
        antal_aktuella=Decimal(found.aktuella),
    )


@capability("verksamhet.svara", input=AnswerInput, output=AnswerOutput)
def answer(context: CapabilityContext, data: AnswerInput) -> AnswerOutput:
    """Keep the unit's own copy of its answer (R-208).

    Raises:
        RecordNotFoundError: The form is another's.
    """
    _, answers = operation_form(context, data.dokument)
    with database_rules(data.granskning):
        row = GranskningSvar.objects.create(
            **holder(context),
            granskning_id=data.granskning,
            dag=local_date(context.now),
            antal_akter=int(data.antal_akter),
            antal_planer=int(data.antal_planer),
            antal_aktuella=int(data.antal_aktuella),
            rutiner=answers.yes("rutiner"),
            dokumentation=answers.yes("dokumentation"),
            tid=answers.yes("tid"),
            registrerad=context.now,
        )
    context.record("verksamhet.besvarad", granskning=data.granskning)
    return AnswerOutput(
        dag=row.dag, rutiner=row.rutiner, dokumentation=row.dokumentation, tid=row.tid
    )
