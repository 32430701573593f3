"""Reading JSON bodies: what PostgreSQL or FEEL cannot hold is refused here, whoever asks."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

_MAX_DEPTH = 40
_MAX_POWER = 330


class SafeJSONParser(JSONParser):
    """JSON with decimal numbers; no NUL, lone surrogate, endless number or deep nesting gets in."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Read a body.

        Raises:
            ParseError: Not JSON, or it holds what cannot be stored.
        """
        try:
            data = json.loads(
                stream.read().decode("utf-8"), parse_float=_number, parse_constant=_number
            )
            return _storable(data)
        except (ValueError, ArithmeticError, RecursionError):
            raise ParseError from None


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _MAX_POWER:
        raise ValueError
    return number


def _storable(item: Any, depth: int = 0) -> Any:
    """Put a mark for what PostgreSQL cannot hold: NUL and halves of characters."""
    if depth > _MAX_DEPTH:
        raise ValueError
    if isinstance(item, str):
        return item.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(item, dict):
        return {_storable(key): _storable(part, depth + 1) for key, part in item.items()}
    return [_storable(part, depth + 1) for part in item] if isinstance(item, list) else item
