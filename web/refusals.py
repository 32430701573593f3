"""What the layers below refuse with, in the language of the page.

They say it in Swedish: the engine knows no gettext, and what the rules of a form say is the
edition's own. The sentences that every form shares stand here, with a name where a word is filled
in; one that is not here, as those of ``processes/``, stays Swedish.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

from web.language import SWEDISH

_FILLED_IN = re.compile(r"%\((\w+)\)s")
SENTENCES: Final = (
    # Of a form (engine/forms)
    gettext_noop("Fyll i."),
    gettext_noop("Fyll i ”%(label)s”."),
    gettext_noop("Kryssa i."),
    gettext_noop("Kryssa i ”%(label)s”."),
    gettext_noop("Välj."),
    gettext_noop("Välj ”%(label)s”."),
    gettext_noop("Lägg till minst en rad i listan."),
    gettext_noop("Lägg till minst en rad i ”%(label)s”."),
    gettext_noop("Skriv minst %(number)s tecken."),
    gettext_noop("Skriv högst %(number)s tecken."),
    gettext_noop("Skriv högst %(number)s tecken som skäl."),
    gettext_noop("Skriv högst %(number)s tecken. Nu är det %(now)s."),
    gettext_noop("Texten är för lång (högst %(number)s tecken)."),
    gettext_noop("Texten har inte rätt form."),
    gettext_noop(
        "Texten ser ut att innehålla ett personnummer. Ta bort det: här får ingen kunna pekas ut."
    ),
    gettext_noop("Välj ett av alternativen."),
    gettext_noop("Välj bland alternativen."),
    gettext_noop("Samma alternativ är valt två gånger."),
    gettext_noop("Välj minst %(number)s alternativ."),
    gettext_noop("Välj högst %(number)s alternativ."),
    gettext_noop("Ange minst %(number)s rader."),
    gettext_noop("Ange högst %(number)s rader."),
    gettext_noop("Högst %(number)s rader."),
    gettext_noop("Ange minst %(number)s."),
    gettext_noop("Ange högst %(number)s."),
    gettext_noop("Ange %(moment)s eller senare."),
    gettext_noop("Ange %(moment)s eller tidigare."),
    gettext_noop("Ange datum som ÅÅÅÅ-MM-DD."),
    gettext_noop("Ange klockslag som TT:MM."),
    gettext_noop("Ange datum och klockslag som ÅÅÅÅ-MM-DD TT:MM."),
    gettext_noop("Skriv året med fyra siffror, 1850–2200."),
    gettext_noop("Klockslaget finns inte: tiden ställdes fram då."),
    gettext_noop("Svara ja eller nej."),
    gettext_noop("Skriv text."),
    gettext_noop("Skriv på en rad."),
    gettext_noop("Skriv ett tal."),
    gettext_noop("Skriv ett heltal."),
    gettext_noop("Skriv ett tal med siffror."),
    gettext_noop("Skriv högst %(number)s decimaler."),
    gettext_noop("Skriv ett telefonnummer med siffror."),
    gettext_noop("Skriv en e-postadress, till exempel namn@exempel.se."),
    gettext_noop("Skriv personnumret med 12 siffror: ÅÅÅÅMMDDNNNN."),
    gettext_noop("Personnumrets kontrollsiffra stämmer inte."),
    gettext_noop("Personnumret ligger i framtiden."),
    gettext_noop("Datumet i personnumret finns inte."),
    # Of a way into a case, a message, an address (records)
    gettext_noop("Skriv varför."),
    gettext_noop("Skriv varför det inte kan vänta, med minst tio tecken."),
    gettext_noop("Skriv ett meddelande."),
    gettext_noop("Sidan är gammal. Läs om den och skicka igen."),
    # Of the record, where a word is filled in or several lines lead to one sentence (records).
    # The others are marked by the call that refuses with them (tests/web/catalogue.py).
    gettext_noop("Markera vart och ett av de %(number)s livsområdena en gång."),
    gettext_noop(
        "Insatsen skulle ha slutat %(day)s enligt nämndens villkor. Skriv varför, och hur det"
        " fortsatta stödet prövas."
    ),
    gettext_noop("Bedöm måluppfyllelsen för mål %(goals)s."),
    gettext_noop("Beskriv orsaken med minst %(number)s tecken."),
    gettext_noop("Ange varför den enskilde inte deltog."),
    gettext_noop("Ange varför utföraren inte deltog."),
    gettext_noop("Ange varför handläggaren inte deltog."),
    gettext_noop("Ange bara %(codes)s."),
    gettext_noop("Ange ett av målen 1 till %(number)s."),
    gettext_noop("Ange minst en aktivitet för mål %(goals)s."),
    gettext_noop("Ta med minst ett behov och ett mål för: %(services)s."),
    gettext_noop("Välj en del av verksamheten."),
    gettext_noop("Enheten har inget ärende och ingen avvikelse med det numret."),
)
NO_REASON: Final = gettext_noop("%(what)s Ange skäl om du ändå går vidare.")
"""What is added to the sentence of a rule that *bör* be kept to."""


class StillSwedish(str):
    """A text that nobody has translated: the law's own, or the municipality's.

    ``{% tongue %}`` marks it.
    """

    __slots__ = ()


def in_words(text: str) -> str:
    """Return a sentence in the language of the page, or as it is where nobody has translated it."""
    if not text or get_language() == SWEDISH:
        return text
    if (told := gettext(text)) != text:
        return told
    if found := _pattern(NO_REASON).fullmatch(text):
        return gettext(NO_REASON) % {"what": in_words(found["what"])}
    for sentence in SENTENCES:
        if "%(" in sentence and (found := _pattern(sentence).fullmatch(text)):
            return gettext(sentence) % found.groupdict()
    return StillSwedish(text)


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("".join(_parts(sentence)), re.DOTALL)


def _parts(sentence: str) -> Iterable[str]:
    for place, part in enumerate(_FILLED_IN.split(sentence)):
        yield f"(?P<{part}>.+?)" if place % 2 else re.escape(part)
