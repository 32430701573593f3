"""What the examples of a form must show: each of its rules broken once, each field answered once.

A rule that follows from the form itself (required, a length, a limit, a choice, a type) is broken
by a change derived from the accepted examples; a rule over several fields, or a pattern, is broken
by a refused example that somebody wrote.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.examples.forms import FormExamples, Trial, changed, trials, written
from engine.examples.visible import conditional
from engine.forms.model import CHOICES, LAYOUT, REASONS, SEVERAL, Field, answered
from engine.forms.scope import Scope, evaluate, level_scope, options_of, row_scope

Answers = Mapping[str, Any]
_WRONG: Final[Mapping[str, str]] = {
    "date": "igår",
    "datetime": "igår",
    "time": "25:99",
    "number": "tolv",
    "checkbox": "kanske",
    "personnummer": "123",
}
"""A text that is no value of the kind."""
_UNKNOWN: Final = "finns_inte"
_STRANGE: Final = "§"
_NUMBER: Final = "201701012393"
"""An official test number."""
_REASON: Final = "Skäl enligt exemplet."


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule that must be seen broken: where (a list without index: ``mal.text``) and the code."""

    path: str
    code: str


@dataclass(frozen=True, slots=True)
class Place:
    """A field where accepted answers have it: its path with indexes, and what it can see."""

    path: str
    field: Field
    scope: Scope
    value: Any

    @property
    def demand_path(self) -> str:
        """The path without indexes."""
        return _plain(self.path)


def missing(trial: Trial, examples: FormExamples) -> list[str]:
    """Say what the examples do not show, one sentence each; empty when they show everything."""
    accepted, asked = written(examples), trials(trial, examples)
    places = {name: _places(asked[name], answers) for name, answers in accepted.items()}
    seen = {place.demand_path for found in places.values() for place in found if _filled(place)}
    left = [f"no accepted example answers {path}" for path in _paths(trial) if path not in seen]
    broken = _broken_by_hand(examples)
    for name, answers in accepted.items():
        for place in places[name]:
            broken |= _broken_here(asked[name], answers, place, broken)
    left += [
        f"no refused example breaks {demand.path} {demand.code}"
        for demand in _demands(trial)
        if demand not in broken
    ]
    left += [
        f"required does not name {demand.path}"
        for demand in _demands(trial)
        if demand.code == "required" and demand.path not in examples.required
    ]
    return left + _never_seen(trial, examples) + _missing_rules(trial, examples)


def _never_seen(trial: Trial, examples: FormExamples) -> list[str]:
    """What is not always asked for: hidden in an example, and shown in one that must say so.

    That a field is shown follows from its accepted answer; a text or readonly field has none.
    """
    hidden = {_plain(path) for example in examples.accepted for path in example.hidden}
    shown = {_plain(path) for example in examples.accepted for path in example.shown}
    every = list(conditional(trial.form.fields))
    silent = {path for path, field in every if field.readonly or field.kind in LAYOUT}
    return [
        *(f"no accepted example has {path} hidden" for path, _ in every if path not in hidden),
        *(f"no accepted example has {path} shown" for path in sorted(silent - shown)),
    ]


def _plain(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())


def _demands(trial: Trial) -> Iterator[Demand]:
    for path, field in _fields(trial.form.fields, ""):
        for code in _codes(field):
            yield Demand(path, code)


def _codes(field: Field) -> Iterator[str]:
    kept = field.limits
    if field.kind == "group" or field.readonly:
        return
    present = {
        "required": kept.required,
        "too_short": (kept.min_length or 0) > 1 and field.kind != "personnummer",
        "too_long": kept.max_length is not None and field.kind != "personnummer",
        "too_small": kept.lowest is not None and not _says_one_row(field),
        "too_large": kept.highest is not None,
        "pattern_mismatch": kept.pattern is not None,
        "not_an_option": field.kind in CHOICES,
        "identity_number": kept.no_identity,
        "type": field.kind in _WRONG or kept.format is not None,
        "too_many_decimals": kept.decimals is not None,
    }
    yield from (code for code, wanted in present.items() if wanted)


def _says_one_row(field: Field) -> bool:
    """A list of at least one row is what ``required`` says."""
    lowest = field.limits.lowest
    return field.kind in {"dynamiclist", *SEVERAL} and lowest is not None and lowest.text == "1"


def _fields(fields: tuple[Field, ...], prefix: str) -> Iterator[tuple[str, Field]]:
    for found in answered(fields):
        yield prefix + found.key, found
        yield from _fields(found.children, f"{prefix}{found.key}.")


def _paths(trial: Trial) -> Iterator[str]:
    for path, field in _fields(trial.form.fields, ""):
        if not field.readonly and field.kind != "group":
            yield path


