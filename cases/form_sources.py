"""What a form may ask of the server: choices that no diagram can carry, such as colleagues.

A form's FEEL (``valuesExpression``, ``hide``, rules) sees the inputs of its task and, under the
names registered here, values that are read anew each time the form is shown or answered. They
are read inside the actor's access context, so row-level security decides what there is to choose.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engine.bundle import Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPlace:
    """Where a form is filled in: the unit and ärende of its instance, and what the task knows."""

    now: datetime
    bundle: Bundle
    organisation: UUID
    unit: UUID
    secrecy: int
    arende_id: UUID | None
    inputs: Mapping[str, Any] = field(default_factory=dict)


Source = Callable[[FormPlace], Any]
"""Gives a FEEL value: texts, numbers as Decimal, lists, contexts ``{value, label}``."""

_sources: dict[str, Source] = {}
_told: dict[str, str] = {}


def form_source(name: str, *, told: str = "") -> Callable[[Source], Source]:
    """Register what a name in a form's expressions stands for.

    Args:
        name: The name.
        told: Where what it gives comes from, as a Swedish sentence marked for translation; a page
            says it beside an answer that is filled in beforehand.

    Raises:
        ValueError: The name is taken.
    """

    def register(source: Source) -> Source:
        if name in _sources:
            raise ValueError(f"form source {name} is registered twice")
        _sources[name] = source
        if told:
            _told[name] = told
        return source

    return register


def registered() -> Mapping[str, Source]:
    """Every source by name."""
    return MappingProxyType(_sources)


def origins() -> Mapping[str, str]:
    """Where what a source gives comes from, by its name; only of those that say so."""
    return MappingProxyType(_told)


def form_context(names: Iterable[str], place: FormPlace) -> dict[str, Any]:
    """What the expressions of a form see beside its own fields.

    Args:
        names: The names they use; only those sources are asked.
        place: Where it is filled in. An input of the task wins over a source of the same name.
    """
    asked = [name for name in names if name in _sources and name not in place.inputs]
    return {**{name: _sources[name](place) for name in asked}, **place.inputs}
