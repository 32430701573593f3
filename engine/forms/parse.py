"""Read a form-js file into a ``Form``; everything that can be wrong is found here, at deploy."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import re2

from engine.feel import NO_FUNCTIONS, Functions
from engine.forms.errors import FormError
from engine.forms.expressions import Expressions
from engine.forms.model import (
    CHOICES,
    REASONS,
    Field,
    FieldKind,
    Form,
    FormRule,
    Limits,
    Option,
    answered,
)
from engine.manifest import Modality, split_citations

MAX_BYTES: Final = 256 * 1024
MAX_FIELDS: Final = 500
MAX_DEPTH: Final = 6
_SKIPPED: Final = frozenset({"separator", "spacer", "button"})
_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "personnummer": frozenset({"textfield"}),
    "utan_identitet": frozenset({"textfield", "textarea"}),
}
_DATES: Final[Mapping[str, FieldKind]] = {"date": "date", "time": "time", "datetime": "datetime"}
_KINDS: Final[Mapping[str, FieldKind]] = {
    kind: kind for kind in get_args(FieldKind) if kind not in {"personnummer", "date", "time"}
}
_MODALITIES: Final[Mapping[str, Modality]] = {"ska": "ska", "bor": "bor"}
_FORMATS: Final[Mapping[str, Literal["email", "phone"]]] = {"email": "email", "phone": "phone"}
_NAME: Final = re2.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RULE_KEYS: Final = frozenset({"villkor", "falt", "meddelande", "modalitet", "lagrum"})

Json = Mapping[str, Any]


def parse_form(content: bytes, functions: Functions = NO_FUNCTIONS) -> Form:
    """Read a form file.

    Args:
        content: The file.
        functions: What its expressions may call beside FEEL's own functions.

    Raises:
        FormError: Not JSON, an unsupported field, a wrong key or an expression that is not FEEL;
            names the field and how to mend it.
    """
    document = _document(content)
    properties = _mapping(document.get("properties", {}), "properties")
    feel = Expressions(functions)
    fields = _fields(document.get("components", []), "components", feel, depth=1)
    if sum(1 for _ in Form(id="", title="", fields=fields).walk()) > MAX_FIELDS:
        raise FormError("", f"more than {MAX_FIELDS} fields; divide the form over several tasks")
    form_id = document.get("id")
    if not isinstance(form_id, str) or not _NAME.fullmatch(form_id):
        raise FormError("", "the form needs an id of ASCII letters, digits and _")
    return Form(
        id=form_id,
        title=_text(properties, "titel") or _text(document, "title") or form_id,
        fields=fields,
        rules=tuple(_rules(properties.get("regler", document.get("regler", [])), fields, feel)),
        lagrum=split_citations(_text(properties, "lagrum")),
    )


def _document(content: bytes) -> Json:
    if len(content) > MAX_BYTES:
        raise FormError("", f"the file is larger than {MAX_BYTES} bytes")
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FormError("", "the file is not JSON in UTF-8") from error
    return _mapping(document, "")


def _fields(components: Any, path: str, feel: Expressions, *, depth: int) -> tuple[Field, ...]:
    if not isinstance(components, list):
        raise FormError(path, "components must be a list")
    if depth > MAX_DEPTH:
        raise FormError(path, f"groups and lists are nested more than {MAX_DEPTH} deep")
    fields = tuple(
        _field(_mapping(component, f"{path}.{index}"), f"{path}.{index}", feel, depth)
        for index, component in enumerate(components)
        if not (isinstance(component, dict) and _text(component, "type") in _SKIPPED)
    )
    _require_unique_keys(fields, path)
    return fields


def _field(component: Json, path: str, feel: Expressions, depth: int) -> Field:
    properties = _mapping(component.get("properties", {}), f"{path}.properties")
    kind = _kind(component, properties, path)
    key = _key(component, kind, path)
    where = key or path
    conditional = _mapping(component.get("conditional") or {}, where)
    return Field(
        key=key,
        kind=kind,
        label=_text(component, "label") or _text(component, "dateLabel"),
        help=_text(properties, "hjalp") or _text(component, "description"),
        text=_text(component, "text"),
        lagrum=split_citations(_text(properties, "lagrum")),
        modality=_modality(properties.get("modalitet", "ska"), where),
        norm=_text(properties, "norm"),
        unverified=_text(properties, "status") == "U",
        purpose=_text(properties, "syfte"),
        readonly=component.get("readonly") is True or component.get("disabled") is True,
        limits=_limits(component, properties, kind, where, feel),
        options=_options(component, kind, where),
        options_from=feel.optional(component.get("valuesExpression"), where, "valuesExpression"),
        hide=feel.optional(conditional.get("hide"), where, "conditional.hide"),
        default=feel.default(component, properties, where),
        children=_fields(component.get("components", []), where, feel, depth=depth + 1)
        if kind in {"group", "dynamiclist"}
        else (),
    )


def _kind(component: Json, properties: Json, path: str) -> FieldKind:
    written = component.get("type")
    if _typ(written, properties, path) == "personnummer":
        return "personnummer"
    if written == "datetime":
        subtype = _DATES.get(_text(component, "subtype") or "date")
        if subtype is None:
            raise FormError(path, "subtype must be date, time or datetime")
        return subtype
    kind = _KINDS.get(_text(component, "type"))
    if kind is None:
        supported = ", ".join(sorted(_KINDS))
        raise FormError(path, f"this type of field is not supported; supported: {supported}")
    return kind


def _typ(written: Any, properties: Json, path: str) -> str:
    """What a text means beside its kind; "" for an ordinary field."""
    typ = properties.get("typ") or ""
    if typ and written not in _TYPES.get(typ, frozenset()):
        raise FormError(path, "typ must be personnummer (textfield) or utan_identitet (text)")
    return str(typ)


def _key(component: Json, kind: FieldKind, path: str) -> str:
    if kind == "text":
        return ""
    key = component.get("path" if kind in {"group", "dynamiclist"} else "key") or ""
    if key == "" and kind == "group":
        return ""
    if not isinstance(key, str) or not _NAME.fullmatch(key) or key == REASONS:
        raise FormError(path, "key (path for a list) must be an ASCII name: letters, digits, _")
    return key


def _limits(
    component: Json, properties: Json, kind: FieldKind, where: str, feel: Expressions
) -> Limits:
    validate = _mapping(component.get("validate") or {}, f"{where}.validate")
    pattern = validate.get("pattern")
    if pattern is not None:
        _require_pattern(pattern, where)
    lowest = validate.get("min", properties.get("tidigast", properties.get("minst")))
    highest = validate.get("max", properties.get("senast", properties.get("hogst")))
    return Limits(
        required=validate.get("required") is True or _is_wanted(component, properties, kind),
        lowest=feel.limit(lowest, where, "min"),
        highest=feel.limit(highest, where, "max"),
        min_length=_whole(validate.get("minLength"), where, "minLength"),
        max_length=_whole(validate.get("maxLength"), where, "maxLength"),
        decimals=_whole(component.get("decimalDigits"), where, "decimalDigits")
        if kind == "number"
        else None,
        pattern=pattern,
        pattern_message=_text(properties, "monster_meddelande"),
        no_identity=properties.get("typ") == "utan_identitet",
        format=_FORMATS.get(_text(validate, "validationType")),
    )


def _is_wanted(component: Json, properties: Json, kind: FieldKind) -> bool:
    """A field that *bör* be filled in is asked for; leaving it empty takes a reason (K-1)."""
    computed = component.get("readonly") is True or component.get("disabled") is True
    return properties.get("modalitet") == "bor" and kind not in {"group", "text"} and not computed


def _options(component: Json, kind: FieldKind, where: str) -> tuple[Option, ...]:
    if kind not in CHOICES:
        return ()
    values = component.get("values", [])
    if not isinstance(values, list):
        raise FormError(where, "values must be a list of {label, value}")
    options = tuple(_option(value, where) for value in values)
    if not options and not component.get("valuesExpression"):
        raise FormError(where, "the choice has no values; add values or valuesExpression")
    if len({option.value for option in options}) != len(options):
        raise FormError(where, "two choices have the same value")
    return options


def _option(value: Any, where: str) -> Option:
    entry = _mapping(value, f"{where}.values")
    code = entry.get("value")
    if not isinstance(code, str) or not code:
        raise FormError(where, "each choice needs a value that is text")
    return Option(value=code, label=_text(entry, "label") or code)


def _rules(rules: Any, fields: tuple[Field, ...], feel: Expressions) -> Iterable[FormRule]:
    if isinstance(rules, str):
        rules = _embedded(rules)
    if not isinstance(rules, list):
        raise FormError("regler", "regler must be a list of {villkor, falt, meddelande}")
    known = {found.key for found in answered(fields)}
    for index, entry in enumerate(rules):
        where = f"regler.{index}"
        rule = _mapping(entry, where)
        unknown = sorted(set(rule) - _RULE_KEYS)
        if unknown:
            raise FormError(where, f"unknown key {unknown[0]}")
        name = _text(rule, "falt")
        if name.split(".")[0] not in known:
            raise FormError(where, f"falt {name!r} is not a field of the form")
        if not _text(rule, "meddelande"):
            raise FormError(where, "meddelande is missing: say what the person must do")
        yield FormRule(
            condition=feel.compile(rule.get("villkor"), where, "villkor"),
            field=name,
            message=_text(rule, "meddelande"),
            modality=_modality(rule.get("modalitet", "ska"), where),
            lagrum=split_citations(_text(rule, "lagrum")),
        )


def _embedded(text: str) -> Any:
    """form-js editors keep properties as text; a list there is JSON in a string."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FormError("regler", "regler is neither a list nor JSON") from error


def _require_pattern(pattern: Any, where: str) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except (re2.error, TypeError) as error:
        raise FormError(where, "pattern is not a regular expression (RE2)") from error


def _require_unique_keys(fields: tuple[Field, ...], path: str) -> None:
    seen: set[str] = set()
    for found in answered(fields):
        if found.key in seen:
            raise FormError(path, f"two fields have the key {found.key}")
        seen.add(found.key)


def _modality(value: Any, where: str) -> Modality:
    modality = _MODALITIES.get(value) if isinstance(value, str) else None
    if modality is None:
        raise FormError(where, "modalitet must be ska or bor")
    return modality


def _whole(value: Any, where: str, name: str) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FormError(where, f"{name} must be a whole number, 0 or more")
    return value


def _mapping(value: Any, where: str) -> Json:
    if not isinstance(value, dict):
        raise FormError(where, "must be a JSON object")
    return value


def _text(mapping: Json, name: str) -> str:
    value = mapping.get(name)
    return value.strip() if isinstance(value, str) else ""
