"""Oral orders: given because it could not wait, written afterwards in time (R-083)."""

from cases.capabilities import CapabilityContext
from records.answers import local_date
from records.models import MuntligtUppdrag
from records.writing import Note, journal_of_arende, write_note

WRITTEN = "skrivet"
DROPPED = "inte_aktuellt"


def put_in_writing(context: CapabilityContext, oral: MuntligtUppdrag) -> None:
    """Note that the order now has its uppdrag; a second time changes nothing."""
    if oral.avslutat is not None:
        return
    _end(context, oral, WRITTEN, "")


def drop(context: CapabilityContext, oral: MuntligtUppdrag, reason: str) -> None:
    """Note that no uppdrag will be written, and why."""
    _end(context, oral, DROPPED, reason)


def _end(context: CapabilityContext, oral: MuntligtUppdrag, outcome: str, reason: str) -> None:
    oral.utfall = outcome
    oral.utfall_skal = reason
    oral.avslutat = context.now
    oral.save(update_fields=["utfall", "utfall_skal", "avslutat"])
    day = local_date(oral.lamnat)
    text = (
        f"Det muntliga uppdraget från {day} är skrivet."
        if outcome == WRITTEN
        else f"Det muntliga uppdraget från {day} skrivs inte. Skäl: {reason}"
    )
    note = Note(typ="muntligt_uppdrag", text=text, handelsetid=context.now)
    write_note(context, journal_of_arende(context), note)
    context.record("uppdrag.muntligt_avslutat", muntligt=oral.pk)
