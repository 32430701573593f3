"""Read a posted HTML form into answers: names are field paths such as ``mal.0.text``."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.timezone import get_current_timezone, is_aware

from engine.forms import REASONS, Field, Form
from engine.forms.model import SEVERAL, answered
from records.answers import READABLE_YEARS

MAX_ROWS: Final = 200
ADD: Final = "_lagg_till"
REMOVE: Final = "_ta_bort"
COPY: Final = "_kopiera"
_SILENT: Final = SEVERAL | {"checkbox", "radio", "group", "dynamiclist"}


def number(text: str) -> int | None:
    """A whole number of at most nine digits that a page sent back; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def day_of(text: str) -> date | None:
    """A day that a page sent back, as YYYY-MM-DD; None for anything else."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and found.year in READABLE_YEARS else None


def moment_of(text: str) -> datetime | None:
    """A moment that a page sent back, in Stockholm where it does not say; None for no moment.

    Nor one of a year that cannot be shown: at the ends of the calendar another zone has none.
    """
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    if found.year not in READABLE_YEARS:
        return None
    return found if is_aware(found) else found.replace(tzinfo=get_current_timezone())


def posted_answers(form: Form, data: QueryDict) -> dict[str, Any]:
    """Answers as they were written, ready for ``validate_answers`` and for showing again.

    Args:
        form: The form that was shown.
        data: ``request.POST``.
    """
    # Where a row is added or taken away the empty ones stay: the button names a row by its number.
    answers = _level(form.fields, "", data, blank=any(name in data for name in _CHANGES))
    reasons = {
        name.removeprefix(f"{REASONS}."): str(data[name]).strip()
        for name in data
        if name.startswith(f"{REASONS}.") and str(data[name]).strip()
    }
    if reasons:
        answers[REASONS] = reasons
    return answers


def filled_up(
    form: Form, data: QueryDict, answers: Mapping[str, Any], first: Mapping[str, Any]
) -> dict[str, Any]:
    """Answers to show again: a field that was not on the page has what it holds at first.

    Args:
        form: The form.
        data: ``request.POST``.
        answers: From ``posted_answers``.
        first: From ``default_answers``.
    """
    unseen = {
        found.key
        for found in answered(form.fields)
        # A box without a tick is not sent either: that it is empty is an answer.
        if found.kind not in _SILENT and found.key not in data and answers.get(found.key) is None
    }
    return {**answers, **{key: value for key, value in first.items() if key in unseen}}


def rows_changed(form: Form, data: QueryDict, answers: dict[str, Any]) -> str | None:
    """Add, copy or remove a row when the person pressed such a button.

    Returns:
        The path of the row to go on with, "" where there is none; None when no such button was
        pressed, so that the form is not to be shown again for that.
    """
    for name, change in _CHANGES.items():
        asked = data.get(name)
        if not isinstance(asked, str) or not asked:
            continue
        path, _, index = (asked, "", "") if name == ADD else asked.rpartition(".")
        rows = _rows_at(form, answers, path)
        place = int(index) if index.isascii() and index.isdigit() and len(index) < 5 else -1
        if rows is None or (name != ADD and not 0 <= place < len(rows)):
            return ""
        return f"{path}.{change(rows, place)}"
    return None


def _add(rows: list[dict[str, Any]], _place: int) -> int:
    if len(rows) < MAX_ROWS:
        rows.append({})
    return len(rows) - 1


def _copy(rows: list[dict[str, Any]], place: int) -> int:
    if len(rows) < MAX_ROWS:
        rows.insert(place + 1, deepcopy(rows[place]))
        return place + 1
    return place


def _remove(rows: list[dict[str, Any]], place: int) -> int:
    rows.pop(place)
    return max(0, place - 1)


_CHANGES: Final[Mapping[str, Callable[[list[dict[str, Any]], int], int]]] = {
    ADD: _add,
    COPY: _copy,
    REMOVE: _remove,
}


def _level(
    fields: tuple[Field, ...], prefix: str, data: QueryDict, *, blank: bool
) -> dict[str, Any]:
    return {
        found.key: _value(found, prefix + found.key, data, blank=blank)
        for found in answered(fields)
    }


def _value(found: Field, path: str, data: QueryDict, *, blank: bool) -> Any:
    if found.kind == "group":
        return _level(found.children, f"{path}.", data, blank=blank)
    if found.kind == "dynamiclist":
        count = min(_row_count(path, data), MAX_ROWS)
        rows = [
            _level(found.children, f"{path}.{index}.", data, blank=blank) for index in range(count)
        ]
        return rows if blank else [row for row in rows if _written(row)]
    if found.kind in SEVERAL:
        return [str(choice) for choice in data.getlist(path) if choice]
    return data.get(path)


def _written(value: Any) -> bool:
    """An empty row is no row: the page offers one blank row to begin with."""
    if isinstance(value, Mapping):
        return any(_written(entry) for entry in value.values())
    if isinstance(value, list):
        return any(_written(entry) for entry in value)
    return value not in (None, "")


def _row_count(path: str, data: QueryDict) -> int:
    pattern = re.compile(re.escape(path) + r"\.(\d{1,4})\.")
    found = (pattern.match(name) for name in data)
    return max((int(match[1]) + 1 for match in found if match), default=0)


def _rows_at(form: Form, answers: dict[str, Any], path: str) -> list[dict[str, Any]] | None:
    """The list of rows at a path, or None when the path names no list of the form."""
    here: Any = answers
    for part in path.split("."):
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    lists = {found.key for found in form.walk() if found.kind == "dynamiclist"}
    return here if isinstance(here, list) and path.rpartition(".")[2] in lists else None
