"""Parts of expressions whose value is known beforehand."""

from collections.abc import Iterator
from dataclasses import fields

from engine.feel import Budget, FeelError, compile_expression
from engine.feel.budget import Run
from engine.feel.coercion import coerce
from engine.feel.printer import print_tree
from engine.feel.syntax import Call, ListOf, Literal, Name, Negate, Node
from engine.feel.syntax import Iterator as LoopIterator
from engine.feel.types import Type
from engine.feel.values import Value

TRIAL = Budget(steps=2_000, size=20_000)
"""What one evaluation of an analysis may cost: a file has many cells, each is asked many times."""

_CLOCK = frozenset({"now", "today"})
_UNKNOWN = object()
UNKNOWN: Value = _UNKNOWN
"""What ``fold`` returns for a part that depends on a variable or on the clock."""


def subnodes(node: Node | LoopIterator) -> Iterator[Node]:
    """Yield the nodes directly inside ``node``."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, LoopIterator):
        yield from subnodes(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and every node inside it."""
    todo = [node]
    while todo:
        found = todo.pop()
        yield found
        todo.extend(subnodes(found))


def fold(node: Node) -> Value:
    """Return the value of a part that is the same for every input, else ``UNKNOWN``."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negate):
        return _negated(node)
    if isinstance(node, ListOf):
        items = [fold(item) for item in node.items]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    if isinstance(node, Name) or _reads_clock(node):
        return UNKNOWN
    return _evaluated(node)


def fitted(value: Value, kind: Type) -> Value:
    """Return ``value`` as ``kind``, null if it is not; as it is where that takes too much."""
    try:
        return coerce(value, kind, Run(TRIAL))
    except FeelError:
        return value


def _negated(node: Negate) -> Value:
    inner = fold(node.operand)
    return UNKNOWN if inner is UNKNOWN else _evaluated(node)


def _reads_clock(node: Node) -> bool:
    return any(
        isinstance(part, Call) and isinstance(part.callee, Name) and part.callee.name in _CLOCK
        for part in walk(node)
    )


def _evaluated(node: Node) -> Value:
    try:
        expression = compile_expression(print_tree(node))
        if expression.names or expression.filter_names:
            return UNKNOWN
        return expression.evaluate({}, budget=TRIAL)
    except FeelError:
        return UNKNOWN
