"""A process as staff read it: steps with instructions and forms, and the tables that decide.

Everything comes from one edition of ``processes/``; there is nothing about a case here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop

from cases import bundles
from engine.bundle import Bundle
from engine.definition import ElementInfo
from engine.forms.model import Field, Form
from engine.manifest import ProcessEntry
from engine.written import WrittenDecision, WrittenRow, written_decisions
from web.explained import modality_in_words, norm_in_words
from web.plain_rule import plain_rule
from web.shown import citations, instruction_shown

POLICIES = {
    "UNIQUE": gettext_noop("Den rad som passar gäller."),
    "ANY": gettext_noop("Den rad som passar gäller."),
    "FIRST": gettext_noop("Den första raden som passar gäller."),
    "COLLECT": gettext_noop("Alla rader som passar gäller."),
    "RULE ORDER": gettext_noop("Alla rader som passar gäller, i ordning."),
}
BY_THE_SYSTEM = frozenset({"serviceTask", "businessRuleTask", "sendTask", "scriptTask"})
_QUOTED = re.compile(r'"([^"]*)"')
_ONLY_QUOTED = re.compile(r'\s*"[^"]*"(\s*,\s*"[^"]*")*\s*')
_WORDS = {
    "true": gettext_noop("ja"),
    "false": gettext_noop("nej"),
    "null": gettext_noop("inget"),
    "": gettext_noop("alla"),
}


PLACES = 3
"""Places that a search shows of one process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A process that a search found, and where the words stand: at most a few places."""

    entry: ProcessEntry
    owner: str
    places: tuple[tuple[str, str], ...] = ()


def overview(bundle_hash: str, wanted: str) -> list[Hit]:
    """Return the processes of an edition by name, or those that hold all the words.

    Args:
        bundle_hash: Which edition.
        wanted: What the reader typed; empty for all.
    """
    bundle = bundles.compiled(bundle_hash)
    words = wanted.casefold().split()
    found = []
    for entry in sorted(bundle.manifest.process, key=lambda row: row.name.casefold()):
        places = _found(_index(bundle_hash, entry.key, get_language()), words) if words else ()
        if not words or places:
            found.append(Hit(entry=entry, owner=_role(bundle, entry.owner), places=places))
    return found


def _found(lines: Sequence[tuple[str, str]], words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The first places that hold all the words, each place for itself."""
    holding = (line for line in lines if all(word in " ".join(line).casefold() for word in words))
    return tuple(islice(holding, PLACES))


@lru_cache(maxsize=1024)
def _index(bundle_hash: str, key: str, _language: str | None) -> tuple[tuple[str, str], ...]:
    """Where what stands, for a search: a heading and a sentence, in the language of the page."""
    shown = page(bundle_hash, key)
    lines = [(gettext("Process"), shown["entry"].name)]
    lines += [(gettext("Bygger på"), rule["text"]) for rule in shown["lagrum"]]
    for step in shown["steps"]:
        lines.append((gettext("Steg"), step["name"]))
        told = step["instruction"]
        if told:
            lines += [(step["name"], told[part]) for part in ("vad", "hur", "vem")]
            lines += [(step["name"], rule["text"]) for rule in told["lagrum"]]
        lines += [(step["name"], row["label"]) for row in step["fields"]]
        lines += [(step["name"], row["help"]) for row in step["fields"] if row["help"]]
    for table in shown["tables"]:
        lines.append((gettext("Tabell"), table["name"]))
        lines += [(table["name"], row["text"]) for row in table["rows"] if row["text"]]
    return tuple(lines)


def page(bundle_hash: str, key: str) -> Mapping[str, Any]:
    """Return what the page of a process shows, in the language of the page.

    Args:
        bundle_hash: Which edition.
        key: A process of its manifest.

    Raises:
        NotInBundleError: The edition has no such process.
    """
    return _page(bundle_hash, key, get_language())


