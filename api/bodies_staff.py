"""Bodies about the staff: the sekretessförbindelse."""

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
