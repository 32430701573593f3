"""The JSON schema of a form's answers, for OpenAPI and for generated clients."""

from typing import Any, Final

from engine.forms.model import CHOICES, REASONS, SEVERAL, Field, FieldKind, Form, answered
from engine.forms.validate import MAX_ROWS

_TYPES: Final[dict[FieldKind, dict[str, Any]]] = {
    "textfield": {"type": "string"},
    "textarea": {"type": "string"},
    "personnummer": {
        "type": "string",
        "description": "Personnummer eller samordningsnummer, helst 12 siffror",
    },
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "datetime": {"type": "string", "format": "date-time"},
    "checkbox": {"type": "boolean"},
    "radio": {"type": "string"},
    "select": {"type": "string"},
}


def answers_schema(form: Form) -> dict[str, Any]:
    """Return the JSON schema (2020-12) of the answers to a form.

    A field that can be hidden is never required here: the server decides that from the answers.
    """
    schema = _level(form.fields)
    schema["title"] = form.title
    schema["properties"][REASONS] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Skäl när en bör-regel inte följs: fältets namn och en text",
    }
    return schema


def _level(fields: tuple[Field, ...]) -> dict[str, Any]:
    always = {found.key for found in _always_shown(fields)}
    required = [
        found.key
        for found in answered(fields)
        if found.limits.required and found.modality == "ska" and found.key in always
    ]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {found.key: _field(found) for found in answered(fields)},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _always_shown(fields: tuple[Field, ...]) -> list[Field]:
    shown: list[Field] = []
    for found in fields:
        if found.hide is not None or found.readonly:
            continue
        if found.kind == "group" and not found.key:
            shown.extend(_always_shown(found.children))
        else:
            shown.append(found)
    return shown


def _field(found: Field) -> dict[str, Any]:
    if found.kind == "group":
        schema = _level(found.children)
    elif found.kind == "dynamiclist":
        schema = {"type": "array", "items": _level(found.children), "maxItems": MAX_ROWS}
    elif found.kind in SEVERAL:
        schema = {"type": "array", "items": _choice(found), "uniqueItems": True}
    elif found.kind in CHOICES:
        schema = _choice(found)
    else:
        schema = dict(_TYPES[found.kind])
    if isinstance(schema.get("type"), str) and not found.limits.required:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return {**_limits(found), **schema, **({"title": found.label} if found.label else {})}


def _choice(found: Field) -> dict[str, Any]:
    if found.options_from is not None:
        return {"type": "string"}
    return {"type": "string", "enum": [option.value for option in found.options]}


def _limits(found: Field) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if found.help:
        kept["description"] = found.help
    if found.limits.min_length is not None:
        kept["minLength"] = found.limits.min_length
    if found.limits.max_length is not None:
        kept["maxLength"] = found.limits.max_length
    if found.limits.pattern is not None:
        kept["pattern"] = found.limits.pattern
    return kept
