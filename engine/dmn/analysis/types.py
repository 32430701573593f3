"""Cells, outputs and input expressions against the types and values that are declared."""

from collections.abc import Iterator, Mapping, Sequence

from engine.dmn.analysis.columns import Cell, Column, reference, type_name
from engine.dmn.analysis.constants import TRIAL, UNKNOWN, fitted, fold
from engine.dmn.analysis.cuts import SCALARS, cuts_of_test
from engine.dmn.analysis.dimension import passes
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.hits import HIT_POLICIES
from engine.dmn.table import OutputColumn, Rule, Table
from engine.feel import FeelError
from engine.feel.syntax import (
    Between,
    Call,
    Compare,
    In,
    InstanceOf,
    Logic,
    Name,
    Node,
    Quantified,
    UnaryTestsOf,
)
from engine.feel.text import nested_text
from engine.feel.types import ANY, Type
from engine.feel.values import Value, kind_of

_SAYS_YES_OR_NO = (Compare, Between, In, InstanceOf, Logic, Quantified)
_RESULTS = {
    "day of week": "string", "month of year": "string", "string": "string", "upper case": "string",
    "lower case": "string", "substring": "string", "number": "number", "count": "number",
    "string length": "number", "floor": "number", "ceiling": "number", "abs": "number",
    "decimal": "number", "not": "boolean", "contains": "boolean", "starts with": "boolean",
    "ends with": "boolean", "matches": "boolean", "list contains": "boolean", "today": "date",
    "now": "date and time", "date": "date", "date and time": "date and time", "time": "time",
    "years and months duration": "years and months duration",
}  # fmt: skip
"""What some built-in functions always give (``abs`` of a number; null aside)."""


def conflicts(
    table: Table,
    columns: Sequence[Column],
    *,
    lines: Sequence[int],
    declared: Mapping[str, Type],
    result: Type = ANY,
) -> Iterator[TableFinding]:
    """Yield type conflicts of a table.

    Args:
        table: The table.
        columns: Its input columns.
        lines: The line of each rule.
        declared: Types of variables by name.
        result: The type of the decision.
    """
    for column in columns:
        yield from _expression(column, table, declared)
        for rule, cell in zip(table.rules, column.cells, strict=True):
            if cell is not None:
                yield from _cell(column, rule, cell, (table.owner, lines[rule.number - 1]))
    for place, output in enumerate(table.outputs):
        for rule in table.rules:
            result_cell = rule.outputs[place]
            if result_cell is not None:
                value = fold(result_cell.tree)
                at = (f"rule {rule.number}", (rule.number,), lines[rule.number - 1])
                yield from _output(value, output, table, result, at)
        if output.default is not None:
            value = fold(output.default.tree)
            yield from _output(value, output, table, result, ("the default output", (), 0))


def _expression(
    column: Column, table: Table, declared: Mapping[str, Type]
) -> Iterator[TableFinding]:
    wanted = type_name(column.type)
    given = kind_of_expression(column.column.expression.tree, declared)
    if _differ(given, wanted):
        text = column.column.text
        yield TableFinding(
            code="dmn_expression_type", severity="error", decision=table.owner,
            message=f"the input {text} is a {given}, but its column is declared as {wanted}: "
            "change the typeRef, or convert the value",
        )  # fmt: skip


def kind_of_expression(node: Node, declared: Mapping[str, Type]) -> str:
    """Return the name of the type that an expression surely gives (null aside), else empty."""
    value = fold(node)
    if value is not UNKNOWN:
        return "" if value is None else kind_of(value)
    if isinstance(node, _SAYS_YES_OR_NO):
        return "boolean"
    if isinstance(node, Call) and isinstance(node.callee, Name):
        name = node.callee.name
        return "" if name in declared or name == "abs" else _RESULTS.get(name, "")
    path = reference(node)
    return type_name(declared[path[0]]) if len(path) == 1 and path[0] in declared else ""


