"""Copies and whole akter between providers (R-184…R-190): chosen, on a consent, marked "Kopia"."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cases.capabilities import CapabilityContext, capability
from cases.models import Unit
from records.answers import case_of, local_date, needed_document
from records.capabilities.byte import PURPOSE, RECEIVER
from records.capabilities.person import stamp_of
from records.capabilities.shapes import Inputs, Outputs
from records.consent import covering_consent
from records.copying import Part, parts_of
from records.disclosure import Ground, Parcel, open_disclosure, send_disclosure
from records.errors import (
    ConsentMissingError,
    DisclosureStoppedError,
    RecordNotFoundError,
    database_rules,
)
from records.models import Akt, AktKopia, AktOverlamning, Dokument, Journal, Utlamnande
from records.moving import counted, held_beside
from records.persons import PersonData, person_held
from records.queries.paper_reading import MadePaper, everything_of, make_paper
from records.queries.paper_sources import Ask
from records.reach import every_holder
from records.terms import chosen
from records.writing import Holder, Note, akt_of, journal_of_akt, write_note


class HandOverInput(Inputs):
    """The old provider's akt, the new provider's unit, and the form with the chosen parts."""

    akt: str
    till_enhet: str
    dokument: str


class MoveInput(Inputs):
    """A closed akt and its new keeper."""

    akt: str
    till_enhet: str


class CopiesInput(Inputs):
    """Copies that came from an akt of somebody else's."""

    kalla_akt: str
    dokument: str


class HandedOutput(Outputs):
    """How many copies were made, and whose they are now."""

    antal_kopior: int
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class CountOutput(Outputs):
    """How many copies it concerned."""

    antal_kopior: int


class MovedOutput(Outputs):
    """The akt and who keeps it now."""

    akt: UUID
    enhet: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    """What a copy needs: from which akt, to whom, on which form."""

    akt: Akt
    unit: Unit
    form: Dokument


@capability("kopior.lamna", input=HandOverInput, output=HandedOutput)
def hand_over(context: CapabilityContext, data: HandOverInput) -> HandedOutput:
    """Copy the chosen parts to the new provider: only what a consent in force covers (R-185).

    Each part is a disclosure of its own, sent in this transaction; one whose consent has ended or
    is withdrawn meanwhile gives no copy and stops nothing. The original stays (R-186).
    """
    akt = akt_of(context, data.akt, allow_closed=True)
    found, answers = needed_document(context, data.dokument)
    unit = Unit.objects.select_related("organisation").get(pk=data.till_enhet)
    wanted = set(answers.codes("delar"))
    delivery = _Delivery(akt=akt, unit=unit, form=found)
    made = 0
    for part in parts_of(akt):
        if part.paper in wanted:
            made += _copy(context, delivery, part)
    text = f"{made} kopior lämnade till {unit.name}." if made else "Inga kopior har lämnats."
    _note(context, journal_of_akt(akt), "kopior_lamnade" if made else "inga_kopior", text)
    context.record("kopior", akt=akt.pk, antal=made)
    return HandedOutput(
        antal_kopior=made, mottagare_organisation=unit.organisation_id, mottagare_enhet=unit.pk
    )


@capability("kopior.kvittera", input=CopiesInput, output=CountOutput)
def acknowledge(context: CapabilityContext, data: CopiesInput) -> CountOutput:
    """Acknowledge that copies came (receipt to the giver); a second time changes nothing."""
    needed_document(context, data.dokument)
    rows = [row for row in held_copies(context, data.kalla_akt) if row.kvitterad is None]
    for row in rows:
        row.kvitterad, row.kvitterad_av_id = context.now, context.actor.user_id
        row.save(update_fields=["kvitterad", "kvitterad_av"])
    if rows:
        with every_holder():
            sent = Utlamnande.objects.filter(pk__in=[row.utlamnande_id for row in rows])
            sent.filter(kvitterad=None).update(kvitterad=context.now)
        _note(context, _own_journal(context), "kopior_mottagna", f"{len(rows)} kopior mottagna.")
    return CountOutput(antal_kopior=len(rows))


@capability("kopior.forstor", input=CopiesInput, output=CountOutput)
def destroy(context: CapabilityContext, data: CopiesInput) -> CountOutput:
    """Destroy copies that are no longer needed; the rows tell what there was (R-190)."""
    found, answers = needed_document(context, data.dokument)
    code = answers.needed("skal", "reason_missing", "Ange varför kopiorna inte behövs.")
    answers.check()
    reason = chosen(context.bundle, found.form_id, "skal", code)
    rows = held_copies(context, data.kalla_akt)
    for row in rows:
        row.innehall, row.forstord = b"", context.now
        row.forstord_av_id, row.forstord_skal = context.actor.user_id, reason
        with database_rules(row.pk):
            row.save(update_fields=["innehall", "forstord", "forstord_av", "forstord_skal"])
    text = f"{len(rows)} kopior förstörda. Skäl: {reason}."
    _note(context, _own_journal(context), "kopior_forstorda", text)
    context.record("kopior.forstorda", akt=data.kalla_akt, antal=len(rows))
    return CountOutput(antal_kopior=len(rows))


