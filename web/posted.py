"""Read a posted HTML form into answers: names are field paths such as ``mal.0.text``."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

from engine.forms import REASONS, Field, Form
from engine.forms.model import SEVERAL, answered

MAX_ROWS: Final = 200
ADD: Final = "_lagg_till"
REMOVE: Final = "_ta_bort"


def posted_answers(form: Form, data: QueryDict) -> dict[str, Any]:
    """Answers as they were written, ready for ``validate_answers`` and for showing again.

    Args:
        form: The form that was shown.
        data: ``request.POST``.
    """
    answers = _level(form.fields, "", data)
    reasons = {
        name.removeprefix(f"{REASONS}."): str(data[name]).strip()
        for name in data
        if name.startswith(f"{REASONS}.") and str(data[name]).strip()
    }
    if reasons:
        answers[REASONS] = reasons
    return answers


def rows_changed(form: Form, data: QueryDict, answers: dict[str, Any]) -> bool:
    """Add or remove a row when the person pressed such a button.

    Returns:
        True when a row was added or removed, so that the form is to be shown again.
    """
    added, removed = data.get(ADD), data.get(REMOVE)
    if isinstance(added, str) and added:
        rows = _rows_at(form, answers, added)
        if rows is not None and len(rows) < MAX_ROWS:
            rows.append({})
        return True
    if isinstance(removed, str) and "." in removed:
        path, _, index = removed.rpartition(".")
        rows = _rows_at(form, answers, path)
        if rows is not None and index.isdigit() and int(index) < len(rows):
            rows.pop(int(index))
        return True
    return False


def _level(fields: tuple[Field, ...], prefix: str, data: QueryDict) -> dict[str, Any]:
    return {found.key: _value(found, prefix + found.key, data) for found in answered(fields)}


def _value(found: Field, path: str, data: QueryDict) -> Any:
    if found.kind == "group":
        return _level(found.children, f"{path}.", data)
    if found.kind == "dynamiclist":
        count = min(_row_count(path, data), MAX_ROWS)
        rows = [_level(found.children, f"{path}.{index}.", data) for index in range(count)]
        return [row for row in rows if _written(row)]
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
