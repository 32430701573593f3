"""Multi-instance: the collection is evaluated once, on entry."""

from collections.abc import Mapping
from typing import Any

from engine import scopes
from engine.errors import IncidentError
from engine.expressions import Formula, optional
from engine.history import INSTANCES
from engine.model import MultiModel, Node
from engine.spiff.elements import Activity, evaluate
from engine.spiff.patch import STARTED, Token

Value = Any


class MultiInstance(Activity):
    """Runs its body once per item, all at once or one after the other.

    The data mapping belongs to the body. State on the token: ``n`` items, ``done`` of them, their
    ``out`` values, and ``todo``, the items that a sequential one has not begun.
    """

    def __init__(self, wf_spec: Any, node: Node, multi: MultiModel, body: Activity) -> None:
        super().__init__(wf_spec, node)
        self.reads = self.writes = ()
        self.body = body
        self.multi = multi
        self.collection = Formula(node.id, multi.collection, node.functions)
        self.output = optional(node.id, multi.output_element, node.functions)
        self.condition = (
            Formula(node.id, multi.condition, node.functions) if multi.condition else None
        )

    def _update_hook(self, token: Token) -> bool | None:
        items = evaluate(token, self.collection)
        if not isinstance(items, list):
            raise IncidentError(
                self.node.id, "the inputCollection is not a list", "collection_not_list"
            )
        if len(items) > INSTANCES:
            raise IncidentError(
                self.node.id,
                f"the inputCollection has more than {INSTANCES} items",
                "budget_exceeded",
            )
        token.internal_data.update(n=len(items), done=0)
        if self.multi.output_collection:
            token.internal_data["out"] = [None] * len(items)
        if not items:
            return True
        token.move(STARTED)
        if self.multi.sequential:
            token.internal_data["todo"] = items[1:]
            items = items[:1]
        for index, item in enumerate(items):
            self._spawn(token, index, item)
        return None

    def _spawn(self, token: Token, index: int, item: Value) -> None:
        child = token.spawn(self.body)
        own = {"loopCounter": index + 1}
        if self.multi.item:
            own[self.multi.item] = item
        child.internal_data.update(i=index, l=own)
        child.arrive()

    def body_done(self, token: Token, child: Token, result: Mapping[str, Value]) -> None:
        """Collect a finished body's output; finish, or begin the next item."""
        own = token.internal_data
        context = {**scopes.view(child), **result}
        now = token.workflow.action.now
        if self.output is not None and "out" in own:
            own["out"][child.internal_data["i"]] = self.output.value(context, now)
        own["done"] += 1
        if own["done"] == own["n"] or self._enough(token, context):
            for other in token.children:
                other.cancel()
            token.make_ready()
        elif own.get("todo"):
            self._spawn(token, own["done"], own["todo"].pop(0))

    def _enough(self, token: Token, context: dict[str, Value]) -> bool:
        if self.condition is None:
            return False
        own, live = token.internal_data, sum(child.live for child in token.children)
        context["numberOfInstances"] = own["n"]
        context["numberOfCompletedInstances"] = own["done"]
        context["numberOfActiveInstances"] = live
        value = self.condition.value(context, token.workflow.action.now)
        if not isinstance(value, bool):
            raise IncidentError(
                self.node.id,
                "the completionCondition is neither true nor false",
                "condition_not_boolean",
            )
        return value

    def _on_complete_hook(self, token: Token) -> None:
        if self.multi.output_collection:
            scopes.put(token, self.multi.output_collection, token.internal_data["out"])
        super()._on_complete_hook(token)
