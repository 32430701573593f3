"""A syntax tree back to text. Reading the text gives the same tree."""

from collections.abc import Callable
from typing import Any

from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Compare,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Interval,
    Iterator,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Path,
    Quantified,
    TypeExpression,
    UnaryTestsOf,
)
from engine.feel.text import nested_text, quoted
from engine.feel.values import Value, kind_of

_ATOMS = (Literal, Name, Path, Filter, Call, ListOf, ContextOf, Interval, Comparison)


def print_tree(node: Node) -> str:
    """Return ``node`` as FEEL."""
    return _PRINTERS[type(node)](node)


def print_type(written: TypeExpression) -> str:
    """Return a type as FEEL."""
    parts = [print_type(argument) for argument in written.arguments]
    if written.keys:
        parts = [f"{key}: {part}" for key, part in zip(written.keys, parts, strict=True)]
    shaped = parts or written.result is not None
    text = f"{written.name}<{', '.join(parts)}>" if shaped else written.name
    return text if written.result is None else f"{text} -> {print_type(written.result)}"


def _inner(node: Node) -> str:
    """Return a part of another node, in parentheses unless it holds together by itself."""
    text = print_tree(node)
    return text if isinstance(node, _ATOMS) else f"({text})"


def _value(value: Value) -> str:
    kind = kind_of(value)
    temporal = kind in {"date", "time", "date and time"} or kind.endswith("duration")
    return f'@"{nested_text(value)}"' if temporal else nested_text(value)


def _call(node: Call) -> str:
    args = [print_tree(arg) for arg in node.args]
    args += [f"{name}: {print_tree(arg)}" for name, arg in node.named]
    return f"{_inner(node.callee)}({', '.join(args)})"


def _arithmetic(node: Arithmetic) -> str:
    rest = "".join(f" {operator} {_inner(operand)}" for operator, operand in node.rest)
    return _inner(node.first) + rest


def _iterators(iterators: tuple[Iterator, ...]) -> str:
    return ", ".join(
        f"{one.name} in {_inner(one.domain)}" + ("" if one.end is None else f"..{_inner(one.end)}")
        for one in iterators
    )


def _interval(node: Interval) -> str:
    begin, end = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return f"{begin}{_inner(node.low)}..{_inner(node.high)}{end}"


def _context(node: ContextOf) -> str:
    entries = (f"{quoted(key)}: {print_tree(value)}" for key, value in node.entries)
    return "{" + ", ".join(entries) + "}"


def _function(node: FunctionOf) -> str:
    parameters = (
        name if kind is None else f"{name}: {print_type(kind)}" for name, kind in node.parameters
    )
    return f"function({', '.join(parameters)}) {_inner(node.body)}"


def _tests(node: UnaryTestsOf) -> str:
    text = ", ".join(map(print_tree, node.tests)) or "-"
    if node.negated:
        return f"not({text})"
    # not(…) as a whole cell would be the tests turned round, not the function
    return f"({text})" if len(node.tests) == 1 and text.startswith("not(") else text


_PRINTERS: dict[type[Node], Callable[[Any], str]] = {
    Literal: lambda node: _value(node.value),
    Name: lambda node: node.name,
    Path: lambda node: f"{_inner(node.source)}.{node.name}",
    Filter: lambda node: f"{_inner(node.source)}[{_inner(node.condition)}]",
    Call: _call,
    Negate: lambda node: f"-{_inner(node.operand)}",
    Arithmetic: _arithmetic,
    Logic: lambda node: f" {node.operator} ".join(map(_inner, node.items)),
    Compare: lambda node: f"{_inner(node.left)} {node.operator} {_inner(node.right)}",
    Comparison: lambda node: f"({node.operator} {_inner(node.operand)})",
    Between: lambda node: (
        f"{_inner(node.value)} between {_inner(node.low)} and {_inner(node.high)}"
    ),
    In: lambda node: f"{_inner(node.value)} in ({', '.join(map(print_tree, node.tests))})",
    InstanceOf: lambda node: f"{_inner(node.value)} instance of {print_type(node.type)}",
    If: lambda node: f"if {_inner(node.condition)} then {_inner(node.yes)} else {_inner(node.no)}",
    For: lambda node: f"for {_iterators(node.iterators)} return {_inner(node.body)}",
    Quantified: lambda node: (
        f"{node.quantifier} {_iterators(node.iterators)} satisfies {_inner(node.condition)}"
    ),
    ListOf: lambda node: f"[{', '.join(map(print_tree, node.items))}]",
    ContextOf: _context,
    Interval: _interval,
    FunctionOf: _function,
    UnaryTestsOf: _tests,
}
