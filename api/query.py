"""Query strings of the API, as pydantic models."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class TaskQuery(BaseModel):
    """Filters of the inbox."""

    model_config = ConfigDict(extra="ignore")

    status: Literal["open", "completed", "cancelled"] = "open"
    role: str = Field(default="", max_length=100, pattern=r"^[^\x00]*$")
    case: UUID | None = None
    overdue: bool = False


class CaseQuery(BaseModel):
    """Filters of the list of cases."""

    model_config = ConfigDict(extra="ignore")

    status: Literal["open", "closed", "all"] = "open"
