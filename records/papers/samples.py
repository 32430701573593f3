"""Example letters, made from the models alone: every field filled, and only what must be there."""

import types
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from records.papers.kinds import KINDS
from records.papers.letter import Letter, Plain, Recipient, Sender

MOMENT: Final = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
_UNIONS: Final = (Union, types.UnionType)
_ROWS: Final = 2


def letters(kind: str) -> Iterator[Letter]:
    """Letters of a kind: full, full about a protected person, and bare."""
    person = _made(Recipient, full=True)
    for full, recipient in (
        (True, person.model_copy(update={"skyddad": False})),
        (True, person.model_copy(update={"skyddad": True, "adress": ()})),
        (False, _made(Recipient, full=False)),
    ):
        yield Letter(
            ref=UUID(int=1),
            arende="2026-0001" if full else "",
            upprattad=MOMENT,
            law_version="SoL 2025:400" if full else "",
            person=recipient,
            avsandare=_made(Sender, full=full),
            innehall=_made(KINDS[kind], full=full),
            kopia=full,
        )


def _made(model: type[Plain], *, full: bool) -> Any:
    values = {
        name: _value(name, field.annotation, full=full)
        for name, field in model.model_fields.items()
        if full or field.is_required()
    }
    return model(**values)


def _value(name: str, kind: Any, *, full: bool) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in _UNIONS:
        return _value(name, inner[0], full=full)
    if origin is tuple:
        # A list may be empty, so the bare letter has empty ones.
        return tuple(_value(name, inner[0], full=full) for _ in range(_ROWS if full else 0))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _made(kind, full=full)  # type: ignore[arg-type]
    plain: dict[Any, Any] = {
        str: f"Exempel på {name}",
        int: 3,
        bool: full,
        date: MOMENT.date(),
        datetime: MOMENT,
    }
    return plain[kind]
