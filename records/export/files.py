"""One file of the package: its path, bytes and what every list of files says about it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid5

from records.export.data import Handling


@dataclass(frozen=True)
class Format:
    """What a file is: media type, name and version of the format, key in PRONOM."""

    mime: str
    name: str
    version: str
    pronom: str


PDF = Format("application/pdf", "PDF/A-2a", "ISO 19005-2:2011", "fmt/476")
XML = Format("application/xml", "Extensible Markup Language", "1.0", "fmt/101")
TEXT = Format("text/plain", "Plain text (UTF-8)", "", "x-fmt/111")
XSD = Format("application/xml", "XML Schema Definition", "1.0", "x-fmt/280")


@dataclass(frozen=True)
class PackedFile:
    """A file below the package's top folder; ``handling`` where it is one of the akt's."""

    path: str
    content: bytes
    format: Format
    akt: UUID
    handling: Handling | None = None

    @cached_property
    def sha256(self) -> str:
        """The checksum, hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @property
    def id(self) -> str:
        """An XML id, the same in every list."""
        return xml_id(self.akt, self.path)

    def below(self, folder: str) -> str:
        """The path as seen from a folder of the package ("" is the top)."""
        return self.path.removeprefix(folder)


def xml_id(akt: UUID, what: str) -> str:
    """An xs:ID that the same input always gives."""
    return f"uuid-{uuid5(akt, what)}"
