"""What an ending leads to: which uppdrag go on, what is pending, myndighetens final note (K-3)."""

from dataclasses import replace
from uuid import UUID

from django.contrib.auth import get_user_model

from cases.actor import Actor
from cases.capabilities import CapabilityContext, capability
from cases.models import Instance
from records.answers import case_of, local_date, needed_document
from records.capabilities.journal import FINAL, FinalOutput
from records.capabilities.person import stamp_of
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.closing import final_notes
from records.ending import unit_gone
from records.errors import ProviderNotGoneError, RecordNotFoundError, database_rules
from records.hinders import unfinished
from records.models import (
    Akt,
    AktStatus,
    Byte,
    ByteStatus,
    Dokument,
    MyndighetsSlutanteckning,
    Uppdrag,
    UppdragStatus,
    akt_id,
)
from records.reach import every_holder
from records.retention import set_retention
from records.uppdrag_content import current_insatser
from records.uppdrag_refs import by_ref
from records.writing import holder, journal_of_akt, write_note

LIVING = (UppdragStatus.UTKAST, UppdragStatus.SKICKAT, UppdragStatus.ACCEPTERAT)
EXECUTION = "genomfora"


class UppdragInput(Inputs):
    """An uppdrag of the ärende."""

    uppdrag: str


class AuthorityNoteInput(Inputs):
    """The uppdrag whose provider is gone, the note as written, and the review of it."""

    uppdrag: str
    dokument: str
    granskning: str


class FollowOutput(Outputs):
    """The decision of an ended uppdrag, and whether another uppdrag still carries it out."""

    beslut: UUID
    andra_uppdrag: bool


class RunningOutput(Outputs):
    """Every uppdrag of the ärende that is being carried out."""

    oppna_uppdrag: list[UUID]


class PendingOutput(Outputs):
    """Codes of what is not finished, as the closing forms list them: never in the way (K-3)."""

    vantande: list[str]


class GoneOutput(Outputs):
    """An akt whose provider is gone; ``genomfors``: nobody has begun to close it."""

    uppdrag: UUID
    akt: UUID
    beslut: UUID
    genomfors: bool


class ClosedByAuthorityOutput(FinalOutput):
    """The note, and the akt that it closed."""

    akt: UUID


@capability("avslut.foljd", input=UppdragInput, output=FollowOutput)
def what_follows(context: CapabilityContext, data: UppdragInput) -> FollowOutput:
    """Tell whether an ended uppdrag was the last that carried out its decision.

    Raises:
        RecordNotFoundError: Another ärende's uppdrag.
    """
    uppdrag = _own(context, data.uppdrag)
    latest = uppdrag.andringar.order_by("-version").first()
    beslut = latest.beslut_id if latest else uppdrag.beslut_id
    insatser = {part.delbeslut_id for part in current_insatser(uppdrag.pk).values()}
    left = Byte.objects.filter(arende_id=uppdrag.arende_id, status=ByteStatus.GENOMFORT)
    alive = Uppdrag.objects.filter(arende_id=uppdrag.arende_id, status__in=LIVING)
    rows = alive.exclude(pk__in=left.values("uppdrag"))
    others = [
        row
        for row in rows.exclude(pk=uppdrag.pk)
        if row.beslut_id == beslut
        or insatser & {part.delbeslut_id for part in current_insatser(row.pk).values()}
    ]
    return FollowOutput(beslut=beslut, andra_uppdrag=bool(others))


@capability("avslut.oppna_uppdrag", input=NoInputs, output=RunningOutput)
def running(context: CapabilityContext, data: NoInputs) -> RunningOutput:  # noqa: ARG001
    """List what providers still carry out; each of them is asked to end."""
    rows = Uppdrag.objects.filter(
        arende_id=case_of(context),
        organisation_id=context.organisation,
        status=UppdragStatus.ACCEPTERAT,
    )
    with every_holder():
        busy = Instance.objects.filter(
            arende_id=case_of(context), process_key=EXECUTION, status__in=Instance.LIVE
        ).values_list("business_key", flat=True)
        live = set(busy)
    return RunningOutput(
        oppna_uppdrag=[row.pk for row in rows.order_by("skapad") if str(row.pk) in live]
    )


@capability("avslut.vantande", input=NoInputs, output=PendingOutput)
def pending(context: CapabilityContext, data: NoInputs) -> PendingOutput:  # noqa: ARG001
    """List what the record knows to be unfinished on this side; it never stops the closing."""
    return PendingOutput(vantande=unfinished(case_of(context), context.unit))


