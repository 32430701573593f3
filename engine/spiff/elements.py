"""Tasks and gateways of the profile, except sub-processes, multi-instance and events."""

from collections.abc import Mapping
from typing import Any

from engine import scopes, timers
from engine.dmn.errors import DmnError
from engine.dmn.notes import PartNote
from engine.errors import DefinitionError, IncidentError
from engine.explain import explanation
from engine.expressions import Expression, Formula, expression, optional
from engine.model import LIMIT, MOVES, Node
from engine.outcome import Origin
from engine.spiff.patch import Element, Token

Value = Any


def evaluate(token: Token, formula: Expression) -> Value:
    """Return the value of an expression for what the token can read."""
    return formula.value(scopes.view(token), token.workflow.action.now)


class Internal(Element):
    """A spec that no element of the diagram stands for."""

    def __init__(self, wf_spec: Any, name: str) -> None:
        super().__init__(wf_spec, name)
        self.bpmn_id = None


class Attached(Internal):
    """Splits into an activity (its first output) and the boundary events that sit on it."""

    def _update_hook(self, token: Token) -> None:
        token.complete()


class Activity(Element):
    """An element with data mapping; by itself the pass-through tasks ``task`` and ``manualTask``.

    ``merges``: an unmapped result goes to the scope, as Camunda 8 does for jobs and messages. The
    answers of a user task are stored as a document and become variables only through outputs.
    """

    merges = False

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, name or node.id, bpmn_name=node.name)
        self.bpmn_id = node.id
        self.node = node
        self.reads = tuple((t, _mapped(node, t, s)) for t, s in node.inputs)
        self.writes = tuple((t, _mapped(node, t, s)) for t, s in node.outputs)

    def _update_hook(self, token: Token) -> bool | None:
        self.enter(token)
        return True

    def enter(self, token: Token) -> None:
        """Make the inputs the token's locals; a later one sees the earlier ones."""
        if not self.reads:
            return
        context, now = scopes.view(token), token.workflow.action.now
        own = scopes.local(token)
        for target, source in self.reads:
            own[target] = context[target] = source.value(context, now)

    def _on_complete_hook(self, token: Token) -> None:
        result: Mapping[str, Value] = token.internal_data.pop("r", None) or {}
        self.leave(token, result)
        parent = token.parent
        if isinstance(parent.task_spec, Attached):
            for sibling in parent.children:
                if sibling.live and sibling.task_spec.host == self.name:
                    sibling.cancel()
        elif parent.live:
            parent.task_spec.body_done(parent, token, result)

    def leave(self, token: Token, result: Mapping[str, Value]) -> None:
        """Write the outputs, or the whole result when it merges."""
        if self.writes:
            context, now = {**scopes.view(token), **result}, token.workflow.action.now
            values = [(target, source.value(context, now)) for target, source in self.writes]
            for target, value in values:
                scopes.put(token, target, value)
        elif self.merges:
            scopes.put_all(token, result)


def _mapped(node: Node, target: str, source: str) -> Expression:
    if not target or "." in target:
        raise DefinitionError(node.id, f"the mapping target {target!r} must be a plain name")
    return expression(node.id, source, node.functions)


def _extension(node: Node, tag: str, attribute: str) -> Expression | None:
    return optional(node.id, node.extension(tag, attribute), node.functions)


class UserTask(Activity):
    """Waits for a person. Assignment and dates are decided on entry.

    ``due_from``, what can have set the due date, is set by the builder. With the property
    ``frist`` = ``flyttas`` the due date is decided anew after each action while the task is open.
    """

    manual = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name)
        self.manual = True
        self.form = node.extension("formDefinition", "formId")
        self.groups = _extension(node, "assignmentDefinition", "candidateGroups")
        self.assignee = _extension(node, "assignmentDefinition", "assignee")
        self.due = _extension(node, "taskSchedule", "dueDate")
        self.follow_up = _extension(node, "taskSchedule", "followUpDate")
        self.moves = node.properties.get(LIMIT) == MOVES
        self.due_from: tuple[Origin, ...] = ()

    def _update_hook(self, token: Token) -> bool:
        self.enter(token)
        own = token.internal_data
        for key, formula in (("groups", self.groups), ("assignee", self.assignee)):
            if isinstance(formula, Formula):
                own[key] = evaluate(token, formula)
        for key, formula in (("due", self.due), ("follow_up", self.follow_up)):
            if formula is not None:
                moment = self._moment(token, formula)
                own[key] = None if moment is None else moment.isoformat()
        return True

    def move_limit(self, token: Token) -> bool:
        """Decide the due date of an open task anew; return whether it is another day.

        A limit is never taken away: an expression that no longer gives a day keeps the old one.
        """
        if not self.moves or self.due is None:
            return False
        moment, own = self._moment(token, self.due), token.internal_data
        if moment is None or moment.isoformat() == own.get("due"):
            return False
        own["due"] = moment.isoformat()
        return True

    def _moment(self, token: Token, formula: Expression) -> Any:
        try:
            return timers.deadline(evaluate(token, formula), token.workflow.action.now)
        except timers.TimerError as error:
            reason = f"due or follow-up date: {error}"
            raise IncidentError(self.node.id, reason, "date_invalid") from None


