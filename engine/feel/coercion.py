"""Fitting a value to a type with FEEL's implicit conversions (DMN 10.3.2.9.4)."""

from engine.feel.budget import Run
from engine.feel.temporal.calendar import at_midnight_utc
from engine.feel.types import SimpleType, Type
from engine.feel.values import Value
from engine.feel.wide import DAYS

_DATE_AND_TIME = SimpleType("date and time")
_LIST = SimpleType("list")


def coerce(value: Value, kind: Type, run: Run | None = None) -> Value:
    """Return ``value`` as ``kind``: as it is, out of or into a list of one; null if it is not.

    Args:
        value: What is fitted.
        kind: The type; a model's own may have allowed values that must be asked.
        run: The evaluation that pays for that.
    """
    if value is None or kind.permits(value, run):
        return value
    if isinstance(value, list) and len(value) == 1:
        inner = value[0]
        if inner is not None and kind.permits(inner, run):
            return inner
    item_type = kind.item_type
    if item_type is not None and not isinstance(value, list) and kind.permits([value], run):
        return [value]
    other = _other_kind(value, kind.plain)
    return other if kind.permits(other, run) else None


def _other_kind(value: Value, kind: Type) -> Value:
    """Return ``value`` as a list of one or, if it is a date, as a date and time."""
    if kind == _LIST and not isinstance(value, list):
        return [value]
    return at_midnight_utc(value) if kind == _DATE_AND_TIME and type(value) in DAYS else None
