"""How a row of the record is stamped, and how a note gets into a journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from cases.capabilities import CapabilityContext
from cases.user_names import user_name
from records.answers import case_of, local_date
from records.errors import (
    ArendeClosedError,
    ConfigurationMissingError,
    PersonNeededError,
    RecordNotFoundError,
    while_level_holds,
)
from records.models import (
    Akt,
    AktStatus,
    Arende,
    ArendeStatus,
    Dokument,
    Journal,
    JournalEntry,
    JournalKind,
    PlanAktivitet,
    UppdragMal,
)
from records.retention import last_note_moved, open_for_notes
from records.terms import decide, law_version

SYSTEM_NAME = "Systemet"
Row = TypeVar("Row", bound=Model)


class Holder(TypedDict):
    """The columns that row-level security reads."""

    organisation_id: UUID
    unit_id: UUID
    secrecy: int


def holder(context: CapabilityContext) -> Holder:
    """Stamp of a new row: the unit of the running instance holds it."""
    return {
        "organisation_id": context.organisation,
        "unit_id": context.unit,
        "secrecy": context.secrecy,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One journal note to write."""

    typ: str
    text: str
    handelsetid: datetime
    orsak: str = ""
    dokument: Dokument | None = None
    automatisk: bool = True
    signera: bool = True
    utford_av_id: int | None = None
    rattar: JournalEntry | None = None
    uppdragsmal: UppdragMal | None = None
    aktivitet: PlanAktivitet | None = None
    livsomrade: str = ""
    omgivningsfaktor: str = ""
    kalla: str = ""
    kalla_relation: str = ""
    lagrum: str = ""


def write_note(
    context: CapabilityContext, journal: Journal, note: Note, stamp: Holder | None = None
) -> JournalEntry:
    """Add a note; its author is who acts, its registration the moment of the action (R-122).

    A note in the journal of a closed akt moves the day of gallring (R-183). ``stamp`` is given
    where the instance does not have its protection level yet.

    Raises:
        ProtectionChangedError: The person's protection was raised meanwhile.
    """
    if journal.akt_id is not None:
        open_for_notes(journal.akt_id)
    with while_level_holds(journal.pk):
        entry = JournalEntry.objects.create(
            **(stamp or holder(context)),
            journal=journal,
            typ=note.typ,
            text=note.text,
            orsak=note.orsak,
            handelsetid=note.handelsetid,
            registrerad=context.now,
            forfattare_id=context.actor.user_id,
            forfattare_namn=author_name(context),
            utford_av_id=note.utford_av_id,
            automatisk=note.automatisk,
            signerad=context.now if note.signera else None,
            signerad_av_id=context.actor.user_id if note.signera else None,
            rattar=note.rattar,
            dokument=note.dokument,
            uppdragsmal=note.uppdragsmal,
            aktivitet=note.aktivitet,
            livsomrade=note.livsomrade,
            omgivningsfaktor=note.omgivningsfaktor,
            kalla=note.kalla,
            kalla_relation=note.kalla_relation,
            sen=_is_late(context, note),
            lagrum=note.lagrum,
            law_version=law_version(context.bundle, local_date(context.now), required=False),
        )
    if journal.akt_id is not None:
        last_note_moved(context, journal.akt_id)
    return entry


def _is_late(context: CapabilityContext, note: Note) -> bool:
    """Whether a person wrote it later than the table ``sen_anteckning`` allows (R-123)."""
    if note.automatisk:
        return False
    try:
        hours = decide(context.bundle, "sen_anteckning", {"typ": note.typ})
    except ConfigurationMissingError:
        return False
    return context.now - note.handelsetid > timedelta(hours=int(hours))


def author_name(context: CapabilityContext) -> str:
    """Name of who acts, as it shall stand in the journal for ever."""
    if context.actor.user_id is None:
        return SYSTEM_NAME
    user = get_user_model().objects.get(pk=context.actor.user_id)
    return user_name(user)


def person_of(context: CapabilityContext) -> int:
    """The user who acts.

    Raises:
        PersonNeededError: Nobody does: a timer or a message came here.
    """
    if context.actor.user_id is None:
        raise PersonNeededError(context.element)
    return context.actor.user_id


def needed_row(rows: QuerySet[Row], ref: object, name: str) -> Row:
    """The row with an id among rows that the action may use.

    Args:
        rows: Those of the organisation, or of the unit; locked where it will be changed.
        ref: The id.
        name: What such a row is called, for the error.

    Raises:
        RecordNotFoundError: It is not among them.
    """
    found = rows.filter(pk=ref).first()
    if found is None:
        raise RecordNotFoundError(name, ref)
    return found


def arende_of(context: CapabilityContext, *, lock: bool = False) -> Arende:
    """Myndighetens ärende of the running instance.

    Raises:
        RecordNotFoundError: The holder has no such ärende (a provider never has).
        ArendeClosedError: It is closed.
    """
    rows = Arende.objects.select_for_update() if lock else Arende.objects
    found = rows.filter(pk=case_of(context), organisation_id=context.organisation).first()
    if found is None:
        raise RecordNotFoundError("Ärende", context.arende_id)
    if found.status == ArendeStatus.AVSLUTAT:
        raise ArendeClosedError(found.pk)
    return found


def akt_of(context: CapabilityContext, akt: str, *, allow_closed: bool = False) -> Akt:
    """The provider's akt, locked.

    Raises:
        RecordNotFoundError: Another holder's, another ärende's, or closed.
    """
    found = (
        Akt.objects.select_for_update()
        .filter(pk=akt, organisation_id=context.organisation, arende_id=case_of(context))
        .first()
    )
    if found is None or (found.status == AktStatus.STANGD and not allow_closed):
        raise RecordNotFoundError("Akt", akt)
    return found


def journal_of_arende(context: CapabilityContext) -> Journal:
    """Myndighetens journal of the ärende.

    Raises:
        RecordNotFoundError: The holder has none.
    """
    return _journal(
        Journal.objects.filter(
            arende_id=case_of(context),
            organisation_id=context.organisation,
            kind=JournalKind.MYNDIGHET,
        ).first(),
        context.arende_id,
    )


def journal_of_akt(akt: Akt) -> Journal:
    """The verkställighetsjournal of an akt.

    Raises:
        RecordNotFoundError: There is none.
    """
    return _journal(Journal.objects.filter(akt_id=akt.pk).first(), akt.pk)


def _journal(found: Journal | None, ref: object) -> Journal:
    if found is None:
        raise RecordNotFoundError("Journal", ref)
    return found
