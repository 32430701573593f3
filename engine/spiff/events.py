"""Events that wait: start, intermediate catch, receive task, boundary, event-based gateway.

Nothing is matched by SpiffWorkflow: what waits is armed with its due time or its correlation key,
computed once, and every delivery names the token it is for.
"""

from collections.abc import Mapping
from typing import Any

from engine import timers
from engine.errors import DefinitionError, IncidentError
from engine.expressions import Expression, expression, optional
from engine.model import EventModel, Node
from engine.outcome import Origin
from engine.spiff.elements import Activity, evaluate
from engine.spiff.patch import WAITING, Element, Token

Value = Any
Armed = dict[str, Any]


class Trigger:
    """What an event waits for. ``due_from``, what can have set its time, is set by the builder."""

    def __init__(self, node: Node, event: EventModel) -> None:
        self.element = node.id
        self.kind = event.kind
        self.name = event.name
        self.code = event.code
        self.time = event.time
        self.key = optional(node.id, event.key, node.functions)
        self.when: Expression | None = (
            expression(node.id, event.text, node.functions) if event.time else None
        )
        self.due_from: tuple[Origin, ...] = ()

    def arm(self, token: Token) -> Armed:
        """Return what to remember while waiting: ``due``, ``cycle`` or ``key``.

        Raises:
            IncidentError: The timer gives no time or the message's key is missing.
        """
        if self.when is not None:
            return self._arm_timer(token, self.when)
        if self.kind == "message":
            return {"key": correlation_key(self.element, evaluate_or_none(token, self.key))}
        return {}

    def _arm_timer(self, token: Token, when: Expression) -> Armed:
        value, now = evaluate(token, when), token.workflow.action.now
        try:
            if self.time == "cycle":
                turn = timers.cycle(value if isinstance(value, str) else "", now)
                return {"due": timers.cycle_due(turn).isoformat(), "cycle": turn}
            return {"due": timers.due_at(value, now).isoformat()}
        except timers.TimerError as error:
            raise IncidentError(self.element, f"timer: {error}", "timer_invalid") from None

    def again(self, armed: Armed, token: Token) -> Armed | None:
        """Return what a non-interrupting event waits for after it fired, None when it is over.

        A message or an escalation may come again while the activity lasts (Camunda 8), a cycle has
        its next turn, any other timer fires once.
        """
        if "cycle" not in armed:
            return dict(armed) if self.kind in {"message", "escalation"} else None
        turn = timers.next_turn(armed["cycle"], token.workflow.action.now)
        if turn is None:
            return None
        return {"due": timers.cycle_due(turn).isoformat(), "cycle": turn}

    def catches(self, kind: str, code: str | None) -> bool:
        """Return whether an error or escalation with this code belongs here."""
        return self.kind == kind and self.code in (None, code)


def evaluate_or_none(token: Token, formula: Expression | None) -> Value:
    """Return the expression's value, None when there is no expression."""
    return None if formula is None else evaluate(token, formula)


def correlation_key(element: str, value: Value) -> str:
    """Return the key as text.

    Raises:
        IncidentError: There is none; waiting for nobody's message would be waiting for ever.
    """
    if value is None or value == "" or isinstance(value, (bool, list, dict)):
        raise IncidentError(
            element,
            "the message's correlation key is missing or no text; set it before this element",
            "correlation_key_missing",
        )
    return str(value)


class Start(Activity):
    """A start event. It fires when its scope begins; the payload is its result."""

    merges = True

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, node)
        self.trigger = Trigger(node, node.event) if node.event else None


class Catch(Activity):
    """An intermediate catch event or a receive task."""

    merges = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name)
        if node.event is None:
            raise DefinitionError(node.id, "an event that waits for nothing; give it a definition")
        self.trigger = Trigger(node, node.event)

    def _update_hook(self, token: Token) -> bool:
        self.enter(token)
        if token.internal_data.pop("fired", False):
            return True
        token.internal_data["armed"] = self.trigger.arm(token)
        token.move(WAITING)
        return False

    def _run_hook(self, token: Token) -> bool:
        if self.trigger.kind == "message":
            token.detail = {"message": self.trigger.name}
        return True

    def fire(self, token: Token, payload: Mapping[str, Value] | None) -> None:
        """Go on from this token."""
        del token.internal_data["armed"]
        token.internal_data["r"] = payload
        token.make_ready()


class Boundary(Catch):
    """A boundary event; armed with its activity, told in the history only when it fires."""

    silent_while_waiting = True

    def __init__(self, wf_spec: Any, node: Node, host: str) -> None:
        super().__init__(wf_spec, node)
        self.host = host
        if self.trigger.time == "cycle" and node.interrupting:
            raise DefinitionError(
                node.id, "a cycle on an interrupting event fires once; use timeDuration"
            )

    def fire(self, token: Token, payload: Mapping[str, Value] | None) -> None:
        """Fire; what comes again waits as a sibling, so that reminders already open stay open."""
        armed = token.internal_data["armed"]
        again = None if self.node.interrupting else self.trigger.again(armed, token)
        super().fire(token, payload)
        if again is not None:
            following = token.parent.spawn(self)
            following.internal_data["armed"] = again
            following.move(WAITING)

    def _on_ready_hook(self, token: Token) -> None:
        if self.node.interrupting:
            for sibling in token.parent.children:
                if sibling is not token and sibling.live and _attached(sibling, self.host):
                    sibling.cancel()


def _attached(token: Token, host: str | None) -> bool:
    return bool(token.task_spec.name == host or token.state == WAITING)


class EventGateway(Element):
    """Waits for the first of several events; each has its own due time or key."""

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, node.id, bpmn_name=node.name)
        self.bpmn_id = node.id
        self.options: dict[str, Trigger] = {}

    def _update_hook(self, token: Token) -> bool:
        token.internal_data["armed"] = {
            name: trigger.arm(token) for name, trigger in self.options.items()
        }
        token.move(WAITING)
        return False

    def choose(self, token: Token, target: str, payload: Mapping[str, Value] | None) -> None:
        """Go on through the event ``target``; the others are no longer waited for."""
        del token.internal_data["armed"]
        token.internal_data["to"] = (target, payload)
        token.make_ready()

    def _predict_hook(self, token: Token) -> None:
        target, payload = token.internal_data.pop("to")
        child = token.spawn(self._wf_spec.task_specs[target])
        child.internal_data.update(fired=True, r=payload)
