"""Sub-processes, called processes and event sub-processes: scopes inside scopes."""

from collections.abc import Mapping
from typing import Any

from engine import scopes
from engine.errors import DefinitionError, IncidentError
from engine.model import Node
from engine.spiff.elements import Activity
from engine.spiff.events import Start
from engine.spiff.patch import COMPLETED, STARTED, SubFlow, Token

Value = Any


def begin(scope: Any, start: Start, payload: Mapping[str, Value] | None) -> None:
    """Start a scope: its start event, then its event sub-processes, which may read the payload."""
    root = scope.task_tree = Token(scope, scope.spec.start, None, COMPLETED)
    token = root.spawn(start)
    token.internal_data["r"] = payload
    token.arrive()
    scope.action.step(start.bpmn_id)
    token.run()
    arm(scope)


def arm(scope: Any) -> None:
    """Remember due times and keys of the scope's event sub-processes."""
    if scope.spec.event_subs:
        scope.data["armed"] = {
            name: spec.trigger.arm(scope.task_tree) for name, spec in scope.spec.event_subs.items()
        }


class Sub(Activity):
    """An embedded sub-process. ``inside`` names its scope among the definition's."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None, inside: str) -> None:
        super().__init__(wf_spec, node, name)
        self.inside = inside

    def _update_hook(self, token: Token) -> None:
        self.enter(token)
        token.move(STARTED)
        scope = SubFlow(self._inner(token), token)
        scope.data["v"] = self.variables(token)
        begin(scope, self.entry(scope), token.internal_data.pop("payload", None))

    def _inner(self, token: Token) -> Any:
        return token.workflow.top_workflow.subprocess_specs[self.inside]

    def entry(self, scope: Any) -> Start:
        """Return the start event that the scope begins at."""
        found: Start = scope.spec.bpmn_start_events[0]
        return found

    def variables(self, _token: Token) -> dict[str, Value]:
        """Return the variables that the scope begins with."""
        return {}

    def scope_ended(self, token: Token, scope: Any) -> None:
        """Go on when nothing inside is live."""
        token.workflow.top_workflow.subprocesses.pop(token.id)
        self.take_over(token, scope)
        token.make_ready()

    def take_over(self, token: Token, scope: Any) -> None:
        """Take what a finished scope leaves behind."""

    def _on_cancel(self, token: Token) -> None:
        scope = token.workflow.top_workflow.subprocesses.pop(token.id, None)
        if scope is not None:
            scope.completed = True
            scope.cancel_all()


class Call(Sub):
    """A called process: its own root variables, copies in and out."""

    isolates = True
    merges = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None, inside: str) -> None:
        super().__init__(wf_spec, node, name, inside)
        self.all_in = node.extension("calledElement", "propagateAllParentVariables") != "false"
        all_out = node.extension("calledElement", "propagateAllChildVariables")
        self.all_out = all_out != "false"

    def entry(self, scope: Any) -> Start:
        """Return the none start event of the called process."""
        for start in scope.spec.bpmn_start_events:
            if start.trigger is None:
                return start  # type: ignore[no-any-return]
        raise IncidentError(
            self.node.id, f"the called process {self.inside} has no none start event", "no_start"
        )

    def variables(self, token: Token) -> dict[str, Value]:
        """Return copies of what the call passes in."""
        if self.all_in:
            return scopes.view(token)
        return dict(token.internal_data.get("l") or {})

    def take_over(self, token: Token, scope: Any) -> None:
        """Pass the called process's variables out, through the outputs when there are any."""
        if self.writes or self.all_out:
            token.internal_data["r"] = scopes.variables_of(scope)


class EventSub(Sub):
    """An event sub-process, armed with the scope around it."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None, inside: str) -> None:
        super().__init__(wf_spec, node, name, inside)
        self.interrupting = True
        self.trigger: Any = None

    def triggered_by(self, start: Start, *, interrupting: bool) -> None:
        """Take over the trigger of the inner start event.

        Raises:
            DefinitionError: It has none, or a cycle that would fire once.
        """
        if start.trigger is None:
            raise DefinitionError(self.node.id, "an event sub-process needs a start with an event")
        self.trigger = start.trigger
        self.interrupting = interrupting or self.trigger.kind == "error"
        if self.trigger.time == "cycle" and self.interrupting:
            raise DefinitionError(
                start.bpmn_id, "a cycle on an interrupting event fires once; use timeDuration"
            )

    def fire(self, scope: Any, payload: Mapping[str, Value] | None) -> None:
        """Start in ``scope``; an interrupting one ends everything else there first."""
        root = scope.task_tree
        if self.interrupting:
            del scope.data["armed"]
            scope.cancel_all()
        elif "due" in scope.data["armed"][self.name]:
            again = self.trigger.again(scope.data["armed"].pop(self.name), root)
            if again is not None:
                scope.data["armed"][self.name] = again
        token = root.spawn(self)
        token.internal_data["payload"] = payload
        token.arrive()
