"""Bodies for insatser without assessment: nämndens list, a count without names, statistics."""

import datetime as dt
import uuid

from pydantic import BaseModel, Field, RootModel

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


class PeriodQuery(BaseModel):
    """Whole months, from the month of the first day to the month of the last."""

    first: dt.date = Field(alias="from", ge=dt.date(1900, 1, 1), le=dt.date(2200, 12, 31))
    last: dt.date = Field(alias="to", ge=dt.date(1900, 1, 1), le=dt.date(2200, 12, 31))


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
