"""Changed need, told to the counterpart and received by her (R-097, R-141, K-6)."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.db.models import Q

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, case_of, document, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError
from records.models import Akt, AktStatus, Dokument, Kvittens, Uppdrag, UppdragStatus, akt_id
from records.writing import Note, akt_of, holder, journal_of_akt, journal_of_arende, write_note

SAID = ("atgard", "beskrivning", "kommentar")
Direction = Literal["till_handlaggare", "till_utforare"]


class NeedInput(Inputs):
    """Which way; the provider names its akt, myndigheten the uppdrag (else the latest)."""

    riktning: Direction
    akt: str | None = None
    uppdrag: str | None = None
    dokument: str | None = None


class ReceiptInput(Inputs):
    """A receipt to acknowledge, and the form that says what is done about it."""

    behov: str
    dokument: str | None = None


class NeedOutput(Outputs):
    """Id of the receipt, and the unit that shall get the message."""

    behov: UUID
    uppdrag: UUID
    akt: UUID | None
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class ReceiptOutput(Outputs):
    """The day it was received."""

    kvitterad_datum: date


@capability("behov.notera", input=NeedInput, output=NeedOutput)
def note_need(context: CapabilityContext, data: NeedInput) -> NeedOutput:
    """Note a changed need and open a receipt that the counterpart shall acknowledge.

    Raises:
        RecordNotFoundError: Nobody carries out anything in the ärende.
    """
    found, answers = document(context, data.dokument)
    uppdrag, akt = _between(context, data)
    to_authority = data.riktning == "till_handlaggare"
    day = answers.day("datum") or local_date(context.now)
    answers.check()
    row = Kvittens.objects.create(
        **holder(context),
        delad_med_id=uppdrag.unit_id if to_authority else uppdrag.mottagare_unit_id,
        arende_id=case_of(context),
        akt_id=_akt_of(uppdrag),
        riktning=data.riktning,
        beskrivning=answers.text("beskrivning"),
        behov_datum=day,
        skickad=context.now,
        skickad_av_id=context.actor.user_id,
    )
    told = "Handläggaren" if to_authority else "Utföraren"
    note = Note(
        typ="handlaggare_kontaktad" if to_authority else "forandrat_behov",
        text=f"{told} kontaktad {day} om förändrat behov. {row.beskrivning}".strip(),
        handelsetid=answers.moment("datum", context.now),
        dokument=found,
    )
    journal = journal_of_akt(akt) if akt else journal_of_arende(context)
    write_note(context, journal, note)
    context.record("behov", behov=row.pk, uppdrag=uppdrag.pk)
    return NeedOutput(
        behov=row.pk,
        uppdrag=uppdrag.pk,
        akt=row.akt_id,
        mottagare_organisation=(
            uppdrag.organisation_id if to_authority else uppdrag.mottagare_organisation_id
        ),
        mottagare_enhet=row.delad_med_id,
    )


@capability("behov.kvittera", input=ReceiptInput, output=ReceiptOutput)
def acknowledge_need(context: CapabilityContext, data: ReceiptInput) -> ReceiptOutput:
    """Acknowledge and note it in the own journal (R-141); a second time changes nothing.

    Raises:
        RecordNotFoundError: It was not sent to this unit.
    """
    rows = Kvittens.objects.select_for_update().filter(
        arende_id=case_of(context), delad_med_id=context.unit
    )
    row = rows.filter(pk=data.behov).first()
    if row is None:
        raise RecordNotFoundError("Kvittens", data.behov)
    found, answers = document(context, data.dokument)
    if row.kvitterad is None:
        row.kvitterad = context.now
        row.kvitterad_av_id = context.actor.user_id
        row.save(update_fields=["kvitterad", "kvitterad_av"])
        _note_received(context, row, found, answers)
        context.record("behov.kvitterat", behov=row.pk)
    return ReceiptOutput(kvitterad_datum=local_date(row.kvitterad))


def _note_received(
    context: CapabilityContext, row: Kvittens, found: Dokument | None, answers: Answers
) -> None:
    said = " ".join(text for key in SAID if (text := answers.text(key)))
    note = Note(
        typ="forandrat_behov",
        text=f"Förändrat behov mottaget {local_date(context.now)}. {said}".strip(),
        handelsetid=context.now,
        dokument=found,
    )
    to_provider = row.akt if row.riktning == "till_utforare" else None
    journal = journal_of_akt(to_provider) if to_provider else journal_of_arende(context)
    write_note(context, journal, note)


def _akt_of(uppdrag: Uppdrag) -> UUID | None:
    """Id of the akt, where the uppdrag was accepted."""
    accepted = uppdrag.status in (UppdragStatus.ACCEPTERAT, UppdragStatus.AVSLUTAT)
    return akt_id(uppdrag.pk) if accepted else None


def _own_akt(context: CapabilityContext) -> str | None:
    """The unit's own open akt in the ärende: staff who tell of a changed need know no id."""
    rows = Akt.objects.filter(
        organisation_id=context.organisation, unit_id=context.unit, arende_id=case_of(context)
    )
    found = rows.exclude(status=AktStatus.STANGD).order_by("-oppnad").first()
    return None if found is None else str(found.pk)


def _between(context: CapabilityContext, data: NeedInput) -> tuple[Uppdrag, Akt | None]:
    """The uppdrag that ties the two sides, and the akt when it is the provider that tells."""
    wanted_akt = data.akt or _own_akt(context)
    if wanted_akt:
        akt = akt_of(context, wanted_akt)
        return Uppdrag.objects.get(pk=akt.uppdrag_id), akt
    wanted = Q(pk=data.uppdrag) if data.uppdrag else Q(status=UppdragStatus.ACCEPTERAT)
    rows = Uppdrag.objects.filter(
        wanted, arende_id=case_of(context), organisation_id=context.organisation
    )
    found = rows.order_by("-skapad").first()
    if found is None:
        raise RecordNotFoundError("Uppdrag i ärende", context.arende_id)
    return found, None
