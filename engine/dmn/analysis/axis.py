"""An input's values, cut into points and the stretches between them.

Every atom is represented by one value in it. Dates and durations in months are discrete: between
two neighbouring days there is nothing. Numbers, times and the rest are not: between 5 and 6 there
is 5.5.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cmp_to_key

from engine.feel.comparing import order
from engine.feel.functions import NoResultError
from engine.feel.operators import apply
from engine.feel.temporal.reading import read_date, read_date_and_time, read_time
from engine.feel.text import nested_text
from engine.feel.values import DaysTime, Value, YearsMonths

_DAY = DaysTime(Decimal(86400))
_HOUR = DaysTime(Decimal(3600))
_MINUTE = DaysTime(Decimal(60))
_SECOND = DaysTime(Decimal(1))
_TICK = DaysTime(Decimal("0.000001"))
_FRACTION = re.compile(r"\.[0-9]+")
_STEPS: dict[str, tuple[Value, ...]] = {
    "number": (Decimal(1),),
    "date": (_DAY,),
    "date and time": (_DAY, _HOUR, _SECOND),
    "time": (_HOUR, _MINUTE, _SECOND),
    "days and time duration": (_DAY, _SECOND),
    "years and months duration": (YearsMonths(12), YearsMonths(1)),
}
_DISCRETE = frozenset({"date", "years and months duration"})
TYPICAL: dict[str, Value] = {
    "number": Decimal(0),
    "string": "a",
    "boolean": True,
    "date": read_date("2026-08-31"),
    "time": read_time("12:00:00"),
    "date and time": read_date_and_time("2026-08-31T12:00:00"),
    "days and time duration": _DAY,
    "years and months duration": YearsMonths(12),
}
"""A value of each type that can be cut."""
TRIALS: dict[str, tuple[Value, ...]] = {
    "number": tuple(map(Decimal, ("-1", "0", "0.5", "1", "2", "3", "10", "100"))),
    "string": ("", "a", "A", "abc"),
    "date": tuple(read_date(f"2026-08-{day}") for day in range(17, 24)),
}
"""Values to try where a test does not tell where its answer changes; the dates are a week."""


class IncomparableError(ValueError):
    """Two cut points have no order: one has a zone and one has none."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A point, or a stretch without cut points that ``value`` stands for."""

    value: Value
    point: bool


def atoms(kind: str, cuts: Sequence[Value], *, ordered: bool = True) -> list[Atom]:
    """Return every atom of a type; null is the last.

    Args:
        kind: The name of the type.
        cuts: Values of that type.
        ordered: Whether something looks at the order of texts; if not, all texts that are no cut
            points are one atom.

    Raises:
        IncomparableError: They have no order.
    """
    null = Atom(None, point=True)
    if kind == "boolean":
        return [Atom(True, point=True), Atom(False, point=True), null]  # noqa: FBT003
    points = _sorted([*cuts, *seconds(kind, cuts)])
    if kind == "string" and points and not ordered:
        return [*(Atom(point, point=True) for point in points), _other(points), null]
    if not points:
        return [Atom(TYPICAL[kind], point=False), null]
    found = [_stretch(below(kind, points[0]))]
    for left, right in zip(points, [*points[1:], None], strict=True):
        found.append([Atom(left, point=True)])
        inside = above(kind, left) if right is None else between(kind, left, right)
        found.append(_stretch(inside))
    return [*(atom for part in found for atom in part), null]


def _other(points: Sequence[Value]) -> Atom:
    text = "other"
    while text in points:
        text += "'"
    return Atom(text, point=False)


def _stretch(value: Value) -> list[Atom]:
    return [] if value is None else [Atom(value, point=False)]


def _sorted(values: Sequence[Value]) -> list[Value]:
    def compared(left: Value, right: Value) -> int:
        found = order(left, right)
        if found is None:
            raise IncomparableError
        return found

    points: list[Value] = []
    for value in sorted(values, key=cmp_to_key(compared)):
        if not points or compared(points[-1], value) != 0:
            points.append(value)
    return points


def seconds(kind: str, cuts: Sequence[Value]) -> Iterator[Value]:
    """Yield the ends of each cut's second: ``=`` on times looks at whole seconds (10.3.2.3.4)."""
    readers: dict[str, Callable[[str], Value]] = {
        "time": read_time,
        "date and time": read_date_and_time,
    }
    reader = readers.get(kind)
    if reader is None:
        return
    for cut in cuts:
        start = reader(_FRACTION.sub("", nested_text(cut).strip('"@')))
        if start is None:
            continue
        yield start
        end = _moved(start, "+", _SECOND)
        if end is not None and order(start, end) == -1:
            yield end


def _moved(value: Value, operator: str, step: Value) -> Value:
    try:
        return apply(operator, value, step)
    except NoResultError:
        return None


def below(kind: str, value: Value) -> Value:
    """Return a value below ``value``, null if there is none."""
    if kind == "string":
        return "" if value else None
    found = [_moved(value, "-", step) for step in _STEPS[kind]]
    if kind == "number":
        found.append(_moved(-abs(value), "*", Decimal(2)))
    return _first(found, None, value)


def above(kind: str, value: Value) -> Value:
    """Return a value above ``value``, null if there is none."""
    if kind == "string":
        return value + "a"
    found = [_moved(value, "+", step) for step in _STEPS[kind]]
    if kind == "time":
        found.append(_moved(value, "+", _TICK))
    if kind == "number":
        found.append(_moved(abs(value), "*", Decimal(2)))
    return _first(found, value, None)


def between(kind: str, low: Value, high: Value) -> Value:
    """Return a value between two others, null if there is none."""
    if kind == "string":
        return _first([low + "a", low + " ", low + "\t", low + "\x00"], low, high)
    found = [_moved(low, "+", step) for step in _STEPS[kind]]
    if kind == "number":
        found = [_whole_above(low), *found]
    if kind not in _DISCRETE:
        found.append(_middle(low, high))
        found.append(_moved(low, "+", _TICK) if kind != "number" else None)
    return _first(found, low, high)


def _whole_above(value: Decimal) -> Value:
    if value.adjusted() > 20:
        return None
    return _moved(value.to_integral_value(ROUND_FLOOR), "+", Decimal(1))


def _middle(low: Value, high: Value) -> Value:
    distance = _moved(high, "-", low)
    half = None if distance is None else _moved(distance, "/", Decimal(2))
    return None if half is None else _moved(low, "+", half)


def _first(candidates: Sequence[Value], low: Value, high: Value) -> Value:
    """Return the first candidate strictly between two ends; null as an end is no end."""
    for value in candidates:
        if value is None:
            continue
        if (low is None or order(low, value) == -1) and (high is None or order(value, high) == -1):
            return value
    return None
