"""``krav.toml``: every requirement, where it comes from, and what cannot be software."""

import re
from itertools import groupby
from typing import Final, Self

from pydantic import Field, model_validator

from engine.manifest import CitationId, DataModel
from engine.scenarios import RequirementId

NAMED: Final = re.compile(r"\b([RKLP])-(\d{1,3})([a-z]?)\b")
"""A requirement id in a text."""

_MIN_REASON: Final = 20


class Group(DataModel):
    """One ``[[grupp]]``: the requirements from ``fran`` to ``till``, for the figures."""

    namn: str
    fran: RequirementId
    till: RequirementId

    def holds(self, requirement: str) -> bool:
        """Whether a requirement belongs to the group."""
        letter, number = key_of(requirement)[:2]
        return letter == self.fran[0] and key_of(self.fran)[1] <= number <= key_of(self.till)[1]


class Requirement(DataModel):
    """One ``[[krav]]``.

    A bundled requirement stands as its parts (``R-211a``, ``R-211b``), each with its own test.
    ``visas`` names what shows it beside what names its id itself: ``bpmn/avsluta#Task_X``,
    ``forms/<form>#<field>``, ``dmn/<table>#<row>``, ``rules/<file>#<rule>`` or, for a rule that the
    database holds, ``db#<constraint or trigger>``. ``utanfor`` says why no software can meet it.
    """

    id: RequirementId
    krav: str = Field(min_length=5)
    kalla: str = Field(min_length=2)
    lagrum: tuple[CitationId, ...] = ()
    visas: tuple[str, ...] = ()
    utanfor: str = ""

    @property
    def bundle(self) -> str:
        """The id as the source has it: without the letter of the part."""
        return self.id.rstrip("abcdefghijklmnopqrstuvwxyz")

    @model_validator(mode="after")
    def _a_reason_is_one(self) -> Self:
        if self.utanfor and len(self.utanfor) < _MIN_REASON:
            raise ValueError(f"{self.id}: utanfor must say why, in at least {_MIN_REASON} letters")
        return self


class Requirements(DataModel):
    """The whole file."""

    grupp: tuple[Group, ...] = ()
    krav: tuple[Requirement, ...]

    def get(self, requirement: str) -> Requirement | None:
        """Return a requirement by its id as written in the file, or None."""
        return next((row for row in self.krav if row.id == requirement), None)

    @model_validator(mode="after")
    def _ids_are_unique_and_parts_whole(self) -> Self:
        ids = [row.id for row in self.krav]
        twice = {found for found in ids if ids.count(found) > 1}
        if twice:
            raise ValueError(f"{min(twice)} stands twice")
        for bundle, rows in groupby(sorted(self.krav, key=lambda row: row.id), _bundle):
            parts = [row.id.removeprefix(bundle) for row in rows]
            if parts != [""] and parts != [chr(ord("a") + n) for n in range(len(parts))]:
                raise ValueError(f"{bundle}: name its parts a, b, c … or leave it whole")
        return self


def key_of(requirement: str) -> tuple[str, int, str]:
    """Return letter, number and part of an id: ``R-090`` and ``R-90`` are the same.

    Raises:
        ValueError: It is no id.
    """
    found = NAMED.fullmatch(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} is no requirement id such as R-090")
    return found[1], int(found[2]), found[3]


def _bundle(row: Requirement) -> str:
    return row.bundle
