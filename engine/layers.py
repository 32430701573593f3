"""What a municipality has decided, beside what holds without it (R-003, issue 5 item 7).

Read from an edition as it is deployed: ``engine.overlay`` puts the rules of each layer into one
table and names the layer in their ids.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.dmn.xml import Element, child, children, name_of, read_root, text_of
from engine.local import LAYERS, PATH, Parameter, Parameters
from engine.manifest import parse_toml

NATIONAL: Final = "nationellt"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayeredRule:
    """One rule of a table with local values.

    ``layer`` is avtal, tjansteomrade, kommun or nationellt; ``value`` the contract or area.
    ``when`` and ``gives`` are pairs of column and text, as written in the table.
    """

    layer: str
    value: str
    when: tuple[tuple[str, str], ...]
    gives: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayeredTable:
    """A table that a municipality may lay its values over; the first rule that fits decides."""

    table: str
    name: str
    stricter: Mapping[str, str]
    rules: tuple[LayeredRule, ...]

    @property
    def local(self) -> bool:
        """Whether the municipality has decided anything here."""
        return any(rule.layer != NATIONAL for rule in self.rules)


def layered_tables(files: Mapping[str, bytes]) -> tuple[LayeredTable, ...]:
    """Every table with local values of a deployed edition, those that have some first.

    Args:
        files: The files of the edition, by path.

    Raises:
        DataFileError: ``terms/parametrar.toml`` cannot be read.
        DmnError: A table cannot be read.
    """
    if PATH not in files:
        return ()
    parameters = parse_toml(Parameters, PATH, files[PATH]).parameter
    found = [
        _layered(parameter, files[path])
        for parameter in parameters
        if (path := f"dmn/{parameter.tabell}.dmn") in files
    ]
    return tuple(sorted(found, key=lambda table: not table.local))


def _layered(parameter: Parameter, content: bytes) -> LayeredTable:
    root = read_root(content, f"{parameter.tabell}.dmn")
    decision = next(children(root, "decision"))
    table = child(decision, "decisionTable")
    rules = () if table is None else tuple(_rules(table, parameter))
    return LayeredTable(
        table=parameter.tabell, name=parameter.namn, stricter=parameter.striktare, rules=rules
    )


def _rules(table: Element, parameter: Parameter) -> Iterator[LayeredRule]:
    inputs = [column.get("label", "") for column in children(table, "input")]
    outputs = [column.get("label") or name_of(column) for column in children(table, "output")]
    rows = list(children(table, "rule"))
    layers = [_layer(row.get("id", "")) for row in rows]
    # Without a national table the only local one is deployed as it is: its ids say no layer.
    alone = parameter.kravs and all(layer == NATIONAL for layer, _value in layers)
    for row, (layer, value) in zip(rows, layers, strict=True):
        yield LayeredRule(
            layer="kommun" if alone else layer,
            value=value,
            when=tuple(zip(inputs, _texts(row, "inputEntry"), strict=False)),
            gives=tuple(zip(outputs, _texts(row, "outputEntry"), strict=False)),
        )


def _layer(rule_id: str) -> tuple[str, str]:
    for layer in LAYERS:
        if rule_id.startswith(f"{layer}_"):
            value = rule_id.removeprefix(f"{layer}_").split("Rule_", 1)[0]
            return layer, value.rstrip("_")
    return NATIONAL, ""


def _texts(row: Element, name: str) -> Iterator[str]:
    return (text_of(entry) for entry in children(row, name))
