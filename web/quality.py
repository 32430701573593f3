"""What the pages of the quality work share: choices in the address, tabs, pages, words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from cases.context import access_context
from records.models import Kalla
from records.queries.quality.links import LinkedThing
from records.queries.quality.reader import Reader, reader
from records.queries.waiting import OpenTask
from web import shown
from web.door import Visit
from web.posted import day_of
from web.words import Words

Chosen = TypeVar("Chosen", bound=StrEnum)
PAGES: Mapping[str, str] = {
    Kalla.AVVIKELSE.value: "deviation",
    Kalla.KLAGOMAL.value: "complaint",
    Kalla.LEX_SARAH.value: "lex_sarah",
    Kalla.RISK.value: "risk",
    Kalla.EGENKONTROLL.value: "control",
    Kalla.LOGGKONTROLL.value: "log_check",
}
"""Kind of thing to the name of the address of its page."""
DEVIATION_FORM = "starta_rapportera_avvikelse"
COMPLAINT_FORM = "starta_klagomal"
RISK_FORM = "skatta_risk"


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at a list, with how many it has."""

    text: str
    count: int
    address: str
    current: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list this is, and the addresses of its neighbours."""

    here: int
    last: int
    before: str
    after: str


class Choice:
    """What the address of a list chooses; what is nothing valid is left out."""

    def __init__(self, asked: QueryDict) -> None:
        self.asked = asked

    def one_of(self, word: str, kinds: type[Chosen], default: Chosen) -> Chosen:
        """A value of an enumeration."""
        text = self.asked.get(word, "")
        return kinds(text) if text in set(kinds) else default

    def code(self, word: str, codes: Sequence[str]) -> str:
        """A code of a list, or empty."""
        text = self.asked.get(word, "")
        return text if text in codes else ""

    def day(self, word: str) -> date | None:
        """A day, or None."""
        return day_of(self.asked.get(word, ""))

    def ref(self, word: str) -> UUID | None:
        """An id, or None."""
        try:
            return UUID(self.asked.get(word, ""))
        except ValueError:
            return None

    def page(self) -> int:
        """The number of the page, from 1."""
        text = self.asked.get("sida", "")
        return int(text) if text.isdecimal() and len(text) < 7 else 1

    def words(self, *names: str) -> dict[str, str]:
        """The words of the choice, as they stand in the address."""
        found = {name: self.asked.get(name, "") for name in names}
        return {name: text.replace("\x00", "") for name, text in found.items() if text}


def waiting(here: Visit, found: Sequence[OpenTask]) -> list[tuple[OpenTask, str]]:
    """Open tasks with the names of the roles that may do each."""
    either = gettext(" eller ")
    return [(one, either.join(here.role_name(role) for role in one.roles)) for one in found]


def links_shown(
    here: Visit, links: Sequence[LinkedThing], case: UUID | None = None
) -> list[dict[str, Any]]:
    """What a thing hangs together with: a number with a page, or only that there is something.

    Args:
        here: Who looks.
        links: From its page.
        case: The ärende that its own row names.
    """
    cases = [link.id for link in links if link.kalla == Kalla.ARENDE]
    cases += [case] if case else []
    with access_context(here.actor):
        numbers = shown.case_numbers(here, cases)
    rows = [
        {
            "kind": gettext(link.kalla.label),
            "number": link.nummer,
            "address": page_address(link.kalla, link.id) if link.nummer else "",
        }
        for link in links
        if link.kalla != Kalla.ARENDE
    ]
    case_rows = [
        {
            "kind": gettext(Kalla.ARENDE.label),
            "number": numbers.get(ref, ""),
            "case": ref if ref in numbers else None,
            "address": "",
        }
        for ref in dict.fromkeys(cases)
    ]
    return rows + case_rows


def quality_reader(here: Visit) -> Reader:
    """Whoever visits, as a reader of the quality work."""
    return reader(here.actor, here.now)


def address(name: str, words: Mapping[str, object] | None = None, anchor: str = "") -> str:
    """The address of a list with a choice; words without a value are left out."""
    asked = urlencode({word: text for word, text in (words or {}).items() if text})
    place = reverse(f"web:{name}")
    return f"{place}{'?' if asked else ''}{asked}{'#' if anchor else ''}{anchor}"


def tabs(
    name: str,
    texts: Mapping[Chosen, str],
    counts: Mapping[Chosen, int],
    *,
    current: Chosen,
    kept: Mapping[str, object],
    late: Sequence[str] = ("forsenade",),
) -> list[Tab]:
    """The states of a list, each with its count and its address.

    Args:
        name: Name of the address of the list.
        texts: What each state is called in Swedish, in order.
        counts: How many each has.
        current: The one that is shown.
        kept: The rest of the choice.
        late: States whose things should not be there.
    """
    return [
        Tab(
            text=gettext(text),
            count=counts[state],
            address=address(name, {"visa": state.value, **kept}),
            current=state == current,
            late=state.value in late and counts[state] > 0,
        )
        for state, text in texts.items()
    ]


def pages(name: str, words: Mapping[str, object], here: int, last: int) -> Pages:
    """Which page of a list this is."""

    def at(number: int) -> str:
        return address(name, {**words, "sida": number}) if 1 <= number <= last else ""

    return Pages(here=here, last=last, before=at(here - 1), after=at(here + 1))


def options(words: Words | None, form: str, key: str) -> list[tuple[str, str]]:
    """The codes and labels of a choice in a form of the edition."""
    if words is None or f"forms/{form}.form" not in words.bundle.files:
        return []
    fields = [field for field in words.bundle.form(form).walk() if field.key == key]
    return [(option.value, option.label) for field in fields for option in field.options]


def said(pairs: Sequence[tuple[str, str]], code: str) -> str:
    """The label of a code; the code itself where the list has it not."""
    return dict(pairs).get(code, code.replace("_", " "))


def short(label: str) -> str:
    """A label without what explains it: "Stor: varje vecka" is "Stor"."""
    return label.partition(":")[0].partition(" (")[0]


def page_address(kind: str, ref: UUID) -> str:
    """Where one thing of the quality work is shown, or empty where nothing shows it."""
    name = PAGES.get(kind)
    return reverse(f"web:{name}", args=[ref]) if name else ""


def days_in_words(number: int) -> str:
    """A number of days as people say it."""
    return ngettext("%(days)d dag", "%(days)d dagar", number) % {"days": number}
