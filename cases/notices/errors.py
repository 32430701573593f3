"""What is refused of a person's own notices."""

from typing import Final

from cases.errors import CaseError

_WHY: Final = {
    "way": "Välj ett av sätten för varje slag. Det som eskalerar går inte att dölja i Kedja.",
    "hour": "Välj en hel timme bland dem som går att välja.",
    "address": "Skriv en e-postadress, till exempel anna@kommun.example.",
    "many": "Vänta en minut: ett brev är redan på väg.",
    "word": "Länken gäller inte längre. Ange adressen igen, så kommer ett nytt brev.",
    "off": "E-post är inte påslagen här. Fråga systemförvaltaren.",
}


class NoticeRefusedError(CaseError):
    """A wish about notices cannot be met: ``why`` is one of the words of ``_WHY``."""

    code = "notice_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The wish cannot be met ({why}). Change it and try again.")
        self.why = why
        self.svenska = _WHY[why]
