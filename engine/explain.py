"""Why a decision came out as it did, as data for the history.

An explanation is JSON with FEEL values tagged as in ``engine.variables``. It holds what the tables
saw and gave, so it may hold case data and belongs to the case, never to a log or an error. Its
``basis`` holds none: only which rules decided and what the tables say about where those come from.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.dmn import DecisionResult, RuleMatch
from engine.dmn.notes import PartNote, RuleNote
from engine.variables import VariableError, pack

Value = Any
Json = dict[str, Any]

SOURCE: Final = ("text", "kalla", "modalitet", "normniva", "law_version")
"""Columns that say where a rule comes from: as annotations of the table, or as outputs."""

TEXTS: Final = "texts"
TEXT_OF: Final = "text_"
"""Start of the name of an annotation that says the rule for one output: what gives that day."""

VERIFIED: Final = "verifierad"
MATCHES: Final = 60
"""Matched rules that are explained; the numbers of all of them are told anyway."""

UNVERIFIED: Final = re.compile(r"verifierad\s*=\s*false", re.IGNORECASE)
NO: Final = frozenset({"nej", "false", "u"})
_PERSONAL_NUMBER: Final = re.compile(r"((?:\d{2})?\d{6})[-+]?\d{4}", re.ASCII)
_NOT_SAID: Final = PartNote()


def explanation(
    decision: str,
    element: str,
    result: DecisionResult,
    given: Mapping[str, Value],
    notes: Mapping[str, PartNote],
) -> Json:
    """Return why ``decision`` gave what it gave.

    Args:
        decision: Id of the decision.
        element: The element that asked.
        result: What the evaluation gave.
        given: What the element handed over, by name.
        notes: Of the file, by id of decision.

    Returns:
        ``decision``, ``name``, ``given``, ``result``, ``tables`` in the order they were evaluated
        (each with what it saw and the rules that matched) and ``basis``.
    """
    return {
        "decision": decision,
        "name": notes.get(decision, _NOT_SAID).name,
        "given": {name: _packed(value) for name, value in given.items()},
        "result": _packed(result.value),
        "tables": _tables(result.matched[:MATCHES], notes),
        "basis": basis(decision, element, result, notes),
    }


def basis(
    decision: str, element: str, result: DecisionResult, notes: Mapping[str, PartNote]
) -> Json:
    """Return which rules decided, and where they come from, without anything about the case.

    The rules of the decision itself speak; those of required decisions only where it has no table.
    What several matched rules say alike is said once, what they say differently is joined.
    """
    own = [match for match in result.matched if match.decision == decision]
    deciding = own or list(result.matched)
    rows = [(match, notes.get(match.decision, _NOT_SAID)) for match in deciding]
    said = [_source(match, part) for match, part in rows]
    found: Json = {
        "decision": decision,
        "element": element,
        "rules": [f"{match.decision}:{match.number}" for match in deciding[:MATCHES]],
    }
    for key in SOURCE:
        texts = dict.fromkeys(source[key] for source in said if source.get(key))
        if texts:
            found[key] = ("; " if key == "text" else ", ").join(texts)
    checked = [source[VERIFIED] for source in said if VERIFIED in source]
    if checked:
        found[VERIFIED] = all(checked)
    texts_of = _texts(rows)
    return found | {TEXTS: texts_of} if texts_of else found


def _texts(rows: Iterable[tuple[RuleMatch, PartNote]]) -> dict[str, str]:
    """What the rules say of each output for itself, by its name."""
    found: dict[str, dict[str, None]] = {}
    for match, part in rows:
        for name, text in part.rule(match).annotations.items():
            if name.startswith(TEXT_OF) and text:
                found.setdefault(name.removeprefix(TEXT_OF), {})[text] = None
    return {name: "; ".join(texts) for name, texts in found.items()}


def _source(match: RuleMatch, part: PartNote) -> Json:
    note = part.rule(match)
    found: Json = {}
    for key in SOURCE:
        value = match.outputs.get(key) or note.annotations.get(key)
        if isinstance(value, str):
            found[key] = value
    verified = _verified(match, note)
    return found if verified is None else found | {VERIFIED: verified}


def _verified(match: RuleMatch, note: RuleNote) -> bool | None:
    """Whether a lawyer has read the row against its source; None where nobody says."""
    value = match.outputs.get(VERIFIED, note.annotations.get(VERIFIED))
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value:
        return value.lower() not in NO
    return False if UNVERIFIED.search(note.description) else None


def _tables(matched: Iterable[RuleMatch], notes: Mapping[str, PartNote]) -> list[Json]:
    tables: list[Json] = []
    for match in matched:
        part = notes.get(match.decision, _NOT_SAID)
        inputs = [
            {"text": text, "label": part.inputs.get(text, ""), "value": _packed(value)}
            for text, value in match.inputs.items()
        ]
        last = tables[-1] if tables else None
        if last is None or (last["decision"], last["inputs"]) != (match.decision, inputs):
            last = {"decision": match.decision, "name": part.name, "inputs": inputs, "rules": []}
            tables.append(last)
        last["rules"].append(_rule(match, part))
    return tables


def _rule(match: RuleMatch, part: PartNote) -> Json:
    note = part.rule(match)
    return {
        "number": match.number,
        "id": match.rule,
        "description": note.description,
        "annotations": dict(note.annotations),
        "outputs": [
            {"name": name, "label": part.outputs.get(name, ""), "value": _packed(value)}
            for name, value in match.outputs.items()
        ],
    }


def _packed(value: Value) -> Any:
    """Return a value as JSON; a range or function, which is no case data, as nothing."""
    try:
        return _masked(pack(value))
    except VariableError:
        return None


def _masked(data: Any) -> Any:
    """Hide the last four signs of what looks like a personal identity number."""
    if isinstance(data, str):
        found = _PERSONAL_NUMBER.fullmatch(data)
        return data if found is None else f"{found[1]}-****"
    if isinstance(data, list):
        return [_masked(item) for item in data]
    if isinstance(data, dict) and not ({"$n", "$s", "$m"} & data.keys()):
        return {key: _masked(item) for key, item in data.items()}
    return data
