"""The kinds of journal notes, as the edition has them: what each must tell, what follows."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.bundle import Bundle
from records.errors import ConfigurationMissingError

PATH = "terms/anteckningstyper.toml"
CORRECTION = "ratelse"
"""The kind that the system writes in its steps and people write too, about a note (R-073)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKind:
    """One row of the list.

    Attributes:
        id: The code in the journal.
        namn: What people read.
        automatisk: The system writes it when the step is done; nobody chooses it.
        kraver: Fields that a note of this kind must fill in.
        visar: Requirements on the journal that such a note meets (R-126, R-127).
        monster: Repeated notes are counted by the table ``journal_monster`` (R-133).
        sida: Whose journal people write it in (``records.models.Sida``); empty: in both.
        mall: Headings to begin a note of this kind with; the writer may change them.
    """

    id: str
    namn: str
    automatisk: bool = False
    kraver: tuple[str, ...] = ()
    visar: tuple[str, ...] = ()
    monster: bool = False
    sida: str = ""
    mall: str = ""

    @property
    def chosen_by_people(self) -> bool:
        """Whether people choose it; the others are written by the system (R-072)."""
        return not self.automatisk or self.id == CORRECTION

    def written_by(self, sida: str) -> bool:
        """Whether people of a side of the uppdrag write such notes."""
        return self.sida in ("", sida)


def note_kinds(bundle: Bundle) -> Mapping[str, NoteKind]:
    """Every kind by id (R-072).

    Raises:
        ConfigurationMissingError: The edition has no such list.
    """
    if PATH not in bundle.files:
        raise ConfigurationMissingError(PATH)
    return _parse(bundle.files[PATH])


@lru_cache(maxsize=64)
def _parse(content: bytes) -> Mapping[str, NoteKind]:
    rows = tomllib.loads(content.decode()).get("anteckningstyp", [])
    return {
        row["id"]: NoteKind(
            id=row["id"],
            namn=row.get("namn", row["id"]),
            automatisk=row.get("automatisk", False),
            kraver=tuple(row.get("kraver", ())),
            visar=tuple(row.get("visar", ())),
            monster=row.get("monster", False),
            sida=row.get("sida", ""),
            mall=row.get("mall", ""),
        )
        for row in rows
    }
