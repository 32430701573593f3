"""Myndighetens side of an uppdrag: write it, send it, take it back, end it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.beslut import decision_of
from records.capabilities.shapes import Inputs, Outputs
from records.errors import (
    PersonDeceasedError,
    RecordNotFoundError,
    UppdragStateError,
    database_rules,
)
from records.models import (
    Arende,
    MuntligtUppdrag,
    Notis,
    Uppdrag,
    UppdragInsats,
    UppdragMal,
    UppdragStatus,
)
from records.oral import put_in_writing
from records.persons import PersonData
from records.uppdrag_content import chosen, copy_parts, granted, receiver, unordered
from records.writing import Note, arende_of, holder, journal_of_arende, write_note


class UppdragInput(Inputs):
    """An uppdrag."""

    uppdrag: str


class WriteInput(Inputs):
    """The decision to carry out, and the form where the handläggare chose what travels.

    ``foregaende_uppdrag`` is the one that this takes the place of (byte); its insatser are free.
    """

    beslut: str
    dokument: str
    foregaende_uppdrag: str | None = None


class WithdrawInput(Inputs):
    """An uppdrag and why it is taken back (a code)."""

    uppdrag: str
    orsak: str


class UppdragOutput(Outputs):
    """The uppdrag and where it goes."""

    uppdrag: UUID
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class WrittenOutput(UppdragOutput):
    """``aterstar``: granted insatser that no living uppdrag carries out yet (R-083)."""

    aterstar: list[str]


class SentOutput(UppdragOutput):
    """As sent. ``muntligt`` is the oral order that it puts in writing; ``skydd`` the person's."""

    skickat_datum: date
    tjansteomrade: str
    skydd: str
    muntligt: UUID | None


class WithdrawnOutput(Outputs):
    """The uppdrag that was taken back."""

    uppdrag: UUID


class EndedOutput(Outputs):
    """The uppdrag that ended, and whether it was the last one open."""

    uppdrag: UUID
    alla_avslutade: bool


@capability("uppdrag.skapa", input=WriteInput, output=WrittenOutput)
def write_uppdrag(context: CapabilityContext, data: WriteInput) -> WrittenOutput:
    """Copy the chosen needs, goals and insatser into an uppdrag, retyping nothing (R-082, K-7).

    One decision may be carried out by several uppdrag; no insats by two at the same time.

    Raises:
        AnswersInvalidError: Unknown receiver, an insats that was not granted or has its uppdrag,
            or one without a need and a goal among what was chosen (R-083).
    """
    arende = arende_of(context, lock=True)
    beslut = decision_of(context, data.beslut)
    found, answers = needed_document(context, data.dokument)
    unit = receiver(answers)
    before = _replaced(context, data.foregaende_uppdrag)
    free = unordered(beslut, besides=before)
    parts = granted(answers, beslut, free)
    goals = chosen(answers, beslut, parts)
    oral = _oral(arende, answers)
    answers.check()
    uppdrag = Uppdrag.objects.create(
        **holder(context),
        nummer=f"{arende.nummer}-{arende.uppdrag.count() + 1}",
        arende=arende,
        beslut=beslut,
        dokument_id=found.pk,
        mottagare_organisation_id=unit.organisation_id,
        mottagare_unit=unit,
        val=answers.text("val"),
        omfattning=answers.text("omfattning"),
        period_fran=answers.day("period_fran"),
        period_till=answers.day("period_till"),
        viktig_info=answers.text("viktig_info"),
        bradskande=answers.yes("bradskande"),
        person_kopia=PersonData.copy_of(arende.person).as_json(),
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
        foregaende=before,
        muntligt=oral,
    )
    copy_parts(uppdrag, parts, goals, holder(context))
    context.record("uppdrag", uppdrag=uppdrag.pk)
    now_ordered = {part.insats for part in parts}
    return WrittenOutput(
        uppdrag=uppdrag.pk,
        mottagare_organisation=unit.organisation_id,
        mottagare_enhet=unit.pk,
        aterstar=[code for code in free if code not in now_ordered],
    )


@capability("uppdrag.skicka", input=UppdragInput, output=SentOutput)
def send_uppdrag(context: CapabilityContext, data: UppdragInput) -> SentOutput:
    """Open the copy to the receiving unit and freeze it (R-083, K-7).

    Raises:
        PersonDeceasedError: The person has died; checked in this very transaction (K-2).
        UppdragStateError: It was sent or taken back before.
        UppdragWithoutGoalError: An insats lacks a need or a goal.
    """
    arende = arende_of(context, lock=True)
    if arende.person.avliden_datum is not None:
        raise PersonDeceasedError(arende.pk)
    uppdrag = own_uppdrag(context, data.uppdrag, (UppdragStatus.UTKAST,))
    unit = uppdrag.mottagare_unit_id
    for part in (UppdragInsats, UppdragMal):
        part.objects.filter(uppdrag=uppdrag).update(delad_med_id=unit)
    uppdrag.status = UppdragStatus.SKICKAT
    uppdrag.skickad = context.now
    uppdrag.delad_med_id = unit
    with database_rules(uppdrag.pk):
        uppdrag.save(update_fields=["status", "skickad", "delad_med"])
    if uppdrag.muntligt is not None:
        put_in_writing(context, uppdrag.muntligt)
    day = local_date(context.now)
    _note(context, "uppdrag_skickat", f"Uppdrag skickat {day} till {uppdrag.mottagare_unit.name}.")
    context.record("uppdrag.skickat", uppdrag=uppdrag.pk)
    return SentOutput(
        uppdrag=uppdrag.pk,
        mottagare_organisation=uppdrag.mottagare_organisation_id,
        mottagare_enhet=unit,
        skickat_datum=day,
        tjansteomrade=uppdrag.mottagare_unit.tjansteomrade,
        skydd=arende.person.skydd,
        muntligt=uppdrag.muntligt_id,
    )


