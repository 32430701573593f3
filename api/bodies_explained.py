"""Shapes of what set a time limit and why a decision came out as it did."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, Field


class DueBasis(BaseModel):
    """What set a time limit: which rules of which table, and where those come from.

    ``decision`` is null where a person or a message set it, in the step ``element``.
    """

    decision: str | None = Field(description="Tabellens id")
    element: str = Field(description="Steget som satte tiden")
    step: str = Field(description="Stegets namn")
    rules: list[str] = Field(description="Reglerna som gällde, <tabell>:<nummer>")
    text: str = Field(description="Regeln i ord")
    kalla: list[str] = Field(description="Lagrum, se processes/lagrum.toml")
    citations: list[str] = Field(description="Lagrummen utskrivna")
    modalitet: str = Field(description="ska, bor eller tomt")
    normniva: str = Field(description="LAG till LOKAL_RUTIN, eller tomt")
    law_version: str
    verifierad: bool | None = Field(description="Läst mot källan av jurist; null: inget sagt")


class WatchedDay(BaseModel):
    """A day that the case waits for, and what set it."""

    process: str
    element: str
    name: str
    due: dt.datetime
    due_basis: list[DueBasis]


class Saw(BaseModel):
    """An input as a table saw it."""

    expression: str
    label: str
    value: Any


class Gave(BaseModel):
    """An output of a rule."""

    name: str
    label: str
    value: Any


class MatchedRule(BaseModel):
    """A rule that matched."""

    number: int
    id: str
    description: str
    annotations: dict[str, str] = Field(description="Regelns anteckningar, kolumn för kolumn")
    outputs: list[Gave]


class ExplainedTable(BaseModel):
    """A table that was evaluated on the way to a decision."""

    decision: str
    name: str
    inputs: list[Saw]
    rules: list[MatchedRule]


class Explanation(BaseModel):
    """Why a decision came out as it did: case data, with the same readers as the history."""

    decision: str
    name: str
    edition: str
    given: dict[str, Any] = Field(description="Det som steget lämnade till tabellen")
    result: Any
    tables: list[ExplainedTable]


class TimeLimit(BaseModel):
    """A time limit as it was set."""

    due: dt.datetime
    due_basis: list[DueBasis]
