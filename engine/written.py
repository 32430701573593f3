"""Decision tables as they are written, for people who read them: cells as text, not as values.

What decides a case is ``engine.dmn``; this is the same file as a page shows it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine.dmn.xml import Element, child, children, name_of, read_root, text_of
from engine.explain import NO, SOURCE, UNVERIFIED, VERIFIED

_ANY: Final = frozenset({"", "-"})
_NOTES: Final = frozenset({*SOURCE, VERIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """One rule: ``when`` and ``gives`` follow the table's columns; an empty text means any value.

    ``sources`` are ids of citations. ``verified`` is whether somebody has read it against the law.
    """

    number: int
    when: tuple[str, ...]
    gives: tuple[str, ...]
    text: str = ""
    sources: tuple[str, ...] = ()
    modality: str = ""
    norm: str = ""
    law: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDecision:
    """One decision of a file: a table with its hit ``policy``, or one expression (``formula``)."""

    id: str
    name: str
    about: str
    policy: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    rows: tuple[WrittenRow, ...] = ()
    formula: str = ""


def written_decisions(content: bytes, name: str) -> tuple[WrittenDecision, ...]:
    """Return the decisions of a DMN file, in its order.

    Args:
        content: The file.
        name: What to call it in errors.

    Raises:
        DmnParseError: It cannot be read.
    """
    return tuple(_decision(found) for found in children(read_root(content, name), "decision"))


def _decision(decision: Element) -> WrittenDecision:
    table = child(decision, "decisionTable")
    formula = child(decision, "literalExpression")
    about = child(decision, "description")
    found = WrittenDecision(
        id=decision.get("id", ""),
        name=name_of(decision),
        about="" if about is None else _said(about.text or ""),
        formula="" if formula is None else text_of(formula),
    )
    return found if table is None else _with_table(found, table)


def _with_table(found: WrittenDecision, table: Element) -> WrittenDecision:
    names = [name_of(column) for column in children(table, "output")]
    labels = [column.get("label") or name_of(column) for column in children(table, "output")]
    noted = [name_of(column) for column in children(table, "annotation")]
    rows = enumerate(children(table, "rule"), 1)
    return replace(
        found,
        policy=table.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_label(column) for column in children(table, "input")),
        outputs=tuple(
            label for name, label in zip(names, labels, strict=True) if name not in _NOTES
        ),
        rows=tuple(_row(number, rule, names, noted) for number, rule in rows),
    )


def _label(column: Element) -> str:
    expression = child(column, "inputExpression")
    return column.get("label") or ("" if expression is None else text_of(expression))


def _row(number: int, rule: Element, outputs: list[str], noted: list[str]) -> WrittenRow:
    given = list(zip(outputs, _entries(rule, "outputEntry"), strict=False))
    # A table may say where a rule comes from in annotations, or in outputs that a process uses.
    notes = {name: text.strip('"') for name, text in given if name in _NOTES}
    notes |= dict(zip(noted, _entries(rule, "annotationEntry"), strict=False))
    about = child(rule, "description")
    description = "" if about is None else about.text or ""
    return WrittenRow(
        number=number,
        when=tuple("" if text in _ANY else text for text in _entries(rule, "inputEntry")),
        gives=tuple(text for name, text in given if name not in _NOTES),
        text=notes.get("text") or _said(description),
        sources=tuple(part for part in re.split(r"[,;\s]+", notes.get("kalla", "")) if part),
        modality=notes.get("modalitet", ""),
        norm=notes.get("normniva", ""),
        law=notes.get("law_version", ""),
        verified=notes.get(VERIFIED, "") not in NO and not UNVERIFIED.search(description),
    )


def _said(description: str) -> str:
    """A description without the mark that a page shows in its own way."""
    return re.sub(rf"{UNVERIFIED.pattern}\.?\s*", "", description, flags=re.IGNORECASE).strip()


def _entries(rule: Element, name: str) -> Iterator[str]:
    return (text_of(entry) for entry in children(rule, name))
