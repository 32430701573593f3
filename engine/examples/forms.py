"""Examples of forms (``tests/processes/exempel/<form>.toml``): what they accept and refuse."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import AwareDatetime, Field, model_validator

from engine.examples.tables import feel
from engine.examples.visible import visible
from engine.forms import AnswersInvalidError, Form, validate_answers
from engine.manifest import DataModel, Identifier, parse_toml
from engine.scenarios import RequirementId

MISSED = frozenset({"required", "reason_missing"})
"""What a form says of a field that ska, or bör, be answered."""


class Accepted(DataModel):
    """Answers that the form takes: whole, or those of ``base`` changed.

    ``change`` maps a path (``mal.0.text``; an index one past the last adds a row) to a value,
    ``remove`` names paths to leave unanswered. ``hidden`` names what the form does not ask for
    then, ``shown`` what it shows (a text by its own words): all that is answered in vain, and
    what else is of interest. ``context`` is what the process knows otherwise than in the file's.
    """

    name: Identifier
    text: str = ""
    answers: dict[str, Any] = Field(default_factory=dict)
    base: Identifier | None = None
    change: dict[str, Any] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    context: dict[str, Any] = Field(default_factory=dict)
    requirements: tuple[RequirementId, ...] = ()


class Refused(DataModel):
    """Accepted answers changed so that the form points at ``field``."""

    base: Identifier
    change: dict[str, Any] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()
    field: str
    code: str
    text: str = ""
    requirements: tuple[RequirementId, ...] = ()


class FormExamples(DataModel):
    """One file: the examples of one form.

    ``now`` is the moment that ``today()`` knows, ``context`` the variables of the process that the
    form's expressions read. ``required`` are the paths (``mal.text``: in a row) that an accepted
    example answers and that the form refuses, or asks a reason for, when they are left out.
    """

    now: AwareDatetime
    context: dict[str, Any] = Field(default_factory=dict)
    required: tuple[str, ...] = ()
    accepted: tuple[Accepted, ...] = Field(min_length=1)
    refused: tuple[Refused, ...] = ()

    @model_validator(mode="after")
    def _bases_stand_before(self) -> Self:
        known: set[str] = set()
        for example in self.accepted:
            if example.base is not None and example.base not in known:
                raise ValueError(f"accepted {example.name}: no accepted {example.base} before it")
            known.add(example.name)
        for refused in self.refused:
            if refused.base not in known:
                raise ValueError(f"refused {refused.field}: there is no accepted {refused.base}")
        return self


@dataclass(frozen=True, slots=True)
class Answered:
    """What the form said: typed values, or errors as field path to (code, message)."""

    values: Mapping[str, Any]
    errors: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A form with a moment and a context, to be asked again and again."""

    form: Form
    now: datetime
    context: Mapping[str, Any]

    def ask(self, answers: Mapping[str, Any]) -> Answered:
        """Return what the form says to these answers."""
        try:
            found = validate_answers(self.form, answers, now=self.now, context=self.context)
        except AnswersInvalidError as error:
            return Answered({}, error.errors)
        return Answered(found.values, {})

    def shows(self, answers: Mapping[str, Any]) -> Mapping[str, bool]:
        """Return what is not always shown, by its path, and whether these answers show it."""
        values = self.ask(answers).values
        return dict(visible(self.form.fields, values, self.context, now=self.now))


def read_examples(folder: Path) -> Mapping[str, FormExamples]:
    """Read the files of a folder, by the form that each is named after.

    Raises:
        DataFileError: A file cannot be read.
    """
    return {
        path.stem: parse_toml(FormExamples, path.name, path.read_bytes())
        for path in sorted(folder.glob("*.toml"))
    }


def trial_of(form: Form, examples: FormExamples) -> Trial:
    """Return the form as the examples ask it."""
    return Trial(form, examples.now, {name: feel(v) for name, v in examples.context.items()})


def trials(trial: Trial, examples: FormExamples) -> Mapping[str, Trial]:
    """Return the form as every accepted example asks it, by its name; a base's context is kept."""
    found: dict[str, Trial] = {}
    for example in examples.accepted:
        before = trial if example.base is None else found[example.base]
        own = {name: feel(value) for name, value in example.context.items()}
        found[example.name] = replace(before, context={**before.context, **own})
    return found


