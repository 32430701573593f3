"""The files beside the diagrams: forms, manifest, roles, citations, messages, rules, scenarios."""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from pydantic import BaseModel

from engine import calendar, duties, local, phases, steps
from engine.calendar import Calendar, LocalDays
from engine.check.edition import Edition
from engine.check.expressions import problem
from engine.check.findings import Findings
from engine.check.house import message_of, wrong_citations
from engine.check.local import check_parameters
from engine.check.text import hidden_character
from engine.feel import Expression
from engine.forms import Field, FormError, parse_form
from engine.local import Parameters
from engine.manifest import (
    Citations,
    DataFileError,
    Instruction,
    Manifest,
    Messages,
    Roles,
    load_toml,
    parse_tables,
)
from engine.requirements import Requirement, Requirements
from engine.rules import RuleFile, Selector, selectors_of
from engine.scenarios import Scenario

_NAMED: Final[Mapping[str, type[BaseModel]]] = {
    "manifest.toml": Manifest,
    "lagrum.toml": Citations,
    "messages.toml": Messages,
    "terms/roller.toml": Roles,
    calendar.PATH: Calendar,
    local.PATH: Parameters,
    duties.PATH: duties.Duties,
    phases.PATH: phases.Phases,
    steps.PATH: steps.Steps,
}
_FOLDERS: Final[Mapping[str, type[BaseModel]]] = {
    "instructions": Instruction,
    "rules": RuleFile,
    "scenarios": Scenario,
}


def check_form(path: str, content: bytes, edition: Edition, findings: Findings) -> None:
    """Check a form file."""
    try:
        form = parse_form(content, edition.functions)
    except FormError as error:
        line = _line(content, error.field.rsplit(".", 1)[-1])
        findings.error("form_invalid", error.field, line, str(error))
        return
    stem = PurePosixPath(path).stem
    if form.id != stem:
        findings.rule(
            "form_id", form.id, _line(content, f'"{form.id}"'),
            f"the form is called {form.id} and its file {stem}.form; give both one name",
        )  # fmt: skip
    for found in form.walk():
        if found.kind not in {"text", "group"} and not found.label:
            findings.rule(
                "field_without_label", found.key, _line(content, f'"{found.key}"'),
                f"the field {found.key} has no label; say what to fill in",
            )  # fmt: skip
        _expressions(found, content, edition, findings)
        _cited(" ".join(found.lagrum), found.key or form.id, content, edition, findings)
    for rule in form.rules:
        _expression(rule.condition, rule.field, content, edition, findings)
        _cited(" ".join(rule.lagrum), rule.field, content, edition, findings)
    _cited(" ".join(form.lagrum), form.id, content, edition, findings)
    _hidden(content, json.loads(content.decode("utf-8-sig")), findings)


def _expressions(found: Field, content: bytes, edition: Edition, findings: Findings) -> None:
    kept = found.limits
    for expression in (found.hide, found.default, found.options_from, kept.lowest, kept.highest):
        if expression is not None:
            _expression(expression, found.key, content, edition, findings)


def _expression(
    expression: Expression, name: str, content: bytes, edition: Edition, findings: Findings
) -> None:
    """FEEL reads ``import os`` as a name: what is never meant as FEEL is refused here."""
    found = problem(expression.text, edition.functions)
    if found is not None:
        line = _line(content, f'"{name}"')
        findings.error(
            found.code, name, line, f"an expression of {name} is refused: {found.message}"
        )


def check_data(path: str, content: bytes, edition: Edition, findings: Findings) -> None:
    """Check a TOML file of the edition by the model that belongs to its place."""
    inside = edition.inside(path)
    model = _NAMED.get(inside) or _FOLDERS.get(inside.split("/")[0]) or _local(inside)
    try:
        tables = load_toml(inside, content)
        data = None if model is None else parse_tables(model, inside, tables)
    except DataFileError as error:
        findings.error(error.code, "", 0, str(error))
        return
    _hidden(content, tables, findings)
    if data is None:
        return
    for name, text in _citations(data):
        _cited(text, name, content, edition, findings)
    _references(data, inside, content, edition, findings)
    if isinstance(data, Requirements):
        for row in data.krav:
            _cited(" ".join(row.lagrum), row.id, content, edition, findings)
            _shown(row, content, edition, findings)


def _local(inside: str) -> type[BaseModel] | None:
    """A municipality's own calendar; its people and units are read where they are loaded."""
    own = inside.startswith(f"{local.ROOT}/") and inside.endswith(f"/{calendar.PATH}")
    return LocalDays if own else None


def _references(
    data: BaseModel, inside: str, content: bytes, edition: Edition, findings: Findings
) -> None:
    if isinstance(data, Manifest):
        _manifest(data, content, edition, findings)
    elif isinstance(data, Messages):
        _messages(data, content, edition, findings)
    elif isinstance(data, RuleFile):
        for rule in data.rule:
            for selector in selectors_of(rule):
                _selector(selector, rule.id, content, edition, findings)
    elif isinstance(data, Instruction):
        _instruction(inside, edition, findings)
    elif isinstance(data, Parameters):
        check_parameters(data, edition, findings)


