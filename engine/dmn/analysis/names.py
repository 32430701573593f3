"""Walking a model: its tables, and the names that its expressions read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.dmn.boxed import EXPRESSIONS, Boxes
from engine.dmn.table import Table, read_table
from engine.dmn.xml import Element, attribute, child, children, line_of, name_of, tag_of, text_of
from engine.feel import Expression, UnaryTests
from engine.feel.syntax import Call, Literal, Name, Node
from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Reading:
    """A name that an expression reads where nothing inside the expression gives it."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as it stands in the file.

    Attributes:
        tree: Its syntax.
        names: The names that it reads and does not define itself.
        types: Types of the variables around it, by name.
        line: Line in the file.
        rule: Number of the rule it is a cell of, 0 for none.
    """

    tree: Node
    names: frozenset[str]
    types: Mapping[str, Type]
    line: int
    rule: int = 0


@dataclass(frozen=True, slots=True)
class TableAt:
    """A table, and what is known of variables where it stands."""

    element: Element
    table: Table
    types: Mapping[str, Type]
    local: frozenset[str]


@dataclass(slots=True)
class Walk:
    """What was met on the way through one decision or knowledge model."""

    boxes: Boxes
    readings: list[Reading] = field(default_factory=list)
    tables: list[TableAt] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """What the boxes around an expression define; ``open``: anything may be defined."""

    types: Mapping[str, Type]
    local: frozenset[str] = frozenset()
    open: bool = False

    def also(self, types: Mapping[str, Type]) -> "Around":
        """Return the same with more variables."""
        return replace(self, types={**self.types, **types}, local=self.local | types.keys())


def visit(element: Element, walk: Walk, around: Around) -> None:
    """Walk through a boxed expression."""
    _VISITS.get(tag_of(element), _inside)(element, walk, around)


def _inside(element: Element, walk: Walk, around: Around) -> None:
    for part in children(element):
        if tag_of(part) in EXPRESSIONS:
            visit(part, walk, around)
        elif tag_of(part) not in {"variable", "parameter", "formalParameter", "column"}:
            _inside(part, walk, around)


def _literal(element: Element, walk: Walk, around: Around) -> None:
    text = text_of(element)
    if text:
        _note(walk.boxes.expression(text, element), element, walk, around)


def _note(
    compiled: Expression | UnaryTests | None,
    element: Element,
    walk: Walk,
    around: Around,
    rule: int = 0,
) -> None:
    if compiled is None:
        return
    names = frozenset(compiled.names)
    walk.written.append(Written(compiled.tree, names, around.types, line_of(element), rule))
    for name in () if around.open else compiled.names:
        if name != "?" and name not in around.local:
            walk.readings.append(Reading(name, line_of(element)))


def _context(element: Element, walk: Walk, around: Around) -> None:
    for entry in children(element, "contextEntry"):
        _inside(entry, walk, around)
        variable = child(entry, "variable")
        if variable is not None:
            around = around.also({name_of(variable): walk.boxes.type_of(variable)})


def _invocation(element: Element, walk: Walk, around: Around) -> None:
    """Note an invocation as the call with named arguments that it is."""
    _inside(element, walk, around)
    callee = text_of(child(element, "literalExpression"))
    parameters = [child(binding, "parameter") for binding in children(element, "binding")]
    named = tuple((name_of(one), Literal(0, None)) for one in parameters if one is not None)
    if callee and callee not in around.local:
        tree = Call(0, Name(0, callee), (), named)
        walk.written.append(Written(tree, frozenset({callee}), around.types, line_of(element)))


def function(element: Element, walk: Walk, around: Around) -> None:
    """Walk through a function definition, or the logic of a knowledge model."""
    parameters = {
        name_of(parameter): walk.boxes.type_of(parameter)
        for parameter in children(element, "formalParameter")
    }
    _inside(element, walk, around.also(parameters))


def _filter(element: Element, walk: Walk, around: Around) -> None:
    for part in children(element):
        inner = replace(around, open=True) if tag_of(part) == "match" else around
        _inside(part, walk, inner)


def _loop(element: Element, walk: Walk, around: Around) -> None:
    name = attribute(element, "iteratorVariable")
    inner = replace(around, local=around.local | {name, "partial"})
    inner = replace(inner, types={key: kind for key, kind in inner.types.items() if key != name})
    for part in children(element):
        _inside(part, walk, around if tag_of(part) == "in" else inner)


def _table(element: Element, walk: Walk, around: Around) -> None:
    if around.open:
        return
    table = read_table(element, walk.boxes)
    walk.tables.append(TableAt(element, table, around.types, around.local))
    rows = list(children(element, "rule"))
    columns = zip(children(element, "input"), table.inputs, strict=True)
    for holder, column in columns:
        _note(column.expression, holder, walk, around)
        _note(column.allowed, holder, walk, around)
    for output in table.outputs:
        _note(output.default, element, walk, around)
    for row, rule in zip(rows, table.rules, strict=True):
        for cell in (*rule.tests, *rule.outputs):
            _note(cell, row, walk, around, rule.number)


_VISITS: dict[str, Callable[[Element, Walk, Around], None]] = {
    "literalExpression": _literal,
    "context": _context,
    "functionDefinition": function,
    "invocation": _invocation,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
    "decisionTable": _table,
}
