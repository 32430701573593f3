"""``utredning.inled`` and ``utredning.avsluta``: myndighetens investigation."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import document, local_date
from records.capabilities.shapes import MaybeDocumentInput, Outputs
from records.errors import LivsomradenIncompleteError, RecordNotFoundError
from records.models import Dokument, Utredning
from records.writing import Note, arende_of, holder, journal_of_arende, write_note


class StartedOutput(Outputs):
    """The investigation and its first day."""

    utredning: UUID
    inledd_datum: date


class EndedOutput(Outputs):
    """The investigation and its last day."""

    utredning: UUID
    avslutad_datum: date


@capability("utredning.inled", input=MaybeDocumentInput, output=StartedOutput)
def start_utredning(context: CapabilityContext, data: MaybeDocumentInput) -> StartedOutput:
    """Open an investigation; while one is open, that one goes on."""
    arende = arende_of(context)
    found, _ = document(context, data.dokument)
    day = local_date(context.now)
    row, new = Utredning.objects.get_or_create(
        arende=arende,
        avslutad_datum=None,
        defaults={**holder(context), "inledd_datum": day, "inledd_av_id": context.actor.user_id},
    )
    if new:
        _note(context, "utredning_inledd", f"Utredning inledd {day}.", found)
        context.record("utredning.inledd", utredning=row.pk)
    return StartedOutput(utredning=row.pk, inledd_datum=row.inledd_datum)


@capability("utredning.avsluta", input=MaybeDocumentInput, output=EndedOutput)
def end_utredning(context: CapabilityContext, data: MaybeDocumentInput) -> EndedOutput:
    """Close the investigation, once every livsområde is marked (R-088).

    Raises:
        LivsomradenIncompleteError: The livsområden were never saved.
    """
    row = open_utredning(context)
    found, _ = document(context, data.dokument)
    if row.livsomraden_dokument_id is None:
        raise LivsomradenIncompleteError(row.pk)
    day = local_date(context.now)
    row.avslutad_datum = day
    row.save(update_fields=["avslutad_datum"])
    _note(context, "utredning_avslutad", f"Utredning avslutad {day}.", found)
    context.record("utredning.avslutad", utredning=row.pk)
    return EndedOutput(utredning=row.pk, avslutad_datum=day)


def open_utredning(context: CapabilityContext) -> Utredning:
    """The open investigation of the ärende, locked.

    Raises:
        RecordNotFoundError: None is open.
    """
    rows = Utredning.objects.select_for_update()
    found = rows.filter(arende=arende_of(context), avslutad_datum=None).first()
    if found is None:
        raise RecordNotFoundError("Öppen utredning i ärende", context.arende_id)
    return found


def _note(context: CapabilityContext, typ: str, text: str, found: Dokument | None) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now, dokument=found)
    write_note(context, journal_of_arende(context), note)


@capability("utredning.avbryt", input=MaybeDocumentInput, output=EndedOutput)
def abort_utredning(context: CapabilityContext, data: MaybeDocumentInput) -> EndedOutput:
    """End the investigation without a result: ansökan taken back, or the person dead (K-2).

    Raises:
        RecordNotFoundError: None is open.
    """
    row = open_utredning(context)
    found, _ = document(context, data.dokument)
    row.avslutad_datum = local_date(context.now)
    row.save(update_fields=["avslutad_datum"])
    _note(context, "utredning_avslutad", f"Utredning avbruten {row.avslutad_datum}.", found)
    context.record("utredning.avbruten", utredning=row.pk)
    return EndedOutput(utredning=row.pk, avslutad_datum=row.avslutad_datum)
