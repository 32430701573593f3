"""May the papers of an edition be taken into use? Each is rendered with example data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.manifest import Citations, DataFileError, Manifest, parse_toml
from records.papers.catalogue import (
    FOLDER,
    LAYOUT,
    SENDER,
    Paper,
    PaperError,
    load_paper,
    papers_of,
    sender,
)
from records.papers.letter import Citation
from records.papers.render import PaperNotRenderedError, render
from records.papers.samples import letters

_REACHES_OUT: Final = re.compile(
    r"\b(import|include|eval|plugin|read|image|csv|toml|yaml|xml|cbor|bibliography)\b"
    r"|\b(json)\b(?!\(bytes\()"
)
"""Also where it is only named: a function may get another name first."""


@dataclass(frozen=True, slots=True)
class PaperFinding:
    """Something wrong with a paper: where, a stable code, and what to mend."""

    path: str
    line: int
    code: str
    message: str


def check_papers(files: Mapping[str, bytes]) -> tuple[PaperFinding, ...]:
    """Check every paper of an edition.

    Args:
        files: The edition's files, by their path below ``processes/``.
    """
    return tuple(_findings(files))


def _findings(files: Mapping[str, bytes]) -> Iterator[PaperFinding]:
    for path in sorted(files):
        if path.startswith(f"{FOLDER}/") and path.endswith(".typ"):
            yield from _closed(path, files[path])
    try:
        sender(files, organisation="", enhet="")
    except PaperError as error:
        yield PaperFinding(SENDER, 0, error.code, str(error))
    for name in papers_of(files):
        yield from _paper(files, name)
    for path in sorted(files):
        stem = path.removeprefix(f"{FOLDER}/").removesuffix(".toml")
        alone = f"{FOLDER}/{stem}.typ" not in files
        if path == f"{FOLDER}/{stem}.toml" and path != SENDER and alone:
            yield PaperFinding(path, 0, "paper_without_template", f"write {FOLDER}/{stem}.typ")


def _closed(path: str, content: bytes) -> Iterator[PaperFinding]:
    """A template reads nothing but the letter: no file, no package, no text as code."""
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        found = _REACHES_OUT.search(line)
        if found is not None:
            yield PaperFinding(
                path,
                number,
                "paper_reaches_out",
                f"{found[1] or found[2]} is not for papers: they read their letter, nothing else",
            )


def _paper(files: Mapping[str, bytes], name: str) -> Iterator[PaperFinding]:
    path = f"{FOLDER}/{name}.typ"
    try:
        paper = load_paper(files, name)
    except PaperError as error:
        yield PaperFinding(path, 0, error.code, str(error))
        return
    yield from _cited(files, paper)
    seen: set[tuple[int, str]] = set()
    for letter in letters(paper.underlag):
        try:
            render(files, paper, letter, (Citation(id="x", text="1 §", beskrivning="om"),))
        except PaperNotRenderedError as error:
            if (error.line, error.reason) not in seen:
                seen.add((error.line, error.reason))
                where = (LAYOUT, 0) if error.line <= 0 else (path, error.line)
                yield PaperFinding(
                    *where, error.code, f"{error.reason} (the underlag is {paper.underlag})"
                )


def _cited(files: Mapping[str, bytes], paper: Paper) -> Iterator[PaperFinding]:
    path = f"{FOLDER}/{paper.id}.toml"
    known, day = _lagrum(files)
    if known is None:
        return
    for ref in paper.lagrum:
        citation = known.get(ref)
        if citation is None:
            yield PaperFinding(
                path, 0, "unknown_citation", f"the citation {ref} is not in lagrum.toml; add it"
            )
        elif day is not None and citation.valid_to is not None and citation.valid_to < day:
            yield PaperFinding(
                path, 0, "expired_citation",
                f"the citation {ref} expired on {citation.valid_to}; cite what replaced it",
            )  # fmt: skip


def _lagrum(files: Mapping[str, bytes]) -> tuple[Citations | None, date | None]:
    """The citations and the edition's first day; what cannot be read is said at its own file."""
    try:
        known = parse_toml(Citations, "lagrum.toml", files["lagrum.toml"])
        edition = parse_toml(Manifest, "manifest.toml", files["manifest.toml"]).utgava
    except (KeyError, DataFileError):
        return None, None
    return known, edition.valid_from
