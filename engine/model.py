"""What a BPMN file says, as plain values.

Our own reading of the file, not SpiffWorkflow's parser: that one recurses once per task, drops
sequence flows without id, gives wrong lanes when it is reused and hangs on some data objects. Here
every refusal names its element. Conformance beyond what running needs belongs to ``engine.check``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.feel import Functions

LIMIT: Final = "frist"
MOVES: Final = "flyttas"
"""Property of a user task, and its value: an open task's due date follows what decides it."""
PREPARED: Final = "underlag"
"""Property of a user task: ids of the steps whose answers are shown to whoever does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow; ``condition`` is the text as written, ``name`` what the drawing says."""

    id: str
    source: str
    target: str
    condition: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventModel:
    """The event definition of an event or of a receive or send task.

    ``kind`` is message, timer, error, escalation or terminate. ``name`` is the message's name,
    ``code`` the error's or escalation's (None catches all), ``key`` the correlation key's text.
    ``time`` is date, duration or cycle, and ``text`` what stands in it.
    """

    kind: str
    name: str = ""
    code: str | None = None
    key: str | None = None
    time: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiModel:
    """Multi-instance characteristics, as texts."""

    sequential: bool
    collection: str
    item: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A flow node with everything that Camunda 8's dialect says about it."""

    id: str
    kind: str
    name: str
    line: int
    lane: str | None = None
    documentation: str | None = None
    event: EventModel | None = None
    multi: MultiModel | None = None
    attached_to: str | None = None
    interrupting: bool = True
    by_event: bool = False
    default: str | None = None
    scope: "Scope | None" = None
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    extensions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    functions: Functions = field(default_factory=dict)

    @property
    def role(self) -> str | None:
        """The role that the lane stands for (``Lane_<role>``)."""
        lane = self.lane
        return lane.removeprefix("Lane_") if lane and lane.startswith("Lane_") else None

    def extension(self, tag: str, attribute: str) -> str | None:
        """Return an attribute of a ``zeebe:`` extension element, None when it is missing."""
        return self.extensions.get(tag, {}).get(attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A process or the inside of a sub-process."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]

    def outgoing(self, node_id: str) -> tuple[Flow, ...]:
        """Return the flows out of a node, in the order of the file."""
        return tuple(flow for flow in self.flows if flow.source == node_id)
