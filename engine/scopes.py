"""Variables live in scopes, as in Camunda 8; SpiffWorkflow's task data stays empty.

A process, called process or sub-process in progress has a dictionary ``data['v']``; a token may
have locals ``internal_data['l']`` (its inputs, the item of a multi-instance body, what a form or a
job answered). Reading goes from the innermost outwards, and stops at a called process. Writing goes
to the nearest scope that has the name, else to the root of the (called) process; never to the
token's own locals.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Value = Any
Variables = dict[str, Value]


def variables_of(scope: Any) -> Variables:
    """Return the variables of a scope in progress."""
    found: Variables = scope.data["v"]
    return found


def _outwards(token: Any) -> Iterator[Variables]:
    """Yield what is outside the token itself, innermost first."""
    while True:
        scope = token.workflow
        yield variables_of(scope)
        if scope.owner is None or scope.owner.task_spec.isolates:
            return
        token = scope.owner
        yield token.internal_data.get("l") or {}


def view(token: Any) -> Variables:
    """Return everything that the token can read, as one dictionary.

    A boundary event also reads the locals of the activity that it sits on, as in Camunda 8.
    """
    seen: Variables = {}
    for layer in reversed(list(_outwards(token))):
        seen.update(layer)
    host = token.task_spec.host
    if host is not None:
        for sibling in token.parent.children:
            if sibling.task_spec.name == host and sibling.live:
                seen.update(sibling.internal_data.get("l") or {})
    seen.update(token.internal_data.get("l") or {})
    return seen


def put(token: Any, name: str, value: Value) -> None:
    """Write a variable from the token's place outwards."""
    last: Variables = {}
    for layer in _outwards(token):
        if name in layer:
            layer[name] = value
            return
        last = layer
    last[name] = value


def put_all(token: Any, values: Mapping[str, Value]) -> None:
    """Write several variables."""
    for name, value in values.items():
        put(token, name, value)


def local(token: Any) -> Variables:
    """Return the token's locals, made if missing."""
    found: Variables = token.internal_data.setdefault("l", {})
    return found
