"""What the expressions of a form see, and what follows: hidden fields, defaults, choices."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.feel import Expression
from engine.feel.errors import FeelError
from engine.forms.model import LAYOUT, Field, Form, Option, answered

Scope = Mapping[str, Any]
"""Names an expression may use: the case's context, overlaid by the answers."""


def level_scope(outer: Scope, values: Mapping[str, Any], fields: tuple[Field, ...]) -> Scope:
    """The scope of one level: outer names, and every field of the level (None when empty)."""
    return {**outer, **{found.key: values.get(found.key) for found in answered(fields)}}


def row_scope(outer: Scope, values: Mapping[str, Any], index: int) -> Scope:
    """The scope of one row of a list: ``i`` counts from 1, ``parent`` is the level above."""
    return {**outer, **values, "this": dict(values), "parent": dict(outer), "i": index + 1}


def hidden_keys(
    fields: tuple[Field, ...], values: Mapping[str, Any], outer: Scope, *, now: datetime
) -> frozenset[str]:
    """The keys of a level that are hidden, given the values of that level.

    A hidden field counts as empty for the conditions of the others, so the search is repeated
    until nothing more is hidden.
    """
    conditions = {key: hides for key, hides in _conditions(fields, ()) if hides}
    hidden: frozenset[str] = frozenset()
    for _round in range(len(conditions) + 1):
        shown = {key: value for key, value in values.items() if key not in hidden}
        scope = level_scope(outer, shown, fields)
        found = frozenset(
            key for key, hides in conditions.items() if any(_holds(h, scope, now) for h in hides)
        )
        if found == hidden:
            break
        hidden = found
    return hidden


def concealed(found: Field, scope: Scope, *, now: datetime) -> bool:
    """Whether a field's own condition hides it: all there is to ask of a text or layout group.

    Args:
        found: The field; ``hidden_keys`` answers for those that carry an answer.
        scope: Its level, without what is hidden there.
        now: The moment, aware.
    """
    return found.hide is not None and _holds(found.hide, scope, now)


def evaluate(expression: Expression, scope: Scope, now: datetime) -> Any:
    """Evaluate an expression of a form; what cannot be computed is null."""
    try:
        return expression.evaluate(scope, now=now)
    except FeelError:
        return None


def options_of(field: Field, scope: Scope, *, now: datetime) -> tuple[Option, ...]:
    """The choices of a field: those of the file, or those its expression finds in the scope."""
    if field.options_from is None:
        return field.options
    found = evaluate(field.options_from, scope, now)
    return tuple(_option(entry) for entry in found) if isinstance(found, list) else ()


def default_answers(form: Form, *, context: Scope, now: datetime) -> dict[str, Any]:
    """What the fields hold before the person has written anything (``forval``)."""
    return _defaults(form.fields, context, now)


def _defaults(fields: tuple[Field, ...], scope: Scope, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for found in answered(fields):
        if found.default is not None:
            values[found.key] = evaluate(found.default, {**scope, **values}, now)
        elif found.kind == "group":
            values[found.key] = _defaults(found.children, {**scope, **values}, now)
    return values


def _conditions(
    fields: Iterable[Field], above: tuple[Expression, ...]
) -> Iterable[tuple[str, tuple[Expression, ...]]]:
    """Each key with its own condition and those of the layout groups round it."""
    for found in fields:
        hides = above if found.hide is None else (*above, found.hide)
        if found.kind == "group" and not found.key:
            yield from _conditions(found.children, hides)
        elif found.kind not in LAYOUT:
            yield found.key, hides


def _holds(condition: Expression, scope: Scope, now: datetime) -> bool:
    return evaluate(condition, scope, now) is True


def _option(entry: Any) -> Option:
    if isinstance(entry, dict):
        value = str(entry.get("value", ""))
        return Option(value=value, label=str(entry.get("label") or value))
    return Option(value=str(entry), label=str(entry))
