"""A form with values and errors, as a tree that the templates write out as HTML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from engine.forms import REASONS, Field, Form, options_of, typed_answers
from engine.forms.scope import Scope, concealed, hidden_keys, level_scope, row_scope
from engine.forms.validate import NO_REASON
from engine.manifest import Citation, Citations
from web.explained import NORMS
from web.refusals import in_words

STOCKHOLM = ZoneInfo("Europe/Stockholm")
Errors = Mapping[str, tuple[str, str]]
INLINE = 4
INLINE_LEN = 34  # letters in all labels together


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a radio, select or list of checkboxes."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list."""

    path: str
    number: int
    widgets: tuple["Widget", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One field as it is shown."""

    path: str
    id: str
    kind: str
    label: str
    help: str
    text: str
    value: str
    checked: bool
    required: bool
    readonly: bool
    should: bool
    duty: str
    law: str
    unverified: bool
    error: str
    warns: bool
    asks_reason: bool
    reason: str
    choices: tuple[Choice, ...] = ()
    children: tuple["Widget", ...] = ()
    rows: tuple[Row, ...] = ()
    depends: bool = False
    first: bool = False
    origin: str = ""

    @property
    def inline(self) -> bool:
        """Whether the choices are few and short enough to stand on one line."""
        return len(self.choices) <= INLINE and sum(len(c.label) for c in self.choices) <= INLINE_LEN

    @property
    def described_by(self) -> str:
        """Ids of the texts that belong to the field, for ``aria-describedby``."""
        ids = [f"{self.id}-hjalp"] if self.help or self.law or self.duty else []
        ids += [f"{self.id}-fran"] if self.origin else []
        return " ".join([*ids, *([f"{self.id}-fel"] if self.error else [])])


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What does not change while a form is laid out."""

    errors: Errors
    reasons: Mapping[str, str]
    controls: frozenset[str]
    citations: Citations
    now: datetime
    focus: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Citations already written out: each is told once in a form."""
    focused: list[str] = field(default_factory=list)
    """The field that is written in next, once it is found."""


def build_widgets(
    form: Form,
    values: Mapping[str, Any],
    *,
    errors: Errors | None = None,
    context: Mapping[str, Any] | None = None,
    citations: Citations,
    now: datetime,
    focus: str = "",
    origins: Mapping[str, str] | None = None,
) -> tuple[Widget, ...]:
    """Lay out a form.

    Args:
        form: The form.
        values: Answers by key: as posted, or typed defaults.
        errors: Field path to (code, message).
        context: Names that the form's expressions may use.
        citations: What the ids of lagrum stand for.
        now: The moment, aware.
        focus: Path of the row to go on with: its first field gets the focus.
        origins: Field path to where the answer that stands there comes from.
    """
    reasons = values.get(REASONS)
    sheet = _Sheet(
        errors=errors or {},
        reasons=reasons if isinstance(reasons, Mapping) else {},
        controls=frozenset(
            name for found in form.walk() if found.hide for name in found.hide.names
        ),
        citations=citations,
        now=now,
        focus=f"{focus}." if focus else "",
        origins=origins or {},
    )
    return tuple(_level(form.fields, values, dict(context or {}), "", sheet))


def some_follow(form: Form) -> bool:
    """Whether some fields are asked for only after certain answers to others."""
    return any(found.hide is not None for found in form.walk())


def same_answer(one: Any, other: Any) -> bool:
    """Whether two answers are shown the same, typed or as they were written."""
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same_answer(*pair) for pair in pairs)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same_answer(one.get(key), other.get(key)) for key in {*one, *other})
    return _text(one) == _text(other)


def only_reasons(errors: Errors) -> bool:
    """Whether everything can stay as it is, once it is said why (K-1)."""
    return bool(errors) and all(code == NO_REASON for code, _ in errors.values())


def _level(
    fields: tuple[Field, ...], values: Mapping[str, Any], outer: Scope, prefix: str, sheet: _Sheet
) -> Iterator[Widget]:
    typed = typed_answers(fields, values, now=sheet.now)
    scope = level_scope(outer, typed, fields)
    hidden = hidden_keys(fields, typed, outer, now=sheet.now)
    yield from _shown(fields, values, scope, hidden, prefix, sheet)


def _shown(
    fields: tuple[Field, ...],
    values: Mapping[str, Any],
    scope: Scope,
    hidden: frozenset[str],
    prefix: str,
    sheet: _Sheet,
) -> Iterator[Widget]:
    for found in fields:
        if not found.key and concealed(found, scope, now=sheet.now):
            continue
        if found.kind == "group" and not found.key:
            inner = tuple(_shown(found.children, values, scope, hidden, prefix, sheet))
            if inner:
                yield _widget(found, "", prefix + "_" + found.label, scope, sheet, children=inner)
        elif found.key not in hidden or not found.key:
            yield _field(found, values.get(found.key), prefix + found.key, scope, sheet)


def _field(found: Field, value: Any, path: str, scope: Scope, sheet: _Sheet) -> Widget:
    if found.kind == "group":
        inner = value if isinstance(value, Mapping) else {}
        children = tuple(_level(found.children, inner, scope, f"{path}.", sheet))
        return _widget(found, "", path, scope, sheet, children=children)
    if found.kind == "dynamiclist":
        return _widget(found, "", path, scope, sheet, rows=_rows(found, value, path, scope, sheet))
    return _widget(found, value, path, scope, sheet)


def _rows(found: Field, value: Any, path: str, scope: Scope, sheet: _Sheet) -> tuple[Row, ...]:
    rows = value if isinstance(value, list) and value else [{}]
    return tuple(
        Row(
            path=f"{path}.{index}",
            number=index + 1,
            widgets=tuple(
                _level(
                    found.children,
                    row if isinstance(row, Mapping) else {},
                    row_scope(scope, _typed_row(found, row, sheet), index),
                    f"{path}.{index}.",
                    sheet,
                )
            ),
        )
        for index, row in enumerate(rows)
    )


def _typed_row(found: Field, row: Any, sheet: _Sheet) -> Scope:
    return typed_answers(found.children, row if isinstance(row, Mapping) else {}, now=sheet.now)


def _widget(
    found: Field,
    value: Any,
    path: str,
    scope: Scope,
    sheet: _Sheet,
    *,
    children: tuple[Widget, ...] = (),
    rows: tuple[Row, ...] = (),
) -> Widget:
    code, message = sheet.errors.get(path, ("", ""))
    cited = _cited(found, sheet)
    return Widget(
        path=path,
        id=html_id(path),
        kind=found.kind,
        label=found.label,
        help=found.help,
        text=found.text,
        value=_text(value),
        checked=value is True or str(value).lower() in {"true", "on", "ja", "1"},
        required=found.limits.required,
        readonly=found.readonly,
        should=found.modality == "bor",
        duty=_duty(found, sheet.citations),
        law="; ".join(row.text for row in cited),
        unverified=found.unverified or any(row.status == "U" for row in _known(found, sheet)),
        error=in_words(message),
        warns=code == NO_REASON,
        asks_reason=code == NO_REASON or path in sheet.reasons,
        reason=str(sheet.reasons.get(path, "")),
        choices=_choices(found, value, scope, sheet.now),
        children=children,
        rows=rows,
        depends=found.key in sheet.controls,
        first=_comes_first(found, path, sheet),
        origin=sheet.origins.get(path, ""),
    )


def _comes_first(found: Field, path: str, sheet: _Sheet) -> bool:
    written_in = found.kind not in {"group", "dynamiclist", "text"} and not found.readonly
    if sheet.focused or not sheet.focus or not written_in or not path.startswith(sheet.focus):
        return False
    sheet.focused.append(path)
    return True


def _duty(found: Field, citations: Citations) -> str:
    """What is asked of the person, and on which level it stands: two different things (K-1)."""
    if not found.limits.required or found.readonly:
        return ""
    should = found.modality == "bor"
    norms = (row.norm for name in found.lagrum if (row := citations.get(name)) is not None)
    norm = NORMS.get(found.norm or next(norms, ""), "")
    if norm:
        said = gettext("Bör enligt %(norm)s.") if should else gettext("Ska enligt %(norm)s.")
        return said % {"norm": gettext(norm)}
    return gettext("Bör fyllas i.") if should else gettext("Ska fyllas i.")


def _known(found: Field, sheet: _Sheet) -> list[Citation]:
    return [row for name in found.lagrum if (row := sheet.citations.get(name)) is not None]


def _cited(found: Field, sheet: _Sheet) -> list[Citation]:
    """The citations of a field that the form has not told yet."""
    new = [row for row in _known(found, sheet) if row.id not in sheet.told]
    sheet.told.update(row.id for row in new)
    return new


def _choices(found: Field, value: Any, scope: Scope, now: datetime) -> tuple[Choice, ...]:
    chosen = {str(entry) for entry in value} if isinstance(value, list) else {_text(value)}
    return tuple(
        Choice(option.value, option.label, option.value in chosen)
        for option in options_of(found, scope, now=now)
    )


def _text(value: Any) -> str:
    if value is None or isinstance(value, list | Mapping):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def html_id(path: str) -> str:
    """The id that a field has on the page."""
    return "f-" + "".join(char if char.isalnum() else "-" for char in path)
