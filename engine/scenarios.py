"""What must happen, step by step in virtual time (``scenarios/*.toml``).

The models read the files; the runner (``kedja scenario run``, the tests) walks them on the real
parts. A text ``"${name.key}"`` inside answers, payloads and expectations stands for a value saved
by an earlier step that carries ``save = "name"``.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from engine.manifest import CitationId, DataModel, Identifier, IsoDuration

RequirementId = Annotated[str, StringConstraints(pattern=r"^[RKLP]-\d+[a-z]?$")]
"""A row of ``krav.toml``, e.g. ``R-090``; a part of a bundled one is ``R-211b``."""

Reference = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\.([A-Za-z0-9_.]+)\}")
"""``${name.key}``: a value that an earlier step saved under ``name``."""


_EXACT = frozenset({"open", "notices", "running"})
"""What is compared whole: an empty list there says that there is none."""


class ExpectedEvent(DataModel):
    """One line of history that must be there. Keys not given are not compared."""

    element: Identifier | None = None
    process: Identifier | None = None
    event: str = "completed"
    message: Identifier | None = None
    record: Identifier | None = None
    actor: str | None = None
    on: date | None = None


class ExpectedNotice(DataModel):
    """A reminder or escalation that must have been sent by this step (and by no other)."""

    to: Identifier
    element: Identifier | None = None
    level: Identifier | None = None
    on: date | None = None


class Expect(DataModel):
    """What holds after a step. Every key is optional; what is not named is not looked at.

    ``open`` is the exact list of open tasks of the ärende (element ids, twice if open twice);
    ``opened`` and ``gone`` name single ones. ``due`` maps an element id to its due date (a date is
    the Stockholm day), ``due_rules`` to the rules that set it (``<table>:<number>``). ``events``
    must appear in this order among the events of this step, ``history`` in this order among those
    of the whole ärende. ``error`` is the code with which the step is refused. ``facts`` maps the
    name of a recorded fact to its value, e.g. ``"akt.gallringsdatum" = 2031-09-16``.
    """

    open: tuple[Identifier, ...] | None = None
    opened: tuple[Identifier, ...] = ()
    gone: tuple[Identifier, ...] = ()
    due: dict[Identifier, date | AwareDatetime] = Field(default_factory=dict)
    due_rules: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)
    follow_up: dict[Identifier, date | AwareDatetime] = Field(default_factory=dict)
    events: tuple[ExpectedEvent, ...] = ()
    history: tuple[ExpectedEvent, ...] = ()
    thrown: tuple[Identifier, ...] = ()
    notices: tuple[ExpectedNotice, ...] | None = None
    running: tuple[Identifier, ...] | None = None
    incidents: tuple[str, ...] = ()
    error: str | None = None
    fields: tuple[str, ...] = ()
    facts: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> "Expect":
        # Nothing of these means that nothing is looked at, not that nothing happened.
        empty = [name for name in self.model_fields_set - _EXACT if not getattr(self, name)]
        if empty:
            raise ValueError(f"{', '.join(sorted(empty))}: an empty list expects nothing")
        return self


class SentMessage(DataModel):
    """A message put in from outside, as the API's ``POST messages/`` does."""

    name: Identifier
    key: str
    payload: dict[str, Any] = Field(default_factory=dict)
    id: str | None = None


class Step(DataModel):
    """One step: exactly one of start, complete, advance, message, claim, cancel, read; or a look.

    ``as`` is a user of the demo municipality or a role (then the ärende's own user of that
    role). ``process``, ``unit`` (its name) and ``index`` (from 0, in order of creation) narrow
    ``complete`` when one element is open several times. ``advance`` is a date (that day 00:00 in
    Stockholm), a date-time with offset, or a duration. ``case`` is the ärende that the step and
    those after it look at; ``""`` is what belongs to no ärende. ``read`` opens the page of one,
    which is logged; with ``reason`` as an emergency (break-glass).
    """

    text: str = ""
    start: Identifier | None = None
    complete: Identifier | None = None
    claim: Identifier | None = None
    advance: date | AwareDatetime | IsoDuration | None = None
    message: SentMessage | None = None
    cancel: Identifier | None = None
    read: str | None = None
    reason: str | None = None
    actor: str | None = Field(default=None, alias="as")
    case: str | None = None
    process: Identifier | None = None
    unit: str | None = None
    index: int = 0
    answers: dict[str, Any] = Field(default_factory=dict)
    save: Identifier | None = None
    expect: Expect | None = None
    requirements: tuple[RequirementId, ...] = ()
    lagrum: tuple[CitationId, ...] = ()

    @property
    def action(
        self,
    ) -> Literal["start", "complete", "claim", "advance", "message", "cancel", "read", "look"]:
        """What the step does."""
        for name in ("start", "complete", "claim", "advance", "message", "cancel", "read"):
            if getattr(self, name) is not None:
                return name
        return "look"

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Step":
        names = ("start", "complete", "claim", "advance", "message", "cancel", "read")
        done = [name for name in names if getattr(self, name) is not None]
        if len(done) > 1:
            raise ValueError(f"a step does one thing, not {' and '.join(done)}")
        if not done and self.expect is None:
            raise ValueError(f"give one of {', '.join(names)} or expect")
        by_person = {"start", "complete", "claim", "cancel", "read"}
        if self.actor is None and done and done[0] in by_person:
            raise ValueError(f'{done[0]} needs as = "user or role"')
        return self


class Scenario(DataModel):
    """One scenario file.

    ``start_at`` is the virtual clock's first moment. ``setting`` names the folder under ``lokal/``
    whose people and units it uses.
    """

    id: Identifier
    name: str
    start_at: AwareDatetime
    setting: Identifier = "demo"
    person: str | None = None
    requirements: tuple[RequirementId, ...] = ()
    lagrum: tuple[CitationId, ...] = ()
    step: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _references_look_back(self) -> "Scenario":
        saved: set[str] = {"scenario"}
        for number, step in enumerate(self.step, start=1):
            for name in _references(step.model_dump(exclude={"text"})):
                if name not in saved:
                    raise ValueError(f"step {number}: nothing is saved as {name} before it")
            if step.save is not None:
                saved.add(step.save)
        return self


def resolve(value: Any, saved: dict[str, dict[str, Any]]) -> Any:
    """Put saved values in the place of ``${name.key}``, at any depth.

    A text that is one reference and nothing else becomes the value itself, with its type.

    Raises:
        KeyError: Nothing was saved under that name and key.
    """
    if isinstance(value, dict):
        return {key: resolve(entry, saved) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(entry, saved) for entry in value]
    if not isinstance(value, str):
        return value
    whole = Reference.fullmatch(value)
    if whole is not None:
        return saved[whole[1]][whole[2]]
    return Reference.sub(lambda match: str(saved[match[1]][match[2]]), value)


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_references(entry) for entry in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_references(entry) for entry in value))
    return {match[1] for match in Reference.finditer(value)} if isinstance(value, str) else set()
