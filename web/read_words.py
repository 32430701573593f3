"""What somebody has read, as the read log says it by a code: in words (R-163, L-34)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop

from engine.bundle import Bundle
from records.models import Kalla
from records.papers.catalogue import PaperError, load_paper
from web.overview_lists import LISTS

WHAT: Final[Mapping[str, str]] = {
    "arende": gettext_noop("Ärendet"),
    "arenden": gettext_noop("Listan över ärenden"),
    "sok": gettext_noop("Sökning"),
    "journal": gettext_noop("Journalen"),
    "dokument": gettext_noop("En handling"),
    "papper": gettext_noop("En utskrift"),
    "uppdrag": gettext_noop("Listan över uppdrag"),
    "inkorg": gettext_noop("Min dag"),
    "skiftet": gettext_noop("Skiftet"),
    "dagens_insatser": gettext_noop("Dagens insatser"),
    "skiftrapport": gettext_noop("Skiftrapporten"),
    "avvikelse": gettext_noop("En avvikelse"),
    "klagomal": gettext_noop("Ett klagomål"),
    "ej_verkstallda": gettext_noop("Listan över beslut som inte är verkställda"),
}
SEALED_FOR: Final[Mapping[str, str]] = {
    "utredning": gettext_noop("för en utredning"),
    "tillsyn": gettext_noop("för tillsyn"),
    "den_enskilde": gettext_noop("för den enskilde"),
}
OVERVIEW, PAPER, SEALED = "oversikt.", "papper:", "forseglad:"


def read_what(code: str, bundle: Bundle | None) -> str:
    """What was read; empty where the log names nothing.

    Args:
        code: ``vad`` of the log: one of ``WHAT``, a list of Översikt, a paper, a sealed note.
        bundle: The edition of the day, whose papers have their titles there.
    """
    if code in WHAT:
        return gettext(WHAT[code])
    if code.startswith(OVERVIEW) and (found := LISTS.get(code.removeprefix(OVERVIEW))):
        return gettext("Översikt: %(list)s") % {"list": gettext(found.heading)}
    if code.startswith(PAPER):
        return gettext("Utskrift: %(paper)s") % {"paper": _title(code.removeprefix(PAPER), bundle)}
    if (reason := code.removeprefix(SEALED)) in SEALED_FOR:
        return gettext("Förseglad anteckning, %(why)s") % {"why": gettext(SEALED_FOR[reason])}
    return gettext(Kalla(code).label) if code in Kalla.values else code.replace("_", " ")


def _title(paper: str, bundle: Bundle | None) -> str:
    """The title of a paper; its name where no edition has it any more."""
    try:
        return load_paper(bundle.files, paper).titel if bundle else paper
    except PaperError:
        return paper
