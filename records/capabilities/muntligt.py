"""``uppdrag.muntligt``: an order given orally, and how it ended (R-083, W4)."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date, needed_document
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.errors import PersonDeceasedError, RecordNotFoundError
from records.models import MuntligtUppdrag
from records.oral import drop
from records.uppdrag_content import receiver
from records.writing import Note, arende_of, holder, journal_of_arende, write_note


class OralInput(Inputs):
    """An oral order and the form that says how it ended."""

    muntligt: str
    dokument: str


class OralOutput(Outputs):
    """The oral order, the day it was given, and who got it."""

    muntligt: UUID
    lamnat_datum: date
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class OralEndOutput(Outputs):
    """How it ended: ``skrivet`` or ``inte_aktuellt``."""

    utfall: str


@capability("uppdrag.muntligt", input=DocumentInput, output=OralOutput)
def give_orally(context: CapabilityContext, data: DocumentInput) -> OralOutput:
    """Write down what was ordered orally, to whom, when and why it could not wait (L-08).

    Raises:
        PersonDeceasedError: The person has died (K-2).
        AnswersInvalidError: Receiver, content or reason is missing, or a time to come.
    """
    arende = arende_of(context, lock=True)
    if arende.person.avliden_datum is not None:
        raise PersonDeceasedError(arende.pk)
    found, answers = needed_document(context, data.dokument)
    unit = receiver(answers)
    given = answers.moment("lamnat", context.now)
    if given > context.now:
        answers.refuse("lamnat", "date_invalid", "Tiden kan inte ligga framåt.")
    told = answers.needed("mottagare_namn", "receiver_unknown", "Ange vem som tog emot.")
    content = answers.needed("innehall", "reason_missing", "Ange vad som beställdes.")
    reason = answers.needed("skal", "reason_missing", "Ange varför det inte kunde vänta.")
    answers.check()
    row = MuntligtUppdrag.objects.create(
        **holder(context),
        id=context.instance_id,  # one order for each run of its process
        arende=arende,
        mottagare_unit=unit,
        mottagare_namn=told,
        innehall=content,
        skal=reason,
        lamnat=given,
        akut=answers.yes("akut"),
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    note = Note(
        typ="muntligt_uppdrag",
        text=f"Muntligt uppdrag till {unit.name} ({told}): {content} Skäl: {reason}",
        handelsetid=given,
        dokument=found,
    )
    write_note(context, journal_of_arende(context), note)
    context.record("uppdrag.muntligt", muntligt=row.pk)
    return OralOutput(
        muntligt=row.pk,
        lamnat_datum=local_date(given),
        mottagare_organisation=unit.organisation_id,
        mottagare_enhet=unit.pk,
    )


@capability("uppdrag.muntligt_avsluta", input=OralInput, output=OralEndOutput)
def end_oral(context: CapabilityContext, data: OralInput) -> OralEndOutput:
    """Note that no uppdrag will be written; an order that has one keeps it.

    Raises:
        RecordNotFoundError: Another ärende's.
        AnswersInvalidError: The reason is missing.
    """
    arende = arende_of(context, lock=True)
    row = arende.muntliga_uppdrag.select_for_update().filter(pk=data.muntligt).first()
    if row is None:
        raise RecordNotFoundError("Muntligt uppdrag", data.muntligt)
    _, answers = needed_document(context, data.dokument)
    if row.avslutat is None:
        reason = answers.needed("skal", "reason_missing", "Ange varför uppdraget inte skrivs.")
        answers.check()
        drop(context, row, reason)
    return OralEndOutput(utfall=row.utfall)
