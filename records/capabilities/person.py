"""Death: registered once, reversible, asked for by every sender (K-2)."""

from datetime import date, datetime
from typing import Literal

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, document, local_date
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.errors import RecordNotFoundError
from records.models import Akt, Arende, Dodsfall, Journal, Person
from records.persons import is_deceased, person_of
from records.terms import chosen
from records.writing import Note, holder, journal_of_akt, journal_of_arende, write_note

REGISTERED = "dodsfall_registrerat"
Source = Literal["folkbokforing", "region", "anhorig", "annan"]


class DeathInput(Inputs):
    """When and by whom; or a form that says it."""

    datum: date | None = None
    kalla: Source | None = None
    dokument: str | None = None


class ReverseInput(Inputs):
    """Why the registration was wrong: a code, or a form that says it."""

    skal: str | None = None
    dokument: str | None = None


class DeathOutput(Outputs):
    """From ``person.avliden``: whether this run registered it. Else: whether she is dead."""

    avliden: bool


@capability("person.avliden", input=DeathInput, output=DeathOutput)
def register_death(context: CapabilityContext, data: DeathInput) -> DeathOutput:
    """Flag the holder's person as deceased, exactly once; a second message changes nothing.

    A person may have several ärenden: the second one hears of the death by a note of its own.

    Raises:
        AnswersInvalidError: The form says a day to come.
        RecordNotFoundError: The holder does not have the person.
    """
    found, answers = document(context, data.dokument)
    today = local_date(context.now)
    day = answers.day("dodsdatum") or data.datum or today
    if day > today:
        answers.refuse("dodsdatum", "date_invalid", "Dagen har inte kommit än.")
    answers.check()
    person, journal = _locked(context), _journal(context)
    if person.avliden_datum is not None and _noted(person, journal):
        return DeathOutput(avliden=False)
    source = answers.text("kalla") or data.kalla or "annan"
    form_id = found.form_id if found else ""
    told = chosen(context.bundle, form_id, "kalla", source)
    if person.avliden_datum is None:
        person.avliden_datum = day
        person.save(update_fields=["avliden_datum"])
        _open_registration(context, person, day, source)
    note = Note(
        typ=REGISTERED,
        text=f"Dödsfall {person.avliden_datum} registrerat. Källa: {told}.",
        handelsetid=answers.moment("dodsdatum", context.now),
        dokument=found,
    )
    write_note(context, journal, note)
    context.record("person.avliden", arende=context.arende_id)
    return DeathOutput(avliden=True)


def _open_registration(context: CapabilityContext, person: Person, day: date, source: str) -> None:
    Dodsfall.objects.create(
        **holder(context),
        person=person,
        datum=day,
        kalla=source,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )


def _noted(person: Person, journal: Journal) -> bool:
    """Whether the journal has a note of the registration that stands."""
    stands = Dodsfall.objects.filter(person=person, aterford=None)
    since = stands.order_by("registrerad").values_list("registrerad", flat=True).last()
    notes = journal.anteckningar.filter(typ=REGISTERED)
    return (notes if since is None else notes.filter(registrerad__gte=since)).exists()


@capability("person.avliden_aterfor", input=ReverseInput, output=DeathOutput)
def reverse_death(context: CapabilityContext, data: ReverseInput) -> DeathOutput:
    """Take back a wrong registration; the registration itself stays in the record.

    Raises:
        AnswersInvalidError: No reason is given.
    """
    found, answers = document(context, data.dokument)
    reason = answers.text("skal") or data.skal or ""
    if not reason:
        answers.refuse("skal", "reason_missing", "Ange varför registreringen var fel.")
    answers.check()
    person = _locked(context)
    if person.avliden_datum is None:
        return DeathOutput(avliden=False)
    person.avliden_datum = None
    person.save(update_fields=["avliden_datum"])
    _close_registration(person, reason, context.now, context.actor.user_id)
    note = Note(
        typ="dodsfall_aterfort",
        text=f"Registreringen av dödsfall är återförd. Skäl: {reason}",
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, _journal(context), note)
    context.record("person.avliden_aterford", arende=context.arende_id)
    return DeathOutput(avliden=False)


@capability("person.ar_avliden", input=NoInputs, output=DeathOutput)
def ask_deceased(context: CapabilityContext, data: NoInputs) -> DeathOutput:  # noqa: ARG001
    """Whether the person is registered as deceased; asked before anything is sent."""
    dead = is_deceased(case_of(context), context.organisation, context.unit)
    return DeathOutput(avliden=dead)


def _locked(context: CapabilityContext) -> Person:
    person = person_of(case_of(context), context.organisation, context.unit)
    return Person.objects.select_for_update().get(pk=person.pk)


def _close_registration(person: Person, reason: str, now: datetime, user_id: int | None) -> None:
    Dodsfall.objects.filter(person=person, aterford=None).update(
        aterford=now, aterford_av_id=user_id, aterford_skal=reason
    )


def _journal(context: CapabilityContext) -> Journal:
    """Myndighetens journal, or the provider's of its latest akt, open before closed."""
    own = Arende.objects.filter(pk=case_of(context), organisation_id=context.organisation)
    if own.exists():
        return journal_of_arende(context)
    akter = Akt.objects.filter(
        arende_id=case_of(context), organisation_id=context.organisation, unit_id=context.unit
    )
    akt = akter.order_by("status", "-oppnad").first()
    if akt is None:
        raise RecordNotFoundError("Akt i ärende", context.arende_id)
    return journal_of_akt(akt)
