"""Where the answer of a cell can change, so that answers can be remembered between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from engine.feel.compiler import Compiler
from engine.feel.constants import Constant
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Compare,
    Comparison,
    In,
    Interval,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    UnaryTestsOf,
)
from engine.feel.values import Range, Value


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything that a tested value is compared with.

    Two values of one class get the same answer if they equal the same ``points`` and ``bounds``
    and lie between the same ``bounds``.
    """

    points: tuple[Value, ...] = ()
    bounds: tuple[Value, ...] = ()


def limits_of(tree: UnaryTestsOf, compiler: Compiler) -> Limits | None:
    """Return the limits of a cell; None if its answer hangs on more than the tested value."""
    return _together([_limits(test, compiler) for test in tree.tests])


def _together(parts: Sequence[Limits | None]) -> Limits | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Limits(
        tuple(chain.from_iterable(part.points for part in known)),
        tuple(chain.from_iterable(part.bounds for part in known)),
    )


def _limits(test: Node, compiler: Compiler) -> Limits | None:
    match test:
        case ListOf(items=items):
            return _together([_limits(item, compiler) for item in items])
        case Logic(items=items) if all(map(_asks, items)):
            return _together([_limits(item, compiler) for item in items])
        case Compare() | Between() | In():
            return _asked(test, compiler)
        case _:
            return _written(test, compiler)


def _asks(node: Node) -> bool:
    return isinstance(node, Logic | Compare | Between | In)


def _asked(node: Compare | Between | In, compiler: Compiler) -> Limits | None:
    """Return the limits of a condition whose only variable is ``?``, alone on one side."""
    match node:
        case Compare(operator=operator, left=Name(name="?"), right=other):
            return _compared(operator, other, compiler)
        case Compare(operator=operator, left=other, right=Name(name="?")):
            return _compared(operator, other, compiler)
        case Between(value=Name(name="?"), low=low, high=high):
            return _together([_compared("<", end, compiler) for end in (low, high)])
        case In(value=Name(name="?"), tests=tests):
            return _together([_limits(test, compiler) for test in tests])
        case _:
            return None


def _compared(operator: str, other: Node, compiler: Compiler) -> Limits | None:
    found = _written(other, compiler)
    if found is None or operator in {"=", "!="}:
        return found
    return Limits(bounds=found.points + found.bounds)


def _written(node: Node, compiler: Compiler) -> Limits | None:
    """Return the limits of a value or a range that is written out."""
    if not _is_written(node):
        return None
    code = compiler.compile(node)
    if not isinstance(code, Constant):
        return None
    value = code.value
    if not isinstance(value, Range):
        return Limits(points=(value,))
    ends = tuple(end for end in (value.low, value.high) if end is not None)
    return Limits(points=ends) if value.operator in {"=", "!="} else Limits(bounds=ends)


def _is_written(node: Node) -> bool:
    match node:
        case Interval(low=low, high=high):
            return _all_written((low, high))
        case Arithmetic(first=first, rest=rest):
            return _all_written((first, *(operand for _, operand in rest)))
        case Comparison(operand=operand) | Negate(operand=operand):
            return _is_written(operand)
        case Call(callee=Name(), args=args, named=()):
            return all(isinstance(arg, Literal) for arg in args)
        case _:
            return isinstance(node, Literal)


def _all_written(nodes: Iterable[Node]) -> bool:
    return all(_is_written(node) for node in nodes)
