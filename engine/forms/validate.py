"""Check answers against their form and give back typed values.

Three passes: read every written value (``_read``), settle what is visible and keep the visible
values to their limits (``_settle``), judge the rules over several fields. A broken *ska* refuses
the answers; a broken *bör* is accepted with a reason, given under the key ``_skal``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from engine.forms import limits
from engine.forms.convert import convert
from engine.forms.errors import AnswersInvalidError, ReasonNeededError, ValueRefusedError
from engine.forms.identity import holds_identity_number
from engine.forms.model import REASONS, SEVERAL, Field, Form, FormRule, answered
from engine.forms.scope import Scope, evaluate, hidden_keys, level_scope, row_scope
from engine.manifest import Modality

MAX_ROWS: Final = 200
NO_REASON: Final = "reason_missing"
"""The code of a broken *bör* without a reason."""
MIN_REASON: Final = 3
"""Shorter than this is not a reason."""
MAX_REASON: Final = 2_000
"""Longer than this belongs in the journal."""


@dataclass(frozen=True, slots=True)
class AnswerWarning:
    """A broken *bör*, and the reason the person gave."""

    field: str
    code: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class ValidatedAnswers:
    """Typed values by field key (None = not answered or hidden), and the reasons given."""

    values: Mapping[str, Any]
    warnings: tuple[AnswerWarning, ...] = ()


@dataclass(slots=True)
class _Findings:
    """What has been found so far, by field path; the first finding of a field stays."""

    ska: dict[str, tuple[str, str]] = field(default_factory=dict)
    bor: dict[str, tuple[str, str]] = field(default_factory=dict)
    unread: dict[str, tuple[str, str]] = field(default_factory=dict)
    unknown: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, path: str, code: str, message: str, modality: Modality) -> None:
        found = self.ska if modality == "ska" else self.bor
        found.setdefault(path, (code, message))


def validate_answers(
    form: Form,
    answers: Mapping[str, object],
    *,
    now: datetime,
    context: Mapping[str, Any] | None = None,
) -> ValidatedAnswers:
    """Check answers and turn them into typed values.

    Args:
        form: The form, as read by ``parse_form``.
        answers: Key to what was written: text from a browser, or JSON values.
        now: The moment, aware; decides ``today()`` and the century of short personnummer.
        context: Names that the form's expressions may use besides its own fields.

    Raises:
        AnswersInvalidError: Every field path that needs attention, with code and message.
        ReasonNeededError: Nothing is wrong but *bör* that lack a reason.
    """
    findings = _Findings()
    reasons = _reasons(form, answers, findings)
    written = {key: value for key, value in answers.items() if key != REASONS}
    read = _read_level(form.fields, written, "", findings, now)
    values = _settle(form.fields, read, dict(context or {}), "", findings, now)
    for rule in form.rules:
        _judge(rule, level_scope(context or {}, values, form.fields), findings, now)
    warnings = _answered_warnings(findings, reasons)
    errors = {**findings.unknown, **findings.ska}
    if errors:
        only_reasons = all(code == NO_REASON for code, _ in errors.values())
        raise ReasonNeededError(errors) if only_reasons else AnswersInvalidError(errors)
    if warnings:
        values[REASONS] = {warning.field: warning.reason for warning in warnings}
    return ValidatedAnswers(values, warnings)


def typed_answers(
    fields: tuple[Field, ...], written: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Turn what is written so far into what conditions compare; nothing is refused.

    Args:
        fields: One level of a form.
        written: Key to text from a browser, JSON or typed values.
        now: The moment, aware.

    Returns:
        Typed values; None where nothing, or nothing that can be read, is written yet.
    """
    known = {found.key for found in answered(fields)}
    asked = {key: value for key, value in written.items() if key in known}
    return _read_level(fields, asked, "", _Findings(), now)


def _reasons(form: Form, answers: Mapping[str, object], findings: _Findings) -> dict[str, str]:
    given = answers.get(REASONS) or {}
    if isinstance(given, Mapping) and all(isinstance(text, str) for text in given.values()):
        reasons = {str(path): str(text).strip() for path, text in given.items()}
        if any(found.limits.no_identity for found in form.walk()):
            refused = (path for path, text in reasons.items() if holds_identity_number(text))
            findings.unknown.update(dict.fromkeys(refused, limits.IDENTITY_REFUSED))
        return reasons
    findings.unknown[REASONS] = ("reasons_format", "Skäl anges som fältets namn och en text.")
    return {}


