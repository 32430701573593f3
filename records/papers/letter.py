"""What every paper has: whom it is about, who sends it, what it rests on, who signs."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Plain(BaseModel):
    """Base of what a template reads: immutable, and an unknown name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Plain):
    """A place in the law, as it was when the record was made; ``verifierad`` is False for U."""

    id: str
    text: str
    beskrivning: str = ""
    verifierad: bool = True


class Signature(Plain):
    """Who answers for the paper."""

    namn: str
    roll: str = ""
    enhet: str = ""
    datum: date | None = None


class Recipient(Plain):
    """The person. ``adress`` is empty for a protected person, whatever the record holds (P-1)."""

    namn: str
    personnummer: str = ""
    fodd: str = ""
    adress: tuple[str, ...] = ()
    skyddad: bool = False


class Sender(Plain):
    """The authority or provider; from ``papers/avsandare.toml`` and the unit."""

    organisation: str
    enhet: str = ""
    postadress: str = ""
    telefon: str = ""
    epost: str = ""
    webb: str = ""
    overprovning: str = ""


class Letter(Plain):
    """One paper's data. ``upprattad`` is the record's own moment, so the bytes never change.

    ``ref`` is the record's id: with the paper's id it is all that a file name may hold.
    """

    ref: UUID
    arende: str = ""
    upprattad: datetime
    law_version: str = ""
    person: Recipient | None = None
    avsandare: Sender
    innehall: Plain
    kopia: bool = False