@capability("akt.lamna_over", input=MoveInput, output=MovedOutput)
def hand_over_akt(context: CapabilityContext, data: MoveInput) -> MovedOutput:
    """Let a closed akt go over whole within egen regi: the old unit sees it no more (R-187).

    Raises:
        RecordRefusedError: It is open, or no change of provider says so (the database asks).
    """
    akt = akt_of(context, data.akt, allow_closed=True)
    unit = Unit.objects.get(pk=data.till_enhet)
    return MovedOutput(akt=akt.pk, enhet=move_akt(context, akt, unit, "byte").pk)


def move_akt(context: CapabilityContext, akt: Akt, unit: Unit, ground: str) -> Unit:
    """Move a closed akt, with everything in it, to a new keeper; the database decides if it may.

    Args:
        context: The running action.
        akt: The akt, closed.
        unit: Who keeps it from now on.
        ground: ``byte``, ``upphor`` or ``personakt``.
    """
    with every_holder():
        stamp: Holder = {
            "organisation_id": unit.organisation_id,
            "unit_id": unit.pk,
            "secrecy": akt.secrecy,
        }
        journal = journal_of_akt(akt)
        old, before = akt.unit.name, held_beside(akt, unit.pk)
        with database_rules(akt.pk):
            AktOverlamning.objects.create(
                **stamp,
                akt_id=akt.pk,
                arende_id=akt.arende_id,
                person=person_held(stamp, PersonData.copy_of(akt.person), context.now),
                fran_unit_id=akt.unit_id,
                grund=ground,
                overlamnad=context.now,
                overlamnad_av_id=context.actor.user_id,
            )
        journal.refresh_from_db()
        moved = counted(before, held_beside(akt, unit.pk))
        text = f"Akten har förts över hel från {old} till {unit.name}.{moved}"
        _note(context, journal, "akt_overlamnad", text)
    context.record("akt.overlamnad", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return unit


def held_copies(context: CapabilityContext, source: str) -> Sequence[AktKopia]:
    """The unit's copies out of an akt that still exist, locked."""
    rows = AktKopia.objects.select_for_update().filter(
        unit_id=context.unit, arende_id=case_of(context), kalla_akt_id=source, forstord=None
    )
    return list(rows.order_by("mottagen", "pk"))


def _copy(context: CapabilityContext, delivery: _Delivery, part: Part) -> int:
    """One part as a copy: 1, or 0 where no consent covers it any more."""
    with every_holder():
        consent = covering_consent(
            delivery.akt.arende_id,
            recipient=delivery.unit.name,
            purpose=PURPOSE,
            categories=(part.category,),
            on=local_date(context.now),
        )
        if consent is None:
            return 0
        made = _paper(context, part)
        if made is None:
            return 0
        parcel = Parcel(
            recipient_kind=RECEIVER,
            recipient=delivery.unit.name,
            purpose=PURPOSE,
            categories=(part.category,),
            content=({"papper": part.paper, "underlag": str(part.record)},),
        )
        try:
            with transaction.atomic():
                ground = Ground(consent=consent)
                row = open_disclosure(context, delivery.akt, parcel, ground, document=delivery.form)
                send_disclosure(context, row.pk)
                _store(context, delivery, part, made, row)
        except (ConsentMissingError, DisclosureStoppedError):
            return 0
    return 1


def _paper(context: CapabilityContext, part: Part) -> MadePaper | None:
    own, shared = everything_of(context.organisation, context.unit)
    ask = Ask(
        ref=part.record,
        arende=case_of(context),
        seen=own & Q(unit_id=context.unit),
        shared=shared,
        bundle=context.bundle,
        now=context.now,
    )
    return make_paper(ask, part.paper, kopia=True)


def _store(
    context: CapabilityContext, delivery: _Delivery, part: Part, made: MadePaper, row: Utlamnande
) -> None:
    AktKopia.objects.create(
        organisation_id=delivery.unit.organisation_id,
        unit_id=delivery.unit.pk,
        secrecy=context.secrecy,
        arende_id=delivery.akt.arende_id,
        utlamnande_id=row.pk,
        kalla_akt_id=delivery.akt.pk,
        kalla_unit_id=delivery.akt.unit_id,
        papper=part.paper,
        underlag_id=part.record,
        titel=made.paper.titel,
        sha256=hashlib.sha256(made.content).hexdigest(),
        storlek=len(made.content),
        innehall=made.content,
        mottagen=context.now,
    )


def _own_journal(context: CapabilityContext) -> Journal:
    """The journal of the receiver's newest akt in the ärende."""
    rows = Akt.objects.filter(arende_id=case_of(context), unit_id=context.unit)
    akt = rows.order_by("status", "-oppnad").first()
    if akt is None:
        raise RecordNotFoundError("Akt i ärende", context.arende_id)
    return journal_of_akt(akt)


def _note(context: CapabilityContext, journal: Journal, typ: str, text: str) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now)
    write_note(context, journal, note, stamp_of(journal))
