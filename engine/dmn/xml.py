"""Reading DMN files safely: no DTD, no entities, no network, bounded size and depth."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.dmn.errors import DmnParseError

Element = etree._Element  # noqa: SLF001 - lxml's only name for the type
MAX_BYTES = 5_000_000
MAX_DEPTH = 100
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
"""DMN 1.2, 1.3, 1.4 and 1.5."""


def read_root(content: bytes, name: str) -> Element:
    """Return the ``definitions`` element of a DMN file.

    Args:
        content: The file.
        name: What to call it in errors.

    Raises:
        DmnParseError: It is not XML, too large or too deep, has a DTD, or is no DMN.
    """
    if len(content) > MAX_BYTES:
        raise DmnParseError(f"{name} is larger than {MAX_BYTES} bytes.", code="dmn_too_large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise DmnParseError(f"{name} is not XML (line {line}).", line=line) from None
    _check(root, name)
    return root


def _check(root: Element, name: str) -> None:
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise DmnParseError(f"{name} has a DTD. Remove <!DOCTYPE …>.", code="dmn_dtd", line=1)
    if _deeper_than(root, MAX_DEPTH):
        raise DmnParseError(f"{name} is nested deeper than {MAX_DEPTH}.", code="dmn_too_deep")
    tag = etree.QName(root)
    if tag.localname != "definitions" or tag.namespace not in NAMESPACES:
        raise DmnParseError(
            f"{name} is not DMN 1.2 to 1.5 (its root is {tag.localname}).",
            code="dmn_not_dmn",
            line=line_of(root),
        )


def _deeper_than(root: Element, limit: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def line_of(element: Element) -> int:
    """Return the line of ``element`` in its file."""
    line: Any = element.sourceline
    return int(line or 0)


def tag_of(element: Element) -> str:
    """Return the local name of ``element``."""
    return str(etree.QName(element).localname)


def namespace_of(element: Element) -> str:
    """Return the XML namespace of ``element``."""
    return str(etree.QName(element).namespace or "")


def children(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the DMN children of ``element`` with one of these local names (all without)."""
    for child in element:
        name = etree.QName(child)
        if name.namespace in NAMESPACES and (not tags or name.localname in tags):
            yield child


def child(element: Element, *tags: str) -> Element | None:
    """Return the first such child, if any."""
    return next(children(element, *tags), None)


def text_of(element: Element | None) -> str:
    """Return the text of the ``text`` child of ``element``, stripped; empty without one."""
    found = None if element is None else child(element, "text")
    return "" if found is None else "".join(str(part) for part in found.itertext()).strip()


def attribute(element: Element, name: str) -> str:
    """Return an attribute, empty when missing."""
    return str(element.get(name) or "")


def name_of(element: Element) -> str:
    """Return the name of ``element`` with its spaces made single."""
    return " ".join(attribute(element, "name").split())
