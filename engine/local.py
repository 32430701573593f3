"""Which tables a municipality may lay over the national ones, and what stricter means there.

``terms/parametrar.toml`` names them. A municipality's folder ``lokal/<kommun>/`` holds tables of
the same id in up to three layers (R-003): ``dmn/`` for the whole municipality,
``tjansteomrade/<id>/dmn/`` for one area, ``avtal/<id>/dmn/`` for one contract.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from engine.manifest import CitationId, DataModel, Identifier

PATH: Final = "terms/parametrar.toml"
ROOT: Final = "lokal"

Layer = Literal["avtal", "tjansteomrade", "kommun"]
LAYERS: Final[tuple[Layer, ...]] = ("avtal", "tjansteomrade", "kommun")
"""From the most specific to the most general; the national table comes last."""


class Parameter(DataModel):
    """One ``[[parameter]]``: a table with values that a municipality decides.

    ``kravs``: there is no national value, so without a local one the processes that ask for it
    are not deployed (K-14). ``striktare``: for an output, whether a lower (earlier) or a higher
    (later) value is the stricter. ``prov``: values of variables to compare layers with; every
    other variable is the same Monday.
    """

    tabell: Identifier
    namn: str
    kravs: bool = False
    lager: Annotated[tuple[Layer, ...], Field(min_length=1)] = ("kommun",)
    resultat: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    striktare: Mapping[Identifier, Literal["lagre", "hogre"]] = {}
    prov: Mapping[Identifier, date | int | str | bool] = {}
    lagrum: tuple[CitationId, ...] = ()

    @model_validator(mode="after")
    def _compares_its_results(self) -> "Parameter":
        unknown = sorted(set(self.striktare) - set(self.resultat))
        if unknown:
            raise ValueError(f"striktare names {unknown[0]}, which is not in resultat")
        return self


class Parameters(DataModel):
    """``terms/parametrar.toml``."""

    parameter: tuple[Parameter, ...] = ()

    def get(self, table: str) -> Parameter | None:
        """Return the parameter that is a table of this id, or None."""
        return next((found for found in self.parameter if found.tabell == table), None)

    @model_validator(mode="after")
    def _tables_are_unique(self) -> "Parameters":
        tables = [found.tabell for found in self.parameter]
        if len(set(tables)) != len(tables):
            raise ValueError("two [[parameter]] have the same tabell")
        return self


@dataclass(frozen=True, slots=True)
class LocalTable:
    """Where a local table holds: ``value`` is the area or contract, "" for the municipality."""

    path: str
    municipality: str
    layer: Layer
    value: str
    table: str


def local_table(path: str) -> LocalTable | None:
    """Read a path below ``processes/``; None when it is no place of a local table."""
    found = PurePosixPath(path)
    match found.parts:
        case ("lokal", municipality, "dmn", _):
            place: tuple[str, Layer, str] = (municipality, "kommun", "")
        case ("lokal", municipality, "tjansteomrade", value, "dmn", _):
            place = (municipality, "tjansteomrade", value)
        case ("lokal", municipality, "avtal", value, "dmn", _):
            place = (municipality, "avtal", value)
        case _:
            return None
    return LocalTable(path, *place, found.stem) if found.suffix == ".dmn" else None


def local_tables(paths: Iterable[str], municipality: str) -> tuple[LocalTable, ...]:
    """Return the tables of a municipality, the most specific layer first."""
    tables = (local_table(path) for path in paths)
    own = [found for found in tables if found is not None and found.municipality == municipality]
    return tuple(sorted(own, key=lambda found: (LAYERS.index(found.layer), found.path)))


def municipalities(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the folders in ``lokal/``."""
    parts = (PurePosixPath(path).parts for path in paths)
    return tuple(sorted({found[1] for found in parts if found[0] == ROOT and len(found) > 2}))
