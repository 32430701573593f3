"""``arende.oppna`` and ``arende.avsluta``: from the ansökan to the closing gate."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from pydantic import BaseModel, ConfigDict

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, document, local_date
from records.capabilities.shapes import MaybeDocumentInput, Outputs
from records.closing import closing_reason
from records.errors import database_rules
from records.identity import PersonnummerInvalidError, canonical, lookalikes
from records.models import (
    Arende,
    ArendeStatus,
    Dokument,
    Journal,
    JournalEntry,
    JournalKind,
    Person,
    Skydd,
)
from records.persons import PersonData, person_held, sort_key
from records.protection import announce, protect
from records.writing import Holder, Note, arende_of, holder, journal_of_arende, write_note

START_FORM = "starta_aktualisera"


class OpenInput(BaseModel):
    """The answers of the start form; the form itself has checked their types."""

    model_config = ConfigDict(extra="allow", frozen=True)


class OpenOutput(Outputs):
    """The new ärende; ``sekretess`` is the protection level of every row of it."""

    arende: UUID
    skydd: str
    sekretess: int
    inkom_datum: date


@capability("arende.oppna", input=OpenInput, output=OpenOutput)
def open_arende(context: CapabilityContext, data: OpenInput) -> OpenOutput:
    """Register an ansökan: person, ärende and myndighetens journal, in the actor's unit.

    Raises:
        AnswersInvalidError: The personnummer is wrong, or missing without a reason.
    """
    answers = Answers(data.model_extra or {}, START_FORM)
    stated = person_data(answers, context.now)
    answers.check()
    skydd = Skydd(stated.skydd)
    _same_person(answers, stated, context.unit)
    _no_lookalike(answers, stated, context.unit)
    stamp: Holder = {**holder(context), "secrecy": skydd.level}
    person = person_held(stamp, stated, context.now)
    skydd = Skydd(person.skydd)  # a person who is protected already stays so in a new ärende
    stamp = {**stamp, "secrecy": skydd.level}
    arende = Arende.objects.create(
        **stamp,
        nummer=next_number(context.now),
        person=person,
        lagrum=answers.text("lagrum"),
        tjansteomrade=answers.text("tjansteomrade"),
        inkom_datum=answers.day("inkom_datum") or local_date(context.now),
        satt=answers.text("satt") or "okant",
        slag=answers.text("slag"),
        foretradare_namn=answers.text("foretradare_namn"),
        foretradare_behorighet=answers.text("foretradare_behorighet"),
        oppnad=context.now,
        oppnad_av_id=context.actor.user_id,
    )
    _open_journal(context, arende, stamp)
    if skydd.level:
        protect(context, arende.pk, skydd)
        announce(context, arende.pk, skydd)
    context.record("arende.oppnat", arende=arende.pk)
    return OpenOutput(
        arende=arende.pk, skydd=skydd, sekretess=skydd.level, inkom_datum=arende.inkom_datum
    )


def person_data(answers: Answers, now: datetime) -> PersonData:
    """The person as the start form describes her; problems are noted in ``answers``."""
    number = _number(answers, now)
    born = answers.day("fodelsedatum")
    skydd = answers.text("skydd") or Skydd.INGEN
    if skydd not in Skydd.values:
        answers.refuse("skydd", "skydd_unknown", "Välj en skyddsnivå i listan.")
        skydd = Skydd.INGEN
    return PersonData(
        personnummer=number,
        utan_id_skal="" if number else answers.text("utan_id_skal"),
        fornamn=answers.needed("fornamn", "name_missing", "Ange förnamn."),
        efternamn=answers.needed("efternamn", "name_missing", "Ange efternamn."),
        fodelsedatum=born.isoformat() if born else None,
        adress=answers.text("adress"),
        postnummer=answers.text("postnummer"),
        postort=answers.text("postort"),
        telefon=answers.text("telefon"),
        skydd=skydd,
        tolk_sprak=answers.text("tolk_sprak") if answers.yes("tolk") else "",
    )


def next_number(now: datetime) -> str:
    """The next case number, ``2026-00042``: year in Stockholm and a running number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('records_arende_nummer')")
        (number,) = cursor.fetchone()
    return f"{local_date(now).year}-{number:05d}"


