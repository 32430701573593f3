"""The checklist of the egenkontroll (terms/egenkontroll.toml) and how a sample is drawn.

Pure: the list is data of the edition, the draw follows from its seed alone.
"""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from engine.bundle import Bundle
from records.errors import ConfigurationMissingError
from records.terms import decide

PATH = "terms/egenkontroll.toml"
Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of the checklist: the requirement and the process that says how it is met (R-040).

    ``modalitet``: ``ska`` or ``bor``.
    """

    id: str
    namn: str
    krav: str
    modalitet: str
    rutin: str


def checklist(bundle: Bundle) -> tuple[Point, ...]:
    """Every point that an akt is held against, in the order of the list.

    Raises:
        ConfigurationMissingError: The edition has no such list.
    """
    if PATH not in bundle.files:
        raise ConfigurationMissingError(PATH)
    return _parse(bundle.files[PATH])


def sample_size(bundle: Bundle, table: str, count: int) -> int:
    """How many of ``count`` a table takes; never more than there are.

    Raises:
        ConfigurationMissingError: The edition has no such table.
    """
    size: Decimal = decide(bundle, table, {"antal": count})
    return min(int(size), count)


def draw(rows: Iterable[Drawn], refs: Iterable[UUID], seed: str, size: int) -> list[Drawn]:
    """Take ``size`` of the rows: the same seed and rows always give the same ones.

    Args:
        rows: What to take from.
        refs: The id of each row, in the same order.
        seed: Of the control.
        size: How many.
    """
    lots = sorted(
        (hashlib.sha256(f"{seed}\0{ref}".encode()).hexdigest(), number)
        for number, ref in enumerate(refs)
    )
    every = list(rows)
    return [every[number] for _, number in lots[:size]]


@lru_cache(maxsize=64)
def _parse(content: bytes) -> tuple[Point, ...]:
    rows = tomllib.loads(content.decode()).get("punkt", [])
    return tuple(
        Point(
            id=row["id"],
            namn=row["namn"],
            krav=row["krav"],
            modalitet=row["modalitet"],
            rutin=row["rutin"],
        )
        for row in rows
    )