def _filled(place: Place) -> bool:
    return place.value not in (None, False, [])


def _places(trial: Trial, answers: Answers) -> list[Place]:
    values = trial.ask(answers).values
    return list(_level(trial.form.fields, values, trial.context, ""))


def _level(
    fields: tuple[Field, ...], values: Mapping[str, Any], outer: Scope, prefix: str
) -> Iterator[Place]:
    scope = level_scope(outer, values, fields)
    for found in answered(fields):
        path, value = prefix + found.key, values.get(found.key)
        yield Place(path, found, scope, value)
        if found.kind == "group":
            yield from _level(found.children, value or {}, scope, f"{path}.")
        elif found.kind == "dynamiclist":
            for index, row in enumerate(value or ()):
                inner = row_scope(scope, row, index)
                yield from _level(found.children, row, inner, f"{path}.{index}.")


def _broken_by_hand(examples: FormExamples) -> set[Demand]:
    return {Demand(_plain(refused.field), refused.code) for refused in examples.refused}


def _broken_here(trial: Trial, answers: Answers, place: Place, known: set[Demand]) -> set[Demand]:
    """The rules of one field that a derived change is seen to break."""
    found = set()
    for code in _codes(place.field):
        demand = Demand(place.demand_path, code)
        if demand not in known and _breaks(trial, answers, place, code):
            found.add(demand)
    return found


def _breaks(trial: Trial, answers: Answers, place: Place, code: str) -> bool:
    if code == "required":
        whole = changed(answers, {}, (place.path,))
    else:
        value = _beyond(place, code, trial.now)
        if value is None or (place.value is None and place.field.kind != "checkbox"):
            return False
        whole = changed(answers, {place.path: value})
    got = trial.ask(whole).errors.get(place.path, ("", ""))[0]
    if got == "reason_missing":
        excused = {**whole, REASONS: {**whole.get(REASONS, {}), place.path: _REASON}}
        return place.path not in trial.ask(excused).errors
    return got == code or (code == "type" and got not in {"", "required"})


def _beyond(place: Place, code: str, now: datetime) -> Any:
    """Return a value just on the wrong side of a rule; None where none can be derived."""
    field, kept = place.field, place.field.limits
    if code in {"too_small", "too_large"}:
        bound = kept.lowest if code == "too_small" else kept.highest
        return _past(place, None if bound is None else evaluate(bound, place.scope, now), code, now)
    values: Mapping[str, Any] = {
        "too_short": "x" * ((kept.min_length or 1) - 1),
        "too_long": "x" * ((kept.max_length or 0) + 1),
        "pattern_mismatch": _STRANGE,
        "not_an_option": [_UNKNOWN] if field.kind in SEVERAL else _UNKNOWN,
        "identity_number": _NUMBER,
        "type": _WRONG.get(field.kind, "x"),
        "too_many_decimals": "1." + "1" * ((kept.decimals or 0) + 1),
    }
    return values[code]


def _past(place: Place, bound: Any, code: str, now: datetime) -> Any:
    sign = -1 if code == "too_small" else 1
    if isinstance(place.value, list) and isinstance(bound, int | Decimal):
        return _several(place, int(bound) + sign, now)
    if isinstance(bound, int | Decimal):
        return Decimal(bound) + sign * Decimal(10) ** -(place.field.limits.decimals or 0)
    if isinstance(bound, datetime):
        return bound + sign * timedelta(minutes=1)
    if isinstance(bound, date):
        return bound + sign * timedelta(days=1)
    if isinstance(bound, time):
        moved = datetime.combine(date(2000, 1, 2), bound) + sign * timedelta(minutes=1)
        return moved.time()
    return None


def _several(place: Place, count: int, now: datetime) -> Any:
    if count < 1 or not place.value:
        return None
    if place.field.kind == "dynamiclist":
        return [place.value[0]] * count
    options = [option.value for option in options_of(place.field, place.scope, now=now)]
    return options[:count] if len(options) >= count else None


def _missing_rules(trial: Trial, examples: FormExamples) -> list[str]:
    """The rules over several fields whose message no refused example brings about."""
    accepted, asked = written(examples), trials(trial, examples)
    said: set[tuple[str, str]] = set()
    for refused in examples.refused:
        whole = changed(accepted[refused.base], refused.change, refused.remove)
        errors = asked[refused.base].ask(whole).errors
        said |= {(path, message) for path, (_code, message) in errors.items()}
    return [
        f"no refused example breaks rule {number} at {rule.field}: {rule.message}"
        for number, rule in enumerate(trial.form.rules, start=1)
        if not any(path == rule.field and text.startswith(rule.message) for path, text in said)
    ]
