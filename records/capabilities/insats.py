"""``insatser.fortsatt``, ``akt.egen``: support under a renewed decision (K-12), the own akt."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records import insatser
from records.answers import case_of, local_date
from records.capabilities.shapes import AktInput, NoInputs, Outputs
from records.errors import RecordNotFoundError
from records.models import Akt, Handelse
from records.terms import insats_names
from records.uppdrag_content import current_decision
from records.writing import Note, akt_of, journal_of_akt, write_note


class OwnAktOutput(Outputs):
    """The unit's own akt in the ärende, its uppdrag and the decision that it carries out now."""

    akt: UUID
    uppdrag: UUID
    beslut: UUID


class ContinuedOutput(Outputs):
    """The delbeslut that are carried out without a break, since when, and what is to begin."""

    delbeslut: list[UUID]
    fortsatt_datum: date
    aterstar: list[str]


@capability("akt.egen", input=NoInputs, output=OwnAktOutput)
def own_akt(context: CapabilityContext, _data: NoInputs) -> OwnAktOutput:
    """Find the unit's own akt in the ärende: staff who write a note know no id.

    An open one comes first; the newest of the closed takes a late note.

    Raises:
        RecordNotFoundError: The unit has none.
    """
    rows = Akt.objects.filter(
        organisation_id=context.organisation, unit_id=context.unit, arende_id=case_of(context)
    ).select_related("uppdrag")
    found = rows.order_by("status", "-oppnad").first()
    if found is None:
        raise RecordNotFoundError("Akt i ärende", context.arende_id)
    return OwnAktOutput(
        akt=found.pk, uppdrag=found.uppdrag_id, beslut=current_decision(found.uppdrag)
    )


@capability("insatser.fortsatt", input=AktInput, output=ContinuedOutput)
def go_on(context: CapabilityContext, data: AktInput) -> ContinuedOutput:
    """Carry insatser that are given over to the delbeslut of the changed uppdrag.

    Support that is given and granted anew goes on without a new start; each new delbeslut is
    counted as carried out from the day of the change. What is new in the uppdrag is left.
    """
    akt = akt_of(context, data.akt)
    today = local_date(context.now)
    given = set(insatser.running(akt))
    left = insatser.waiting(akt)
    on = [part for part in left if part.insats in given]
    ended = _no_longer(akt, given)
    turn = insatser.Turn(handelse=Handelse.PABORJAD, datum=today)
    parts = insatser.add_turns(context, akt, [part.insats for part in on], turn)
    if on:
        names = insats_names(context.bundle, [part.insats for part in on])
        text = f"Stödet fortsätter enligt förnyat beslut: {names}."
        note = Note(typ="stod_andrat", text=text, handelsetid=context.now)
        write_note(context, journal_of_akt(akt), note)
    if ended:
        closing = insatser.Turn(handelse=Handelse.AVSLUTAD, datum=today, orsak="beslut_andrat")
        insatser.add_turns(context, akt, ended, closing)
        names = insats_names(context.bundle, ended)
        text = f"Stödet ingår inte längre i uppdraget: {names}. Skäl: beslutet har ändrats."
        note = Note(typ="stod_avslutat", text=text, handelsetid=context.now)
        write_note(context, journal_of_akt(akt), note)
    context.record("insatser.fortsatt", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return ContinuedOutput(
        delbeslut=parts,
        fortsatt_datum=today,
        aterstar=[part.insats for part in left if part.insats not in given],
    )


def _no_longer(akt: Akt, given: set[str]) -> list[str]:
    """Insatser that are given but stand in the changed uppdrag no more."""
    return sorted(given - insatser.wanted(akt))
