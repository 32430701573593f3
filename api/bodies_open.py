"""Bodies for insatser without assessment: nämndens list, a count without names, statistics."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, RootModel

from api.bodies import Answers, Incoming


class OpenActivity(BaseModel):
    """One insats on the list, and whether it is exempt (14:5) and why."""

    id: uuid.UUID
    name: str
    kind: str
    target_group: str
    conditions: str
    longest_stay_days: int | None
    offered: bool
    documentation: str = Field(description="Vad som dokumenteras, ur tabellen dok_krav")
    anonymous: bool = Field(description="Besök räknas utan namn")
    exempt: bool
    reason: str
    decision: str = Field(description="Nämndens diarienummer")
    decided: dt.date | None


class OpenActivities(RootModel[list[OpenActivity]]):
    """Nämndens list, one row for each insats."""


class VisitRequest(Incoming):
    """A count without names. No field here or in the form says who came."""

    answers: Answers = Field(description="Svaren i formuläret registrera_besok")


class VisitResponse(BaseModel):
    """The count; it can be taken back the same day."""

    visit: uuid.UUID


def _within(day: dt.date) -> dt.date:
    return min(max(day, dt.date(1900, 1, 1)), dt.date(2200, 12, 31))


Day = Annotated[dt.date, AfterValidator(_within)]
"""A day; one that no visit can have is the nearest that one could."""


class PeriodQuery(BaseModel):
    """Whole months, from the month of the first day to the month of the last."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class CrossCell(BaseModel):
    """Visits by sex and age together."""

    sex: str
    age: str
    count: int | None


class StatisticsResponse(BaseModel):
    """Counts that may be shown; null where a number is too small, or would give one away."""

    activity: uuid.UUID
    least: int = Field(description="Mindre antal än så visas inte")
    visits: int | None
    by: dict[str, dict[str, int | None]]
    sex_age: list[CrossCell] | None
    wellbeing: dict[str, dict[int, int | None]]
