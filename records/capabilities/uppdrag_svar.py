"""The provider's side of an uppdrag: accepting it makes akt and journal, declining ends access."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, document, local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.capabilities.uppdrag import end_sharing
from records.errors import RecordNotFoundError, UppdragStateError, database_rules
from records.models import Akt, Journal, JournalKind, Uppdrag, UppdragStatus, akt_id
from records.persons import PersonData, person_held
from records.writing import Note, holder, write_note


class AnswerInput(Inputs):
    """An uppdrag and, where there is one, the form with the answer."""

    uppdrag: str
    dokument: str | None = None


class DeclineInput(Inputs):
    """An uppdrag and the form that says why it is declined."""

    uppdrag: str
    dokument: str


class AcceptedOutput(Outputs):
    """The new akt with its journal."""

    akt: UUID
    journal: UUID
    mottaget_datum: date


class DeclinedOutput(Outputs):
    """The uppdrag that was declined."""

    uppdrag: UUID


@capability("uppdrag.acceptera", input=AnswerInput, output=AcceptedOutput)
def accept_uppdrag(context: CapabilityContext, data: AnswerInput) -> AcceptedOutput:
    """Mottaget = accepterat: person copy, akt and journal in this one transaction (R-090, K-8).

    Raises:
        UppdragStateError: It was answered or taken back before.
        ArendeClosedError: Myndigheten has closed the ärende.
    """
    uppdrag = _received(context, data.uppdrag)
    found, answers = document(context, data.dokument)
    day = local_date(context.now)
    uppdrag.status = UppdragStatus.ACCEPTERAT
    uppdrag.besvarad = context.now
    uppdrag.besvarad_av_id = context.actor.user_id
    with database_rules(uppdrag.pk):
        uppdrag.save(update_fields=["status", "besvarad", "besvarad_av"])
        copy = PersonData.of_json(uppdrag.person_kopia)
        akt = Akt.objects.create(
            **holder(context),
            id=akt_id(uppdrag.pk),
            uppdrag=uppdrag,
            arende_id=uppdrag.arende_id,
            person=person_held(holder(context), copy, context.now),
            oppnad=context.now,
        )
    journal = Journal.objects.create(
        **holder(context),
        kind=JournalKind.VERKSTALLIGHET,
        arende_id=uppdrag.arende_id,
        akt=akt,
        person_id=akt.person_id,
        oppnad=context.now,
    )
    start = answers.day("start_datum")
    planned = f" Planerad start {start}." if start else ""
    note = Note(
        typ="uppdrag_mottaget",
        text=f"Uppdraget mottaget {day}.{planned}",
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, journal, note)
    context.record("uppdrag.mottaget", uppdrag=uppdrag.pk, akt=akt.pk)
    return AcceptedOutput(akt=akt.pk, journal=journal.pk, mottaget_datum=day)


@capability("uppdrag.avboj", input=DeclineInput, output=DeclinedOutput)
def decline_uppdrag(context: CapabilityContext, data: DeclineInput) -> DeclinedOutput:
    """Decline with a reason: no akt is left, and the unit no longer sees the uppdrag (K-8).

    Raises:
        UppdragStateError: It was answered or taken back before.
        AnswersInvalidError: The reason is missing.
    """
    uppdrag = _received(context, data.uppdrag)
    _, answers = needed_document(context, data.dokument)
    reason = answers.needed("avbojandeskal", "reason_missing", "Ange varför uppdraget avböjs.")
    answers.check()
    uppdrag.status = UppdragStatus.AVBOJT
    uppdrag.avbojandeskal = reason
    uppdrag.besvarad = context.now
    uppdrag.besvarad_av_id = context.actor.user_id
    uppdrag.save(update_fields=["status", "avbojandeskal", "besvarad", "besvarad_av"])
    end_sharing(uppdrag.pk, context.now)
    context.record("uppdrag.avbojt", uppdrag=uppdrag.pk)
    return DeclinedOutput(uppdrag=uppdrag.pk)


def _received(context: CapabilityContext, uppdrag: str) -> Uppdrag:
    """An uppdrag that was sent to this unit and has no answer yet, locked."""
    rows = Uppdrag.objects.select_for_update().filter(
        arende_id=case_of(context), delad_med_id=context.unit
    )
    found = rows.filter(pk=uppdrag).first()
    if found is None:
        raise RecordNotFoundError("Uppdrag", uppdrag)
    if found.status != UppdragStatus.SKICKAT:
        raise UppdragStateError(found.pk, found.status)
    return found
