"""``samverkan.*``: forums and other parties of a unit, and what one shift tells the next."""

from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.errors import NeedsSecondPersonError, RecordNotFoundError, database_rules
from records.kvalitet import operation_form
from records.models import ExternPart, Forum, Samverkansplan, Samverkansrapport
from records.writing import holder, person_of


class PlanOutput(Outputs):
    """The established version, and how many forums and parties stand in it."""

    samverkansplan: UUID
    version: Decimal
    antal_forum: Decimal
    antal_parter: Decimal


class ReportOutput(Outputs):
    """The report that waits for somebody to receive it."""

    rapport: UUID


class ReceiveInput(Inputs):
    """A report and the form of who received it."""

    rapport: str
    dokument: str


@capability("samverkan.faststall", input=DocumentInput, output=PlanOutput)
def establish(context: CapabilityContext, data: DocumentInput) -> PlanOutput:
    """Establish the unit's forums and parties as a new version; earlier ones stay as they were.

    Two at the same time: the version's number is unique in the unit, one of them is refused.

    Raises:
        RecordNotFoundError: The form is another's.
        AnswersInvalidError: A party without a ground to tell, or two of one name.
    """
    found, answers = operation_form(context, data.dokument)
    forums, parties = answers.rows("forum"), answers.rows("parter")
    _no_twins(forums, "namn")
    _no_twins(parties, "part")
    answers.check([*forums, *parties])
    with database_rules(context.unit):
        plan = Samverkansplan.objects.create(
            **holder(context),
            nummer=Samverkansplan.objects.filter(unit_id=context.unit).count() + 1,
            delaktighet=answers.text("delaktighet"),
            faststalld=context.now,
            faststalld_av_id=person_of(context),
            dokument=found,
        )
        Forum.objects.bulk_create(_forum(context, plan, row) for row in forums)
        ExternPart.objects.bulk_create(_party(context, plan, row) for row in parties)
    context.record("samverkan.faststalld", samverkansplan=plan.pk)
    return PlanOutput(
        samverkansplan=plan.pk,
        version=Decimal(plan.nummer),
        antal_forum=Decimal(len(forums)),
        antal_parter=Decimal(len(parties)),
    )


@capability("samverkan.rapportera", input=DocumentInput, output=ReportOutput)
def report(context: CapabilityContext, data: DocumentInput) -> ReportOutput:
    """Keep what a shift or team leaves to the next; nobody who gets support is named in it.

    Raises:
        RecordNotFoundError: The form is another's.
        PersonNeededError: Nobody reports.
    """
    found, answers = operation_form(context, data.dokument)
    row = Samverkansrapport.objects.create(
        **holder(context),
        lamnad=context.now,
        lamnad_av_id=person_of(context),
        forum=answers.text("forum"),
        journal_att_lasa=answers.yes("journal_att_lasa"),
        punkter=[
            {"slag": one.text("slag"), "text": one.text("text")} for one in answers.rows("punkter")
        ],
        dokument=found,
    )
    context.record("samverkan.rapporterad", rapport=row.pk)
    return ReportOutput(rapport=row.pk)


@capability("samverkan.ta_emot", input=ReceiveInput, output=ReportOutput)
def receive(context: CapabilityContext, data: ReceiveInput) -> ReportOutput:
    """Write down who received the report, and what she asks back; once.

    Raises:
        RecordNotFoundError: The report or the form is another unit's.
        NeedsSecondPersonError: The one who left the report receives it.
    """
    row = (
        Samverkansrapport.objects.select_for_update()
        .filter(pk=data.rapport, unit_id=context.unit)
        .first()
    )
    if row is None:
        raise RecordNotFoundError("Samverkansrapport", data.rapport)
    _, answers = operation_form(context, data.dokument)
    person = person_of(context)
    if person == row.lamnad_av_id:
        raise NeedsSecondPersonError(row.pk)
    row.mottagen, row.mottagen_av_id = context.now, person
    row.fragor = answers.text("fragor")
    with database_rules(row.pk):
        row.save(update_fields=["mottagen", "mottagen_av", "fragor"])
    context.record("samverkan.mottagen", rapport=row.pk)
    return ReportOutput(rapport=row.pk)


def _forum(context: CapabilityContext, plan: Samverkansplan, row: Answers) -> Forum:
    return Forum(
        **holder(context),
        plan=plan,
        namn=row.text("namn"),
        deltagare=row.text("deltagare"),
        frekvens=row.text("frekvens"),
        syfte=row.text("syfte"),
    )


def _party(context: CapabilityContext, plan: Samverkansplan, row: Answers) -> ExternPart:
    return ExternPart(
        **holder(context),
        plan=plan,
        part=row.text("part"),
        kontaktvag=row.text("kontaktvag"),
        sekretessgrund=row.text("sekretessgrund"),
        lagrum=row.text("lagrum"),
        nar=row.text("nar"),
        hur=row.text("hur"),
    )


def _no_twins(rows: tuple[Answers, ...], field: str) -> None:
    seen: set[str] = set()
    for row in rows:
        name = row.text(field)
        if name in seen:
            row.refuse(field, "name_twice", "Namnet står redan i listan. Slå ihop raderna.")
        seen.add(name)
