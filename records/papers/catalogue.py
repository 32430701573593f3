"""The papers of an edition: ``papers/<id>.toml`` beside ``papers/<id>.typ``."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar, Final, Literal

from engine.manifest import CitationId, DataFileError, DataModel, Identifier, parse_toml
from records.papers.kinds import KINDS
from records.papers.letter import Sender

FOLDER: Final = "papers"
LAYOUT: Final = f"{FOLDER}/_brev.typ"
SENDER: Final = f"{FOLDER}/avsandare.toml"


class PaperError(ValueError):
    """A paper is missing or cannot be used; the message names the file and what to mend."""

    code: ClassVar[str] = "paper_invalid"


class Paper(DataModel):
    """``papers/<id>.toml``.

    Args:
        titel: The document's title, also what screen readers say first.
        underlag: Kind of data, see ``records.papers.kinds``.
        lagrum: What the paper rests on; written at its end.
        undertecknas: The field of the data that holds who signs, or empty.
        personnummer: How much of the number the paper needs: all, the birth date, or nothing.
        adressat: Whether it is a letter with the person's name and address at the top.
    """

    id: Identifier
    titel: str
    underlag: str
    lagrum: tuple[CitationId, ...] = ()
    undertecknas: str = ""
    personnummer: Literal["helt", "maskat", "inget"] = "helt"
    adressat: bool = False


def papers_of(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The ids of an edition's papers, from its files."""
    paths = (PurePosixPath(path) for path in files)
    return tuple(
        sorted(
            path.stem
            for path in paths
            if str(path.parent) == FOLDER and path.suffix == ".typ" and path.stem[0] != "_"
        )
    )


def load_paper(files: Mapping[str, bytes], name: str) -> Paper:
    """Read one paper of an edition.

    Args:
        files: ``Bundle.files``.
        name: The paper's id.

    Raises:
        PaperError: There is no such paper, or its file is wrong.
    """
    path = f"{FOLDER}/{name}.toml"
    for needed in (path, f"{FOLDER}/{name}.typ", LAYOUT):
        if needed not in files:
            raise PaperError(f"The edition has no {needed}: write it.")
    try:
        paper = parse_toml(Paper, path, files[path])
    except DataFileError as error:
        raise PaperError(str(error)) from error
    if paper.id != name:
        raise PaperError(f"{path}: id is {paper.id}; give file and paper one name.")
    if paper.underlag not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise PaperError(f"{path}: there is no underlag {paper.underlag}; choose of {known}.")
    if paper.undertecknas and paper.undertecknas not in KINDS[paper.underlag].model_fields:
        raise PaperError(f"{path}: the underlag {paper.underlag} has no {paper.undertecknas}.")
    return paper


def sender(files: Mapping[str, bytes], *, organisation: str, enhet: str) -> Sender:
    """The sender of a unit's papers: the municipality's own lines, where it has written them.

    Raises:
        PaperError: ``papers/avsandare.toml`` is wrong.
    """
    if SENDER not in files:
        return Sender(organisation=organisation, enhet=enhet)
    try:
        lines = parse_toml(SenderLines, SENDER, files[SENDER])
    except DataFileError as error:
        raise PaperError(str(error)) from error
    return Sender(organisation=organisation, enhet=enhet, **lines.model_dump())


class SenderLines(DataModel):
    """``papers/avsandare.toml``: what stands at the foot of every letter; LOCAL."""

    postadress: str = ""
    telefon: str = ""
    epost: str = ""
    webb: str = ""
    overprovning: str = ""