def _number(answers: Answers, now: datetime) -> str | None:
    written = answers.text("personnummer")
    if not written:
        answers.needed(
            "utan_id_skal",
            "utan_id_skal_missing",
            "Ange personnummer, eller varför det saknas.",
        )
        return None
    try:
        return canonical(written, today=local_date(now))
    except PersonnummerInvalidError as error:
        answers.refuse("personnummer", error.code, str(error))
        return None


def _same_person(answers: Answers, stated: PersonData, unit: UUID) -> None:
    """Number and name shall be one person's (W2): a known number with another name asks.

    Raises:
        AnswersInvalidError: The names differ, and nobody says that they were compared.
    """
    if stated.personnummer is None or answers.yes("person_bekraftad"):
        return
    held = Person.objects.filter(unit_id=unit, personnummer=stated.personnummer).first()
    if held is None or sort_key(f"{stated.efternamn} {stated.fornamn}") == held.sortnamn:
        return
    answers.refuse(
        "person_bekraftad",
        "person_name_differs",
        "Numret finns redan med ett annat namn. Jämför namn och nummer, och kryssa i här om"
        " det är rätt person.",
    )
    answers.check()


def _no_lookalike(answers: Answers, stated: PersonData, unit: UUID) -> None:
    """A new number that looks like a known one asks how it was checked (W2).

    Only what the actor may see is compared, and nothing is said of whose the other number is.

    Raises:
        AnswersInvalidError: There is such a number, and nothing says how this one was checked.
    """
    number = stated.personnummer
    if number is None or answers.text("nummer_kontrollerat"):
        return
    held = Person.objects.filter(unit_id=unit)
    if held.filter(personnummer=number).exists():
        return
    if held.filter(personnummer__in=lookalikes(number)).exists():
        answers.refuse(
            "nummer_kontrollerat",
            "personnummer_similar",
            "Numret liknar ett annat nummer som redan finns här. Jämför det siffra för siffra med"
            " en handling, och skriv hur du kontrollerade det.",
        )
        answers.check()


def _open_journal(context: CapabilityContext, arende: Arende, stamp: Holder) -> None:
    journal = Journal.objects.create(
        **stamp,
        kind=JournalKind.MYNDIGHET,
        arende=arende,
        person_id=arende.person_id,
        oppnad=context.now,
    )
    note = Note(
        typ="ansokan",
        text=f"Ansökan kom in {arende.inkom_datum} ({arende.satt}).",
        handelsetid=context.now,
        lagrum=arende.lagrum,
    )
    write_note(context, journal, note, stamp)


class CloseOutput(Outputs):
    """The day the ärende was closed."""

    arende_avslutat: date


@capability("arende.avsluta", input=MaybeDocumentInput, output=CloseOutput)
def close_arende(context: CapabilityContext, data: MaybeDocumentInput) -> CloseOutput:
    """Close the ärende: every akt has its final note, or a reason stands where none was (K-3).

    Raises:
        FinalNoteMissingError: An akt of the ärende is not closed.
        UppdragPendingError: A sent uppdrag has no answer.
        AnswersInvalidError: Nothing was carried out and the form gives no reason.
    """
    arende = arende_of(context, lock=True)
    found, answers = document(context, data.dokument)
    carried_out = arende.uppdrag.filter(status__in=("accepterat", "avslutat")).exists()
    day = local_date(context.now)
    values: dict[str, Any] = {"status": ArendeStatus.AVSLUTAT, "avslutad": context.now}
    with database_rules(arende.pk):
        if not carried_out:
            values["avslutsorsak_anteckning"] = _reason_note(context, found, answers)
        _note_closed(context, day)
        Arende.objects.filter(pk=arende.pk).update(**values, avslutad_av_id=context.actor.user_id)
    context.record("arende.avslutat", arende=arende.pk)
    return CloseOutput(arende_avslutat=day)


def _reason_note(
    context: CapabilityContext, found: Dokument | None, answers: Answers
) -> JournalEntry:
    orsak, text = closing_reason(context.bundle, answers)
    answers.check()
    return write_note(
        context,
        journal_of_arende(context),
        Note(
            typ="avslutsorsak",
            orsak=orsak.id,
            text=f"Orsak: {orsak.namn}. {text}".strip(),
            handelsetid=context.now,
            dokument=found,
            automatisk=False,
        ),
    )


def _note_closed(context: CapabilityContext, day: date) -> None:
    note = Note(typ="arende_avslutat", text=f"Ärendet avslutat {day}.", handelsetid=context.now)
    write_note(context, journal_of_arende(context), note)
