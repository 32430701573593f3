"""Numbers, days and durations written in FEEL, moved by one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

_LITERAL = re.compile(
    r"""(?P<day>\d{4}-\d\d-\d\d)
      | (?P<duration>-?P(?=[\dT])[\dYMWDTHS.]+)
      | (?P<text>"[^"]*")
      | (?P<number>(?:(?<![\w.])|(?<=\.\.))\d+(?:\.\d+)?(?!\w))""",
    re.VERBOSE,
)
_INSIDE = re.compile(r"\d{4}-\d\d-\d\d|-?P(?=[\dT])[\dYMWDTHS.]+")


def moved(text: str, by: int) -> Iterator[tuple[str, str, str]]:
    """Return each literal of an expression, what it becomes, and the whole expression with it.

    Numbers change by one, days by a day, durations by one of their first unit. A text is left as
    it is unless it is a day or a duration.

    Args:
        text: FEEL, or the text of a timer.
        by: 1 or -1.
    """
    for match in _LITERAL.finditer(text):
        old = match.group()
        if match.lastgroup == "text":
            if not _INSIDE.fullmatch(old[1:-1]):
                continue
            new = f'"{_moved(old[1:-1], by)}"'
        else:
            new = _moved(old, by)
        if new != old:
            yield old, new, text[: match.start()] + new + text[match.end() :]


def _moved(literal: str, by: int) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", literal):
        return (date.fromisoformat(literal) + timedelta(days=by)).isoformat()
    if "P" in literal:
        return re.sub(r"\d+", lambda found: str(int(found.group()) + by), literal, count=1)
    return str(Decimal(literal) + by)
