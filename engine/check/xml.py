"""From the bytes of a file to a tree, safely.

One pass with expat refuses what could hurt before anything is built: document types (and so every
entity), depth, number of elements. Only then lxml builds the tree. Encodings are those the XML
declares (UTF-8 with or without mark, UTF-16, Latin-1 and the like).
"""

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from lxml import etree

from engine.check.findings import Findings

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 256
MAX_ELEMENTS: Final = 50_000
_ID: Final = "id"


class _RefusedError(Exception):
    """Ends the scan; the finding is already noted."""


@dataclass(slots=True)
class _Scan:
    """State of the pass over the file."""

    findings: Findings
    parser: expat.XMLParserType
    path: list[str] = field(default_factory=list)
    elements: int = 0
    doctype: str = ""
    doctype_line: int = 0

    def refuse(self, code: str, message: str) -> None:
        element = next((name for name in reversed(self.path) if name), "")
        self.findings.error(code, element, self.parser.CurrentLineNumber, message)
        raise _RefusedError

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        self.path.append(attributes.get(_ID, ""))
        self.elements += 1
        if len(self.path) > MAX_DEPTH:
            self.refuse(
                "xml_too_deep", f"nested too deep: more than {MAX_DEPTH} levels; flatten the file"
            )
        if self.elements > MAX_ELEMENTS:
            self.refuse("xml_too_large", f"more than {MAX_ELEMENTS} elements; divide the file")

    def end(self, _tag: str) -> None:
        self.path.pop()

    def start_doctype(
        self, name: str, _system: str | None, _public: str | None, _internal: int
    ) -> None:
        self.doctype = name
        self.doctype_line = self.parser.CurrentLineNumber

    def text(self, data: str) -> None:
        """Text that expat hands over as it stands: with a document type, entity references."""
        if self.doctype and data.startswith("&"):
            self.refuse_doctype(f" (entity {data} is used here)")

    def refuse_doctype(self, where: str = "") -> None:
        element = next((name for name in reversed(self.path) if name), self.doctype)
        self.findings.error(
            "xml_doctype",
            element,
            self.doctype_line,
            f"a document type (DTD) is not allowed{where}: remove <!DOCTYPE {self.doctype} …>",
        )
        raise _RefusedError


def parse(content: bytes, findings: Findings) -> etree._Element | None:
    """Return the root of a well-formed, harmless file; None after noting why it is not one."""
    if len(content) > MAX_BYTES:
        findings.error(
            "xml_too_large", "", 0, f"{len(content)} bytes; at most {MAX_BYTES} are read"
        )
        return None
    if not _scan(content, findings):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        findings.error("not_xml", "", error.lineno or 0, f"not well-formed XML: {error.msg}")
        return None


def _scan(content: bytes, findings: Findings) -> bool:
    parser = expat.ParserCreate()
    scan = _Scan(findings, parser)
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.StartDoctypeDeclHandler = scan.start_doctype
    # A default handler keeps expat from expanding internal entities.
    parser.DefaultHandler = scan.text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes no keywords
        if scan.doctype:
            scan.refuse_doctype()
    except _RefusedError:
        return False
    except (expat.ExpatError, LookupError, ValueError, UnicodeError) as error:
        if scan.doctype:
            findings.error(
                "xml_doctype",
                scan.doctype,
                scan.doctype_line,
                f"a document type (DTD) is not allowed: remove <!DOCTYPE {scan.doctype} …>",
            )
        else:
            _not_xml(content, parser, error, findings)
        return False
    return True


def _not_xml(
    content: bytes, parser: expat.XMLParserType, error: Exception, findings: Findings
) -> None:
    line = parser.ErrorLineNumber
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        (b"<", b"\xff\xfe", b"\xfe\xff", b"\0<")
    ):
        findings.error("not_xml", "", line, "not XML: the file does not begin with <")
        return
    reason = expat.ErrorString(parser.ErrorCode) if isinstance(error, expat.ExpatError) else error
    findings.error(
        "not_xml",
        "",
        line,
        f"not well-formed XML: {reason}; if the text is right, the file is not in the encoding "
        "that its first line declares",
    )
