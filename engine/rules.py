"""Legal rules over the order of steps, as data (``rules/*.toml``).

A rule says something about the events of one case: what must come before what, what must follow,
what must never happen, how soon, and by whom. The models read the files; whoever has a history
(scenarios, cases, later the proof over all paths) judges it against them.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from engine.manifest import CitationId, DataModel, Identifier, IsoDuration, Modality, NormLevel

EventKind = Literal[
    "entered", "completed", "cancelled", "started", "ended", "thrown", "received", "recorded"
]
"""What happened: to an element (entered, completed, cancelled), to an instance (started, ended),
to a message (thrown, received), or a record was written (recorded)."""


class Selector(DataModel):
    """Which events of a case are meant. Every key given must agree; at least one is needed.

    ``process`` and ``element`` are ids in the diagrams, ``message`` a name of ``messages.toml``,
    ``record`` a kind of record, e.g. ``slutanteckning``. ``event`` defaults to ``completed`` for
    an element, ``thrown`` for a message, ``recorded`` for a record, ``ended`` for a process alone.
    """

    process: Identifier | None = None
    element: Identifier | None = None
    message: Identifier | None = None
    record: Identifier | None = None
    event: EventKind | None = None

    @property
    def kind(self) -> EventKind:
        """The event kind, with the default for what is selected."""
        if self.event is not None:
            return self.event
        if self.element is not None:
            return "completed"
        if self.message is not None:
            return "thrown"
        return "recorded" if self.record is not None else "ended"

    @model_validator(mode="after")
    def _selects_one_thing(self) -> "Selector":
        chosen = [name for name in (self.element, self.message, self.record) if name is not None]
        if len(chosen) > 1:
            raise ValueError("give one of element, message and record, not several")
        if not chosen and self.process is None:
            raise ValueError("give process, element, message or record")
        return self


class RuleBase(DataModel):
    """What every rule says about itself.

    ``scope`` is the thread of events in which the order is judged: all of one ärende, one
    uppdrag, or one process instance.
    """

    id: Identifier
    name: str
    lagrum: tuple[CitationId, ...] = Field(min_length=1)
    modalitet: Modality
    norm: NormLevel
    scope: Literal["arende", "uppdrag", "instans"] = "arende"
    requirements: tuple[str, ...] = ()
    beskrivning: str = ""


class Precedence(RuleBase):
    """``after`` never happens unless ``before`` has happened earlier."""

    kind: Literal["precedence"]
    before: Selector
    after: Selector


class Response(RuleBase):
    """Each ``trigger`` is followed by ``response``, or one of ``unless``, before the end."""

    kind: Literal["response"]
    trigger: Selector
    response: Selector
    unless: tuple[Selector, ...] = ()


class Absence(RuleBase):
    """``never`` does not happen; with ``after``, not once that has happened."""

    kind: Literal["absence"]
    never: Selector
    after: Selector | None = None
    until: Selector | None = None


class Within(RuleBase):
    """Each ``trigger`` is followed by ``response`` within the time given.

    The time is a literal (``limit``) or comes out of a decision table (``decision``: the table's
    id, one output, a duration), so that the number stands in one place.
    """

    kind: Literal["within"]
    trigger: Selector
    response: Selector
    limit: IsoDuration | None = None
    decision: Identifier | None = None
    unless: tuple[Selector, ...] = ()

    @model_validator(mode="after")
    def _one_limit(self) -> "Within":
        if (self.limit is None) == (self.decision is None):
            raise ValueError("give either limit or decision")
        return self


class DifferentPerson(RuleBase):
    """Whoever did ``second`` is not the one who did ``first`` (fyra ögon)."""

    kind: Literal["different_person"]
    first: Selector
    second: Selector


Rule: TypeAlias = Annotated[
    Precedence | Response | Absence | Within | DifferentPerson, Field(discriminator="kind")
]


class RuleFile(DataModel):
    """``rules/<subject>.toml``: a list of ``[[rule]]``."""

    rule: tuple[Rule, ...]


def selectors_of(rule: Rule) -> tuple[Selector, ...]:
    """Return every selector of a rule, e.g. to check that its ids exist."""
    if isinstance(rule, Precedence):
        return (rule.before, rule.after)
    if isinstance(rule, Response | Within):
        return (rule.trigger, rule.response, *rule.unless)
    if isinstance(rule, DifferentPerson):
        return (rule.first, rule.second)
    return tuple(found for found in (rule.never, rule.after, rule.until) if found is not None)