def result_differs(tree: Node, declared: Mapping[str, Type], wanted: Type) -> str:
    """Return what an expression gives, if that is surely not of the type ``wanted``."""
    value = fold(tree)
    if value is not UNKNOWN and value is not None:
        return "" if fitted(value, wanted) is not None else nested_text(value)
    given = kind_of_expression(tree, declared)
    return f"a {given}" if _differ(given, type_name(wanted)) else ""


def _differ(given: str, wanted: str) -> bool:
    if given not in SCALARS or wanted not in (SCALARS | {"duration"}) or given == wanted:
        return False
    if wanted == "duration":
        return not given.endswith("duration")
    return (given, wanted) != ("date", "date and time") and given != "duration"


def _cell(column: Column, rule: Rule, cell: Cell, at: tuple[str, int]) -> Iterator[TableFinding]:
    owner, line = at
    text = column.column.text
    wrong = sorted({kind_of(cut) for cut in cell.cuts or () if cut is not None} - {column.kind})
    if wrong and column.kind:
        yield TableFinding(
            code="dmn_cell_type", severity="error", decision=owner, rules=(rule.number,),
            line=line,
            message=f"rule {rule.number} compares {text}, which is a {column.kind}, with a "
            f"{' and a '.join(wrong)}: write the cell as a {column.kind}",
        )  # fmt: skip
        return
    for value in _values_asked_for(cell.tests.tree, column) if column.allowed else ():
        if _refused(column, value):
            yield TableFinding(
                code="dmn_cell_not_allowed", severity="error", decision=owner,
                rules=(rule.number,), line=line,
                message=f"rule {rule.number} asks whether {text} is {nested_text(value)}, which is "
                "none of its allowed values: mend the cell or allow the value",
            )  # fmt: skip


def _values_asked_for(tree: Node, column: Column) -> Iterator[Value]:
    """Yield the values that a cell is an equality with."""
    for test in tree.tests if isinstance(tree, UnaryTestsOf) else ():
        value = fold(test)
        if value is UNKNOWN or cuts_of_test(test, column.subject) is None:
            continue
        for item in value if isinstance(value, list) else [value]:
            if kind_of(item) in SCALARS:
                yield item


def _refused(column: Column, value: Value) -> bool:
    return any(passes(limit, value, column.subject) is False for limit in column.allowed)


def _output(
    value: Value,
    output: OutputColumn,
    table: Table,
    result: Type,
    at: tuple[str, tuple[int, ...], int],
) -> Iterator[TableFinding]:
    if value is UNKNOWN or value is None:
        return
    where, rules, line = at
    name = output.name or "the output"
    fits = fitted(value, output.type) is not None
    if fits and len(table.outputs) == 1 and not HIT_POLICIES[table.policy].many:
        fits = fitted(value, result) is not None
    if table.aggregation == "SUM" and kind_of(value) != "number":
        yield TableFinding(
            code="dmn_result_type", severity="error", decision=table.owner, rules=rules, line=line,
            message=f"{where} gives {nested_text(value)} as {name}, which cannot be added: "
            "give a number, or choose another aggregation",
        )  # fmt: skip
    elif not fits and not table.aggregation:
        yield TableFinding(
            code="dmn_result_type", severity="error", decision=table.owner, rules=rules, line=line,
            message=f"{where} gives {nested_text(value)} as {name}, which does not match the type "
            "that is declared: mend the output or the typeRef",
        )  # fmt: skip
    elif fits and output.allowed is not None and not _listed(output, value):
        yield TableFinding(
            code="dmn_result_not_allowed", severity="error", decision=table.owner, rules=rules,
            line=line,
            message=f"{where} gives {nested_text(value)} as {name}, which is none of the output "
            "values: mend the output or list the value",
        )  # fmt: skip


def _listed(output: OutputColumn, value: Value) -> bool:
    if output.allowed is None or output.allowed.names:
        return True
    try:
        return output.allowed.matches(value, {}, budget=TRIAL) is True
    except FeelError:
        return True
