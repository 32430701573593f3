"""An edition as it holds in one municipality: local tables laid over the national ones.

The layers of a table become one decision table whose first rule that holds decides, the most
specific layer first (R-003). What is then deployed, hashed and explained is an ordinary table.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import ClassVar, Final, NamedTuple

from lxml import etree

from engine import calendar
from engine.dmn.errors import DmnError
from engine.dmn.xml import Element, attribute, child, children, name_of, read_root, text_of
from engine.local import ROOT, Layer, LocalTable, local_tables

NOTE: Final = "lokal.toml"
"""Says in the deployed edition which municipality it holds for."""
CALENDAR: Final = "lokal_kalender.toml"
"""The municipality's own days, beside the national calendar."""
_MERGED: Final = frozenset({"", "UNIQUE", "FIRST"})


class OverlayError(ValueError):
    """A local table cannot be laid over the national one.

    Args:
        path: The local file.
        reason: What differs, and what to do.
    """

    code: ClassVar[str] = "lokal_passar_inte"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def effective(files: Mapping[str, bytes], municipality: str) -> dict[str, bytes]:
    """Return the edition as it holds in a municipality.

    Args:
        files: Everything below ``processes/``, by path.
        municipality: A folder in ``lokal/``; without such a folder the edition is national.

    Raises:
        OverlayError: A local table does not fit the table it is laid over.
    """
    found = {path: files[path] for path in files if not path.startswith(f"{ROOT}/")}
    own = f"{ROOT}/{municipality}/"
    if not municipality or not any(path.startswith(own) for path in files):
        return found
    tables: dict[str, list[LocalTable]] = {}
    for local in local_tables(files, municipality):
        tables.setdefault(local.table, []).append(local)
    for table, layers in tables.items():
        path = f"dmn/{table}.dmn"
        found[path] = merged(layers, files, files.get(path))
    found[NOTE] = f'kommun = "{municipality}"\n'.encode()
    if f"{own}{calendar.PATH}" in files:
        found[CALENDAR] = files[f"{own}{calendar.PATH}"]
    return found


def merged(
    layers: Sequence[LocalTable], files: Mapping[str, bytes], national: bytes | None
) -> bytes:
    """Return one table of local layers (most specific first) and the national table below.

    Raises:
        OverlayError: A file is no decision table, or its columns are not those of the others.
    """
    if national is None and not any(layer.value for layer in layers) and len(layers) == 1:
        return files[layers[0].path]
    last = layers[-1].path
    root = _root(last, files[last] if national is None else national)
    base = _table(last, root)
    rows = [row for layer in layers for row in _rows(layer, files[layer.path], base)]
    if national is not None:
        rows += [_Row(rule, None) for rule in children(base, "rule")]
    for rule in list(children(base, "rule")):
        base.remove(rule)
    for layer in ("tjansteomrade", "avtal"):
        if any(row.layer is not None and row.layer.layer == layer for row in rows):
            _limit(base, layer, rows)
    base.extend(row.element for row in rows)
    base.set("hitPolicy", "FIRST")
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


class _Row(NamedTuple):
    """A rule, and the local table that it comes from."""

    element: Element
    layer: LocalTable | None


def _root(path: str, content: bytes) -> Element:
    try:
        return read_root(content, path)
    except DmnError as error:
        raise OverlayError(path, error.message) from error


def _table(path: str, root: Element) -> Element:
    decisions = list(children(root, "decision"))
    table = child(decisions[0], "decisionTable") if len(decisions) == 1 else None
    if table is None:
        raise OverlayError(path, "only a file with one decision table can be laid over another")
    if attribute(table, "hitPolicy").upper() not in _MERGED:
        raise OverlayError(path, "only tables in which one rule decides can have local values")
    return table


def columns(table: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the input expressions and the names of the outputs of a table."""
    inputs = tuple(text_of(child(column, "inputExpression")) for column in children(table, "input"))
    return inputs, tuple(name_of(column) for column in children(table, "output"))


def _rows(layer: LocalTable, content: bytes, base: Element) -> list[_Row]:
    table = _table(layer.path, _root(layer.path, content))
    if columns(table) != columns(base):
        raise OverlayError(layer.path, "its inputs and outputs are not those of the table below")
    names = [name_of(column) for column in children(table, "annotation")]
    wanted = [name_of(column) for column in children(base, "annotation")]
    rows = []
    for rule in children(table, "rule"):
        row = deepcopy(rule)
        _rename(row, layer)
        _annotate(row, names, wanted)
        rows.append(_Row(row, layer))
    return rows


def _rename(row: Element, layer: LocalTable) -> None:
    """Ids stay unique, and say which layer a rule comes from."""
    prefix = "_".join(part for part in (layer.layer, layer.value) if part)
    for element in row.iter(etree.Element):
        if element.get("id"):
            element.set("id", f"{prefix}_{element.get('id')}")


def _annotate(row: Element, names: Sequence[str], wanted: Sequence[str]) -> None:
    """Put the annotations in the order of the table that the row moves into."""
    cells = list(children(row, "annotationEntry"))
    known = {name: text_of(cell) for name, cell in zip(names, cells, strict=False)}
    for cell in cells:
        row.remove(cell)
    for name in wanted:
        entry = etree.SubElement(row, _tag(row, "annotationEntry"))
        etree.SubElement(entry, _tag(row, "text")).text = known.get(name)


def _limit(base: Element, kind: Layer, rows: Sequence[_Row]) -> None:
    """Add a column that says for which area or contract a rule holds."""
    _column(base, kind)
    for row, layer in rows:
        holds = f'"{layer.value}"' if layer is not None and layer.layer == kind else None
        entry = etree.Element(_tag(row, "inputEntry"), id=f"{row.get('id')}_{kind}")
        etree.SubElement(entry, _tag(row, "text")).text = holds
        next(children(row, "outputEntry")).addprevious(entry)


def _column(base: Element, kind: Layer) -> None:
    column = etree.Element(_tag(base, "input"), id=f"Input_lager_{kind}", label=kind.capitalize())
    expression = etree.SubElement(
        column, _tag(base, "inputExpression"), id=f"InputExpression_lager_{kind}", typeRef="string"
    )
    etree.SubElement(expression, _tag(base, "text")).text = kind
    next(children(base, "output")).addprevious(column)


def _tag(element: Element, name: str) -> str:
    return f"{{{etree.QName(element).namespace}}}{name}"
