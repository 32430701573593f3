"""The dimensions of a table: columns that read the same variables share one."""

from collections.abc import Mapping, Sequence

from engine.dmn.analysis.columns import Column
from engine.dmn.analysis.cover import Steps
from engine.dmn.analysis.dimension import Dimension
from engine.dmn.analysis.linked import Known, Settable, linked
from engine.dmn.analysis.plain import plain
from engine.dmn.table import Table
from engine.feel.types import Type

MAX_ANSWERS = 400_000
"""Cells asked about one value each, in one table: about half a second."""


def dimensions_of(
    table: Table, columns: Sequence[Column], declared: Mapping[str, Type], settable: Settable
) -> list[Dimension]:
    """Return the dimensions of a table; columns that read the same variables share one."""
    outputs = [cell.tree for rule in table.rules for cell in rule.outputs if cell is not None]
    steps = Steps(MAX_ANSWERS)
    known = Known(declared, settable, outputs)
    return [_dimension(group, len(table.rules), known, steps) for group in _groups(columns)]


def _dimension(group: list[Column], rules: int, known: Known, steps: Steps) -> Dimension:
    same = len({column.path for column in group}) == 1
    if same and group[0].path and known.settable(group[0].path[0]):
        return plain(group, rules, steps)
    return linked(group, rules, known, steps)


def _groups(columns: Sequence[Column]) -> list[list[Column]]:
    """Return the columns in groups that share no variable."""
    groups: list[tuple[set[str], list[Column]]] = []
    for column in columns:
        names = _variables(column, columns)
        touching = [group for group in groups if group[0] & names]
        joined = (
            names.union(*(group[0] for group in touching)),
            sorted([*(one for group in touching for one in group[1]), column], key=_place),
        )
        groups = [*(group for group in groups if group not in touching), joined]
    return [group for _, group in sorted(groups, key=lambda group: group[1][0].place)]


def _place(column: Column) -> int:
    return column.place


def _variables(column: Column, columns: Sequence[Column]) -> set[str]:
    """Return what a column shares with others: paths, or whole variables where one is computed."""
    if not column.path:
        return set(column.column.expression.names) or {f"={column.place}"}
    root = column.path[0]
    whole = any(
        root in other.column.expression.names and len(other.path) != len(column.path)
        for other in columns
    )
    return {root} if whole or len(column.path) == 1 else {".".join(column.path)}
