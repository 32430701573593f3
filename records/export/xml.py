"""Writing XML: namespaces, elements, text that may hold anything, and one form of every file."""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

METS: Final = "http://www.loc.gov/METS/"
CSIP: Final = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP: Final = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
XLINK: Final = "http://www.w3.org/1999/xlink"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
PREMIS: Final = "http://www.loc.gov/premis/v3"
ERMS: Final = "https://DILCIS.eu/XML/ERMS"
HANDLING: Final = "urn:kedja:handling:1"
XML: Final = "http://www.w3.org/XML/1998/namespace"

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Value = str | int | bool


def visible(text: str) -> str:
    """The text with what XML cannot hold (control characters) written as ``[U+0001]``."""
    return _NOT_XML.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def root(
    namespace: str, tag: str, nsmap: Mapping[str | None, str], /, **attributes: Value
) -> "Tree":
    """A new document in a namespace."""
    # The stubs do not know that None names the default namespace.
    made = etree.Element(f"{{{namespace}}}{tag}", nsmap=nsmap)  # type: ignore[arg-type]
    return Tree(made, namespace).set(attributes)


class Tree:
    """An element that children are added to, in the namespace of its document.

    An attribute ``csip_OTHERTYPE`` is written as ``csip:OTHERTYPE``; an empty one is left out.
    """

    def __init__(self, element: etree._Element, namespace: str) -> None:
        self.element = element
        self.namespace = namespace

    def add(self, tag: str, text: str | int | None = None, /, **attributes: Value) -> "Tree":
        """Add a child and return it."""
        child = Tree(
            etree.SubElement(self.element, f"{{{self.namespace}}}{tag}"), self.namespace
        ).set(attributes)
        if text is not None:
            child.element.text = visible(str(text))
        return child

    def some(self, tag: str, text: str | None) -> None:
        """Add a child with text, unless the text is empty."""
        if text:
            self.add(tag, text)

    def bytes(self) -> bytes:
        """The document as UTF-8 with declaration and indentation."""
        etree.indent(self.element, "  ")
        return etree.tostring(
            self.element, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )

    def set(self, attributes: dict[str, Value]) -> "Tree":
        """Set attributes and return the element itself."""
        for name, value in attributes.items():
            if value != "":
                text = str(value).lower() if isinstance(value, bool) else visible(str(value))
                self.element.set(_attribute(name), text)
        return self


_PREFIXES: Final = {"csip": CSIP, "sip": SIP, "xlink": XLINK, "xsi": XSI, "xml": XML}


def _attribute(name: str) -> str:
    prefix, _, rest = name.partition("_")
    return f"{{{_PREFIXES[prefix]}}}{rest}" if rest and prefix in _PREFIXES else name
