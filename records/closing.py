"""Why it ended: the reason of a slutanteckning or of an ärende that was never carried out."""

from engine.bundle import Bundle
from records.answers import Answers
from records.terms import Term, avslutsorsaker


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
