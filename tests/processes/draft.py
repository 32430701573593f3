"""Draft the examples of a form: ``python -m tests.processes.draft FORM`` prints a file.

Every field is answered with something plausible, and for what that leaves hidden other choices are
tried. Answers that scenarios give come first. Read the result, make the texts fit, and write a
refused example for each rule over several fields.
"""

import itertools
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from engine.examples.demands import _level, missing
from engine.examples.forms import FormExamples, Trial, changed, trial_of, written
from engine.forms.model import CHOICES, SEVERAL, Field, Form, answered
from engine.forms.scope import evaluate
from tests.processes.town import FOLDER, edition

NOW = datetime(2026, 8, 17, 9, tzinfo=ZoneInfo("Europe/Stockholm"))
TEXT = "Enligt samtal i hemmet, tillsammans med den enskilde och personalen."


def draft(name: str) -> dict[str, Any]:
    """The tables of a file of examples."""
    form = edition().form(name)
    trial = Trial(form, NOW, {})
    whole = _joined(_filled(form.fields), _from_scenarios(name), trial)
    shown = _shown(trial, whole)
    accepted: list[dict[str, Any]] = [{"name": "bas", "answers": _pruned(whole, shown)}]
    for number, change in enumerate(_reveal(trial, whole, shown), start=2):
        accepted.append({"name": f"variant_{number}", "base": "bas", "change": change})
    _tell_hidden(trial, accepted)
    return {"now": NOW, "accepted": accepted}


def _tell_hidden(trial: Trial, accepted: list[dict[str, Any]]) -> None:
    """Let each example name what its answers do not ask for."""
    examples = FormExamples.model_validate({"now": NOW, "accepted": accepted})
    for entry, answers in zip(accepted, written(examples).values(), strict=True):
        hidden = [path for path, shown in trial.shows(answers).items() if not shown]
        if hidden:
            entry["hidden"] = hidden


def dump(tables: Mapping[str, Any]) -> str:
    """Write tables as TOML."""
    lines = [f"now = {NOW.isoformat()}"]
    if tables.get("context"):
        lines.append(f"context = {_toml(tables['context'])}")
    for kind in ("accepted", "refused"):
        for entry in tables.get(kind, ()):
            lines += ["", f"[[{kind}]]"]
            answers = entry.get("answers", {})
            lines += [f"{k} = {_toml(v)}" for k, v in entry.items() if k != "answers"]
            if answers:
                lines += ["", f"[{kind}.answers]"]
                lines += [f"{key} = {_toml(value)}" for key, value in answers.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, Mapping):
        inside = ", ".join(
            f"{key if key.replace('_', '').isalnum() else _toml(key)} = {_toml(entry)}"
            for key, entry in value.items()
        )
        return f"{{ {inside} }}"
    if isinstance(value, list | tuple):
        rows = [_toml(entry) for entry in value]
        if sum(map(len, rows)) > 80:
            return "[\n" + "".join(f"  {row},\n" for row in rows) + "]"
        return "[" + ", ".join(rows) + "]"
    return str(value)


