"""What happens to each granted part of a decision until it is carried out, or ends (L-25, K-12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError
from records.models import Beslut, Delbeslut, DelbeslutHandelse, Dokument
from records.terms import insats_names
from records.verkstallighet import carried_out_since
from records.writing import Note, holder, journal_of_arende, write_note

LIFE = ("upphort", "aterupptaget")


class PartInput(Inputs):
    """A granted part, and when it happened (default: today)."""

    delbeslut: str
    datum: date | None = None
    orsak: str | None = None


class PartReportInput(Inputs):
    """A granted part, the report day and the reason as it was written."""

    delbeslut: str
    rapportdag: date
    dokument: str


class PartNoticeInput(Inputs):
    """A granted part and the form that says it was reported as carried out."""

    delbeslut: str
    dokument: str


class StateOutput(Outputs):
    """Since when the support is given, or null."""

    verkstalld_datum: date | None


class DayOutput(Outputs):
    """The day it happened, as written down."""

    datum: date


@capability("delbeslut.lage", input=PartInput, output=StateOutput)
def state_of_part(context: CapabilityContext, data: PartInput) -> StateOutput:
    """Since when the granted support is given, by the providers' own records.

    Asked before a part is called not carried out, so that a renewed decision or a message that
    never came is not reported wrongly. Only the clock may see both sides; a person asking gets
    what her own unit may see.
    """
    part = _part(context, data.delbeslut)
    return StateOutput(verkstalld_datum=carried_out_since(part))


@capability("delbeslut.verkstall", input=PartInput, output=DayOutput)
def carry_out_part(context: CapabilityContext, data: PartInput) -> DayOutput:
    """Note that the support started, so that the clock of three months stops."""
    return DayOutput(datum=_happened(context, data, "verkstallt"))


@capability("delbeslut.avbryt", input=PartInput, output=DayOutput)
def interrupt_part(context: CapabilityContext, data: PartInput) -> DayOutput:
    """Note that the support was interrupted: three months run again from that day (L-25)."""
    return DayOutput(datum=_happened(context, data, "avbrott"))


@capability("delbeslut.upphor", input=PartInput, output=DayOutput)
def end_part(context: CapabilityContext, data: PartInput) -> DayOutput:
    """Note that the part does not hold any more, and why; it is not reported after that."""
    return DayOutput(datum=_happened(context, data, "upphort"))


@capability("delbeslut.aterupptas", input=PartInput, output=DayOutput)
def resume_part(context: CapabilityContext, data: PartInput) -> DayOutput:
    """Note that the part holds again: what ended it was wrong (K-2)."""
    return DayOutput(datum=_happened(context, data, "aterupptaget"))


@capability("ej_verkstallt.registrera", input=PartReportInput, output=DayOutput)
def give_reason(context: CapabilityContext, data: PartReportInput) -> DayOutput:
    """Write down why the support has not started; declined offers go into the journal (L-25).

    A declined offer ends nothing: the part is reported as long as it is not carried out.

    Raises:
        AnswersInvalidError: No reason is given.
    """
    part = _part(context, data.delbeslut)
    found, answers = needed_document(context, data.dokument)
    reason = answers.needed("skal", "reason_missing", "Skriv varför stödet inte har börjat.")
    answers.check()
    offers = answers.rows("erbjudanden")
    declined = [offer for offer in offers if offer.text("svar") == "nej"]
    row = _Row("ej_verkstallt", data.rapportdag, skal=reason, avbojda=len(declined), dokument=found)
    _write(context, part, row)
    for offer in declined:
        _note_declined(context, part, offer, found)
    _note_reason(context, part, reason, found)
    return DayOutput(datum=data.rapportdag)


@capability("ej_verkstallt.anmal", input=PartNoticeInput, output=DayOutput)
def report_carried_out(context: CapabilityContext, data: PartNoticeInput) -> DayOutput:
    """Write down that IVO was told that a reported part is carried out now, and the day (L-26).

    Raises:
        AnswersInvalidError: The day is missing.
    """
    part = _part(context, data.delbeslut)
    found, answers = needed_document(context, data.dokument)
    day = answers.day("anmald_datum")
    if day is None:
        answers.refuse("anmald_datum", "date_invalid", "Ange dagen då anmälan skickades.")
    answers.check()
    sent = day or local_date(context.now)
    _write(context, part, _Row("anmalt_verkstallt", sent, dokument=found))
    return DayOutput(datum=sent)


@dataclass(frozen=True, slots=True)
class _Row:
    slag: str
    datum: date
    orsak: str = ""
    skal: str = ""
    avbojda: int = 0
    dokument: Dokument | None = None


def end_parts(
    context: CapabilityContext, parts: Iterable[Delbeslut], day: date, orsak: str
) -> None:
    """Note for several parts that they have ended; one that has is left as it is."""
    for part in parts:
        _write(context, part, _Row("upphort", day, orsak=orsak))


def _happened(context: CapabilityContext, data: PartInput, slag: str) -> date:
    day = data.datum or local_date(context.now)
    _write(context, _part(context, data.delbeslut), _Row(slag, day, orsak=data.orsak or ""))
    return day


def _write(context: CapabilityContext, part: Delbeslut, row: _Row) -> None:
    """Add a row, unless it says again what the rows say already."""
    # Two messages may end the same part at once: one after the other.
    Beslut.objects.select_for_update().get(pk=part.beslut_id)
    rows = part.handelser.all()
    if row.slag in LIFE:
        latest = rows.filter(slag__in=LIFE).order_by("registrerad").last()
        before = latest is not None and latest.slag == row.slag
    else:
        before = rows.filter(slag=row.slag, datum=row.datum).exists()
    if before:
        return
    DelbeslutHandelse.objects.create(
        **holder(context),
        arende_id=case_of(context),
        delbeslut=part,
        slag=row.slag,
        datum=row.datum,
        orsak=row.orsak,
        skal=row.skal,
        avbojda=row.avbojda,
        dokument=row.dokument,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    context.record(f"delbeslut.{row.slag}", delbeslut=part.pk, beslut=part.beslut_id)


def _part(context: CapabilityContext, delbeslut: str) -> Delbeslut:
    found = Delbeslut.objects.filter(
        pk=UUID(delbeslut), organisation_id=context.organisation, beslut__arende=case_of(context)
    ).first()
    if found is None:
        raise RecordNotFoundError("Delbeslut", delbeslut)
    return found


def _note_declined(
    context: CapabilityContext, part: Delbeslut, offer: Answers, found: Dokument
) -> None:
    note = Note(
        typ="erbjuden_avbojd",
        text=f"{insats_names(context.bundle, [part.insats])}: erbjöds {offer.text('vad')}, avböjt.",
        handelsetid=offer.moment("datum", context.now),
        dokument=found,
    )
    write_note(context, journal_of_arende(context), note)


def _note_reason(context: CapabilityContext, part: Delbeslut, reason: str, found: Dokument) -> None:
    note = Note(
        typ="faktisk_omstandighet",
        text=f"{insats_names(context.bundle, [part.insats])} har inte börjat. {reason}",
        handelsetid=context.now,
        dokument=found,
        automatisk=False,
    )
    write_note(context, journal_of_arende(context), note)