@lru_cache(maxsize=512)
def _page(bundle_hash: str, key: str, _language: str | None) -> Mapping[str, Any]:
    bundle = bundles.compiled(bundle_hash)
    definition = bundle.definition(key)
    entry = bundle.manifest.entry(key)
    by, on = bundle.manifest.adopted(entry) if entry else ("", None)
    tables = [table for name in sorted(definition.decisions) for table in _tables(bundle, name)]
    names = {table["id"]: table["name"] for table in tables}
    return {
        "entry": entry,
        "owner": _role(bundle, entry.owner) if entry else "",
        "adopted_by": by,
        "adopted_on": on,
        "lagrum": citations(entry.lagrum, bundle) if entry else [],
        "steps": [
            _step(bundle, found, names) for found in definition.elements.values() if found.name
        ],
        "tables": tables,
        "for_changing": _for_changing(definition.elements.values(), tables),
    }


def _for_changing(
    elements: Iterable[ElementInfo], tables: Iterable[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Ids of steps and tables and the requirements that they show: for who changes the diagram."""
    steps = [
        {"name": found.name, "id": found.id, "krav": found.properties.get("krav", "")}
        for found in elements
        if found.name
    ]
    own = [{"name": row["name"], "id": row["id"], "krav": row["krav"]} for row in tables]
    return steps + own


def _step(bundle: Bundle, found: ElementInfo, tables: Mapping[str, str]) -> dict[str, Any]:
    called = bundle.manifest.entry(found.called) if found.called else None
    form = bundle.form(found.form) if found.form and found.form in bundle.forms else None
    # The instruction is written for the element; where it is not, for its form.
    told = bundle.instruction(found.id) or (bundle.instruction(found.form) if found.form else None)
    return {
        "id": found.id,
        "name": found.name,
        "role": _role(bundle, found.role) if found.role else "",
        "called": called,
        "by_the_system": found.kind in BY_THE_SYSTEM,
        "decision": found.decision or "",
        "table": tables.get(found.decision or "", found.decision),
        "instruction": instruction_shown(told, bundle),
        "fields": list(_fields(form, bundle)) if form else [],
    }


def _fields(form: Form, bundle: Bundle) -> Iterator[dict[str, Any]]:
    for field in form.walk():
        if field.label:
            yield {
                "label": field.label,
                "help": plain_rule(field.help)[0],
                "duty": _duty(field),
                "lagrum": citations(field.lagrum, bundle),
                "verified": not field.unverified,
            }


def _duty(field: Field) -> str:
    if not field.limits.required:
        return ""
    return gettext("Bör fyllas i") if field.modality == "bor" else gettext("Ska fyllas i")


def _tables(bundle: Bundle, name: str) -> Iterator[dict[str, Any]]:
    path = f"dmn/{name}.dmn"
    if path not in bundle.files:
        return
    for found in written_decisions(bundle.files[path], path):
        yield _table(found, bundle)


def _table(found: WrittenDecision, bundle: Bundle) -> dict[str, Any]:
    about, ids = plain_rule(found.about)
    noted = [name for row in found.rows for name in plain_rule(row.text)[1]]
    return {
        "id": found.id,
        "name": found.name or found.id,
        "about": about,
        "krav": ", ".join(dict.fromkeys((*ids, *noted))),
        "how": gettext(POLICIES.get(found.policy, POLICIES["UNIQUE"])),
        "inputs": found.inputs,
        "outputs": found.outputs,
        "rows": [_row(row, bundle) for row in found.rows],
        "formula": found.formula,
    }


def _row(row: WrittenRow, bundle: Bundle) -> dict[str, Any]:
    kinds = (norm_in_words(row.norm), modality_in_words(row.modality), row.law)
    return {
        "number": row.number,
        "text": plain_rule(row.text)[0],
        "when": [_cell(text) for text in row.when],
        "gives": [_cell(text) for text in row.gives],
        "sources": [rule["text"] for rule in citations(row.sources, bundle)],
        "kind": ", ".join(part for part in kinds if part),
        "verified": row.verified,
    }


def _cell(text: str) -> str:
    """A cell in words where it is a plain value; an expression stays as it is written."""
    if text in _WORDS:
        return gettext(_WORDS[text])
    if _ONLY_QUOTED.fullmatch(text):
        return gettext(" eller ").join(part.replace("_", " ") for part in _QUOTED.findall(text))
    return text


def _role(bundle: Bundle, role: str) -> str:
    found = bundle.roles.get(role)
    return role if found is None else found.name
