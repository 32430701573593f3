"""The provider's akt: contact, verkställighet, change, and the closing gate."""

from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from cases.capabilities import CapabilityContext, capability
from cases.models import RoleGrant
from records import insatser
from records.answers import Answers, local_date, needed_document
from records.capabilities.shapes import AktDocumentInput, AktInput, Outputs
from records.errors import FinalNoteMissingError, database_rules
from records.hinders import final_note_of
from records.models import AktStatus, Handelse
from records.retention import set_retention
from records.terms import chosen, insats_names
from records.writing import Note, akt_of, journal_of_akt, write_note

CONTACT_KINDS = frozenset({"fast_omsorgskontakt", "kontaktperson_utforare"})
CHANGES = {"andrat": "stod_andrat", "avslutat": "stod_avslutat"}


class ContactOutput(Outputs):
    """User name of the appointed contact, usable as ``assignee``."""

    utsedd_kontakt: str


class CarriedOutOutput(Outputs):
    """The day support first began, the delbeslut that now are carried out, and what remains.

    ``delbeslut`` is empty for an insats registered before; ``aterstar`` are codes of insatser
    that nobody has begun.
    """

    verkstalld_datum: date
    paborjad_datum: date
    delbeslut: list[UUID]
    aterstar: list[str]


class NoteOutput(Outputs):
    """The journal note that was written."""

    anteckning: UUID


class ClosedOutput(Outputs):
    """The closed akt and what then happens to it (R-183)."""

    akt: UUID
    stangd_datum: date
    gallringsdatum: date | None
    gallring_utfall: str


