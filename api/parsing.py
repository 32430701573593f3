"""Reading JSON bodies: what PostgreSQL or FEEL cannot hold is refused here, whoever asks."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

_MAX_DEPTH = 40
_MAX_POWER = 300


class SafeJSONParser(JSONParser):
    """JSON with decimal numbers, without NUL, lone surrogates, endless numbers or deep nesting."""

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
            _require_storable(data)
        except (ValueError, ArithmeticError, RecursionError):
            raise ParseError from None
        return data


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _MAX_POWER:
        raise ValueError
    return number


def _require_storable(data: object) -> None:
    level: list[object] = [data]
    for _depth in range(_MAX_DEPTH):
        for item in level:
            if isinstance(item, str) and b"\x00" in item.encode("utf-8"):
                raise ValueError
        level = [part for item in level for part in _parts(item)]
        if not level:
            return
    raise ValueError


def _parts(item: object) -> list[object]:
    if isinstance(item, dict):
        return [*item.keys(), *item.values()]
    return item if isinstance(item, list) else []
