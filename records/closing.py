"""Why it ended: the reason of a slutanteckning or of an ärende that was never carried out."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.bundle import Bundle
from records.answers import Answers, local_date
from records.models import Dokument
from records.terms import Term, avslutsorsaker
from records.writing import Note

FINAL = "slutanteckning"
FINAL_PARTS = (
    ("maluppfyllelse", "Måluppfyllelse"),
    ("overlamnat", "Överlämnat"),
    ("kvarstaende", "Kvarstående"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalNotes:
    """The note that support ended, the slutanteckning, and the day it is about."""

    ended: Note
    final: Note
    day: date


def final_notes(bundle: Bundle, answers: Answers, found: Dokument, now: datetime) -> FinalNotes:
    """What a form says as the two notes of a closing (R-136, R-181).

    Problems are noted in ``answers``: reason, summary, day or signature is missing.
    """
    orsak, text = closing_reason(bundle, answers)
    summary = answers.needed("sammanfattning", "summary_missing", "Skriv en sammanfattning.")
    today = local_date(now)
    day = answers.day("avslutsdatum") or today
    if day > today:
        answers.refuse("avslutsdatum", "date_invalid", "Dagen har inte kommit än.")
    if not answers.yes("signera"):
        answers.refuse("signera", "final_note_unsigned", "Signera slutanteckningen.")
    happened = answers.moment("avslutsdatum", now)
    said = f"Stödet avslutades {day}. " + f"Orsak: {orsak.namn}. {text}".strip()
    parts = [f"{label}: {part}" for key, label in FINAL_PARTS if (part := answers.text(key))]
    ended = Note(typ="stod_avslutat", text=said, handelsetid=happened, dokument=found)
    final = Note(
        typ=FINAL,
        orsak=orsak.id,
        text=" ".join([said, summary, *parts]),
        handelsetid=happened,
        dokument=found,
        automatisk=False,
    )
    return FinalNotes(ended=ended, final=final, day=day)


def closing_reason(bundle: Bundle, answers: Answers) -> tuple[Term, str]:
    """The reason as term and free text (R-181); problems are noted in ``answers``.

    How much text a reason needs is the term's ``min_text``: ``annat`` says nothing by itself.
    """
    known = avslutsorsaker(bundle)
    code = answers.text("avslutsorsak")
    text = answers.text("avslutsorsak_text")
    if code not in known:
        answers.refuse("avslutsorsak", "closing_reason_missing", "Välj varför insatsen upphör.")
        return Term(id="", namn=""), text
    if len(text) < known[code].min_text:
        answers.refuse(
            "avslutsorsak_text",
            "closing_reason_missing",
            f"Beskriv orsaken med minst {known[code].min_text} tecken.",
        )
    return known[code], text
