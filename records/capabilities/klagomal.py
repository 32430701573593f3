"""``klagomal.*``: complaints, views and praise, through any channel and anonymously too (R-140)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.kvalitet import (
    Stage,
    add_stage,
    case_numbered,
    link,
    next_number,
    operation_form,
)
from records.models import Kalla, Klagomal, KvalitetsSteg, Steg
from records.writing import holder, needed_row, person_of

SERIES = "K"
AT_ONCE = "direkt"
PRAISE = "berom"
ELSEWHERE = {"avvikelse": "en avvikelse", "lex_sarah": "lex Sarah"}
LEFT_OUT = (Steg.UTREDA, Steg.ANALYSERA, Steg.FOLJA_UPP)


class ReceiveInput(Inputs):
    """The form; the ärende where somebody noted the complaint in its journal."""

    dokument: str
    arende: str | None = None


class ReceiveOutput(Outputs):
    """The complaint with its number, and what the diagram needs to know."""

    klagomal: UUID
    nummer: str
    typ: str
    kategori: str
    anonym: bool
    inkom_datum: date
    arende: UUID | None
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class ComplaintInput(Inputs):
    """A complaint."""

    klagomal: str


class ComplaintFormInput(Inputs):
    """A complaint and a form about it."""

    klagomal: str
    dokument: str


class ReceiptOutput(Outputs):
    """The day of the acknowledgement."""

    bekraftad_datum: date


class WayOutput(Outputs):
    """Which way it goes: ``direkt``, ``utred``, ``avvikelse`` or ``lex_sarah``."""

    vag: str


class AnswerOutput(Outputs):
    """The day of the answer."""

    svarad_datum: date


class ClosedOutput(Outputs):
    """``atgardat`` or ``utan_atgard``: all that the person's journal is told."""

    atgard_kod: str
    steg: Decimal


@capability("klagomal.registrera", input=ReceiveInput, output=ReceiveOutput)
def receive(context: CapabilityContext, data: ReceiveInput) -> ReceiveOutput:
    """Register a complaint as it came; who wants to be anonymous leaves no contact.

    Raises:
        AnswersInvalidError: No contact though she is not anonymous, or an unknown case number.
    """
    found, answers = operation_form(context, data.dokument)
    anonymous = answers.yes("anonym")
    contact = "" if anonymous else answers.needed("kontakt", "contact_missing", "Ange kontakt.")
    case = case_numbered(context, answers) or (UUID(data.arende) if data.arende else None)
    answers.check()
    row = Klagomal.objects.create(
        **holder(context),
        nummer=next_number(context, SERIES),
        typ=answers.text("typ"),
        kanal=answers.text("kanal"),
        kategori=answers.text("kategori"),
        anonym=anonymous,
        kontakt=contact,
        text=answers.text("text"),
        inkom_datum=answers.day("inkom_datum") or local_date(context.now),
        arende_id=case,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
        dokument=found,
    )
    add_stage(context, Kalla.KLAGOMAL, row.pk, Stage(steg=Steg.RAPPORTERA, dokument=found))
    if case is not None:
        link(context, Kalla.KLAGOMAL, row.pk, Kalla.ARENDE, case)
    return ReceiveOutput(
        klagomal=row.pk,
        nummer=row.nummer,
        typ=row.typ,
        kategori=row.kategori,
        anonym=row.anonym,
        inkom_datum=row.inkom_datum,
        arende=case,
        mottagare_organisation=row.organisation_id,
        mottagare_enhet=row.unit_id,
    )


@capability("klagomal.bekrafta", input=ComplaintFormInput, output=ReceiptOutput)
def acknowledge(context: CapabilityContext, data: ComplaintFormInput) -> ReceiptOutput:
    """Write down that the sender has been told that the complaint has come."""
    _, answers = operation_form(context, data.dokument)
    row = _of(context, data.klagomal)
    row.bekraftad_datum = answers.day("bekraftad_datum") or local_date(context.now)
    row.bekraftad_av_id = person_of(context)
    row.save(update_fields=["bekraftad_datum", "bekraftad_av"])
    context.record("klagomal.bekraftat", klagomal=row.pk)
    return ReceiptOutput(bekraftad_datum=row.bekraftad_datum)


