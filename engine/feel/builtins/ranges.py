"""Relations between points and ranges (DMN 10.3.4.9), and ``range()``."""

from collections.abc import Callable

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.comparing import order
from engine.feel.errors import FeelError
from engine.feel.functions import NoResultError
from engine.feel.operators import negate
from engine.feel.parser import parse_expression
from engine.feel.syntax import Call, Interval, Literal, Name, Negate, Node
from engine.feel.temporal.reading import (
    read_date,
    read_date_and_time,
    read_duration,
    read_time,
)
from engine.feel.values import Range, Value

TABLE = Table()
_End = tuple[Value, int]
"""An end of a range: its value, and -1, 0 or 1 for just below, at, or just above it."""


def _low(value: Value) -> _End:
    if not isinstance(value, Range):
        return value, 0
    if value.operator in {"<", "<=", "!="}:
        raise NoResultError("the range has no start")
    return value.low, 0 if value.low_closed else 1


def _high(value: Value) -> _End:
    if not isinstance(value, Range):
        return value, 0
    if value.operator in {">", ">=", "!="}:
        raise NoResultError("the range has no end")
    return value.high, 0 if value.high_closed else -1


def _sign(left: _End, right: _End) -> int:
    """Return -1, 0 or 1 as one end lies before, at or after another.

    Raises:
        NoResultError: The values have no order.
    """
    found = order(left[0], right[0])
    if found is None:
        raise NoResultError("the values cannot be compared")
    if found:
        return found
    return (left[1] > right[1]) - (left[1] < right[1])


def _same_point(left: _End, right: _End) -> bool:
    return _sign(left, right) == 0


def _before(a: Value, b: Value) -> bool:
    return _sign(_high(a), _low(b)) < 0


def _meets(a: Value, b: Value) -> bool:
    return _same_point(_high(a), _low(b)) and _high(a)[1] == 0


def _overlaps(a: Value, b: Value) -> bool:
    return _sign(_low(a), _high(b)) <= 0 and _sign(_low(b), _high(a)) <= 0


def _overlaps_before(a: Value, b: Value) -> bool:
    return (
        _sign(_low(a), _low(b)) < 0
        and _sign(_high(a), _low(b)) >= 0
        and _sign(_high(a), _high(b)) <= 0
    )


def _finishes(a: Value, b: Value) -> bool:
    return _same_point(_high(a), _high(b)) and _sign(_low(a), _low(b)) >= 0


def _includes(a: Value, b: Value) -> bool:
    return _sign(_low(a), _low(b)) <= 0 and _sign(_high(a), _high(b)) >= 0


def _starts(a: Value, b: Value) -> bool:
    return _same_point(_low(a), _low(b)) and _sign(_high(a), _high(b)) <= 0


def _coincides(a: Value, b: Value) -> bool:
    return _same_point(_low(a), _low(b)) and _same_point(_high(a), _high(b))


def _enter(name: str, relation: Callable[[Value, Value], bool], *signatures: str) -> None:
    def body(_: Run, a: Value, b: Value) -> bool:
        return relation(a, b)

    TABLE.add(name, *signatures)(body)


def _turned(relation: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    return lambda a, b: relation(b, a)


_RANGES = "range1: range, range2: range"
_POINT_IN_RANGE = "point: any, range: range"
_RANGE_OF_POINT = "range: range, point: any"
_POINTS = "point1: any, point2: any"

_enter("before", _before, _RANGES, _POINT_IN_RANGE, _RANGE_OF_POINT, _POINTS)
_enter("after", _turned(_before), _RANGES, _POINT_IN_RANGE, _RANGE_OF_POINT, _POINTS)
_enter("meets", _meets, _RANGES)
_enter("met by", _turned(_meets), _RANGES)
_enter("overlaps", _overlaps, _RANGES)
_enter("overlaps before", _overlaps_before, _RANGES)
_enter("overlaps after", _turned(_overlaps_before), _RANGES)
_enter("finishes", _finishes, _RANGES, _POINT_IN_RANGE)
_enter("finished by", _turned(_finishes), _RANGES, _RANGE_OF_POINT)
_enter("includes", _includes, _RANGES, _RANGE_OF_POINT)
_enter("during", _turned(_includes), _RANGES, _POINT_IN_RANGE)
_enter("starts", _starts, _RANGES, _POINT_IN_RANGE)
_enter("started by", _turned(_starts), _RANGES, _RANGE_OF_POINT)
_enter("coincides", _coincides, _RANGES, _POINTS)


@TABLE.add("range", "from: string")
def _range(_: Run, text: str) -> Range:
    """Read a range literal; its ends are literals, and the first is not after the second."""
    try:
        tree = parse_expression(text, tuple(_MAKERS))
    except FeelError:
        raise NoResultError("the text is no range") from None
    if not isinstance(tree, Interval):
        raise NoResultError("the text is no range")
    low, high = _literal(tree.low), _literal(tree.high)
    found = order(low, high)
    one_sided = (low is None) != (high is None)
    if not one_sided and (found is None or found > 0):
        raise NoResultError("the ends of the range do not go together")
    return Range(low, high, tree.low_closed, tree.high_closed)


def _literal(node: Node) -> Value:
    """Return the value of an end that is written out.

    Raises:
        NoResultError: It is an expression.
    """
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negate) and isinstance(node.operand, Literal):
        return negate(node.operand.value)
    if isinstance(node, Call) and isinstance(node.callee, Name) and len(node.args) == 1:
        argument, maker = node.args[0], _MAKERS.get(node.callee.name)
        if maker is not None and isinstance(argument, Literal) and isinstance(argument.value, str):
            return maker(argument.value)
    raise NoResultError("an end of the range is no literal")


_MAKERS: dict[str, Callable[[str], Value]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_and_time,
    "duration": read_duration,
}
