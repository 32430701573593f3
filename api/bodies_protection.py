"""Bodies for protected identity: break-glass, and one address out of the vault."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.bodies import Incoming
from records.emergency import SHORTEST


class ReasonRequest(Incoming):
    """Why; it is kept and checked every month."""

    reason: Annotated[
        str,
        StringConstraints(min_length=1, max_length=2000),
        # Told here, refused by the use case: its message says what to write.
        Field(json_schema_extra={"pattern": r"\S"}),
    ]


class EmergencyRequest(Incoming):
    """Why it cannot wait for who is named; kept, and checked every month."""

    reason: Annotated[
        str,
        StringConstraints(min_length=1, max_length=2000),
        Field(
            description=f"Minst {SHORTEST} tecken",
            json_schema_extra={"pattern": rf"\S[\s\S]{{{SHORTEST - 2},}}\S"},
        ),
    ]


class EmergencyResponse(BaseModel):
    """A case that is open to the caller for a while."""

    case: uuid.UUID
    until: dt.datetime = Field(description="Efter den här tiden är ärendet stängt igen")


class AddressResponse(BaseModel):
    """Where a protected person lives. The reading is logged with its reason."""

    address: str
    postcode: str
    town: str
    phone: str
    registered: dt.datetime
