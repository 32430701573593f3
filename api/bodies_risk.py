"""Bodies for the coverage of risk analyses."""

import datetime as dt
import uuid

from pydantic import BaseModel, Field, RootModel

from api.bodies import Incoming


class SinceQuery(Incoming):
    """From which day analyses count."""

    since: dt.date | None = Field(default=None, alias="from")


class PartResponse(BaseModel):
    """One part of a unit's operation."""

    id: uuid.UUID
    name: str
    last_analysed: dt.date | None
    covered: bool


class UnitResponse(BaseModel):
    """One unit and its parts."""

    unit: str
    counted_from: dt.date
    red: bool = Field(description="En del saknar riskanalys, eller inga delar är angivna")
    parts: list[PartResponse]


class CoverageResponse(RootModel[list[UnitResponse]]):
    """Every unit whose quality work the caller may read."""