@capability("uppdrag.aterkalla", input=WithdrawInput, output=WithdrawnOutput)
def withdraw_uppdrag(context: CapabilityContext, data: WithdrawInput) -> WithdrawnOutput:
    """Take back an uppdrag that nobody accepted; the receiver's access ends (K-8).

    Raises:
        UppdragStateError: It was answered before.
    """
    waiting = (UppdragStatus.UTKAST, UppdragStatus.SKICKAT)
    uppdrag = own_uppdrag(context, data.uppdrag, waiting)
    uppdrag.status = UppdragStatus.ATERKALLAT
    uppdrag.aterkallad_orsak = data.orsak
    uppdrag.save(update_fields=["status", "aterkallad_orsak"])
    end_sharing(uppdrag.pk, context.now)
    _note(context, "uppdrag_aterkallat", f"Uppdrag återkallat: {data.orsak}.")
    context.record("uppdrag.aterkallat", uppdrag=uppdrag.pk)
    return WithdrawnOutput(uppdrag=uppdrag.pk)


@capability("uppdrag.avsluta", input=UppdragInput, output=EndedOutput)
def end_uppdrag(context: CapabilityContext, data: UppdragInput) -> EndedOutput:
    """End an uppdrag whose akt is closed with its final note (K-3). A second run changes nothing.

    Raises:
        FinalNoteMissingError: The provider's akt is still open.
    """
    ended = (UppdragStatus.ACCEPTERAT, UppdragStatus.AVSLUTAT)
    uppdrag = own_uppdrag(context, data.uppdrag, ended)
    if uppdrag.status == UppdragStatus.ACCEPTERAT:
        uppdrag.status = UppdragStatus.AVSLUTAT
        uppdrag.avslutad = context.now
        with database_rules(uppdrag.pk):
            uppdrag.save(update_fields=["status", "avslutad"])
        _note(context, "uppdrag_avslutat", f"Uppdrag avslutat {local_date(context.now)}.")
        context.record("uppdrag.avslutat", uppdrag=uppdrag.pk)
    open_still = (UppdragStatus.SKICKAT, UppdragStatus.ACCEPTERAT)
    others = Uppdrag.objects.filter(arende_id=case_of(context), status__in=open_still)
    return EndedOutput(uppdrag=uppdrag.pk, alla_avslutade=not others.exists())


def own_uppdrag(
    context: CapabilityContext, uppdrag: str, statuses: Sequence[UppdragStatus]
) -> Uppdrag:
    """Myndighetens own uppdrag of this ärende, locked, in one of the states.

    Raises:
        RecordNotFoundError: Another ärende's or another holder's.
        UppdragStateError: In another state.
    """
    rows = Uppdrag.objects.select_for_update().filter(
        arende_id=case_of(context), organisation_id=context.organisation
    )
    found = rows.filter(pk=uppdrag).first()
    if found is None:
        raise RecordNotFoundError("Uppdrag", uppdrag)
    if found.status not in statuses:
        raise UppdragStateError(found.pk, found.status)
    return found


def end_sharing(uppdrag: UUID, now: datetime) -> None:
    """Close the receiver's view of a declined or withdrawn uppdrag.

    Its reminders are put away: they would lead to what it may not open. The database closes the
    view as the owner, since after it the receiver may not see its own change.
    """
    there = Uppdrag.objects.filter(pk=uppdrag).values("mottagare_unit_id")
    told = Notis.objects.filter(handelse_id=uppdrag, delad_med_id__in=there, last=None)
    told.update(last=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_end_sharing(%s)", [uppdrag])


def _replaced(context: CapabilityContext, uppdrag: str | None) -> Uppdrag | None:
    """The uppdrag of the same ärende that a new one takes the place of."""
    if not uppdrag:
        return None
    rows = Uppdrag.objects.filter(arende_id=case_of(context), organisation_id=context.organisation)
    found = rows.filter(pk=uppdrag).first()
    if found is None:
        raise RecordNotFoundError("Uppdrag", uppdrag)
    return found


def _oral(arende: Arende, answers: Answers) -> MuntligtUppdrag | None:
    """The oral order that this puts in writing, still open (W4)."""
    named = answers.text("muntligt_uppdrag")
    if not named:
        return None
    found = arende.muntliga_uppdrag.filter(pk=named, avslutat=None).first()
    if found is None:
        answers.refuse("muntligt_uppdrag", "oral_order_unknown", "Välj ett muntligt uppdrag.")
    return found


def _note(context: CapabilityContext, typ: str, text: str) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now)
    write_note(context, journal_of_arende(context), note)
