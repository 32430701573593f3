"""What one receiver wants of a package: a file ``arkiv/profil_<name>.toml`` of the edition."""

import re
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.manifest import CitationId, DataFileError, parse_toml
from records.export.data import Agent

if TYPE_CHECKING:
    # Checking a profile must not load the engine (kedja check is quick and needs no Spiff).
    from engine.bundle import Bundle

NAME_FIELDS: Final = frozenset({"arkivbildare", "akt", "arende", "datum"})
"""What a package's name may be made of: ids and a day, never a name or a personnummer."""


class ProfileError(ValueError):
    """The profile is missing or cannot be used; the message says which and why."""

    code: ClassVar[str] = "archive_profile_invalid"


class Part(BaseModel):
    """Base of the file's tables: immutable, and an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Receiver(Part):
    """Who keeps the package; the ``PRESERVATION`` agent."""

    namn: str
    kod: str = ""


class Software(Part):
    """The program that made it; the ``CREATOR`` agent of type software."""

    namn: str
    version: str


class Uris(Part):
    """The specifications that METS.xml claims to follow."""

    csip: str
    sip: str


class Content(Part):
    """Values of E-ARK's vocabularies for what the package holds."""

    kategori: str
    annan_kategori: str = ""
    informationstyp: str
    annan_informationstyp: str = ""


class Profile(Part):
    """One receiver's profile. ``verifierad``: the receiver has confirmed it (domain.md §2.7: U).

    ``sekretess``: the citation of the secrecy by the holder's driftsform; ``annan`` is the rest.
    """

    id: str
    namn: str
    verifierad: bool = False
    mottagare: Receiver
    program: Software
    uri: Uris
    innehall: Content
    sekretess: dict[str, CitationId]
    erms: bool = True
    leveransoverenskommelse: str = ""
    paketnamn: str = Field(default="sip_{arkivbildare}_{akt}")
    komprimering: Literal["ingen", "deflate"] = "ingen"

    @property
    def upplysning(self) -> str:
        """What is shown wherever the profile is used."""
        if self.verifierad:
            return f"Profil {self.namn}."
        return f"Profil {self.namn}: ej juridiskt verifierad, mottagaren har inte bekräftat den."

    def name(self, arkivbildare: Agent, akt: str, arende: str, datum: str) -> str:
        """The package's name, also its top folder.

        Raises:
            ProfileError: ``paketnamn`` uses a field that there is none of.
        """
        known = {
            "arkivbildare": _slug(arkivbildare.kod or arkivbildare.namn),
            "akt": akt,
            "arende": arende,
            "datum": datum,
        }
        try:
            return self.paketnamn.format_map(known)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise ProfileError(
                f"arkiv/profil_{self.id}.toml: paketnamn may use {', '.join(sorted(NAME_FIELDS))}"
            ) from error


def load_profile(bundle: "Bundle", name: str) -> Profile:
    """The profile ``arkiv/profil_<name>.toml`` of an edition.

    Raises:
        ProfileError: There is none, or it cannot be read.
    """
    path = f"arkiv/profil_{name}.toml"
    if path not in bundle.files:
        raise ProfileError(f"The edition has no {path}: write it, or choose another profile.")
    return parse_profile(path, bundle.files[path])


def parse_profile(path: str, content: bytes) -> Profile:
    """Read a profile.

    Raises:
        ProfileError: The file has the wrong shape, or its name and id differ.
    """
    try:
        found = parse_toml(Profile, path, content)
    except DataFileError as error:
        raise ProfileError(str(error)) from error
    if path.rsplit("/", 1)[-1] != f"profil_{found.id}.toml":
        raise ProfileError(f"{path}: id is {found.id}; give file and profile one name")
    found.name(Agent(namn="x"), "a", "b", "c")
    return found


def _slug(text: str) -> str:
    plain = text.lower().translate(str.maketrans("åäöé", "aaoe"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "arkivbildare"
