"""``folkbokforing.*``: a fault in the population register is told to Skatteverket (L-37)."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.disclosure import Ground, Parcel, open_disclosure, send_disclosure
from records.writing import Note, arende_of, journal_of_arende, write_note

AUTHORITY = "Skatteverket"
REFUSED = "underlats"


class TryOutput(Outputs):
    """The disclosure, and whether it is to be sent: ``underratta`` or ``underlats``."""

    utlamnande: UUID
    beslut_underrattelse: str


class TryInput(Inputs):
    """The form of the assessment, and the citation that breaks the secrecy."""

    dokument: str
    lagrum: str


class SentInput(Inputs):
    """The disclosure and the form about sending it."""

    utlamnande: str
    dokument: str


class SentOutput(Outputs):
    """The day it was sent."""

    underrattad_datum: date


@capability("folkbokforing.prova", input=TryInput, output=TryOutput)
def try_notice(context: CapabilityContext, data: TryInput) -> TryOutput:
    """Keep the assessment as a disclosure: to be sent on the section, or left undone (R-161, K-9).

    Raises:
        RecordNotFoundError: The form is another's.
    """
    found, answers = needed_document(context, data.dokument)
    outcome = answers.text("beslut")
    row = open_disclosure(
        context,
        arende_of(context),
        Parcel(
            recipient_kind="myndighet",
            recipient=AUTHORITY,
            purpose="Rätta uppgift i folkbokföringen",
            categories=("kontaktuppgifter",),
            copy=False,
        ),
        Ground(lagrum=data.lagrum, reason=answers.text("skal")),
        document=found,
        refused=outcome == REFUSED,
    )
    context.record("folkbokforing.provad", utlamnande=row.pk)
    return TryOutput(utlamnande=row.pk, beslut_underrattelse=outcome)


@capability("folkbokforing.skickad", input=SentInput, output=SentOutput)
def sent(context: CapabilityContext, data: SentInput) -> SentOutput:
    """Mark the notice as sent, with a note that says no more than that.

    Raises:
        RecordNotFoundError: The disclosure or the form is another's.
        DisclosureStoppedError: It was left undone.
    """
    found, answers = needed_document(context, data.dokument)
    row = send_disclosure(context, UUID(data.utlamnande))
    day = answers.day("skickad_datum") or local_date(context.now)
    note = Note(
        typ="uppgifter_utlamnade",
        text=f"Skatteverket underrättades {day} om en uppgift i folkbokföringen.",
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, journal_of_arende(context), note)
    context.record("folkbokforing.underrattad", utlamnande=row.pk)
    return SentOutput(underrattad_datum=day)
