"""Running the DMN Technology Compatibility Kit against this engine.

One case is one ``testCase`` with all its result nodes, expected errors included.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.dmn.decide import DecisionModel
from engine.dmn.errors import DmnError
from engine.dmn.model import Decision, Service
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
class Failure:
    """A result node that did not come out as expected.

    ``kind`` is ``error`` or ``null`` (with the reason in ``got``), or ``other value``.
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
    return parse_decisions(files[file_name.strip()], name=file_name, strict=False, imports=spaces)


def _run_case(case: etree._Element, model: DecisionModel, group: str) -> Iterator[Failure]:
    case_id = case.get("id") or ""
    for node in case.findall("{*}resultNode"):
        name = node.get("name") or ""
        expected_node = node.find("{*}expected")
        try:
            inputs = _inputs(case)
            expected = None if expected_node is None else _value(expected_node)
        except UnreadableExpectationError as error:
            yield Failure(group, case_id, name, str(error), "a value beyond these types", "error")
            continue
        failure = _judge(model, case.get("invocableName") or "", name, inputs, expected)
        if failure is not None and not (failure[1] != "other value" and expected is None):
            yield Failure(group, case_id, name, nested_text(expected), *failure)


def _judge(
    model: DecisionModel, service: str, name: str, inputs: Mapping[str, Value], expected: Value
) -> tuple[str, str] | None:
    """Return (got, kind) when the result is not the expected one."""
    try:
        got, why = _result(model, service, name, inputs)
    except DmnError as error:
        return str(error), "error"
    if same(got, expected):
        return None
    if got is None:
        return f"null ({why})", "null"
    return nested_text(got), "other value"


def _result(
    model: DecisionModel, service: str, name: str, inputs: Mapping[str, Value]
) -> tuple[Value, str]:
    part_id = _find(model, service or name)
    result = model.evaluate(part_id, inputs, now=_NOW, mode="null")
    value = result.value
    part = model.parts[part_id]
    if isinstance(part, Service) and len(part.outputs) > 1 and isinstance(value, dict):
        value = value.get(name, value)
    return value, "; ".join(note.message for note in result.notes)


def _find(model: DecisionModel, name: str) -> str:
    for kind in (Decision, Service):
        for part_id, part in model.parts.items():
            if isinstance(part, kind) and name in {part.name, part_id}:
                return part_id
    return name


def _inputs(case: etree._Element) -> dict[str, Value]:
    return {node.get("name") or "": _value(node) for node in case.findall("{*}inputNode")}


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
        return text.strip() == "true"
    if kind in {"decimal", "double", "integer", "int", "long", "float"}:
        return Decimal(text.strip())
    reader = {
        "date": read_date,
        "time": read_time,
        "dateTime": read_date_and_time,
        "duration": read_duration,
        "dayTimeDuration": read_duration,
        "yearMonthDuration": read_duration,
    }[kind]
    value = reader(text.strip())
    if value is None:
        raise UnreadableExpectationError(text)
    return value


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
