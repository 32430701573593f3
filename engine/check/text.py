"""Characters that make a text read as something else than it is."""

import unicodedata
from typing import Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.model import line_of

_INVISIBLE: Final = frozenset(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff"
)
_TAGS: Final = range(0xE0000, 0xE0080)


def check_text(root: etree._Element, findings: Findings) -> None:
    """Refuse control, direction and invisible characters in every text of a file."""
    for element in root.iter(etree.Element):
        for where, text in _texts(element):
            bad = hidden_character(text)
            if bad is not None:
                findings.error(
                    "hidden_character",
                    _nearest_id(element),
                    line_of(element),
                    f"{where} holds the invisible character U+{ord(bad):04X} "
                    f"({unicodedata.name(bad, 'control character')}): remove it",
                )


def hidden_character(text: str) -> str | None:
    """Return the first control, direction or invisible character of a text."""
    if text.isascii() and text.isprintable():
        return None
    return next((char for char in text if _is_hidden(char)), None)


def _is_hidden(char: str) -> bool:
    if char in "\t\n\r":
        return False
    return unicodedata.category(char) == "Cc" or char in _INVISIBLE or ord(char) in _TAGS


def _texts(element: etree._Element) -> list[tuple[str, str]]:
    texts = [(str(name), str(value)) for name, value in element.attrib.items()]
    if element.text:
        texts.append((etree.QName(element).localname, element.text))
    if element.tail:
        texts.append(("text", element.tail))
    return texts


def _nearest_id(element: etree._Element) -> str:
    found: etree._Element | None = element
    while found is not None:
        if found.get("id"):
            return str(found.get("id"))
        found = found.getparent()
    return ""
