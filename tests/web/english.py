"""What of a page in English is still said in Swedish."""

from collections.abc import Iterator

from django.test import Client
from lxml import html

from tests.web.catalogue import entries, texts
from tests.web.places import Place, session_of

LANGUAGE = "sprak"


def untranslated(place: Place) -> list[str]:
    """Ask for a page in English; returns what is wrong with it.

    A text that the catalogue knows must not stand there in Swedish, but where the page says that
    it is Swedish (``lang="sv"``): what the edition names and what people have written.
    """
    client = Client()
    if place.user:
        client.cookies["sessionid"] = session_of(place.user)
    client.cookies[LANGUAGE] = "en"
    answer = client.get(place.address)
    page = html.fromstring(answer.content.decode())
    wrong = [] if answer.status_code == 200 else [f"answers {answer.status_code}"]
    if page.get("lang") != "en":
        wrong.append(f"says that it is {page.get('lang')}")
    known = _swedish()
    found = {said for said in _said(page) if said in known}
    return [f"{place.label}: {said}" for said in [*wrong, *sorted(found)]]


def _swedish() -> frozenset[str]:
    """The Swedish texts that are another in English."""
    return frozenset(
        one
        for (_context, one, _several), found in entries().items()
        if one not in texts(found) and "%(" not in one
    )


def _said(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter():
        if not isinstance(element.tag, str) or _is_swedish(element):
            continue
        yield " ".join((element.text or "").split()).strip(" :.·←")
        yield from (" ".join((child.tail or "").split()).strip(" :.·←") for child in element)
        yield from (element.get(name, "") for name in ("title", "aria-label", "data-label"))


def _is_swedish(element: html.HtmlElement) -> bool:
    marked = element.xpath("ancestor-or-self::*[@lang][1]")
    return bool(marked) and marked[-1].get("lang") == "sv"