def _filled(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {found.key: _plausible(found) for found in answered(fields) if not found.readonly}


def _joined(filled: dict[str, Any], told: dict[str, Any], trial: Trial) -> dict[str, Any]:
    """What is told wins where the form takes it; rows keep what nobody told."""
    whole = dict(filled)
    for key in told.keys() & filled.keys():
        rows = isinstance(told[key], list) and told[key] and isinstance(told[key][0], dict)
        whole[key] = [filled[key][0] | row for row in told[key]] if rows else told[key]
    wrong = {path.split(".")[0] for path in trial.ask(whole).errors}
    return whole | {key: filled[key] for key in wrong & filled.keys()}


def _plausible(found: Field) -> Any:
    if found.kind in {"group", "dynamiclist"}:
        inside = _filled(found.children)
        return inside if found.kind == "group" else [inside]
    if found.kind in CHOICES:
        value = found.options[0].value if found.options else "?"
        return [value] if found.kind in SEVERAL else value
    plain = {
        "checkbox": True,
        "number": 1,
        "date": NOW.date(),
        "time": time(9),
        "datetime": NOW,
        "personnummer": "194003652387",
    }
    if found.kind in plain:
        low = found.limits.lowest
        bound = None if low is None else evaluate(low, {}, NOW)
        return plain[found.kind] if bound is None else bound
    return _text(found)


def _text(found: Field) -> str:
    if found.limits.format == "email":
        return "astrid@exempel.se"
    if found.limits.format == "phone":
        return "070-174 06 05"
    text = TEXT if found.kind == "textarea" else found.label
    text = text if len(text) >= (found.limits.min_length or 0) else f"{text} {TEXT}"
    return text[: found.limits.max_length or len(text)]


def _from_scenarios(form: str) -> dict[str, Any]:
    """Answers that a scenario gives to the form; references to saved values are left out."""
    for path in sorted((FOLDER / "scenarios").glob("*.toml")):
        for step in tomllib.loads(path.read_text(encoding="utf-8"))["step"]:
            refused = "error" in step.get("expect", {})
            if not refused and form in _forms_of(step) and step.get("answers"):
                return {k: v for k, v in step["answers"].items() if "${" not in str(v)}
    return {}


def _forms_of(step: Mapping[str, Any]) -> Iterator[str]:
    if "start" in step:
        yield f"starta_{step['start']}"
    for key in edition().processes:
        element = edition().definition(key).elements.get(step.get("complete", ""))
        if element is not None and element.form:
            yield element.form


def _shown(trial: Trial, whole: Mapping[str, Any]) -> set[str]:
    values = trial.ask(whole).values
    places = _level(trial.form.fields, values, trial.context, "")
    return {place.path for place in places if place.value not in (None, [], False)}


def _pruned(answers: Mapping[str, Any], shown: set[str], prefix: str = "") -> dict[str, Any]:
    """Leave out what is hidden; keep everything when the form refuses the whole."""
    if not shown:
        return dict(answers)
    found: dict[str, Any] = {}
    for key, value in answers.items():
        path = f"{prefix}{key}"
        if path not in shown:
            continue
        found[key] = value
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found[key] = [_pruned(row, shown, f"{path}.{i}.") for i, row in enumerate(value)]
        elif isinstance(value, dict):
            found[key] = _pruned(value, shown, f"{path}.")
    return found


def _reveal(trial: Trial, whole: Mapping[str, Any], shown: set[str]) -> Iterator[dict[str, Any]]:
    """Changes of one answer that show fields not seen before, with those fields answered."""
    seen = set(shown)
    every = {place.path: place for place in _all_places(trial.form, whole)}
    for path, field in every.items():
        for value in _others(field):
            new = changed(whole, {path: value})
            fresh = _shown(trial, new) - seen
            if fresh:
                seen |= fresh
                answers = {p: _at(new, p) for p in sorted(fresh) if _at(new, p) is not None}
                yield {path: value, **answers}


class _Spot:
    def __init__(self, path: str, field: Field) -> None:
        self.path, self.field = path, field


def _all_places(form: Form, whole: Mapping[str, Any]) -> list[_Spot]:
    def walk(fields: tuple[Field, ...], prefix: str) -> Iterator[_Spot]:
        for found in answered(fields):
            if found.kind == "group":
                yield from walk(found.children, f"{prefix}{found.key}.")
            elif found.kind == "dynamiclist":
                yield from walk(found.children, f"{prefix}{found.key}.0.")
            elif not found.readonly:
                yield _Spot(prefix + found.key, found)

    return list(walk(form.fields, ""))


def _others(spot: _Spot) -> Iterator[Any]:
    if spot.field.kind == "checkbox":
        yield from (False, True)
    elif spot.field.kind in CHOICES and spot.field.kind not in SEVERAL:
        yield from (option.value for option in spot.field.options)
    elif not spot.field.limits.required:
        yield ""


def _at(answers: Any, path: str) -> Any:
    for part in path.split("."):
        try:
            answers = answers[int(part)] if isinstance(answers, list) else answers[part]
        except (KeyError, IndexError):
            return None
    return answers


def main(names: list[str]) -> None:
    for name in names:
        tables = draft(name)
        print(dump(tables), end="")
        examples = FormExamples.model_validate(tables)
        trial = trial_of(edition().form(name), examples)
        for number, answers in zip(itertools.count(1), written(examples).values(), strict=False):
            for path, error in trial.ask(answers).errors.items():
                print(f"# accepted {number} is refused at {path}: {error[0]}")
        for line in missing(trial, examples):
            print(f"# {line}")


if __name__ == "__main__":
    main(sys.argv[1:])
