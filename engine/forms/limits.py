"""The limits of one field: required, length, lowest and highest, pattern, choices, rows."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import re2

from engine.forms.identity import holds_identity_number
from engine.forms.model import CHOICES, SEVERAL, Field
from engine.forms.scope import Scope, evaluate, options_of

NEVER_EXCUSED: Final = frozenset(
    {"not_an_option", "too_long", "pattern_mismatch", "required_row", "identity_number"}
)
"""Codes that stay an error also where the field is a *bör*: the value itself is unusable."""

IDENTITY_REFUSED: Final = (
    "identity_number",
    "Texten ser ut att innehålla ett personnummer. Ta bort det: här får ingen kunna pekas ut.",
)
Broken = tuple[str, str]


def broken(found: Field, value: Any, scope: Scope, *, now: datetime) -> Iterator[Broken]:
    """Yield (code, Swedish message) for each limit that the value does not keep to.

    Args:
        found: The field.
        value: Its typed value; None, False and [] are "nothing".
        scope: What the field's own expressions may refer to.
        now: For ``today()`` and ``now()``.
    """
    if value is None or value is False or value == []:
        if found.limits.required:
            yield "required", _missing(found)
        return
    if isinstance(value, str):
        yield from _text(found, value)
    if found.kind in CHOICES:
        yield from _choice(found, value, scope, now)
    yield from _size(found, value, scope, now)


def _missing(found: Field) -> str:
    label = f" ”{found.label}”" if found.label else ""
    if found.kind == "checkbox":
        return f"Kryssa i{label}."
    if found.kind in CHOICES:
        return f"Välj{label}."
    if found.kind == "dynamiclist":
        return f"Lägg till minst en rad i{label or ' listan'}."
    return f"Fyll i{label}."


def _text(found: Field, value: str) -> Iterator[Broken]:
    kept = found.limits
    if kept.no_identity and holds_identity_number(value):
        yield IDENTITY_REFUSED
    if kept.min_length is not None and len(value) < kept.min_length:
        yield "too_short", f"Skriv minst {kept.min_length} tecken."
    if kept.max_length is not None and len(value) > kept.max_length:
        yield "too_long", f"Skriv högst {kept.max_length} tecken."
    if kept.pattern is not None and not re2.search(kept.pattern, value):
        yield "pattern_mismatch", kept.pattern_message or "Texten har inte rätt form."


def _choice(found: Field, value: Any, scope: Scope, now: datetime) -> Iterator[Broken]:
    allowed = {option.value for option in options_of(found, scope, now=now)}
    chosen = value if found.kind in SEVERAL else [value]
    if not allowed.issuperset(chosen):
        yield "not_an_option", "Välj ett av alternativen."


def _size(found: Field, value: Any, scope: Scope, now: datetime) -> Iterator[Broken]:
    measured: Any = len(value) if isinstance(value, list) else value
    lowest, highest = found.limits.lowest, found.limits.highest
    low: Any = None if lowest is None else evaluate(lowest, scope, now)
    high: Any = None if highest is None else evaluate(highest, scope, now)
    if _comparable(measured, low) and measured < low:
        yield "too_small", _bound_message(found, low, at_least=True)
    if _comparable(measured, high) and measured > high:
        yield "too_large", _bound_message(found, high, at_least=False)


def _comparable(measured: Any, bound: Any) -> bool:
    """Whether both are numbers, or both dates, or both times; a missing bound is neither."""
    if isinstance(measured, int | Decimal):
        return isinstance(bound, int | Decimal)
    if isinstance(measured, datetime) or isinstance(bound, datetime):
        return isinstance(measured, datetime) and isinstance(bound, datetime)
    return any(isinstance(measured, kind) and isinstance(bound, kind) for kind in (date, time))


def _bound_message(found: Field, bound: Any, *, at_least: bool) -> str:
    word = "minst" if at_least else "högst"
    if found.kind in {"date", "datetime", "time"}:
        return f"Ange {bound.isoformat()} eller {'senare' if at_least else 'tidigare'}."
    if found.kind == "dynamiclist":
        return f"Ange {word} {bound} rader."
    if found.kind in SEVERAL:
        return f"Välj {word} {bound} alternativ."
    return f"Ange {word} {str(bound).replace('.', ',')}."