def _citations(data: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield where a file cites (an id of its own) and what."""
    rows = _CITED.get(type(data))
    for name, cited in () if rows is None else rows(data):
        yield name, " ".join(cited)


_Cited = Iterable[tuple[str, tuple[str, ...]]]
_CITED: Final[Mapping[type[BaseModel], Callable[[Any], _Cited]]] = {
    Manifest: lambda data: ((entry.key, entry.lagrum) for entry in data.process),
    RuleFile: lambda data: ((rule.id, rule.lagrum) for rule in data.rule),
    Instruction: lambda data: (("lagrum", data.lagrum),),
    Parameters: lambda data: ((found.tabell, found.lagrum) for found in data.parameter),
    duties.Duties: lambda data: ((duty.id, duty.lagrum) for duty in data.ansvar),
    Calendar: lambda data: (
        ("lagrum", counted.lagrum) for counted in (data.allmanna_helgdagar, *data.dag)
    ),
}


def _cited(text: str, name: str, content: bytes, edition: Edition, findings: Findings) -> None:
    for message, code in wrong_citations(text, edition):
        findings.rule(code, name, _line(content, name), message)


def _manifest(data: Manifest, content: bytes, edition: Edition, findings: Findings) -> None:
    for entry in data.process:
        line = _line(content, f'"{entry.key}"')
        if entry.key not in edition.processes:
            findings.rule(
                "unknown_process", entry.key, line,
                f"the process {entry.key} has no diagram: draw bpmn/{entry.key}.bpmn",
            )  # fmt: skip
        if entry.status == "fastställd" and not all(data.adopted(entry)):
            findings.warning(
                "not_adopted", entry.key, line,
                f"{entry.key} is fastställd, but not by whom and when: write faststalld_av and "
                "faststalld_datum here or in [utgava]",
            )  # fmt: skip
        owner = None if edition.roles is None else edition.roles.get(entry.owner)
        if edition.roles is not None and owner is None:
            findings.rule(
                "unknown_role", entry.key, line,
                f"the owner {entry.owner} of {entry.key} is not in terms/roller.toml",
            )  # fmt: skip


def _messages(data: Messages, content: bytes, edition: Edition, findings: Findings) -> None:
    used = {
        message.get("name")
        for diagram in edition.diagrams.values()
        for node in diagram.nodes()
        if (message := message_of(node)) is not None
    }
    for name in data.names():
        if name not in used:
            findings.warning(
                "message_not_used",
                name,
                _line(content, name),
                f"no diagram uses the message {name}",
            )


def _selector(
    selector: Selector, rule: str, content: bytes, edition: Edition, findings: Findings
) -> None:
    line = _line(content, f'"{rule}"')
    if selector.process is not None and selector.process not in edition.processes:
        findings.rule(
            "unknown_process", rule, line,
            f"the rule {rule} names the process {selector.process}, which is not in bpmn/",
        )  # fmt: skip
    elif selector.element is not None and selector.element not in _elements(
        edition, selector.process
    ):
        findings.rule(
            "unknown_element", rule, line,
            f"the rule {rule} names the element {selector.element}, which no diagram has",
        )  # fmt: skip
    listed = edition.messages
    if selector.message is not None and listed is not None and listed.get(selector.message) is None:
        findings.rule(
            "message_not_listed", rule, line,
            f"the rule {rule} names the message {selector.message}, which is not in messages.toml",
        )  # fmt: skip


def _shown(row: Requirement, content: bytes, edition: Edition, findings: Findings) -> None:
    """What shows a requirement exists: diagram and element, form, table."""
    for where in row.visas:
        folder, _, rest = where.partition("/")
        file, _, part = rest.partition("#")
        known: Mapping[str, Container[str]] = {
            "bpmn": edition.processes,
            "forms": edition.forms,
            "dmn": edition.decisions,
        }
        lost = file not in known.get(folder, (file,))
        if lost or (folder == "bpmn" and part and part not in _elements(edition, file)):
            findings.rule(
                "unknown_part", row.id, _line(content, f'"{row.id}"'),
                f"{row.id} is said to be shown by {where}, which the edition does not have",
            )  # fmt: skip


def _elements(edition: Edition, process: str | None) -> frozenset[str]:
    scopes = edition.processes.values() if process is None else (edition.processes[process],)
    return frozenset(
        node.id for top in scopes for scope in top.walk() for node in scope.nodes if node.id
    )


def _instruction(inside: str, edition: Edition, findings: Findings) -> None:
    name = PurePosixPath(inside).stem
    if name not in edition.instructed | edition.forms.keys() | edition.processes.keys():
        findings.warning(
            "instruction_not_used", name, 0,
            f"no element, form or process is called {name}: the instruction is never shown",
        )  # fmt: skip


def _hidden(content: bytes, data: object, findings: Findings) -> None:
    """Refuse invisible characters, also those that are written as escapes."""
    for number, text in enumerate(content.decode("utf-8-sig", "replace").splitlines(), start=1):
        _visible(text, number, findings)
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo.extend((*value, *value.values()))
        elif isinstance(value, list):
            todo.extend(value)
        elif isinstance(value, str):
            _visible(value, 0, findings)


def _visible(text: str, line: int, findings: Findings) -> None:
    bad = hidden_character(text)
    if bad is not None:
        findings.error(
            "hidden_character", "", line,
            f"a text holds the invisible character U+{ord(bad):04X}: remove it",
        )  # fmt: skip


def _line(content: bytes, needle: str) -> int:
    """The first line that holds a text: TOML and JSON readers keep no lines."""
    index = content.find(needle.encode()) if needle else -1
    return content.count(b"\n", 0, index) + 1 if index >= 0 else 0