class Job(Activity):
    """A service or send task: waits until its capability has been done."""

    merges = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name)
        kind = node.extension("taskDefinition", "type")
        if not kind or kind.startswith("="):
            raise DefinitionError(node.id, "needs zeebe:taskDefinition with the capability's name")
        self.type = kind
        retries = node.extension("taskDefinition", "retries") or "3"
        if not retries.isdigit():
            raise DefinitionError(node.id, "retries must be a whole number")
        self.retries = int(retries)

    def _run_hook(self, token: Token) -> None:  # noqa: ARG002
        return None


class ScriptTask(Activity):
    """Evaluates one FEEL expression into one variable."""

    merges = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name)
        text = node.extension("script", "expression")
        target = node.extension("script", "resultVariable")
        if not text or not target:
            raise DefinitionError(
                node.id, "needs zeebe:script with a FEEL expression and a resultVariable"
            )
        self.formula, self.target = Formula(node.id, text, node.functions), target

    def _run_hook(self, token: Token) -> bool:
        token.internal_data["r"] = {self.target: evaluate(token, self.formula)}
        return True


class RuleTask(Activity):
    """Evaluates a decision. ``model`` and the ``notes`` of its file are set by the builder."""

    merges = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name)
        decision = node.extension("calledDecision", "decisionId")
        target = node.extension("calledDecision", "resultVariable")
        if not decision or not target:
            raise DefinitionError(
                node.id, "needs zeebe:calledDecision with decisionId and resultVariable"
            )
        self.decision, self.target = decision, target
        self.model: Any = None
        self.notes: Mapping[str, PartNote] = {}

    def _run_hook(self, token: Token) -> bool:
        now = token.workflow.action.now
        try:
            result = self.model.evaluate(self.decision, scopes.view(token), now=now)
        except DmnError as error:
            raise IncidentError(self.node.id, str(error), error.code) from error
        token.internal_data["r"] = {self.target: result.value}
        rules = [f"{match.decision}:{match.number}" for match in result.matched]
        detail: dict[str, Value] = {"decision": self.decision, "rules": rules}
        if token.workflow.called is not None:
            detail["called"] = token.workflow.called
        given = token.internal_data.get("l") or {}
        why = explanation(self.decision, self.node.id, result, given, self.notes)
        token.workflow.action.tell("decision", self.node.id, token.id, detail, why)
        return True


class ExclusiveGateway(Element):
    """Takes the first flow whose condition is true; the default only if all are false."""

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, node.id, bpmn_name=node.name)
        self.bpmn_id = node.id
        self.branches: list[tuple[Formula, str]] = []
        self.otherwise: tuple[str, str] | None = None

    def _run_hook(self, token: Token) -> bool:
        chosen = self._choose(token)
        if chosen is not None:
            flow, target = chosen
            token.detail = {"flow": flow}
            token.internal_data["to"] = target
        return True

    def _predict_hook(self, token: Token) -> None:
        target = token.internal_data.pop("to", None)
        if target is not None:
            token.spawn(self._wf_spec.task_specs[target])

    def _choose(self, token: Token) -> tuple[str, str] | None:
        """Return the flow to take and its target; None when nothing leaves the gateway."""
        if self.branches:
            context, now = scopes.view(token), token.workflow.action.now
            for formula, target in self.branches:
                value = formula.value(context, now)
                if value is True:
                    return formula.element, target
                if value is not False:
                    raise self._undecided(formula, context)
            if self.otherwise is None:
                raise IncidentError(
                    self.bpmn_id, "no condition is true and there is no default", "no_flow_matched"
                )
        return self.otherwise

    def _undecided(self, formula: Formula, context: Mapping[str, Value]) -> IncidentError:
        missing = sorted(name for name in formula.names if context.get(name) is None)
        names = ", ".join(missing or sorted(formula.names)) or "(none)"
        return IncidentError(
            formula.element,
            f"the condition at {self.bpmn_id} is neither true nor false; give a value to: {names}",
            "condition_not_boolean",
        )
