"""A place in a file of the edition that can be altered, and how."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
B = f"{{{BPMN}}}"
Z = f"{{{ZEEBE}}}"
Element = etree._Element


@dataclass(frozen=True)
class Site:
    """One alteration that is possible.

    ``place`` names it within the file, the same whenever the file has that place; ``marks`` are
    groups of what a scenario must pass one of to have a chance to notice (see ``walks.Mark``),
    those of the first group tried first; ``alter`` gives the altered file.
    """

    kind: str
    file: str
    place: str
    what: str
    line: int
    marks: tuple[tuple[str, ...], ...]
    alter: Callable[[], bytes]

    @property
    def key(self) -> str:
        """One of a kind in the edition."""
        return f"{self.kind} {self.file} {self.place}"


def parse(content: bytes) -> Element:
    """Read XML as the product does: no DTD, no entities."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def written(root: Element) -> bytes:
    """Return XML as bytes."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def altered(content: bytes, edit: Callable[[Element], None]) -> Callable[[], bytes]:
    """Return what alters a fresh copy of an XML file, when it is asked for."""

    def apply() -> bytes:
        root = parse(content)
        edit(root)
        return written(root)

    return apply


def by_id(root: Element, name: str) -> Element:
    """Return the element of the model (not of the drawing) with an id."""
    return next(one for one in root.iter() if one.get("id") == name)


def remove(elements: Iterable[Element]) -> None:
    """Take elements out of their parents, if they are still in them."""
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def tag(element: Element) -> str:
    """Return the local name of an element."""
    return etree.QName(element).localname


def line_of(element: Element) -> int:
    """Return the line in the file, from 1."""
    return int(element.sourceline or 0)


def process_of(element: Element) -> str:
    """Return the id of the process that an element stands in."""
    return next((str(one.get("id")) for one in element.iterancestors(f"{B}process")), "")
