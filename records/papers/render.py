"""From letter to PDF: one call of typst, with data as JSON and nothing else to read."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

import typst

from engine.timers import ZONE
from records.papers.catalogue import FOLDER, LAYOUT, Paper
from records.papers.letter import Citation, Letter, Signature
from records.papers.text import readable_all

if TYPE_CHECKING:
    from typst import PDFStandard

STANDARDS: "Final[tuple[PDFStandard, ...]]" = ("a-2a", "ua-1")
ROOT: Final = Path(__file__).parent
"""typst wants a folder that files may be read of: ours, where there is nothing but code."""
_ROUNDS: Final = 4
_MISSING: Final = re.compile(r'(?:the text|the codepoint) `"((?:[^"\\]|\\.)*)"`')
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")


class PaperNotRenderedError(ValueError):
    """The template failed. The message holds its line and reason, never what it was given."""

    code: ClassVar[str] = "paper_not_rendered"

    def __init__(self, paper: str, line: int, reason: str) -> None:
        super().__init__(f"{FOLDER}/{paper}.typ:{line}: {reason}")
        self.line = line
        self.reason = reason


def render(
    files: Mapping[str, bytes], paper: Paper, letter: Letter, lagrum: tuple[Citation, ...] = ()
) -> bytes:
    """Set a paper: PDF/A-2a and PDF/UA-1, the same bytes each time for the same letter.

    Args:
        files: ``Bundle.files``, of which the templates are taken.
        paper: Which paper.
        letter: Its data; ``letter.upprattad`` is the date in the file.
        lagrum: The paper's own citations, spelled out.

    Raises:
        PaperNotRenderedError: The template asks for what is not there, or is not typst.
    """
    layout, body = files[LAYOUT], files[f"{FOLDER}/{paper.id}.typ"]
    data = _data(paper, letter, lagrum)
    unknown: frozenset[str] = frozenset()
    for _ in range(_ROUNDS):
        try:
            return _compiled(layout + b"\n" + body, readable_all(data, unknown), letter.upprattad)
        except typst.TypstError as error:
            more = _unknown(error) - unknown
            if not more:
                raise _refused(paper, layout, error) from None
            unknown |= more
    # So many different signs that the fonts lack: keep what every font has.
    signs = frozenset(char for char in json.dumps(data, ensure_ascii=False) if ord(char) > 0x24F)
    return _compiled(layout + b"\n" + body, readable_all(data, signs), letter.upprattad)


def _compiled(source: bytes, data: Mapping[str, Any], moment: datetime) -> bytes:
    # The stubs give the source and its root one type; they may be of two.
    made = typst.compile(  # type: ignore[call-overload]
        source,
        root=ROOT,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"papper": json.dumps(data, ensure_ascii=False)},
        pdf_standards=list(STANDARDS),
        timestamp=int(moment.timestamp()),
    )
    return bytes(made)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the fonts inside the wheel: what a machine happens to have would change the bytes."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _data(paper: Paper, letter: Letter, lagrum: tuple[Citation, ...]) -> dict[str, Any]:
    signed = getattr(letter.innehall, paper.undertecknas) if paper.undertecknas else None
    person = None if letter.person is None else letter.person.model_dump()
    if person is not None:
        shown = {"helt": person["personnummer"], "maskat": person["fodd"], "inget": ""}
        person["personnummer"] = shown[paper.personnummer]
        person["adress"] = [] if person["skyddad"] else list(person["adress"])
    return {
        "id": paper.id,
        "titel": paper.titel,
        "adressat": paper.adressat,
        "ref": str(letter.ref),
        "arende": letter.arende,
        "datum": letter.upprattad.astimezone(ZONE).date().isoformat(),
        "law_version": letter.law_version,
        "kopia": letter.kopia,
        "person": person,
        "avsandare": letter.avsandare.model_dump(),
        "underskrift": _signature(signed),
        "lagrum": [found.model_dump() for found in lagrum],
        "innehall": _plain(letter.innehall.model_dump()),
    }


def _signature(signed: object) -> dict[str, Any] | None:
    return _plain(signed.model_dump()) if isinstance(signed, Signature) else None


def _plain(value: Any) -> Any:
    """Days and moments as text that sorts; a moment is Stockholm's, to the minute."""
    match value:
        case datetime():
            return value.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
        case date() | UUID():
            return str(value)
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _unknown(error: typst.TypstError) -> frozenset[str]:
    """The characters that no font has; ASCII is never one of them."""
    texts = _MISSING.findall(error.diagnostic)
    shown = "".join(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) for text in texts)
    return frozenset(char for char in shown if ord(char) > 0x7F)


def _refused(paper: Paper, layout: bytes, error: typst.TypstError) -> PaperNotRenderedError:
    place = re.search(r"\.typ:(\d+):", error.diagnostic)
    line = int(place[1]) - layout.count(b"\n") - 1 if place else 0
    return PaperNotRenderedError(paper.id, line, _without_values(error.message))


def _without_values(message: str) -> str:
    """A reason may quote a key of the data, never a value longer than a name."""
    return re.sub(r'"[^"]{41,}"', '"…"', message)
