"""Plans beside the genomförandeplan: LSS 10 § (L-23) and placed children (L-30)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.models import IndividuellPlan, Placeringsplan
from records.subject import law_of
from records.writing import Note, arende_of, holder, journal_of_arende, person_of, write_note

STEPS = {
    "avbojd": "En individuell plan enligt LSS erbjöds. Den enskilde avböjde.",
    "upprattad": "En individuell plan enligt LSS upprättades tillsammans med den enskilde.",
    "omprovad": "Den individuella planen enligt LSS omprövades.",
    "avslutad": "Den individuella planen enligt LSS avslutades.",
}
HOLDING = frozenset({"upprattad", "omprovad"})
KINDS = {
    "vardplan": "Vårdplanen upprättades.",
    "genomforandeplan": "Genomförandeplanen för placeringen upprättades.",
}


class LawInput(Inputs):
    """A decision; without one the ärende's own citation counts."""

    beslut: str | None = None


class LawOutput(Outputs):
    """``LSS`` where any granted part rests on it, else ``SoL``."""

    lag: str


class StepInput(Inputs):
    """The form, which step it was, and when the plan is reviewed next."""

    dokument: str
    steg: str
    omprovas_senast: date | None = None


class StepOutput(Outputs):
    """The step, and whether a plan holds after it."""

    individuell_plan: UUID
    galler: bool


class PlacementInput(Inputs):
    """The form; ``slag`` is ``vardplan`` or ``genomforandeplan``."""

    dokument: str
    slag: str


class PlacementOutput(Outputs):
    """The plan and its number among those of its kind."""

    placeringsplan: UUID
    nummer: Decimal


@capability("lss_plan.lag", input=LawInput, output=LawOutput)
def law(context: CapabilityContext, data: LawInput) -> LawOutput:
    """Which law the granted support rests on (L-23)."""
    arende = arende_of(context)
    decisions = arende.beslut.filter(pk=data.beslut) if data.beslut else arende.beslut.all()
    granted = decisions.filter(delbeslut__utfall="bifall")
    citations = granted.values_list("delbeslut__lagrum", flat=True)
    return LawOutput(lag=law_of(citations))


@capability("lss_plan.spara", input=StepInput, output=StepOutput)
def keep_step(context: CapabilityContext, data: StepInput) -> StepOutput:
    """Keep one step of the individual plan, with a note (L-23).

    Raises:
        RecordNotFoundError: The form is another's.
        AnswersInvalidError: The day has not come.
    """
    arende = arende_of(context, lock=True)
    found, answers = needed_document(context, data.dokument)
    day = answers.day("datum") or local_date(context.now)
    if day > local_date(context.now):
        answers.refuse("datum", "date_invalid", "Dagen kan inte ligga framåt.")
    answers.check()
    with database_rules(arende.pk):
        row = IndividuellPlan.objects.create(
            **holder(context),
            arende=arende,
            nummer=IndividuellPlan.objects.filter(arende=arende).count() + 1,
            steg=data.steg,
            datum=day,
            insatser=answers.text("insatser"),
            andras_atgarder=answers.text("andras_atgarder"),
            synpunkt=answers.text("synpunkt"),
            skal=answers.text("skal"),
            omprovas_senast=data.omprovas_senast,
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
    note = Note(
        typ="individuell_plan", text=STEPS[data.steg], handelsetid=context.now, dokument=found
    )
    write_note(context, journal_of_arende(context), note)
    context.record("individuell_plan", individuell_plan=row.pk, steg=data.steg)
    return StepOutput(individuell_plan=row.pk, galler=data.steg in HOLDING)


@capability("placeringsplan.spara", input=PlacementInput, output=PlacementOutput)
def keep_placement(context: CapabilityContext, data: PlacementInput) -> PlacementOutput:
    """Keep a plan of a placed child with the content that SoF asks for (L-30).

    Raises:
        RecordNotFoundError: The form is another's.
        RecordRefusedError: A part of the content is missing (the database says which plan).
    """
    arende = arende_of(context, lock=True)
    found, answers = needed_document(context, data.dokument)
    texts = (
        "mal",
        "insatser",
        "umgange",
        "synpunkt_barn",
        "synpunkt_vardnadshavare",
        "nar_och_hur",
        "uppfoljning",
        "andra_huvudman",
        "kontakt_med_namnden",
    )
    with database_rules(arende.pk):
        row = Placeringsplan.objects.create(
            **holder(context),
            arende=arende,
            slag=data.slag,
            nummer=Placeringsplan.objects.filter(arende=arende, slag=data.slag).count() + 1,
            **{field: answers.text(field) for field in texts},
            dokument=found,
            upprattad=context.now,
            upprattad_av_id=person_of(context),
        )
    note = Note(
        typ="placeringsplan", text=KINDS[data.slag], handelsetid=context.now, dokument=found
    )
    write_note(context, journal_of_arende(context), note)
    context.record("placeringsplan", placeringsplan=row.pk)
    return PlacementOutput(placeringsplan=row.pk, nummer=Decimal(row.nummer))
