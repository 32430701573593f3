"""``overklagande.registrera``, ``overklagande.steg``: an appeal, and what people did about it."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.beslut import goes_against
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.errors import RecordNotFoundError
from records.models import Beslut, Overklagande, OverklagandeSteg
from records.terms import chosen
from records.uppdrag_content import GRANTED
from records.verkstallighet import in_force
from records.writing import Note, arende_of, holder, journal_of_arende, person_of, write_note

STEPS = {
    "rattidsprovning": "Prövning av om överklagandet kom in i tid",
    "avvisning": "Överklagandet avvisat",
    "omprovning": "Omprövning av beslutet",
    "overlamnande": "Överklagandet överlämnat till domstolen",
    "dom": "Domstolens avgörande",
}


class AppealOutput(Outputs):
    """What the tables need to know; ``fick_del_datum`` is null where nobody knows the day (K-12).

    ``gynnande``: the decision grants something. ``annat_beslut``: something is granted in the
    ärende, so it goes on whatever becomes of the appeal.
    """

    overklagande: UUID
    beslut: UUID
    beslutsdatum: date
    law_version: str
    inkom_datum: date
    overinstans_datum: date | None
    fick_del_datum: date | None
    hanvisning_felaktig: bool
    gynnande: bool
    annat_beslut: bool
    insats: str
    utredning: UUID | None


class StepInput(Inputs):
    """One step: what was decided (a code of the form's field), what a table proposed, the form."""

    overklagande: str
    steg: str
    utfall: str
    forslag: str | None = None
    dokument: str


class StepOutput(Outputs):
    """The number of the step and its day."""

    steg_nummer: Decimal
    steg_datum: date


@capability("overklagande.registrera", input=DocumentInput, output=AppealOutput)
def register_appeal(context: CapabilityContext, data: DocumentInput) -> AppealOutput:
    """Register an appeal against one decision of the ärende; the day it came in counts (FL 43).

    Raises:
        AnswersInvalidError: No decision, or several, were made that day; or the day is missing.
    """
    arende = arende_of(context)
    found, answers = needed_document(context, data.dokument)
    beslut = _appealed(context, answers)
    came = answers.day("inkom_datum")
    if came is None:
        answers.refuse("inkom_datum", "date_invalid", "Ange dagen då överklagandet kom in.")
    answers.check()
    if beslut is None:
        raise RecordNotFoundError("Beslut", arende.pk)
    unknown = answers.text("fick_del") == "okand"
    row = Overklagande.objects.create(
        **holder(context),
        arende=arende,
        beslut=beslut,
        dokument=found,
        inkom_datum=came or local_date(context.now),
        overinstans_datum=answers.day("overinstans_datum"),
        fick_del_datum=None if unknown else answers.day("fick_del_datum") or beslut.delgiven_datum,
        hanvisning_felaktig=answers.yes("hanvisning_felaktig"),
        law_version=beslut.law_version,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    _note(context, f"Överklagande av beslutet {beslut.beslutsdatum} kom in {row.inkom_datum}.")
    context.record("overklagande", overklagande=row.pk, beslut=beslut.pk)
    return _output(context, row)


@capability("overklagande.steg", input=StepInput, output=StepOutput)
def take_step(context: CapabilityContext, data: StepInput) -> StepOutput:
    """Write down what a person decided about an appeal, beside what the table proposed (K-12).

    Raises:
        RecordNotFoundError: The appeal is not of this ärende.
        AnswersInvalidError: A refusal lacks its reason.
    """
    row = Overklagande.objects.filter(
        pk=data.overklagande, arende_id=case_of(context), organisation_id=context.organisation
    ).first()
    if row is None:
        raise RecordNotFoundError("Överklagande", data.overklagande)
    found, answers = needed_document(context, data.dokument)
    day = answers.day("datum") or local_date(context.now)
    if data.steg == "avvisning":
        answers.needed("skal", "reason_missing", "Skriv skälen för att avvisa överklagandet.")
    answers.check()
    number = row.steg.count() + 1
    OverklagandeSteg.objects.create(
        **holder(context),
        overklagande=row,
        nummer=number,
        steg=data.steg,
        utfall=data.utfall,
        datum=day,
        forslag=data.forslag or "",
        skal=answers.text("skal"),
        malnummer=answers.text("malnummer"),
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=person_of(context),
    )
    outcome = chosen(context.bundle, found.form_id, "utfall", data.utfall)
    _note(context, f"{STEPS.get(data.steg, data.steg)} {day}: {outcome}.")
    context.record(f"overklagande.{data.steg}", overklagande=row.pk, beslut=row.beslut_id)
    return StepOutput(steg_nummer=Decimal(number), steg_datum=day)


def _appealed(context: CapabilityContext, answers: Answers) -> Beslut | None:
    """The decision of the day that the form names; of several that day the one by its number."""
    rows = Beslut.objects.filter(arende_id=case_of(context), organisation_id=context.organisation)
    day = answers.day("beslutsdatum")
    found = list(rows.filter(beslutsdatum=day).order_by("registrerad")) if day else []
    number = answers.number("beslut_nummer") or (1 if len(found) == 1 else 0)
    if not 0 < number <= len(found):
        answers.refuse(
            "beslut_nummer" if len(found) > 1 else "beslutsdatum",
            "decision_unknown",
            "Ange dagen för ett beslut i ärendet, och vilket av dem om flera fattades då.",
        )
        return None
    return found[number - 1]


def _note(context: CapabilityContext, text: str) -> None:
    note = Note(typ="overklagande", text=text, handelsetid=context.now, lagrum="fl.43")
    write_note(context, journal_of_arende(context), note)


def _output(context: CapabilityContext, row: Overklagande) -> AppealOutput:
    beslut = row.beslut
    parts = list(beslut.delbeslut.order_by("nummer"))
    against = [part for part in parts if part.utfall != "bifall"]
    return AppealOutput(
        overklagande=row.pk,
        beslut=beslut.pk,
        beslutsdatum=beslut.beslutsdatum,
        law_version=beslut.law_version,
        inkom_datum=row.inkom_datum,
        overinstans_datum=row.overinstans_datum,
        fick_del_datum=row.fick_del_datum,
        hanvisning_felaktig=row.hanvisning_felaktig or _no_instruction(beslut),
        gynnande=any(part.utfall in GRANTED for part in parts),
        annat_beslut=in_force(row.arende_id, local_date(context.now)).exists(),
        insats=(against or parts)[0].insats,
        utredning=beslut.utredning_id,
    )


def _no_instruction(beslut: Beslut) -> bool:
    """A decision against the person that was told without an instruction has a faulty one."""
    told = beslut.delgiven_datum is not None
    return told and goes_against(beslut) and not beslut.overklagandehanvisning
