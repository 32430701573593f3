"""What a follow-up must add, since the journal of its period does not show it (K-13)."""

from cases.capabilities import CapabilityContext
from records.answers import Answers
from records.journal_rules import ABILITY, SURROUNDINGS, gaps
from records.models import Akt, PlanVersion
from records.writing import Note

CODE = "journal_incomplete"
ABILITY_TEXT = "Journalen visar inte förmåga och begränsning under perioden. Beskriv dem här."
AROUND_TEXT = "Journalen visar inte vad i omgivningen som underlättar eller hindrar. Beskriv det."


def supplements(
    context: CapabilityContext, answers: Answers, akt: Akt, version: PlanVersion
) -> list[Note]:
    """Notes on what the period lacks: ability (R-126), surroundings (R-127). They must be given.

    Problems are noted in ``answers``.
    """
    lacks = gaps(context.bundle, akt, version).lacks
    notes = []
    if ABILITY in lacks:
        notes.append(_note(context, answers, "formaga", ABILITY_TEXT))
    if SURROUNDINGS in lacks:
        answers.needed("omgivningsfaktor", CODE, "Välj om det underlättar eller hindrar.")
        notes.append(_note(context, answers, "omgivning", AROUND_TEXT))
    return notes


def _note(context: CapabilityContext, answers: Answers, typ: str, message: str) -> Note:
    factor = answers.text("omgivningsfaktor") if typ == "omgivning" else ""
    return Note(
        typ=typ,
        text=answers.needed(f"{typ}_text", CODE, message),
        handelsetid=context.now,
        automatisk=False,
        livsomrade=answers.needed(f"{typ}_livsomrade", CODE, "Välj livsområde."),
        omgivningsfaktor=factor,
    )
