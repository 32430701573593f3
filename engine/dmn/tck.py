"""Running the DMN Technology Compatibility Kit against this engine.

One case is one ``testCase`` with all its result nodes, expected errors included.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from engine.dmn.decide import DecisionModel
from engine.dmn.errors import DmnError, DmnParseError
from engine.dmn.model import Decision, Knowledge, Part, Service
from engine.dmn.reader import parse_decisions
from engine.feel.comparing import equal
from engine.feel.temporal.reading import (
    read_date,
    read_date_and_time,
    read_duration,
    read_time,
)
from engine.feel.text import nested_text
from engine.feel.values import Value

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NOW = datetime(2026, 8, 31, 12, tzinfo=UTC)
_TOLERANCE = Decimal("1e-8")
LEVELS = {"cl2": "compliance-level-2", "cl3": "compliance-level-3"}


class UnreadableExpectationError(ValueError):
    """An expected or given value that this engine's values cannot hold."""


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a case gives: to the model itself by name, to its imports by namespace and name."""

    own: dict[str, Value]
    imported: dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A result node that did not come out as expected.

    ``kind`` is ``error`` or ``null`` (with the reason in ``got``), ``other value`` or ``crash``.
    """

    group: str
    case: str
    node: str
    expected: str
    got: str
    kind: str


@dataclass(slots=True)
class Score:
    """How many cases of a level passed."""

    passed: int = 0
    total: int = 0


@dataclass(slots=True)
class Report:
    """The whole run."""

    levels: dict[str, Score] = field(default_factory=dict)
    failed: list[Failure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape of the public contract."""
        kinds = [failure.kind for failure in self.failed]
        return {
            **{level: asdict(score) for level, score in self.levels.items()},
            "other_value": kinds.count("other value"),
            "failed": [asdict(failure) for failure in self.failed],
        }


def run_kit(directory: Path) -> Report:
    """Run every case below ``directory`` (which holds ``compliance-level-2`` and ``-3``)."""
    report = Report()
    for level, folder in LEVELS.items():
        score = report.levels.setdefault(level, Score())
        for group in sorted((directory / folder).glob("*")):
            for test_file in sorted(group.glob("*test*.xml")):
                _run_file(test_file, score, report.failed)
    return report


def _run_file(test_file: Path, score: Score, failed: list[Failure]) -> None:
    root = etree.fromstring(test_file.read_bytes())
    cases = list(root.iter("{*}testCase"))
    score.total += len(cases)
    group = test_file.parent.name
    try:
        model = _model(test_file.parent, root.findtext("{*}modelName") or "")
    except DmnError as error:
        failed += [
            Failure(group, case.get("id") or "", "", "", str(error), "error") for case in cases
        ]
        return
    for case in cases:
        failures = list(_run_case(case, model, group))
        failed += failures
        score.passed += not failures


def _model(folder: Path, file_name: str) -> DecisionModel:
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    spaces = {etree.fromstring(text).get("namespace") or "": text for text in files.values()}
    if file_name.strip() not in files:
        raise DmnParseError(f"The model {file_name} is not there.")
    return parse_decisions(files[file_name.strip()], name=file_name, strict=False, imports=spaces)


def _run_case(case: etree._Element, model: DecisionModel, group: str) -> Iterator[Failure]:
    case_id = case.get("id") or ""
    for node in case.findall("{*}resultNode"):
        name = node.get("name") or ""
        expected_node = node.find("{*}expected")
        try:
            inputs = _inputs(case, model.namespace)
            expected = None if expected_node is None else _value(expected_node)
        except UnreadableExpectationError as error:
            yield Failure(group, case_id, name, str(error), "a value beyond these types", "error")
            continue
        failure = _judge(model, case.get("invocableName") or "", name, inputs, expected)
        if failure is not None and not (expected is None and failure[1] in {"error", "null"}):
            yield Failure(group, case_id, name, nested_text(expected), *failure)


def _judge(
    model: DecisionModel, invocable: str, name: str, inputs: _Inputs, expected: Value
) -> tuple[str, str] | None:
    """Return (got, kind) when the result is not the expected one."""
    try:
        got, why = _result(model, invocable, name, inputs)
    except DmnError as error:
        return str(error), "error"
    except Exception as error:  # noqa: BLE001 - a bug of ours fails its case, not the run
        return f"{type(error).__name__} in the engine", "crash"
    if same(got, expected):
        return None
    if got is None:
        return f"null ({why})", "null"
    return nested_text(got), "other value"


def _result(model: DecisionModel, invocable: str, name: str, inputs: _Inputs) -> tuple[Value, str]:
    kinds = (Service, Knowledge, Decision) if invocable else (Decision, Service)
    part_id = _find(model, invocable or name, kinds)
    result = model.evaluate(part_id, inputs.own, imported=inputs.imported, now=_NOW, mode="null")
    value = result.value
    part = model.parts[part_id]
    if isinstance(part, Service) and len(part.outputs) > 1 and isinstance(value, dict):
        value = value.get(name, value)
    return value, "; ".join(note.message for note in result.notes)


def _find(model: DecisionModel, name: str, kinds: tuple[type[Part], ...]) -> str:
    for kind in kinds:
        for part_id, part in model.parts.items():
            if isinstance(part, kind) and name in {part.name, part_id}:
                return part_id
    return name


def _inputs(case: etree._Element, namespace: str) -> _Inputs:
    inputs = _Inputs({}, {})
    for node in case.findall("{*}inputNode"):
        name, space = node.get("name") or "", node.get("namespace") or namespace
        known = inputs.own if space == namespace else inputs.imported.setdefault(space, {})
        known[name] = _value(node)
    return inputs


def _value(node: etree._Element) -> Value:
    found = node.find("{*}list")
    if found is not None:
        if found.get(f"{_XSI}nil") == "true":
            return None
        return [_value(item) for item in found.findall("{*}item")]
    components = node.findall("{*}component")
    if components:
        return {part.get("name") or "": _value(part) for part in components}
    value = node.find("{*}value")
    if value is None or value.get(f"{_XSI}nil") == "true" or node.get(f"{_XSI}nil") == "true":
        return None
    return _scalar(value.text or "", (value.get(f"{_XSI}type") or "").rpartition(":")[2])


def _scalar(text: str, kind: str) -> Value:
    if kind == "string" or not kind:
        return text
    if kind == "boolean":
        return text.strip() in {"true", "1"}
    value = _READERS.get(kind, _unreadable)(text.strip())
    if value is None:
        raise UnreadableExpectationError(text)
    return value


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _unreadable(_: str) -> None:
    return None


_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(("decimal", "double", "integer", "int", "long", "float"), _number),
    **dict.fromkeys(("duration", "dayTimeDuration", "yearMonthDuration"), read_duration),
    "date": read_date,
    "time": read_time,
    "dateTime": read_date_and_time,
}


def same(got: Value, expected: Value) -> bool:
    """Tell whether a result is the expected one; numbers to eight digits, as the kit says."""
    if isinstance(got, Decimal) and isinstance(expected, Decimal):
        return abs(got - expected) <= _TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(got, list) and isinstance(expected, list):
        pairs = zip(got, expected, strict=False)
        return len(got) == len(expected) and all(same(a, b) for a, b in pairs)
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(same(got[key], expected[key]) for key in got)
    return equal(got, expected) is True