def written(examples: FormExamples) -> Mapping[str, dict[str, Any]]:
    """Return the whole answers of every accepted example, by its name."""
    found: dict[str, dict[str, Any]] = {}
    for example in examples.accepted:
        answers = example.answers if example.base is None else found[example.base]
        found[example.name] = changed(answers, example.change, example.remove)
    return found


def differences(trial: Trial, examples: FormExamples) -> Iterator[str]:
    """Say where the form does something else than its examples say."""
    answers, asked = written(examples), trials(trial, examples)
    for name, whole in answers.items():
        for path, (code, message) in asked[name].ask(whole).errors.items():
            yield f"accepted {name} is refused at {path}: {code} ({message})"
    for example in examples.accepted:
        yield from _seen_otherwise(asked[example.name], example, answers[example.name])
    for refused in examples.refused:
        whole = changed(answers[refused.base], refused.change, refused.remove)
        errors = asked[refused.base].ask(whole).errors
        code = errors.get(refused.field, ("accepted", ""))[0]
        if code != refused.code:
            where = ", ".join(f"{path} {found[0]}" for path, found in errors.items())
            yield f"refused {refused.field} {refused.code}: got {where or 'accepted'}"
    for path in examples.required:
        if not any(_missed(asked[name], whole, path) for name, whole in answers.items()):
            yield f"required {path}: nothing is said when it is left out"


def _seen_otherwise(trial: Trial, example: Accepted, answers: Mapping[str, Any]) -> Iterator[str]:
    seen = trial.shows(answers)
    for path in example.hidden:
        if seen.get(path) is not False:
            yield f"accepted {example.name}: {path} is not hidden"
    for path in example.shown:
        if seen.get(path) is not True:
            yield f"accepted {example.name}: {path} is not shown"
    for path, shown in seen.items():
        if not shown and path not in example.hidden and _answered(answers, path):
            yield f"accepted {example.name} answers {path}, which is hidden"


def _answered(answers: Any, path: str) -> bool:
    """Whether answers hold something at a path with indexes."""
    for part in path.split("."):
        if isinstance(answers, list):
            answers = answers[int(part)]
        else:
            answers = answers.get(part) if isinstance(answers, Mapping) else None
    return answers not in (None, "")


def _missed(trial: Trial, answers: Mapping[str, Any], path: str) -> bool:
    """Whether the form misses what is left out at a path, in one row or another."""
    return any(
        trial.ask(changed(answers, {}, (place,))).errors.get(place, ("", ""))[0] in MISSED
        for place in _places(answers, path.split("."))
    )


def _places(answers: Any, parts: list[str], before: str = "") -> Iterator[str]:
    """Yield where answers have a path, with the index of each row."""
    if isinstance(answers, list):
        for index, row in enumerate(answers):
            yield from _places(row, parts, f"{before}{index}.")
    elif isinstance(answers, Mapping) and parts[0] in answers:
        if len(parts) == 1:
            yield before + parts[0]
        else:
            yield from _places(answers[parts[0]], parts[1:], f"{before}{parts[0]}.")


def changed(
    answers: Mapping[str, Any], change: Mapping[str, Any], remove: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a copy of answers with values put in and taken out, by their paths."""
    found = deepcopy(dict(answers))
    for path, value in change.items():
        _put(found, path, value)
    for path in remove:
        inside, last = _inside(found, path)
        inside.pop(last, None)
    return found


def _put(answers: dict[str, Any], path: str, value: Any) -> None:
    inside, last = _inside(answers, path)
    if isinstance(inside, list) and last == len(inside):
        inside.append(value)
    else:
        inside[last] = value


def _inside(answers: Any, path: str) -> tuple[Any, Any]:
    """Return what holds the last part of a path, and that part as a key or an index."""
    *parents, last = path.split(".")
    for part in parents:
        answers = answers[int(part)] if isinstance(answers, list) else answers.setdefault(part, {})
    return answers, int(last) if isinstance(answers, list) else last
