"""Bodies for reports of lex Sarah."""

import datetime as dt
import uuid

from pydantic import BaseModel, Field, RootModel


class ReportRow(BaseModel):
    """That there is a report; not what happened."""

    id: uuid.UUID
    number: str
    unit: str
    event_day: dt.date
    reported_at: dt.datetime
    open: bool


class ReportsResponse(RootModel[list[ReportRow]]):
    """Every report that the caller may read, the newest first."""


class TextRow(BaseModel):
    """One heading and what stands under it."""

    heading: str
    text: str


class ReportResponse(ReportRow):
    """A report with its texts."""

    texts: list[TextRow] = Field(description="I den ordning de kom till")
