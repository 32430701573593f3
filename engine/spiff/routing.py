"""Events that are thrown: messages out of the instance, errors and escalations up the scopes."""

from collections.abc import Iterator
from typing import Any

from engine.errors import IncidentError
from engine.model import Node
from engine.spiff.elements import Activity, Attached, evaluate
from engine.spiff.events import Boundary, Trigger, correlation_key
from engine.spiff.multi import MultiInstance
from engine.spiff.patch import WAITING, Token


class Throw(Activity):
    """An intermediate throw event, an end event, or a send task with a message.

    It is thrown once the token has completed, so what it interrupts is the rest of the scope.
    """

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name)
        self.trigger = Trigger(node, node.event) if node.event else None

    def _on_complete_hook(self, token: Token) -> None:
        if self.trigger is not None and self.trigger.kind == "message":
            self._send(token, self.trigger)
        super()._on_complete_hook(token)
        if self.trigger is None or self.trigger.kind == "message":
            return
        if self.trigger.kind == "terminate":
            token.workflow.cancel_all()
        elif self.trigger.kind == "error":
            throw_error(token, self.trigger.code, at_token=False)
        else:
            throw_up(token, "escalation", self.trigger.code, at_token=False)

    def _send(self, token: Token, trigger: Trigger) -> None:
        key = None
        if trigger.key is not None:
            key = correlation_key(self.node.id, evaluate(token, trigger.key))
        payload = dict(token.internal_data.get("l") or {})
        token.workflow.action.throw(self.node.id, trigger.name, key, payload)

    def _run_hook(self, token: Token) -> bool:
        if self.trigger is not None and self.trigger.kind == "message":
            token.detail = {"message": self.trigger.name}
        return True


def throw_error(token: Token, code: str | None, *, at_token: bool) -> None:
    """Throw a BPMN error.

    Raises:
        IncidentError: Nobody catches it, code ``error_uncaught``.
    """
    if not throw_up(token, "error", code, at_token=at_token):
        raise IncidentError(
            token.task_spec.bpmn_id,
            f"the error {code} is caught by nobody; add a boundary event or an event sub-process",
            "error_uncaught",
        )


def throw_up(token: Token, kind: str, code: str | None, *, at_token: bool) -> bool:
    """Give an error or escalation to the nearest that catches it.

    From the token's own boundary outwards: in each scope its event sub-processes, then the boundary
    of its activity. A stranger's boundary never catches, a catch with the code goes before one that
    catches all, and an escalation that nobody catches is over (Camunda 8).
    """
    if at_token and _fire_boundary(token, kind, code):
        return True
    scope, came_from = token.workflow, None
    while True:
        if _fire_event_sub(scope, came_from, kind, code):
            return True
        owner = scope.owner
        if owner is None:
            return False
        if _fire_boundary(owner, kind, code):
            return True
        scope, came_from = owner.workflow, owner.task_spec.name


def _fire_boundary(token: Token, kind: str, code: str | None) -> bool:
    found = [
        boundary
        for boundary in _boundaries(token)
        if boundary.task_spec.trigger.catches(kind, code)
    ]
    if not found:
        return False
    chosen = min(found, key=lambda boundary: boundary.task_spec.trigger.code is None)
    chosen.task_spec.fire(chosen, None)
    return True


def _boundaries(token: Token) -> Iterator[Token]:
    activity = token
    if isinstance(token.parent.task_spec, MultiInstance):
        activity = token.parent
    if isinstance(activity.parent.task_spec, Attached):
        for sibling in activity.parent.children:
            if isinstance(sibling.task_spec, Boundary) and sibling.state == WAITING:
                yield sibling


def _fire_event_sub(scope: Any, came_from: str | None, kind: str, code: str | None) -> bool:
    armed = scope.data.get("armed", {})
    found = [
        spec
        for name, spec in scope.spec.event_subs.items()
        if name in armed and name != came_from and spec.trigger.catches(kind, code)
    ]
    if not found:
        return False
    min(found, key=lambda spec: spec.trigger.code is None).fire(scope, None)
    return True
