"""``uppdrag.andra``: a renewed or changed decision; the uppdrag and its akt go on."""

from datetime import date
from uuid import UUID

from django.db.models import Max

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, local_date, needed_document
from records.capabilities.beslut import decision_of
from records.capabilities.shapes import Inputs, Outputs
from records.capabilities.uppdrag import own_uppdrag
from records.errors import PersonDeceasedError, RecordNotFoundError
from records.execution import being_ended
from records.models import Uppdrag, UppdragAndring, UppdragStatus, akt_id
from records.uppdrag_content import (
    chosen,
    copy_parts,
    current_decision,
    current_insatser,
    granted,
    unordered,
)
from records.writing import Note, arende_of, holder, journal_of_arende, write_note


class ChangeInput(Inputs):
    """The new decision, the one it takes the place of, and the form with the new choice.

    ``uppdrag`` is needed where several carried out the earlier decision.
    """

    beslut: str
    ersatter_beslut: str
    dokument: str
    uppdrag: str | None = None


class RenewalInput(Inputs):
    """A renewed decision and the one it takes the place of."""

    beslut: str
    ersatter_beslut: str


class AffectedOutput(Outputs):
    """The accepted uppdrag that carry out the earlier decision, in the order they were sent."""

    berorda_uppdrag: list[UUID]


class DecisionInput(Inputs):
    """A decision."""

    beslut: str


class LeftOutput(Outputs):
    """Granted insatser that no living uppdrag carries out."""

    aterstar: list[str]


class ChangedOutput(Outputs):
    """The uppdrag that goes on, and who carries it out."""

    uppdrag: UUID
    akt: UUID
    mottagare_organisation: UUID
    mottagare_enhet: UUID
    andrad_datum: date


@capability("uppdrag.andra", input=ChangeInput, output=ChangedOutput)
def change_uppdrag(context: CapabilityContext, data: ChangeInput) -> ChangedOutput:
    """Copy a new choice beside the old one; the receiver sees it at once (K-7, R-083).

    Raises:
        RecordNotFoundError: Nobody carries out the earlier decision.
        PersonDeceasedError: The person has died (K-2).
        AnswersInvalidError: An insats without need and goal, or one that was not granted.
    """
    arende = arende_of(context, lock=True)
    if arende.person.avliden_datum is not None:
        raise PersonDeceasedError(arende.pk)
    uppdrag = _carried_out(context, data)
    beslut = decision_of(context, data.beslut)
    found, answers = needed_document(context, data.dokument)
    free = unordered(beslut, besides=uppdrag)
    own = [code for code in current_insatser(uppdrag.pk) if code in free]
    parts = granted(answers, beslut, free, own)
    goals = chosen(answers, beslut, parts)
    answers.check()
    newest = uppdrag.andringar.aggregate(found=Max("version"))["found"] or 1
    unit = uppdrag.mottagare_unit_id
    UppdragAndring.objects.create(
        **holder(context),
        delad_med_id=unit,
        uppdrag=uppdrag,
        version=newest + 1,
        beslut=beslut,
        dokument_id=found.pk,
        omfattning=answers.text("omfattning"),
        period_fran=answers.day("period_fran"),
        period_till=answers.day("period_till"),
        viktig_info=answers.text("viktig_info"),
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    copy_parts(uppdrag, parts, goals, holder(context), version=newest + 1, delad_med=unit)
    day = local_date(context.now)
    note = Note(
        typ="uppdrag_andrat",
        text=f"Uppdraget ändrat {day} efter beslut {beslut.beslutsdatum}.",
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, journal_of_arende(context), note)
    context.record("uppdrag.andrat", uppdrag=uppdrag.pk)
    return ChangedOutput(
        uppdrag=uppdrag.pk,
        akt=akt_id(uppdrag.pk),
        mottagare_organisation=uppdrag.mottagare_organisation_id,
        mottagare_enhet=unit,
        andrad_datum=day,
    )


@capability("uppdrag.berorda", input=RenewalInput, output=AffectedOutput)
def affected(context: CapabilityContext, data: RenewalInput) -> AffectedOutput:
    """List the uppdrag that a renewed decision changes: several may carry out one decision."""
    decision_of(context, data.beslut)
    return AffectedOutput(berorda_uppdrag=[row.pk for row in _carrying(context, data)])


@capability("uppdrag.kvar", input=DecisionInput, output=LeftOutput)
def left_to_order(context: CapabilityContext, data: DecisionInput) -> LeftOutput:
    """List what was granted and still has no uppdrag (R-083)."""
    return LeftOutput(aterstar=unordered(decision_of(context, data.beslut)))


def _carrying(context: CapabilityContext, data: RenewalInput | ChangeInput) -> list[Uppdrag]:
    """Accepted uppdrag that carry out the earlier decision, or carried out one before it.

    Not those whose closing has begun: what is left of them is their final note.
    """
    ended = being_ended(case_of(context))
    rows = Uppdrag.objects.filter(
        arende_id=case_of(context),
        organisation_id=context.organisation,
        status=UppdragStatus.ACCEPTERAT,
    )
    return [
        row
        for row in rows.order_by("skapad", "nummer")
        if str(current_decision(row)) in (data.ersatter_beslut, data.beslut)
        and str(row.pk) not in ended
    ]


def _carried_out(context: CapabilityContext, data: ChangeInput) -> Uppdrag:
    """The uppdrag to change.

    Raises:
        RecordNotFoundError: Nobody carries out the earlier decision.
    """
    found = _carrying(context, data)
    wanted = [row for row in found if data.uppdrag in (None, str(row.pk))]
    if not wanted:
        raise RecordNotFoundError("Uppdrag för beslut", data.ersatter_beslut)
    return own_uppdrag(context, str(wanted[-1].pk), (UppdragStatus.ACCEPTERAT,))
