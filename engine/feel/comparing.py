"""Equality, order and membership: true, false, or null when two values cannot be compared."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.temporal.calendar import (
    nanos_between,
    same_second,
    same_second_of_day,
    time_nanos_between,
)
from engine.feel.values import Range, Value, kind_of


def equal(left: Value, right: Value, run: Run | None = None) -> bool | None:
    """Return whether two values are equal; null if they are of different types.

    ``run``, if given, is charged for the parts that are compared.
    """
    if left is None or right is None:
        return left is right
    if type(left) is type(right) and type(left) in (str, Decimal, bool):
        return bool(left == right)
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == "list":
        return _equal_lists(left, right, run)
    if kind == "context":
        return _equal_contexts(left, right, run)
    return _EQUAL.get(kind, _same)(left, right)


def _same(left: Value, right: Value) -> bool | None:
    return bool(left == right)


def _equal_lists(left: list[Value], right: list[Value], run: Run | None) -> bool | None:
    if len(left) != len(right):
        return False
    if run is not None:
        run.tick(1 + len(left))
    return _all_equal([equal(a, b, run) for a, b in zip(left, right, strict=True)])


def _equal_contexts(
    left: dict[str, Value], right: dict[str, Value], run: Run | None
) -> bool | None:
    if left.keys() != right.keys():
        return False
    if run is not None:
        run.tick(1 + len(left))
    return _all_equal([equal(value, right[key], run) for key, value in left.items()])


def _equal_ranges(left: Range, right: Range) -> bool | None:
    shape = (left.low_closed, left.high_closed, left.operator)
    if shape != (right.low_closed, right.high_closed, right.operator):
        return False
    return _all_equal([equal(left.low, right.low), equal(left.high, right.high)])


def _all_equal(results: list[bool | None]) -> bool | None:
    if False in results:
        return False
    return None if None in results else True


_EQUAL: dict[str, Callable[[Any, Any], bool | None]] = {
    # The fraction of a second is no part of equality (DMN 10.3.2.3.4).
    "time": same_second_of_day,
    "date and time": same_second,
    "range": _equal_ranges,
}


def order(left: Value, right: Value) -> int | None:
    """Return -1, 0 or 1 as ``left`` is less, equal or greater; null if there is no order."""
    if type(left) is Decimal and type(right) is Decimal:
        return int(left.compare(right))
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    key = _ORDER.get(kind)
    return None if key is None else key(left, right)


def _plain(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _by(between: Callable[[Any, Any], int | None]) -> Callable[[Any, Any], int | None]:
    """Return the order of two values by what lies between them."""

    def ordered(left: Value, right: Value) -> int | None:
        found = between(left, right)
        return None if found is None else (found > 0) - (found < 0)

    return ordered


_ORDER: dict[str, Callable[[Any, Any], int | None]] = {
    "number": _plain,
    "string": _plain,
    "date": _plain,
    "years and months duration": _plain,
    "days and time duration": _plain,
    "time": _by(time_nanos_between),
    "date and time": _by(nanos_between),
}


def compare(operator: str, left: Value, right: Value) -> bool | None:
    """Return ``left operator right`` for one of the six comparison operators."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    found = order(left, right)
    return None if found is None else ORDER_TESTS[operator](found)


ORDER_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda found: found < 0,
    "<=": lambda found: found <= 0,
    ">": lambda found: found > 0,
    ">=": lambda found: found >= 0,
}


def in_range(value: Value, interval: Range) -> bool | None:
    """Return whether ``value`` lies in ``interval``."""
    if interval.operator:
        bound = interval.high if interval.operator in {"<", "<="} else interval.low
        return compare(interval.operator, value, bound)
    above = compare(">=" if interval.low_closed else ">", value, interval.low)
    below = compare("<=" if interval.high_closed else "<", value, interval.high)
    return both(above, below)


def both(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - logic values
    """Return ``left and right`` in three-valued logic."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def is_in(value: Value, test: Value, run: Run | None = None) -> bool | None:
    """Return whether ``value`` passes ``test``: equals it, or lies in that range or list."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return in_range(value, test)
    if isinstance(test, list):
        if run is not None:
            run.tick(1 + len(test))
        if isinstance(value, list) and equal(value, test, run):
            return True
        return any(is_in(value, item, run) is True for item in test)
    return equal(value, test, run)
