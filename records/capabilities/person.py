"""Death: registered once for every holder, reversible, asked for by every sender (K-2)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, document, local_date
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.capabilities.uppdrag import end_sharing
from records.deaths import REGISTERED, Holdings, holdings_of, journals_of, noted, unnoted
from records.models import Dodsfall, Journal, Person, Uppdrag, UppdragStatus
from records.persons import is_deceased, person_of
from records.reach import every_holder
from records.terms import chosen
from records.writing import Holder, Note, write_note

REVERSED = "Registreringen av dödsfall är återförd."
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
    """Whether this run changed something (of ``ar_avliden``: whether she is dead).

    ``arenden``: every ärende of hers that now must hear of it, whoever holds it.
    """

    avliden: bool
    arenden: list[UUID] = Field(default_factory=list)


@capability("person.avliden", input=DeathInput, output=DeathOutput)
def register_death(context: CapabilityContext, data: DeathInput) -> DeathOutput:
    """Flag every holder's copy of the person as deceased, exactly once.

    Each open journal, myndighetens and the providers', gets its note; what was sent and has no
    answer is taken back, so that nothing new begins. A second message changes nothing; one that
    comes after a new ärende was opened reaches what is new.

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
    source = answers.text("kalla") or data.kalla or "annan"
    told = chosen(context.bundle, found.form_id if found else "", "kalla", source)
    own = person_of(case_of(context), context.organisation, context.unit)
    with every_holder():
        held = holdings_of(own)
        known = next((row.avliden_datum for row in held.persons if row.avliden_datum), None)
        untold = unnoted(held.journals, held.persons)
        day = known or day
        fresh = [row for row in held.persons if row.avliden_datum is None]
        for person in fresh:
            _flag(context, person, day, source)
        _withdraw(held, context.now)
        note = Note(
            typ=REGISTERED,
            text=f"Dödsfall {day} registrerat. Källa: {told}.",
            handelsetid=answers.moment("dodsdatum", context.now),
        )
        for journal in untold:
            form = found if journal.unit_id == context.unit else None
            write_note(context, journal, replace(note, dokument=form), stamp_of(journal))
    if not fresh and not untold:
        return DeathOutput(avliden=False)
    context.record("person.avliden", arende=context.arende_id)
    return DeathOutput(avliden=True, arenden=_told(held, untold))


@capability("person.avliden_aterfor", input=ReverseInput, output=DeathOutput)
def reverse_death(context: CapabilityContext, data: ReverseInput) -> DeathOutput:
    """Take back a wrong registration at every holder; the registrations stay in the record.

    Every journal that tells of the death tells of the reversal too, also one that has been closed
    since: no ärende is left with a note that is not true.

    Raises:
        AnswersInvalidError: No reason is given.
    """
    found, answers = document(context, data.dokument)
    reason = answers.text("skal") or data.skal or ""
    if not reason:
        answers.refuse("skal", "reason_missing", "Ange varför registreringen var fel.")
    answers.check()
    own = person_of(case_of(context), context.organisation, context.unit)
    with every_holder():
        held = holdings_of(own)
        dead = [row for row in held.persons if row.avliden_datum is not None]
        stale = noted(journals_of(held.arenden), [row.pk for row in dead])
        Person.objects.filter(pk__in=[row.pk for row in dead]).update(avliden_datum=None)
        Dodsfall.objects.filter(person__in=dead, aterford=None).update(
            aterford=context.now, aterford_av_id=context.actor.user_id, aterford_skal=reason
        )
        note = Note(
            typ="dodsfall_aterfort",
            text=f"{REVERSED} Uppgiften var fel.",
            handelsetid=context.now,
        )
        own_note = replace(note, text=f"{REVERSED} Skäl: {reason}", dokument=found)
        for journal in stale:
            mine = journal.unit_id == context.unit
            write_note(context, journal, own_note if mine else note, stamp_of(journal))
    if not dead:
        return DeathOutput(avliden=False)
    context.record("person.avliden_aterford", arende=context.arende_id)
    return DeathOutput(avliden=False, arenden=_told(held, stale))


@capability("person.ar_avliden", input=NoInputs, output=DeathOutput)
def ask_deceased(context: CapabilityContext, data: NoInputs) -> DeathOutput:  # noqa: ARG001
    """Whether the person is registered as deceased; asked before anything is sent."""
    dead = is_deceased(case_of(context), context.organisation, context.unit)
    return DeathOutput(avliden=dead)


def stamp_of(journal: Journal) -> Holder:
    """Stamp of a note in somebody else's journal: it belongs to whoever keeps the journal."""
    return {
        "organisation_id": journal.organisation_id,
        "unit_id": journal.unit_id,
        "secrecy": journal.secrecy,
    }


def _flag(context: CapabilityContext, person: Person, day: date, source: str) -> None:
    person.avliden_datum = day
    person.save(update_fields=["avliden_datum"])
    Dodsfall.objects.create(
        organisation_id=person.organisation_id,
        unit_id=person.unit_id,
        secrecy=person.secrecy,
        person=person,
        datum=day,
        kalla=source,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )


def _withdraw(held: Holdings, now: datetime) -> None:
    """Take back what nobody has answered: an ärende could not be closed over it (K-3)."""
    for uppdrag in held.waiting:
        Uppdrag.objects.filter(pk=uppdrag.pk).update(
            status=UppdragStatus.ATERKALLAT, aterkallad_orsak="avliden"
        )
        end_sharing(uppdrag.pk, now)


def _told(held: Holdings, journals: list[Journal]) -> list[UUID]:
    """The ärenden whose journals were written in, in order; of a closed one nothing is running."""
    written = {journal.arende_id for journal in journals}
    return [row.pk for row in held.arenden if row.pk in written]
