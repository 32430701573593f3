"""Characters that make a text read as something else than it is."""

import re
import unicodedata
from typing import Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.model import line_of

_INVISIBLE: Final = (
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff"
)
_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_TAGS: Final = "\U000e0000-\U000e007f"
_HIDDEN: Final = re.compile(f"[{_CONTROL}{_INVISIBLE}{_TAGS}]")


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
    found = _HIDDEN.search(text)
    return None if found is None else found[0]


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
