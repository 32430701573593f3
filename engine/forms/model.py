"""A form as read from its file: fields in a tree, everything compiled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from engine.feel import Expression
from engine.manifest import Modality

FieldKind = Literal[
    "textfield",
    "textarea",
    "personnummer",
    "number",
    "date",
    "time",
    "datetime",
    "checkbox",
    "radio",
    "select",
    "checklist",
    "taglist",
    "dynamiclist",
    "group",
    "text",
]
CHOICES = frozenset({"radio", "select", "checklist", "taglist"})
SEVERAL = frozenset({"checklist", "taglist"})
LAYOUT = frozenset({"text"})
REASONS = "_skal"
"""The reserved answer key under which a person gives reasons: field path -> text."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a radio, select, checklist or taglist."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a value must keep to. ``lowest`` and ``highest`` are FEEL (numbers, dates or times).

    ``no_identity``: the text, and the reasons of its form, may hold no identity number.
    """

    required: bool = False
    lowest: Expression | None = None
    highest: Expression | None = None
    min_length: int | None = None
    max_length: int | None = None
    decimals: int | None = None
    pattern: str | None = None
    pattern_message: str = ""
    no_identity: bool = False
    format: Literal["email", "phone"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One component of a form.

    ``key`` is the name of the answer; "" for text and for a group without path, whose fields
    belong to the level above. ``children`` are the fields of a group or of one row.
    """

    key: str
    kind: FieldKind
    label: str
    help: str = ""
    text: str = ""
    lagrum: tuple[str, ...] = ()
    modality: Modality = "ska"
    norm: str = ""
    unverified: bool = False
    purpose: str = ""
    readonly: bool = False
    limits: Limits = field(default_factory=Limits)
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    hide: Expression | None = None
    default: Expression | None = None
    children: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRule:
    """A rule over several fields: ``condition`` must hold."""

    condition: Expression
    field: str
    message: str
    modality: Modality
    lagrum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form file."""

    id: str
    title: str
    fields: tuple[Field, ...]
    rules: tuple[FormRule, ...] = ()
    lagrum: tuple[str, ...] = ()

    def walk(self) -> Iterator[Field]:
        """Every field, groups and rows included, in the order of the file."""
        return walk(self.fields)

    def keys(self) -> frozenset[str]:
        """The names of the answers on the top level: what an output mapping may refer to."""
        return frozenset(found.key for found in answered(self.fields))


def walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every field of a tree, parents first."""
    for found in fields:
        yield found
        yield from walk(found.children)


def answered(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields that carry an answer on this level: layout groups are looked through."""
    for found in fields:
        if found.kind in LAYOUT:
            continue
        if found.kind == "group" and not found.key:
            yield from answered(found.children)
        else:
            yield found
