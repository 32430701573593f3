"""Bodies about the staff and the ledningssystem: what is signed, read, adopted and decided."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.bodies import Incoming

Version = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class UndertakingRow(BaseModel):
    """One organisation where the caller has a role."""

    organisation: uuid.UUID
    organisation_name: str
    signed_on: dt.date | None = Field(description="Null: rollerna där är inte aktiva än")


class UndertakingsResponse(BaseModel):
    """The text to sign, and where it is signed."""

    heading: str
    text: str
    version: str = Field(description="Textens version; sänds med när den skrivs under")
    undertakings: list[UndertakingRow]


class SignRequest(Incoming):
    """Sign the text of a version towards an organisation."""

    organisation: uuid.UUID
    version: Version


class SignResponse(BaseModel):
    """Signed; the roles in the organisation are active."""

    organisation: uuid.UUID
    signed_on: dt.date


class ReadingPart(BaseModel):
    """A heading (``Vad``, ``Hur``, ``Vem``, or empty) and its text."""

    heading: str
    text: str


class ReadingRow(BaseModel):
    """A text that the caller's roles ask her to have read."""

    subject: str
    version: str
    group: str
    title: str
    parts: list[ReadingPart]
    lagrum: list[str]
    read_at: dt.datetime | None = Field(description="Null: inte läst i den version som gäller")


class ReadingsResponse(BaseModel):
    """Everything to have read, unread first."""

    unread: int
    readings: list[ReadingRow]


class AcknowledgeRequest(Incoming):
    """Texts that the caller has read, each in a version."""

    read: Annotated[
        dict[Annotated[str, StringConstraints(max_length=200)], Version],
        Field(min_length=1, max_length=500, description="subject till version"),
    ]


class StepRow(BaseModel):
    """A step that a person does."""

    element: str
    name: str
    roles: list[str]


class ProcessRow(BaseModel):
    """A process, its standing, and the day of the last activity in each of the six phases."""

    key: str
    name: str
    owner: str
    status: str
    adopted_by: str
    adopted_on: dt.date | None
    lagrum: list[str]
    steps: list[StepRow]
    phases: dict[str, dt.date | None]


class UnitSystemRow(BaseModel):
    """What a unit has adopted."""

    unit: str
    version: int
    service: str
    lagrum: list[str]
    adopted_on: dt.datetime
    adopted_by: str


class ManagementSystemResponse(BaseModel):
    """The ledningssystem as the caller's units use it."""

    edition: str
    units: list[UnitSystemRow]
    processes: list[ProcessRow]


class LocalRule(BaseModel):
    """One rule: ``layer`` is avtal, tjansteomrade, kommun or nationellt."""

    layer: str
    value: str
    when: list[tuple[str, str]]
    gives: list[tuple[str, str]]


class LocalTableRow(BaseModel):
    """A table with values that the municipality may decide; the first rule that fits holds."""

    table: str
    name: str
    stricter: dict[str, str]
    rules: list[LocalRule]


class LocalValuesResponse(BaseModel):
    """Both values, the municipality's before the national one."""

    tables: list[LocalTableRow]