@capability("kontakt.utse", input=AktDocumentInput, output=ContactOutput)
def appoint_contact(context: CapabilityContext, data: AktDocumentInput) -> ContactOutput:
    """Appoint the utsedda kontakten: somebody with a role in the akt's unit (K-15).

    In hemtjänst a fast omsorgskontakt is offered; that the person declined, or why it cannot be
    offered, is told in the note.

    Raises:
        AnswersInvalidError: Unknown user, or without a role here, or unknown kind.
    """
    akt = akt_of(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    name = answers.needed("utsedd_kontakt", "contact_unknown", "Välj utsedd kontakt.")
    kind = answers.text("typ")
    if kind not in CONTACT_KINDS:
        answers.refuse("typ", "contact_kind_unknown", "Välj typ av kontakt.")
    day = local_date(context.now)
    here = RoleGrant.objects.active(day).filter(
        Q(unit_id=context.unit) | Q(unit=None, organisation_id=context.organisation)
    )
    users = get_user_model().objects.filter(is_active=True, pk__in=here.values("user_id"))
    user = users.filter(username=name).first()
    if user is None:
        answers.refuse("utsedd_kontakt", "contact_unknown", "Välj någon som arbetar i enheten.")
    answers.check()
    akt.utsedd_kontakt = user
    akt.utsedd_kontakt_typ = kind
    akt.save(update_fields=["utsedd_kontakt", "utsedd_kontakt_typ"])
    note = Note(
        typ="kontakt_utsedd",
        text=f"Utsedd kontakt: {user.get_full_name() or name}.{_offer(answers)}" if user else "",
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, journal_of_akt(akt), note)
    context.record("kontakt", akt=akt.pk)
    return ContactOutput(utsedd_kontakt=name)


def _offer(answers: Answers) -> str:
    """What became of the offer of a fast omsorgskontakt, where another kind was appointed."""
    said = answers.text("fast_omsorgskontakt")
    if not said:
        return ""
    reason = answers.text("fast_omsorgskontakt_skal")
    told = "har avböjts" if said == "avbojd" else "kunde inte erbjudas"
    return f" Fast omsorgskontakt {told}.{f' Skäl: {reason}' if reason else ''}"


@capability("verkstallighet.registrera", input=AktDocumentInput, output=CarriedOutOutput)
def register_start(context: CapabilityContext, data: AktDocumentInput) -> CarriedOutOutput:
    """Record which insatser started, with a note of its own (R-130); the first day anchors K-4.

    Without ``insatser`` in the form all that have not begun do. Each is counted for its own
    delbeslut (K-12).

    Raises:
        AnswersInvalidError: The day is missing or has not come, or an insats is not to begin.
    """
    akt = akt_of(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    today = local_date(context.now)
    day = answers.day("verkstalld_datum")
    if day is None or day > today:
        answers.refuse("verkstalld_datum", "date_invalid", "Ange dagen då stödet började.")
    left = [part.insats for part in insatser.waiting(akt)]
    begun = answers.codes("insatser") or tuple(left)
    if set(begun) - set(left):
        answers.refuse("insatser", "insats_not_waiting", "Välj insatser som inte har börjat.")
    answers.check()
    started = day or today
    turn = insatser.Turn(handelse=Handelse.PABORJAD, datum=started, dokument=found)
    carried_out = insatser.add_turns(context, akt, begun, turn)
    first = min(started, akt.verkstalld_datum or started)
    akt.verkstalld_datum = first
    akt.save(update_fields=["verkstalld_datum"])
    codes = insats_names(context.bundle, begun)
    note = Note(
        typ="stod_paborjat",
        text=f"Stödet påbörjades {started}" + (f": {codes}." if codes else "."),
        handelsetid=answers.moment("verkstalld_datum", context.now),
        dokument=found,
    )
    write_note(context, journal_of_akt(akt), note)
    context.record("verkstallighet", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return CarriedOutOutput(
        verkstalld_datum=first,
        paborjad_datum=started,
        delbeslut=carried_out,
        aterstar=[code for code in left if code not in begun],
    )


@capability("verkstallighet.andra", input=AktDocumentInput, output=NoteOutput)
def register_change(context: CapabilityContext, data: AktDocumentInput) -> NoteOutput:
    """Record that support changed or ended, and why (R-136).

    Raises:
        AnswersInvalidError: What happened or the reason is missing.
    """
    akt = akt_of(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    what = answers.text("handelse")
    if what not in CHANGES:
        answers.refuse("handelse", "change_missing", "Välj om stödet ändrats eller avslutats.")
    reason = answers.needed("skal", "reason_missing", "Ange av vilket skäl.")
    answers.check()
    day = answers.day("datum") or local_date(context.now)
    codes = insats_names(context.bundle, answers.codes("insatser"))
    subject = f"Stödet ({codes})" if codes else "Stödet"
    note = Note(
        typ=CHANGES[what],
        text=f"{subject} {chosen(context.bundle, found.form_id, 'handelse', what)} {day}."
        f" Skäl: {reason}",
        handelsetid=answers.moment("datum", context.now),
        dokument=found,
    )
    entry = write_note(context, journal_of_akt(akt), note)
    context.record("verkstallighet.andrad", akt=akt.pk)
    return NoteOutput(anteckning=entry.pk)


@capability("akt.stang", input=AktInput, output=ClosedOutput)
def close_akt(context: CapabilityContext, data: AktInput) -> ClosedOutput:
    """Close the akt: only with its signed slutanteckning (R-180, R-182, K-3).

    Raises:
        FinalNoteMissingError: There is none, or it is not signed. The database refuses too.
    """
    akt = akt_of(context, data.akt)
    final = final_note_of(akt.pk)
    if final is None:
        raise FinalNoteMissingError(akt.pk)
    akt.status = AktStatus.STANGD
    akt.slutanteckning = final
    akt.stangd = context.now
    akt.stangd_av_id = context.actor.user_id
    set_retention(context, akt)
    with database_rules(akt.pk):
        akt.save()
    context.record("akt.stangd", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return ClosedOutput(
        akt=akt.pk,
        stangd_datum=local_date(context.now),
        gallringsdatum=akt.gallringsdatum,
        gallring_utfall=akt.gallring_utfall,
    )
