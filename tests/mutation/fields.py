"""Alterations of a form: a field that must be filled in no more, a rule turned round."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.mutation.sites import Site


def drop_required(path: str, content: bytes) -> Iterator[Site]:
    """Let a required field be left empty."""
    for place, field in _fields(json.loads(content)["components"]):
        if field.get("validate", {}).get("required") is True:
            edit = _edited(content, place, _optional)
            yield _site("drop_required", path, content, field, "no longer required", edit)


def invert_rule(path: str, content: bytes) -> Iterator[Site]:
    """Negate when a field is hidden, or what a rule over several fields asks for."""
    form = json.loads(content)
    for place, field in _fields(form["components"]):
        old = field.get("conditional", {}).get("hide")
        if isinstance(old, str) and old.startswith("="):
            edit = _edited(content, place, _shown)
            yield _site("invert_condition", path, content, field, f"hidden when not {old}", edit)
    for number, rule in enumerate(form.get("properties", {}).get("regler", ())):
        yield Site(
            kind="invert_condition",
            file=path,
            place=f"regler {number + 1}",
            what=f"{rule['villkor']} negated",
            line=_line(content, rule["villkor"]),
            marks=((f"form {form['id']}",),),
            alter=lambda number=number: _other_rule(content, number),  # type: ignore[misc]
        )


Place = tuple[int, ...]


def _fields(components: list[dict[str, Any]], at: Place = ()) -> Iterator[tuple[Place, Any]]:
    for number, field in enumerate(components):
        yield (*at, number), field
        yield from _fields(field.get("components", []), (*at, number))


def _edited(
    content: bytes, place: Place, edit: Callable[[dict[str, Any]], None]
) -> Callable[[], bytes]:
    def apply() -> bytes:
        form = json.loads(content)
        found = form
        for number in place:
            found = found["components"][number]
        edit(found)
        return _written(form)

    return apply


def _optional(field: dict[str, Any]) -> None:
    field["validate"]["required"] = False


def _shown(field: dict[str, Any]) -> None:
    field["conditional"]["hide"] = f"=not({field['conditional']['hide'][1:]})"


def _other_rule(content: bytes, number: int) -> bytes:
    form = json.loads(content)
    rule = form["properties"]["regler"][number]
    rule["villkor"] = f"=not({rule['villkor'].removeprefix('=')})"
    return _written(form)


def _written(form: dict[str, Any]) -> bytes:
    return json.dumps(form, ensure_ascii=False, indent=2).encode()


def _site(
    kind: str,
    path: str,
    content: bytes,
    field: dict[str, Any],
    what: str,
    edit: Callable[[], bytes],
) -> Site:
    name = str(field.get("key") or field.get("path") or field.get("id"))
    own = str(field.get("id") or name)
    form = json.loads(content)["id"]
    return Site(
        kind=kind,
        file=path,
        place=name if own == name else f"{name} ({own})",
        what=what,
        line=_line(content, own),
        marks=((f"form {form}",),),
        alter=edit,
    )


def _line(content: bytes, text: str) -> int:
    """The line where a text of the form stands, 0 where it is not found."""
    wanted = json.dumps(text, ensure_ascii=False)
    lines = content.decode("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if wanted in line), 0)
