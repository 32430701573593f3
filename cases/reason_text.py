"""What somebody adds to a reason in her own words, for the history of one or many ärenden."""

from typing import Final

from django.utils.translation import gettext_noop

from cases.errors import CaseError
from engine.forms import holds_identity_number

LONGEST: Final = 300
"""Characters of the text."""
_SAID: Final = {
    "long": f"Skriv högst {LONGEST} tecken.",
    "identity": gettext_noop(
        "Ta bort personnumret. Samma text står i historiken i varje ärende som flyttas."
    ),
}


class ReasonTextError(CaseError):
    """The words are refused: ``why`` is long or identity. They are never repeated."""

    code = "reason_text_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The text of the reason is refused ({why}). Change it and try again.")
        self.why = why
        self.svenska = _SAID[why]


def checked(text: str) -> str:
    """The text on one line; empty where nothing is said.

    Raises:
        ReasonTextError: Longer than ``LONGEST``, or it seems to hold an identity number: what is
            written once for many ärenden is read by those who work with each of them.
    """
    words = " ".join(text.replace("\x00", "").split())
    if len(words) > LONGEST:
        raise ReasonTextError("long")
    if holds_identity_number(words):
        raise ReasonTextError("identity")
    return words
