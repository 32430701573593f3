"""``kvalitet.*`` and ``handelse.notera``: stages, who leads here, the neutral note (R-140)."""

from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.kvalitet import Stage, add_stage, head_role, operation_form
from records.models import JournalEntry, Kalla, Steg
from records.subject import subject_of
from records.writing import Note, write_note

NOTE = "kvalitetshandelse"
LEFT_OUT = "ej_tillampligt"
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
    """The note, None where the akt is destroyed; ``ny`` False where the same note stands there."""

    anteckning: UUID | None
    ny: bool


class StageInput(Inputs):
    """A deviation or a complaint, and the form about one of its stages."""

    kalla: Kalla
    kalla_id: str
    dokument: str


class StageOutput(Outputs):
    """``ja``, or ``ej_tillampligt``."""

    gjort: str


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
    if journal.akt is not None and journal.akt.gallrad is not None:
        return NoteOutput(anteckning=None, ny=False)
    text = _text(data)
    earlier = JournalEntry.objects.filter(journal=journal, typ=NOTE, text=text).first()
    if earlier is not None:
        return NoteOutput(anteckning=earlier.pk, ny=False)
    entry = write_note(context, journal, Note(typ=NOTE, text=text, handelsetid=context.now))
    context.record("anteckning", anteckning=entry.pk, typ=NOTE)
    return NoteOutput(anteckning=entry.pk, ny=True)


@capability("kvalitet.utred", input=StageInput, output=StageOutput)
def investigate(context: CapabilityContext, data: StageInput) -> StageOutput:
    """Keep the investigation: what happened, and what it meant for the individual (R-050).

    Raises:
        AnswersInvalidError: Nothing is written, or the stage is left out without a reason.
    """
    return _stage(context, data, Steg.UTREDA, ("konsekvens_enskild",))


@capability("kvalitet.analysera", input=StageInput, output=StageOutput)
def analyse(context: CapabilityContext, data: StageInput) -> StageOutput:
    """Keep the analysis: why it happened, and what prevents it from happening again (R-051).

    Raises:
        AnswersInvalidError: No cause or preventive measure, and no reason for leaving it out.
    """
    return _stage(context, data, Steg.ANALYSERA, ("orsak", "forebyggande"))


@capability("kvalitet.folj_upp", input=StageInput, output=StageOutput)
def follow_up(context: CapabilityContext, data: StageInput) -> StageOutput:
    """Keep the follow-up of the whole: what was learnt, and who has been told (R-050).

    Raises:
        AnswersInvalidError: Nothing is written, or the stage is left out without a reason.
    """
    return _stage(context, data, Steg.FOLJA_UPP, ())


def _stage(
    context: CapabilityContext, data: StageInput, step: Steg, more: tuple[str, ...]
) -> StageOutput:
    found, answers = operation_form(context, data.dokument)
    done = answers.text("gjort") != LEFT_OUT
    reason = ""
    if not done:
        reason = answers.needed("skal", "reason_missing", "Ange varför steget inte behövs.")
    for field in more if done else ():
        answers.needed(field, "stage_incomplete", "Fyll i fältet.")
    answers.check()
    text = "\n\n".join(filter(None, (answers.text("text"), answers.text("konsekvens_enskild"))))
    stage = Stage(
        steg=step,
        gjort=done,
        skal=reason,
        text=text,
        orsak=answers.text("orsak"),
        forebyggande=answers.text("forebyggande"),
        dokument=found,
    )
    add_stage(context, data.kalla, data.kalla_id, stage)
    return StageOutput(gjort="ja" if done else LEFT_OUT)


def _text(data: NoteInput) -> str:
    what = KINDS.get(data.slag, "En händelse")
    if data.atgard is None:
        return f"{what} som rör stödet är registrerad och hanteras för sig. Nummer {data.nummer}."
    done = "Åtgärder är vidtagna." if data.atgard == "atgardat" else "Ingen åtgärd behövdes."
    return f"{what} är färdigbehandlad. {done} Nummer {data.nummer}."
