"""What is refused of a person's own notices."""

from typing import Final

from django.utils.translation import gettext_noop

from cases.errors import CaseError

_WHY: Final = {
    "way": gettext_noop(
        "Välj ett av sätten för varje slag. Det som eskalerar går inte att dölja i Kedja."
    ),
    "hour": gettext_noop("Välj en hel timme bland dem som går att välja."),
    "address": gettext_noop("Skriv en e-postadress, till exempel anna@kommun.example."),
    "many": gettext_noop("Vänta en minut: ett brev är redan på väg."),
    "word": gettext_noop("Länken gäller inte längre. Ange adressen igen, så kommer ett nytt brev."),
    "off": gettext_noop("E-post är inte påslagen här. Fråga systemförvaltaren."),
}


class NoticeRefusedError(CaseError):
    """A wish about notices cannot be met: ``why`` is one of the words of ``_WHY``."""

    code = "notice_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The wish cannot be met ({why}). Change it and try again.")
        self.why = why
        self.svenska = _WHY[why]
