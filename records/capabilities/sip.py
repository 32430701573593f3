"""``sip.spara``: what a meeting about a coordinated individual plan agreed on (L-36)."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date, needed_document
from records.capabilities.shapes import DocumentInput, Outputs
from records.subject import subject_of
from records.writing import Note, write_note

PARTS = (
    ("andras_atgarder", "Åtgärder av andra"),
    ("overgripande_ansvar", "Övergripande ansvar"),
    ("uppfoljning_hur", "Uppföljning"),
    ("deltagare", "Deltog"),
)


class PlanOutput(Outputs):
    """The note in myndighetens own record, and the day of the follow-up."""

    anteckning: UUID
    uppfoljning_datum: date


@capability("sip.spara", input=DocumentInput, output=PlanOutput)
def keep_sip(context: CapabilityContext, data: DocumentInput) -> PlanOutput:
    """Note the plan in the own record: who gives what, who answers for the whole, when it ends.

    Raises:
        AnswersInvalidError: No insats with its huvudman, or a follow-up that is not ahead.
    """
    found, answers = needed_document(context, data.dokument)
    rows = answers.rows("insatser")
    told = "; ".join(_insats(row) for row in rows)
    if not rows:
        answers.refuse("insatser", "sip_without_insats", "Ange minst en insats med huvudman.")
    follow_up = answers.day("uppfoljning_datum")
    if follow_up is None or follow_up <= local_date(context.now):
        answers.refuse("uppfoljning_datum", "date_invalid", "Ange en kommande dag.")
    answers.check(rows)
    parts = [f"{label}: {said}." for key, label in PARTS if (said := answers.text(key))]
    text = " ".join([f"SIP upprättad. {told}.", *parts, f"Följs upp {follow_up}."])
    note = Note(typ="sip", text=text, handelsetid=context.now, dokument=found)
    entry = write_note(context, subject_of(context).journal, note)
    context.record("sip", anteckning=entry.pk)
    return PlanOutput(anteckning=entry.pk, uppfoljning_datum=follow_up or local_date(context.now))


def _insats(row: Answers) -> str:
    insats = row.needed("insats", "insats_missing", "Ange insatsen.")
    holder = row.needed("huvudman", "huvudman_missing", "Ange ansvarig huvudman.")
    return f"{insats}: {holder}"
