"""What a form asks for after certain answers, and what it then leaves out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.forms.model import Field
from engine.forms.scope import Scope, concealed, hidden_keys, level_scope, row_scope

Values = Mapping[str, Any]


def visible(
    fields: tuple[Field, ...], values: Values, outer: Scope, *, now: datetime, prefix: str = ""
) -> Iterator[tuple[str, bool]]:
    """Yield each field whose showing depends on something, by its path, and whether it is shown.

    A text has its own words for a name. Fields of what is hidden are left out.

    Args:
        fields: Those of one level.
        values: Its values as ``validate_answers`` returns them.
        outer: What is known outside the level.
        now: The moment, aware.
        prefix: The path of the level, with a dot at its end.
    """
    scope = level_scope(outer, values, fields)
    hidden = hidden_keys(fields, values, outer, now=now)
    for found, around in _flat(fields, ()):
        path, value = prefix + name_of(found), values.get(found.key)
        gone = found.key in hidden or any(concealed(one, scope, now=now) for one in around)
        if around:
            yield path, not gone
        if gone or not value:
            continue
        if found.kind == "group":
            yield from visible(found.children, value, scope, now=now, prefix=f"{path}.")
        elif found.kind == "dynamiclist":
            for index, row in enumerate(value):
                inner = row_scope(scope, row, index)
                yield from visible(found.children, row, inner, now=now, prefix=f"{path}.{index}.")


def _flat(
    fields: Iterable[Field], around: tuple[Field, ...]
) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    """The fields and texts of a level, each with whatever has a condition of it and round it."""
    for found in fields:
        own = around if found.hide is None else (*around, found)
        if found.kind == "group" and not found.key:
            yield from _flat(found.children, own)
        else:
            yield found, own


def conditional(fields: Iterable[Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Yield each field and text that is not always shown, by its path without indexes."""
    for found, around in _flat(fields, ()):
        path = prefix + name_of(found)
        if around:
            yield path, found
        yield from conditional(found.children, f"{path}.")


def name_of(found: Field) -> str:
    """The key of a field; of a text its words."""
    return found.key or found.text
