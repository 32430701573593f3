"""The summary of errors above a form: what is wrong, where, and the way to it."""

from collections import Counter
from collections.abc import Mapping

from engine.forms import Field, Form
from engine.forms.validate import NO_REASON
from web.refusals import in_words
from web.widgets import Errors, html_id


def error_list(form: Form, errors: Errors) -> list[tuple[str, str, str]]:
    """The error summary: (id to jump to, where, message) in the order of the form.

    Args:
        form: The form.
        errors: Field path to (code, message).
    """
    keyed = [found for found in form.walk() if found.key]
    order = {found.key: place for place, found in enumerate(keyed)}
    labels = {found.key: found.label for found in keyed}
    alike = Counter(found.label for found in keyed)
    headings = _headings(form.fields, "")

    def place(path: str) -> tuple[int, str]:
        return order.get(path.split(".", maxsplit=1)[0], len(order)), path

    found = []
    for path in sorted(errors, key=place):
        label, (code, message) = labels.get(path.rpartition(".")[2], ""), errors[path]
        field_id = f"{html_id(path)}-skal" if code == NO_REASON else html_id(path)
        part = _row(path, labels) or (headings.get(path, "") if alike[label] > 1 else "")
        # Many messages name their field: said twice it is only in the way.
        where = [words for words in (part, "" if label in message else label) if words]
        found.append((field_id, ": ".join(where), in_words(message)))
    return found


def _row(path: str, labels: Mapping[str, str]) -> str:
    """Which row of a list a field stands in; empty where it stands in none."""
    first, *rest = path.split(".")
    if not rest or not rest[0].isdecimal():
        return ""
    return f"{labels.get(first, first)} {int(rest[0]) + 1}"


def _headings(fields: tuple[Field, ...], heading: str) -> dict[str, str]:
    """The heading of the form that each field stands under."""
    found = {}
    for field in fields:
        above = field.label if field.kind == "group" and not field.key else heading
        if field.key:
            found[field.key] = above
        elif field.kind == "group":
            found |= _headings(field.children, above)
    return found
