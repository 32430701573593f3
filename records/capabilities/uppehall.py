"""``uppdrag.pausa`` and ``uppdrag.ateruppta``: support that rests and comes back (R-136, L-25)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records import insatser
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError
from records.models import Akt, AktStatus, Dokument, Handelse, Uppehall
from records.terms import chosen, insats_names
from records.uppdrag_content import current_decision
from records.writing import Note, akt_of, holder, journal_of_akt, write_note


class PauseInput(Inputs):
    """The form; without ``akt`` the unit's own open akt in the ärende."""

    dokument: str
    akt: str | None = None


class ReturnInput(Inputs):
    """A pause and the form that says when support came back."""

    uppehall: str
    dokument: str


class PauseOutput(Outputs):
    """The pause, what it is about, and the delbeslut that are not carried out meanwhile."""

    uppehall: UUID
    akt: UUID
    uppdrag: UUID
    beslut: UUID
    orsak: str
    avbrott_datum: date
    vantas_ater: date | None
    delbeslut: list[UUID]


class ReturnOutput(Outputs):
    """The day of return, how long it lasted, and the delbeslut carried out again."""

    ater_datum: date
    dagar: Decimal
    delbeslut: list[UUID]


@capability("uppdrag.pausa", input=PauseInput, output=PauseOutput)
def pause(context: CapabilityContext, data: PauseInput) -> PauseOutput:
    """Record that insatser rest, since when and why, with a note of its own (R-136).

    Raises:
        RecordNotFoundError: The unit has no open akt in the ärende.
        AnswersInvalidError: Reason or day is missing, the day has not come, or nothing is given.
    """
    akt = _akt(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    reason = answers.needed("orsak", "reason_missing", "Välj varför stödet gör uppehåll.")
    day = _past_day(context, answers, "fran")
    back = answers.day("vantas_ater")
    if back is not None and back < day:
        answers.refuse("vantas_ater", "date_invalid", "Dagen ligger före uppehållets början.")
    going = insatser.running(akt)
    codes = answers.codes("insatser") or tuple(going)
    if not codes or set(codes) - set(going):
        answers.refuse("insatser", "insats_not_running", "Välj insatser som ges nu.")
    answers.check()
    turn = insatser.Turn(handelse=Handelse.AVBROTT, datum=day, orsak=reason, dokument=found)
    parts = insatser.add_turns(context, akt, codes, turn)
    row = Uppehall.objects.create(
        **holder(context),
        akt=akt,
        orsak=reason,
        fran=day,
        vantas_ater=back,
        insatser=list(codes),
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    why = chosen(context.bundle, found.form_id, "orsak", reason)
    told = f" {answers.text('beskrivning')}".rstrip()
    text = f"Uppehåll från {day} ({insats_names(context.bundle, codes)}): {why}.{told}"
    _write(context, akt, Note(typ="uppehall", text=text, handelsetid=context.now, dokument=found))
    context.record("uppehall", uppehall=row.pk, akt=akt.pk, uppdrag=akt.uppdrag_id)
    return PauseOutput(
        uppehall=row.pk,
        akt=akt.pk,
        uppdrag=akt.uppdrag_id,
        beslut=current_decision(akt.uppdrag),
        orsak=reason,
        avbrott_datum=day,
        vantas_ater=back,
        delbeslut=parts,
    )


@capability("uppdrag.ateruppta", input=ReturnInput, output=ReturnOutput)
def take_up_again(context: CapabilityContext, data: ReturnInput) -> ReturnOutput:
    """Record that the support is given again (R-136); a second time changes nothing.

    Raises:
        RecordNotFoundError: Another holder's pause.
        AnswersInvalidError: The day is missing, has not come, or lies before the pause.
    """
    rows = Uppehall.objects.select_for_update().filter(
        pk=data.uppehall, akt__arende_id=case_of(context), organisation_id=context.organisation
    )
    row = rows.first()
    if row is None:
        raise RecordNotFoundError("Uppehåll", data.uppehall)
    akt = akt_of(context, str(row.akt_id))
    parts: list[UUID] = []
    if row.ater_datum is None:
        parts = _resumed(context, row, akt, *needed_document(context, data.dokument))
    back = row.ater_datum or row.fran
    return ReturnOutput(ater_datum=back, dagar=Decimal((back - row.fran).days), delbeslut=parts)


def _resumed(
    context: CapabilityContext, row: Uppehall, akt: Akt, found: Dokument, answers: Answers
) -> list[UUID]:
    day = _past_day(context, answers, "ater_datum")
    if day < row.fran:
        answers.refuse("ater_datum", "date_invalid", "Dagen ligger före uppehållets början.")
    answers.check()
    row.ater_datum = day
    row.ater_av_id = context.actor.user_id
    row.save(update_fields=["ater_datum", "ater_av"])
    resting = set(insatser.resting(akt))
    codes = [code for code in row.insatser if code in resting]
    turn = insatser.Turn(handelse=Handelse.ATERUPPTAGEN, datum=day, dokument=found)
    parts = insatser.add_turns(context, akt, codes, turn)
    told = f" {answers.text('lage')}".rstrip()
    text = f"Stödet återupptogs {day} ({insats_names(context.bundle, codes)}).{told}"
    note = Note(typ="uppehall_slut", text=text, handelsetid=context.now, dokument=found)
    _write(context, akt, note)
    context.record("uppehall.slut", uppehall=row.pk, akt=akt.pk, uppdrag=akt.uppdrag_id)
    return parts


def _past_day(context: CapabilityContext, answers: Answers, field: str) -> date:
    today = local_date(context.now)
    day = answers.day(field)
    if day is None or day > today:
        answers.refuse(field, "date_invalid", "Ange en dag som har kommit.")
    return day or today


def _akt(context: CapabilityContext, akt: str | None) -> Akt:
    if akt:
        return akt_of(context, akt)
    own = Akt.objects.filter(
        organisation_id=context.organisation, unit_id=context.unit, arende_id=case_of(context)
    )
    found = own.exclude(status=AktStatus.STANGD).order_by("-oppnad").first()
    if found is None:
        raise RecordNotFoundError("Akt i ärende", context.arende_id)
    return akt_of(context, str(found.pk))


def _write(context: CapabilityContext, akt: Akt, note: Note) -> None:
    write_note(context, journal_of_akt(akt), note)
