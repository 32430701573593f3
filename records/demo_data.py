"""The demo municipality as data: what ``processes/lokal/demo/kommun.toml`` holds."""

import tomllib
from datetime import date

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from records.models import Skydd

FILE = "lokal/demo/kommun.toml"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoUnit(_Row):
    """A unit of the municipality."""

    namn: str
    tjansteomrade: str


class DemoOrganisation(_Row):
    """An organisation with its units."""

    namn: str
    slag: str
    driftsform: str
    enhet: tuple[DemoUnit, ...]


class DemoUser(_Row):
    """A user with one role, in a unit or in a whole organisation."""

    namn: str
    fornamn: str
    efternamn: str
    roll: str
    enhet: str | None = None
    organisation: str | None = None
    sekretess: int = 0


class DemoPerson(_Row):
    """An invented person; the number is an official test number, or the reason there is none.

    ``stanna_vid`` is the task that waits in her case; empty: closed; None: she has no case.
    """

    fornamn: str
    efternamn: str
    personnummer: str | None = None
    utan_id_skal: str = ""
    fodelsedatum: date | None = None
    adress: str
    postnummer: str
    postort: str
    skydd: Skydd = Skydd.INGEN
    stanna_vid: str | None = None
    ansokan_for_dagar_sedan: int = 0


class Municipality(_Row):
    """Everything in the file."""

    namn: str
    losenord: str
    organisation: tuple[DemoOrganisation, ...]
    anvandare: tuple[DemoUser, ...]
    person: tuple[DemoPerson, ...] = Field(default=())


def municipality() -> Municipality:
    """Read the file.

    Raises:
        ValidationError: The file does not fit.
    """
    text = (settings.PROCESSES_DIR / FILE).read_text(encoding="utf-8")
    return Municipality.model_validate(tomllib.loads(text))
