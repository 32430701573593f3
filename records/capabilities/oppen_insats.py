"""What happens in an insats without assessment: a contact, a month's figures, a participant."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, document, local_date
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.capabilities.utan_behovsprovning import insats_named, insats_of
from records.errors import IdentityNotAllowedError, RecordNotFoundError, database_rules
from records.exemption import demand, is_offered
from records.kvalitet import operation_form
from records.models import Deltagande, InsatsUtanBehov, Maende, Verksamhetsuppgift
from records.visits import add_visit
from records.writing import arende_of, holder, person_of


class MonthInput(Inputs):
    """The first day of a month."""

    manad: date


class InsatserOutput(Outputs):
    """The insatser that the unit offers."""

    insatser: tuple[UUID, ...]


class FiguresInput(Inputs):
    """An insats, a month and the form about it."""

    insats: str
    manad: date
    dokument: str


class FiguresOutput(Outputs):
    """What was written down."""

    verksamhetsuppgift: UUID


class CountedOutput(Outputs):
    """How many were counted."""

    antal: Decimal


class WantedOutput(Outputs):
    """Who wants in: to which insats, since when, and the days its conditions allow (null: none)."""

    insats: UUID
    inskriven: date
    langsta_dygn: Decimal | None


class BeginInput(Inputs):
    """An insats, the start form, and the last day under the conditions (null: no stay)."""

    insats: str
    dokument: str
    inskriven: date
    senast_utskriven: date | None = None


class BegunOutput(Outputs):
    """The participation."""

    deltagande: UUID


class EndedOutput(Outputs):
    """The day the person left."""

    utskriven: date


@capability("besok.registrera", input=DocumentInput, output=CountedOutput)
def count_visit(context: CapabilityContext, data: DocumentInput) -> CountedOutput:
    """Count an anonymous contact: nobody is named, rådgivning or an exempt insats (14:4, 14:5).

    Raises:
        IndividualDocumentationError: The insats is neither (R-222).
    """
    _, answers = operation_form(context, data.dokument)
    insats = insats_named(context, answers.text("insats"))
    add_visit(context.bundle, insats, answers, day=local_date(context.now))
    return CountedOutput(antal=Decimal(answers.number("antal") or 1))


@capability("verksamhetsuppgifter.underlag", input=MonthInput, output=InsatserOutput)
def offered(context: CapabilityContext, data: MonthInput) -> InsatserOutput:
    """The insatser of the unit that owe figures for a month: exempt or not (R-228)."""
    rows = InsatsUtanBehov.objects.filter(unit_id=context.unit).order_by("namn")
    done = set(Verksamhetsuppgift.objects.filter(manad=data.manad).values_list("insats", flat=True))
    today = local_date(context.now)
    return InsatserOutput(
        insatser=tuple(row.pk for row in rows if row.pk not in done and is_offered(row, today))
    )


@capability("verksamhetsuppgifter.spara", input=FiguresInput, output=FiguresOutput)
def keep_figures(context: CapabilityContext, data: FiguresInput) -> FiguresOutput:
    """Keep a month's figures of one insats; wellbeing as numbers, no pairs (R-227, R-228).

    Raises:
        RecordRefusedError: The month is there already.
        IndividualDocumentationError: Wellbeing without names, where names are to be kept.
    """
    insats = insats_of(context, data.insats)
    found, answers = operation_form(context, data.dokument)
    with database_rules(insats.pk):
        row = Verksamhetsuppgift.objects.create(
            **holder(context),
            insats=insats,
            manad=data.manad,
            tillfallen=answers.number("tillfallen") or 0,
            personaltimmar=Decimal(str(answers.values.get("personaltimmar") or 0)),
            besok=answers.number("besok") or 0,
            svarigheter=answers.text("svarigheter"),
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
        _keep_wellbeing(context, insats, data.manad, answers)
    context.record("verksamhetsuppgift", insats=insats.pk)
    return FiguresOutput(verksamhetsuppgift=row.pk)


def _keep_wellbeing(
    context: CapabilityContext, insats: InsatsUtanBehov, month: date, answers: Answers
) -> None:
    asked = demand(context.bundle, insats, local_date(context.now))
    for row in answers.rows("maende"):
        Maende.objects.create(
            **holder(context),
            insats=insats,
            undantag_id=asked.undantag,
            manad=month,
            tillfalle=row.text("tillfalle"),
            niva=row.number("niva") or 0,
            antal=row.number("antal") or 0,
        )


@capability("deltagande.prova", input=DocumentInput, output=WantedOutput)
def weigh(context: CapabilityContext, data: DocumentInput) -> WantedOutput:
    """See that names are to be kept in the insats, before anybody is written down in it.

    Raises:
        IdentityNotAllowedError: The insats is exempt or rådgivning (R-229, R-237).
        RecordNotFoundError: Nämnd does not offer the insats.
    """
    _, answers = document(context, data.dokument)
    insats = insats_named(context, answers.text("insats"))
    day = answers.day("inkom_datum") or local_date(context.now)
    if not is_offered(insats, day):
        raise RecordNotFoundError("Erbjuden insats", insats.pk)
    if demand(context.bundle, insats, day).anonymous:
        raise IdentityNotAllowedError(insats.pk)
    days = insats.langsta_dygn
    return WantedOutput(
        insats=insats.pk, inskriven=day, langsta_dygn=None if days is None else Decimal(days)
    )


@capability("deltagande.inled", input=BeginInput, output=BegunOutput)
def begin(context: CapabilityContext, data: BeginInput) -> BegunOutput:
    """Write down who takes part, and how nämndens conditions are met (L-31).

    Raises:
        IdentityNotAllowedError: The insats has been exempted meanwhile.
    """
    _, answers = document(context, data.dokument)
    with database_rules(data.insats):
        row = Deltagande.objects.create(
            **holder(context),
            arende=arende_of(context),
            insats=insats_of(context, data.insats),
            inskriven=data.inskriven,
            villkor_uppfyllda=answers.text("villkor_uppfyllda"),
            senast_utskriven=data.senast_utskriven,
        )
    context.record("deltagande", deltagande=row.pk)
    return BegunOutput(deltagande=row.pk)


@capability("deltagande.avsluta", input=DocumentInput, output=EndedOutput)
def end(context: CapabilityContext, data: DocumentInput) -> EndedOutput:
    """Write down the day the person left; later than the conditions allow needs a reason (L-31).

    Raises:
        AnswersInvalidError: The day is after the last one, and nothing says why.
        RecordNotFoundError: The case has no participation.
    """
    _, answers = document(context, data.dokument)
    found = _deltagande(context)
    day = answers.day("datum") or local_date(context.now)
    late = found.senast_utskriven is not None and day > found.senast_utskriven
    if late and not answers.text("sen_skal"):
        answers.refuse(
            "sen_skal",
            "after_conditions",
            f"Insatsen skulle ha slutat {found.senast_utskriven} enligt nämndens villkor. Skriv"
            " varför, och hur det fortsatta stödet prövas.",
        )
    answers.check()
    with database_rules(found.pk):
        Deltagande.objects.filter(pk=found.pk).update(utskriven=day)
    context.record("deltagande.avslutat", deltagande=found.pk)
    return EndedOutput(utskriven=day)


def _deltagande(context: CapabilityContext) -> Deltagande:
    found = Deltagande.objects.filter(arende=arende_of(context)).first()
    if found is None:
        raise RecordNotFoundError("Deltagande i ärende", context.arende_id)
    return found
