"""What a DMN file says beside its logic: names, labels, descriptions and rule annotations.

Deciding never reads any of it. Whoever explains a decision does: a rule's annotation columns
(DMN 1.5, chapter 8) can say where the rule comes from without becoming a part of the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dmn.model import RuleMatch
from engine.dmn.xml import Element, attribute, child, children, name_of, read_root, tag_of, text_of


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule's description and its annotations, by the name of their column."""

    description: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartNote:
    """What is said about a decision or knowledge model and the tables inside it.

    Attributes:
        name: As the diagram shows it.
        inputs: Label by input expression.
        outputs: Label by name of the output, the single output of a table also under ``result``.
        rules: By id of the rule.
        numbered: By number, where the part has a single table.
    """

    name: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, RuleNote] = field(default_factory=dict)
    numbered: Mapping[int, RuleNote] = field(default_factory=dict)

    def rule(self, match: RuleMatch) -> RuleNote:
        """Return what is said about a rule that matched; nothing where nothing is."""
        known = self.rules.get(match.rule) if match.rule else None
        return known or self.numbered.get(match.number, _NOTHING)


_NOTHING = RuleNote()


def read_notes(xml: bytes, *, name: str = "") -> Mapping[str, PartNote]:
    """Return the notes of a DMN file by id of decision or knowledge model.

    Args:
        xml: The file.
        name: What to call it in errors.

    Raises:
        DmnParseError: It is no DMN.
    """
    root = read_root(xml, name or "The file")
    parts = children(root, "decision", "businessKnowledgeModel")
    return {attribute(part, "id"): _part(part) for part in parts}


def _part(part: Element) -> PartNote:
    tables = [found for found in part.iter("{*}decisionTable") if isinstance(found.tag, str)]
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    rules: dict[str, RuleNote] = {}
    numbered: dict[int, RuleNote] = {}
    for table in tables:
        inputs |= _labels(table)
        outputs |= _output_labels(table)
        for number, (rule, note) in enumerate(_rules(table), 1):
            if rule:
                rules[rule] = note
            if len(tables) == 1:
                numbered[number] = note
    return PartNote(name_of(part), inputs, outputs, rules, numbered)


def _labels(table: Element) -> dict[str, str]:
    found = ((column, text_of(child(column, "inputExpression"))) for column in _of(table, "input"))
    return {text: attribute(column, "label") for column, text in found if text}


def _output_labels(table: Element) -> dict[str, str]:
    columns = _of(table, "output")
    labels = {name_of(column) or "result": attribute(column, "label") for column in columns}
    if len(columns) == 1:
        labels.setdefault("result", attribute(columns[0], "label"))
    return labels


def _rules(table: Element) -> list[tuple[str, RuleNote]]:
    columns = [name_of(column) for column in _of(table, "annotation")]
    return [(attribute(rule, "id"), _rule(rule, columns)) for rule in _of(table, "rule")]


def _rule(rule: Element, columns: list[str]) -> RuleNote:
    entries = [text_of(entry) for entry in _of(rule, "annotationEntry")]
    # A modeller that does not show annotations leaves them out of the rows that it adds.
    pairs = zip(columns, entries, strict=False)
    said = {column: text for column, text in pairs if column and text}
    return RuleNote(_description(rule), said)


def _description(element: Element) -> str:
    found = child(element, "description")
    return "" if found is None else " ".join("".join(map(str, found.itertext())).split())


def _of(element: Element, tag: str) -> list[Element]:
    return [found for found in children(element, tag) if tag_of(found) == tag]
