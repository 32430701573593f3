"""Values as FEEL text: what ``string()`` gives, and literals."""

from collections.abc import Callable
from typing import Any

from engine.feel.decimals import number_text
from engine.feel.temporal.writing import (
    date_and_time_text,
    date_text,
    days_time_text,
    time_text,
    years_months_text,
)
from engine.feel.values import Range, Value, kind_of

Grow = Callable[[int], None]


def _free(_: int) -> None:
    """Charge nothing."""


def value_text(value: Value, grow: Grow = _free) -> str:
    """Return ``value`` as ``string()`` gives it: a text without quotes at the outermost level.

    ``grow`` is told of every eight characters written, so that it can stop the writing.
    """
    return value if isinstance(value, str) else nested_text(value, grow)


def nested_text(value: Value, grow: Grow = _free) -> str:
    """Return ``value`` as it stands inside a list or context: texts in quotes."""
    if isinstance(value, list):
        return "[" + ", ".join(nested_text(item, grow) for item in value) + "]"
    if isinstance(value, dict):
        entries = (f"{_key(key)}: {nested_text(item, grow)}" for key, item in value.items())
        return "{" + ", ".join(entries) + "}"
    text = _WRITERS.get(kind_of(value), _function)(value)
    grow(1 + (len(text) >> 3))
    return text


def quoted(text: str) -> str:
    """Return ``text`` as a FEEL literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for sign, code in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        escaped = escaped.replace(sign, code)
    return f'"{escaped}"'


def _function(_: Value) -> str:
    return "function"


def _key(key: str) -> str:
    plain = all(part.isidentifier() for part in key.split(" "))
    return key if plain else quoted(key)


def _range(value: Range) -> str:
    if value.operator:
        bound = value.high if value.operator in {"<", "<="} else value.low
        return f"({value.operator} {nested_text(bound)})"
    begin, end = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{begin}{nested_text(value.low)}..{nested_text(value.high)}{end}"


_WRITERS: dict[str, Callable[[Any], str]] = {
    "null": lambda _: "null",
    "boolean": lambda value: "true" if value else "false",
    "number": number_text,
    "string": quoted,
    "date": date_text,
    "time": time_text,
    "date and time": date_and_time_text,
    "years and months duration": years_months_text,
    "days and time duration": days_time_text,
    "range": _range,
}
