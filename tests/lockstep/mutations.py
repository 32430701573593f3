"""Faults put in on purpose. Lock-step is worth its time only if it finds each of them."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway as StockGateway
from SpiffWorkflow.util.task import TaskState

from engine.spiff.patch import ParallelGateway, Token

Data = dict[str, Any]


@dataclass(frozen=True)
class Mutation:
    """A fault: in the stored bytes of one side, or in the engine of the other."""

    name: str
    change: Callable[[bytes], bytes] | None = None
    broken: Callable[[], AbstractContextManager[Any]] = nullcontext


def _stored(edit: Callable[[Data], None]) -> Callable[[bytes], bytes]:
    def change(state: bytes) -> bytes:
        data = json.loads(state)
        edit(data)
        return json.dumps(data).encode()

    return change


def _top(key: str, value: Any) -> Callable[[bytes], bytes]:
    return _stored(lambda data: data.update({key: value}))


def _scopes(edit: Callable[[list[Any]], None]) -> Callable[[bytes], bytes]:
    def all_scopes(data: Data) -> None:
        for scope in data["s"]:
            edit(scope)

    return _stored(all_scopes)


def _tokens(edit: Callable[[list[Any]], None]) -> Callable[[bytes], bytes]:
    def all_tokens(scope: list[Any]) -> None:
        for row in scope[3]:
            edit(row)

    return _scopes(all_tokens)


def _set(position: int, value: Any) -> Callable[[list[Any]], None]:
    def edit(row: list[Any]) -> None:
        row[position] = value

    return edit


_VALUES = frozenset({"l", "v", "out", "todo"})
"""Hold variables, whose names are not the codec's."""


def _drop(value: Any, key: str) -> None:
    if isinstance(value, dict):
        value.pop(key, None)
        for name in value.keys() - _VALUES:
            _drop(value[name], key)


def _without(key: str) -> Callable[[bytes], bytes]:
    """Drop a key of the scopes' and tokens' data, or of what they are armed with."""

    def edit(scope: list[Any]) -> None:
        _drop(scope[2], key)
        for row in scope[3]:
            for inner in row[4:]:
                _drop(inner, key)

    return _scopes(edit)


def _no_variables(scope: list[Any]) -> None:
    scope[2]["v"] = {}


def _stock_rule(gateway: Any, token: Token) -> bool:
    """The join as SpiffWorkflow 3.2.0 has it."""
    if len(gateway._inputs) < 2:
        return True
    fires = bool(StockGateway._check_threshold_unstructured(gateway, token))
    for other in list(token.workflow.tasks.values()):
        if other.task_spec is gateway and other is not token and other.state == TaskState.WAITING:
            other.cancel()
    if not fires:
        token.move(TaskState.WAITING)
    return fires


@contextmanager
def _stock_join() -> Iterator[None]:
    with (
        patch.object(ParallelGateway, "_update_hook", _stock_rule),
        patch.object(Token, "last_state_change", 0.0, create=True),
    ):
        yield


MUTATIONS = {
    mutation.name: mutation
    for mutation in (
        Mutation("join", broken=_stock_join),
        Mutation("v", _top("v", 2)),
        Mutation("p", _top("p", "0" * 24)),
        Mutation("n", _top("n", 1)),
        Mutation("scope.owner", _scopes(_set(0, 0))),
        Mutation("scope.root", _scopes(_set(1, 0))),
        Mutation("scope.data.v", _scopes(_no_variables)),
        Mutation("scope.data.armed, token.armed", _without("armed")),
        Mutation("token.id", _tokens(lambda row: row.__setitem__(0, row[0] + 4000))),
        Mutation("token.element", _tokens(_set(1, "s"))),
        Mutation("token.state", _tokens(_set(2, 16))),
        Mutation("token.parent", _tokens(_set(3, 0))),
        *(
            Mutation(f"token.{key}", _without(key))
            for key in (
                "l", "via", "n", "done", "out", "todo", "i",
                "groups", "assignee", "due", "follow_up",
            )
        ),
        *(
            Mutation(f"armed.{key}", _without(key))
            for key in ("key", "cycle", "anchor", "every", "k", "left")
        ),
    )
}  # fmt: skip