@capability("klagomal.bedom", input=ComplaintFormInput, output=WayOutput)
def choose_way(context: CapabilityContext, data: ComplaintFormInput) -> WayOutput:
    """Decide how a complaint is handled; what is put right at once needs no investigation.

    A complaint that becomes a deviation or lex Sarah is investigated there and only answered here:
    its stages are left out with that reason (R-050).

    Raises:
        AnswersInvalidError: It is put right at once, and nothing says how.
    """
    found, answers = operation_form(context, data.dokument)
    row = _of(context, data.klagomal)
    way = answers.needed("vag", "way_missing", "Välj hur det ska hanteras.")
    done = ""
    if way == AT_ONCE and row.typ != PRAISE:
        done = answers.needed("atgard", "measure_missing", "Skriv vad som gjordes.")
    answers.check()
    row.direkt_atgardat = way == AT_ONCE
    row.save(update_fields=["direkt_atgardat"])
    key = row.pk
    if way == AT_ONCE and row.typ != PRAISE:
        act = Stage(steg=Steg.ATGARDA, text=done, dokument=found)
        add_stage(context, Kalla.KLAGOMAL, key, act)
        _leave_out(context, key, "Åtgärdades direkt.", LEFT_OUT)
    elif way in ELSEWHERE:
        reason = f"Utreds som {ELSEWHERE[way]}."
        _leave_out(context, key, reason, (*LEFT_OUT, Steg.ATGARDA))
    context.record("klagomal.bedomt", klagomal=key)
    return WayOutput(vag=way)


@capability("klagomal.svara", input=ComplaintFormInput, output=AnswerOutput)
def answer(context: CapabilityContext, data: ComplaintFormInput) -> AnswerOutput:
    """Write down the answer to the sender."""
    _, answers = operation_form(context, data.dokument)
    row = _of(context, data.klagomal)
    row.svar = answers.needed("svar", "answer_missing", "Skriv svaret.")
    answers.check()
    row.svarad_datum = answers.day("svarad_datum") or local_date(context.now)
    row.svarad_av_id = person_of(context)
    row.save(update_fields=["svar", "svarad_datum", "svarad_av"])
    context.record("klagomal.besvarat", klagomal=row.pk)
    return AnswerOutput(svarad_datum=row.svarad_datum)


@capability("klagomal.stang", input=ComplaintInput, output=ClosedOutput)
def close(context: CapabilityContext, data: ComplaintInput) -> ClosedOutput:
    """Close a complaint whose five stages are gone through (R-050); praise has none to go through.

    Raises:
        StageMissingError: A stage is neither done nor left out with a reason.
        AtgardOpenError: A measure goes on.
    """
    row = _of(context, data.klagomal)
    row.stangd, row.stangd_av_id, row.stangd_som = context.now, context.actor.user_id, "fardig"
    with database_rules(row.nummer):
        row.save(update_fields=["stangd", "stangd_av", "stangd_som"])
    context.record("klagomal.stangt", klagomal=row.pk)
    stages = KvalitetsSteg.objects.filter(kalla=Kalla.KLAGOMAL, kalla_id=row.pk)
    acted = stages.filter(steg=Steg.ATGARDA, gjort=True).exists()
    return ClosedOutput(
        atgard_kod="atgardat" if acted else "utan_atgard", steg=Decimal(stages.count())
    )


def _leave_out(context: CapabilityContext, key: UUID, reason: str, steps: tuple[Steg, ...]) -> None:
    for step in steps:
        add_stage(context, Kalla.KLAGOMAL, key, Stage(steg=step, gjort=False, skal=reason))


def _of(context: CapabilityContext, ref: str) -> Klagomal:
    rows = Klagomal.objects.select_for_update().filter(organisation_id=context.organisation)
    return needed_row(rows, ref, "Klagomål")
