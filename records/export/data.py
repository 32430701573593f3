"""What goes into an archive package: one akt as plain values, no database.

Times are aware; days are Stockholm days. Texts are Swedish and may hold anything a person wrote.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
"""Part of a file name: ASCII, no case data."""


class Plain(BaseModel):
    """Base of the package's data: immutable, and an unknown name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Agent(Plain):
    """An organisation, a program or a person that had a part in the akt."""

    namn: str
    kod: str = ""
    roll: str = ""
    enhet: str = ""


class ArkivPerson(Plain):
    """Whom the akt is about. There is no place for an address: the archive needs none (P-1)."""

    namn: str
    personnummer: str | None = None
    fodelsedatum: date | None = None
    utan_id_skal: str = ""
    skydd: str = "ingen"

    @property
    def skyddad(self) -> bool:
        """Whether the identity is protected, at any level."""
        return self.skydd != "ingen"


class Restriktion(Plain):
    """Secrecy: the citation as text, what it covers, and until when where that is known."""

    lagrum: str
    beskrivning: str = ""
    till: date | None = None


class Gallring(Plain):
    """Outcome of the table ``gallring`` (K-10) with its day; ``beslut`` names who decided."""

    utfall: Literal["bevara", "gallra", "overlamna_namnd", "jurist"]
    datum: date | None = None
    regel: str = ""
    lagrum: str = ""
    beslut: str = ""


class Handling(Plain):
    """One handling of the akt: its PDF/A and its content, which becomes the XML beside it.

    ``typ`` is a slug (``beslut``, ``journal``, ``genomforandeplan``); it stands in file names.
    ``innehall`` maps field names to texts, numbers, days, lists and mappings.
    """

    id: UUID
    typ: Slug
    titel: str
    upprattad: AwareDatetime
    upprattad_av: str = ""
    inkom: date | None = None
    lagrum: tuple[str, ...] = ()
    law_version: str = ""
    kopia: bool = False
    restriktion: Restriktion | None = None
    gallring: Gallring | None = None
    pdf: bytes
    innehall: dict[str, Any]


class Handelse(Plain):
    """Something that happened to the akt as a record: created, closed, exported (PREMIS)."""

    id: UUID
    typ: Literal["created", "closed", "modified", "appraised", "consulted", "transferred"]
    tid: AwareDatetime
    agent: str
    detalj: str = ""
    utfall: Literal["success", "failure"] = "success"


class AktData(Plain):
    """One akt, whole."""

    id: UUID
    typ: Literal["genomforandeakt", "personakt"]
    nummer: str
    arende: UUID
    arendenummer: str
    titel: str
    oppnad: AwareDatetime
    avslutad: AwareDatetime | None = None
    sista_anteckning: date | None = None
    avslutsorsak: str = ""
    person: ArkivPerson
    arkivbildare: Agent
    ansvarig: Agent | None = None
    restriktioner: tuple[Restriktion, ...]
    gallring: Gallring
    handlingar: tuple[Handling, ...]
    handelser: tuple[Handelse, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> "AktData":
        if not self.handlingar:
            raise ValueError("an akt without handlingar is not archived")
        if not self.restriktioner:
            raise ValueError("an akt of the social services names its secrecy")
        ids = [row.id for row in self.handlingar] + [row.id for row in self.handelser]
        if len(set(ids)) != len(ids):
            raise ValueError("two handlingar or händelser have the same id")
        return self


def moment_of(day: date | datetime) -> str:
    """A day or moment as xs:dateTime."""
    return day.isoformat() if isinstance(day, datetime) else f"{day.isoformat()}T00:00:00"
