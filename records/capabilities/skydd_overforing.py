"""Name and address to a provider as two messages, each with its receipt (P-3)."""

from datetime import date
from uuid import UUID

from django.db import connection

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, document, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.capabilities.uppdrag import own_uppdrag
from records.errors import RecordNotFoundError, database_rules
from records.models import Akt, Skyddsoverforing, UppdragStatus
from records.protection import receivers
from records.writing import Note, holder, journal_of_akt, journal_of_arende, write_note

PARTS = ("namn", "adress")


class SendInput(Inputs):
    """The accepted uppdrag whose provider needs to know whom it is for, or a form that names it."""

    uppdrag: str | None = None
    dokument: str | None = None


class SendOutput(Outputs):
    """The two transfers, each the key of its message and its receipt, and who gets them."""

    uppdrag: UUID
    mottagare_organisation: UUID
    mottagare_enhet: UUID
    overforing_namn: UUID
    overforing_adress: UUID


class ReceiveInput(Inputs):
    """A transfer, and the form where the receiver says how it is kept."""

    overforing: str
    dokument: str | None = None


class ReceiveOutput(Outputs):
    """The day of the receipt."""

    kvitterad_datum: date


@capability("skydd.overforing_skapa", input=SendInput, output=SendOutput)
def open_transfers(context: CapabilityContext, data: SendInput) -> SendOutput:
    """Make the two transfers; they name what travels, the content waits in the vault.

    Raises:
        UppdragStateError: The uppdrag is not accepted.
        AnswersInvalidError: The form names no uppdrag of the ärende.
    """
    carried = (UppdragStatus.ACCEPTERAT,)
    uppdrag = own_uppdrag(context, data.uppdrag or _chosen(context, data.dokument), carried)
    rows = [
        Skyddsoverforing(
            **holder(context),
            uppdrag=uppdrag,
            del_av=part,
            delad_med_id=uppdrag.mottagare_unit_id,
            mottagare_unit_id=uppdrag.mottagare_unit_id,
            skickad=context.now,
            skickad_av_id=context.actor.user_id,
        )
        for part in PARTS
    ]
    Skyddsoverforing.objects.bulk_create(rows)
    note = Note(
        typ="skydd_overfort",
        text="Namn och adress lämnas till utföraren i två skilda meddelanden.",
        handelsetid=context.now,
    )
    write_note(context, journal_of_arende(context), note)
    context.record("skydd.overforing", uppdrag=uppdrag.pk)
    return SendOutput(
        uppdrag=uppdrag.pk,
        mottagare_organisation=uppdrag.mottagare_organisation_id,
        mottagare_enhet=uppdrag.mottagare_unit_id,
        overforing_namn=rows[0].pk,
        overforing_adress=rows[1].pk,
    )


def _chosen(context: CapabilityContext, dokument: str | None) -> str:
    _, answers = document(context, dokument)
    numbered = {str(n): row for n, row in enumerate(receivers(case_of(context)), start=1)}
    found = numbered.get(answers.text("uppdrag_nummer"))
    if found is None:
        answers.refuse("uppdrag_nummer", "uppdrag_unknown", "Välj ett uppdrag i listan.")
        answers.check()
        return ""
    return found["uppdrag"]


@capability("skydd.ta_emot", input=ReceiveInput, output=ReceiveOutput)
def receive(context: CapabilityContext, data: ReceiveInput) -> ReceiveOutput:
    """Take one part in: the name to the person, the address to the unit's own vault (P-3).

    A second receipt changes nothing.

    Raises:
        RecordNotFoundError: No such transfer to this unit, or the akt is missing.
    """
    found, _ = document(context, data.dokument)
    transfer = Skyddsoverforing.objects.filter(
        pk=data.overforing, mottagare_unit_id=context.unit
    ).first()
    akter = Akt.objects.filter(arende_id=case_of(context), unit_id=context.unit)
    akt = akter.filter(uppdrag_id=transfer.uppdrag_id).first() if transfer else None
    if transfer is None or akt is None:
        raise RecordNotFoundError("Överföring", data.overforing)
    with database_rules(transfer.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_protected_received(%s, %s, %s, %s)",
            [transfer.pk, context.unit, context.actor.user_id, context.now],
        )
        (first,) = cursor.fetchone()
    if first:
        note = Note(
            typ="skydd_mottaget",
            text=f"Mottaget: {transfer.del_av}. Förvaras skilt från det andra.",
            handelsetid=context.now,
            dokument=found,
            automatisk=False,
        )
        write_note(context, journal_of_akt(akt), note)
        context.record("skydd.mottaget", uppdrag=transfer.uppdrag_id)
    return ReceiveOutput(kvitterad_datum=local_date(context.now))