@capability("slutanteckning.forbered", input=UppdragInput, output=GoneOutput)
def prepare_note(context: CapabilityContext, data: UppdragInput) -> GoneOutput:
    """Let myndigheten write an akt's final note, only where its provider is gone (K-3).

    Raises:
        ProviderNotGoneError: The provider's unit has not ended.
        RecordNotFoundError: No open akt of the ärende.
    """
    uppdrag = _own(context, data.uppdrag)
    if not unit_gone(uppdrag.mottagare_unit_id, local_date(context.now)):
        raise ProviderNotGoneError(uppdrag.pk)
    akt = _akt(uppdrag)
    with every_holder():
        live = Instance.objects.filter(
            arende_id=uppdrag.arende_id,
            process_key=EXECUTION,
            business_key=str(uppdrag.pk),
            status__in=Instance.LIVE,
        ).exists()
    return GoneOutput(uppdrag=uppdrag.pk, akt=akt.pk, beslut=uppdrag.beslut_id, genomfors=live)


@capability("slutanteckning.myndighet", input=AuthorityNoteInput, output=ClosedByAuthorityOutput)
def write_for_provider(
    context: CapabilityContext, data: AuthorityNoteInput
) -> ClosedByAuthorityOutput:
    """Write the final note in the provider's stead and close the akt, with four eyes (K-3).

    The note stands in the akt's own journal. Whoever reviewed it performs this step; whoever wrote
    it signs. The database accepts the closing only with reason, two persons and a provider gone.

    Raises:
        ProviderNotGoneError: The provider's unit has not ended.
        AnswersInvalidError: The form lacks reason, summary or signature.
        RecordRefusedError: Writer and reviewer are the same (``authority_note_four_eyes``).
    """
    uppdrag = _own(context, data.uppdrag)
    akt = _akt(uppdrag)
    found, answers = needed_document(context, data.dokument)
    review, _ = needed_document(context, data.granskning)
    reason = answers.needed("skal", "reason_missing", "Ange varför utföraren inte skriver den.")
    notes = final_notes(context.bundle, answers, found, context.now)
    answers.check()
    writer = replace(context, actor=_writer(found))
    with every_holder(), database_rules(akt.pk):
        journal = journal_of_akt(akt)
        write_note(writer, journal, notes.ended, stamp_of(journal))
        entry = write_note(writer, journal, notes.final, stamp_of(journal))
        MyndighetsSlutanteckning.objects.create(
            **holder(context),
            arende_id=uppdrag.arende_id,
            akt=akt,
            anteckning=entry,
            skal=reason,
            skriven_av_id=_author(found),
            granskad_av_id=_author(review),
            registrerad=context.now,
        )
        akt.status, akt.slutanteckning = AktStatus.STANGD, entry
        akt.stangd, akt.stangd_av_id = context.now, context.actor.user_id
        set_retention(context, akt)
        akt.save()
    ids = {"akt": akt.pk, "uppdrag": uppdrag.pk}
    context.record(FINAL, slutanteckning=entry.pk, **ids)
    context.record("akt.stangd", **ids)
    return ClosedByAuthorityOutput(
        akt=akt.pk,
        slutanteckning=entry.pk,
        avslutsdatum=notes.day,
        avslutsorsak=notes.final.orsak,
    )


def _author(found: Dokument) -> int:
    if found.skapad_av_id is None:
        raise RecordNotFoundError("Den som skrev", found.pk)
    return int(found.skapad_av_id)


def _writer(found: Dokument) -> Actor:
    """Who wrote the form: she is the note's author and signs it."""
    user = get_user_model().objects.get(pk=_author(found))
    return Actor(user_id=user.pk, username=user.get_username())


def _own(context: CapabilityContext, ref: str) -> Uppdrag:
    rows = Uppdrag.objects.filter(arende_id=case_of(context), organisation_id=context.organisation)
    found = by_ref(rows, ref)
    if found is None:
        raise RecordNotFoundError("Uppdrag", ref)
    return found


def _akt(uppdrag: Uppdrag) -> Akt:
    with every_holder():
        rows = Akt.objects.select_for_update(of=("self",)).select_related("person", "organisation")
        akt = rows.filter(pk=akt_id(uppdrag.pk), status=AktStatus.OPPEN).first()
    if akt is None:
        raise RecordNotFoundError("Öppen akt", uppdrag.pk)
    return akt
