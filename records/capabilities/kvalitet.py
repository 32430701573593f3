"""``kvalitet.plats`` and ``handelse.notera``: who leads here, and the neutral note (R-140)."""

from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.kvalitet import head_role
from records.models import JournalEntry
from records.subject import subject_of
from records.writing import Note, write_note

NOTE = "kvalitetshandelse"
KINDS = {
    "avvikelse": "En avvikelse",
    "klagomal": "Ett klagomål",
    "synpunkt": "En synpunkt",
    "lex_sarah": "En rapport enligt lex Sarah",
}


class PlaceOutput(Outputs):
    """The role that leads the unit of the instance."""

    chef_roll: str


class NoteInput(Inputs):
    """Number and kind of what is handled elsewhere; what was done, where a person wrote it."""

    nummer: str
    slag: str
    atgard: str | None = None


class NoteOutput(Outputs):
    """The note; False where the same number already stands there."""

    anteckning: UUID
    ny: bool


@capability("kvalitet.plats", input=NoInputs, output=PlaceOutput)
def place(context: CapabilityContext, _data: NoInputs) -> PlaceOutput:
    """Tell which role leads here: both kinds of organisation run the same processes."""
    return PlaceOutput(chef_roll=head_role(context.organisation))


@capability("handelse.notera", input=NoteInput, output=NoteOutput)
def note_event(context: CapabilityContext, data: NoteInput) -> NoteOutput:
    """Write the short neutral note with its number in the unit's own journal, once (R-140).

    The note says that something is handled and where to ask, never what: the analysis stays in the
    quality work. ``atgard`` is a code of what it led to (``atgardat``, ``utan_atgard``).

    Raises:
        RecordNotFoundError: The unit keeps no journal in the ärende.
    """
    journal = subject_of(context).journal
    text = _text(data)
    earlier = JournalEntry.objects.filter(journal=journal, typ=NOTE, text=text).first()
    if earlier is not None:
        return NoteOutput(anteckning=earlier.pk, ny=False)
    entry = write_note(context, journal, Note(typ=NOTE, text=text, handelsetid=context.now))
    context.record("anteckning", anteckning=entry.pk, typ=NOTE)
    return NoteOutput(anteckning=entry.pk, ny=True)


def _text(data: NoteInput) -> str:
    what = KINDS.get(data.slag, "En händelse")
    if data.atgard is None:
        return f"{what} som rör stödet är registrerad och hanteras för sig. Nummer {data.nummer}."
    done = "Åtgärder är vidtagna." if data.atgard == "atgardat" else "Ingen åtgärd behövdes."
    return f"{what} är färdigbehandlad. {done} Nummer {data.nummer}."