def _read_level(
    fields: tuple[Field, ...],
    written: Mapping[str, Any],
    prefix: str,
    findings: _Findings,
    now: datetime,
) -> dict[str, Any]:
    known = {found.key: found for found in answered(fields)}
    for key in written:
        if key not in known:
            findings.unknown[prefix + str(key)] = ("unknown_field", "Fältet finns inte.")
    return {
        key: _read(found, written.get(key), prefix + key, findings, now)
        for key, found in known.items()
    }


def _read(found: Field, written: Any, path: str, findings: _Findings, now: datetime) -> Any:
    if found.kind == "group":
        if written is not None and not isinstance(written, Mapping):
            findings.unread[path] = ("not_a_group", "Ange fälten i gruppen.")
            written = None
        return _read_level(found.children, written or {}, f"{path}.", findings, now)
    if found.kind == "dynamiclist":
        return _read_rows(found, written, path, findings, now)
    try:
        return convert(found, written, now=now)
    except ValueRefusedError as refused:
        findings.unread[path] = (refused.code, refused.message)
        return None


def _read_rows(
    found: Field, written: Any, path: str, findings: _Findings, now: datetime
) -> list[dict[str, Any]]:
    rows = [] if written in (None, "") else written
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        findings.unread[path] = ("not_rows", "Ange en lista med rader.")
        return []
    if len(rows) > MAX_ROWS:
        findings.unread[path] = ("too_many_rows", f"Högst {MAX_ROWS} rader.")
        return []
    return [
        _read_level(found.children, row, f"{path}.{index}.", findings, now)
        for index, row in enumerate(rows)
    ]


def _settle(
    fields: tuple[Field, ...],
    read: Mapping[str, Any],
    outer: Scope,
    prefix: str,
    findings: _Findings,
    now: datetime,
) -> dict[str, Any]:
    """Hide, fill readonly fields, check limits; return the values of one level."""
    values = dict(read)
    for found in answered(fields):
        if found.readonly:
            scope = level_scope(outer, values, fields)
            default = None if found.default is None else evaluate(found.default, scope, now)
            values[found.key] = default
    hidden = hidden_keys(fields, values, outer, now=now)
    shown = {key: None if key in hidden else value for key, value in values.items()}
    scope = level_scope(outer, shown, fields)
    for found in answered(fields):
        if found.key not in hidden:
            path = prefix + found.key
            shown[found.key] = _settle_field(found, shown[found.key], scope, path, findings, now)
    return shown


def _settle_field(
    found: Field, value: Any, scope: Scope, path: str, findings: _Findings, now: datetime
) -> Any:
    if path in findings.unread:
        findings.ska.setdefault(path, findings.unread[path])
        return value
    if found.kind == "group":
        return _settle(found.children, value, scope, f"{path}.", findings, now)
    if found.kind == "dynamiclist":
        value = [
            _settle(
                found.children, row, row_scope(scope, row, index), f"{path}.{index}.", findings, now
            )
            for index, row in enumerate(value)
        ]
    elif value is None and found.kind == "checkbox":
        value = False
    elif value is None and found.kind in SEVERAL:
        value = []
    for code, message in limits.broken(found, value, scope, now=now):
        # Only a missing answer or a broken limit can be explained; an unknown choice cannot.
        modality = "ska" if code in limits.NEVER_EXCUSED else found.modality
        findings.add(path, code, message, modality)
    return value


def _judge(rule: FormRule, scope: Scope, findings: _Findings, now: datetime) -> None:
    """A rule is broken when false; also when null although every name it uses has a value."""
    result = evaluate(rule.condition, scope, now)
    if result is True:
        return
    undecided = result is not False
    if undecided and any(scope.get(name) is None for name in rule.condition.names):
        return
    code = "rule_undecided" if undecided else "rule_broken"
    findings.add(rule.field, code, rule.message, rule.modality)


def _answered_warnings(
    findings: _Findings, reasons: Mapping[str, str]
) -> tuple[AnswerWarning, ...]:
    """Broken *bör* with a reason are warnings; without one the reason is asked for."""
    warnings = []
    for path, (code, message) in findings.bor.items():
        reason = reasons.get(path, "")
        if len(reason) > MAX_REASON:
            findings.ska.setdefault(
                path, ("too_long", f"Skriv högst {MAX_REASON} tecken som skäl.")
            )
        elif len(reason) >= MIN_REASON:
            warnings.append(AnswerWarning(path, code, message, reason))
        else:
            findings.ska.setdefault(
                path, (NO_REASON, f"{message} Ange skäl om du ändå går vidare.")
            )
    return tuple(warnings)
