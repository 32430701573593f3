"""The stored state of an instance: its live tokens and its variables, nothing else.

Format, version 1 (JSON, UTF-8)::

    {"v": 1, "p": id prefix, "n": last id, "s": [scope, ...]}
    scope = [owner token or 0, root id, data, [token, ...]]
    token = [id, element, state, parent id or 0, internal data or absent]

The first scope is the process, the others follow in order of birth. Because joins count arrivals
that are live themselves (``engine.spiff.patch``), nothing finished needs remembering: finished loop
turns and sub-processes are spliced out, and each token is hung on the root again, unless it belongs
to a live multi-instance activity or to the split that ties an activity to its boundary events.
Predictions do not exist and the definition is never stored, so a state is as large as what is open.

A version is never changed: a new one gets a new number, a reader for the old one stays, and stored
samples of every version are restored by a test.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from engine import variables
from engine.definition import Definition
from engine.errors import IncidentError, StateError
from engine.history import STATE, TOKENS, Action
from engine.spiff.elements import Attached
from engine.spiff.patch import COMPLETED, LIVE, Flow, SubFlow, Token

VERSION: Final = 1
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(flow: Flow) -> bytes:
    """Return the state of a quiet instance.

    Raises:
        IncidentError: More tokens or more variables than the budget, or a value that is no FEEL
            value.
    """
    action = flow.action
    scopes = flow.all_scopes()
    if sum(scope.live for scope in scopes) > TOKENS:
        raise IncidentError(action.element, f"more than {TOKENS} live tokens", "budget_exceeded")
    try:
        data = {
            "v": VERSION,
            "p": action.prefix,
            "n": action.ids,
            "s": [_encode_scope(scope) for scope in scopes],
        }
    except variables.VariableError as error:
        raise IncidentError(action.element, str(error), error.code) from error
    encoded = _encode(data).encode()
    if len(encoded) > variables.LIMIT:
        _check_size(flow, len(encoded))
    return encoded


def _check_size(flow: Flow, size: int) -> None:
    """A scope's variables, and what one token holds, each have the cap; the whole has its own."""
    layers = [scope.data["v"] for scope in flow.all_scopes()]
    layers += [token.internal_data for scope in flow.all_scopes() for token in scope.live_tokens()]
    if max(map(variables.packed_size, layers)) > variables.LIMIT:
        raise IncidentError(
            flow.action.element,
            f"the variables take more than {variables.LIMIT // 1024} kB; keep documents and lists "
            "in records and only their ids here",
            "variables_too_large",
        )
    if size > STATE:
        raise IncidentError(
            flow.action.element,
            f"the state takes more than {STATE // 1024} kB; pass less to called processes and "
            "instances",
            "budget_exceeded",
        )


def _encode_scope(scope: Any) -> list[Any]:
    owner = 0 if scope.owner is None else scope.owner.id
    rows = [_encode_token(token, parent) for token, parent in _kept(scope)]
    return [owner, scope.task_tree.id, variables.pack(scope.data, "variables"), rows]


def _kept(scope: Any) -> Iterator[tuple[Token, int]]:
    """Yield the tokens to store with the id of the parent that still matters, oldest first."""
    splits = {
        token.parent.id
        for token in scope.tasks.values()
        if token.live and isinstance(token.parent.task_spec, Attached)
    }
    for token in scope.tasks.values():
        if token.id in splits:
            yield token, 0
        elif token.live:
            parent = token.parent
            yield token, parent.id if parent.live or parent.id in splits else 0


def _encode_token(token: Token, parent: int) -> list[Any]:
    row = [token.id, token.task_spec.name, token.state, parent]
    if token.internal_data and token.live:
        row.append(variables.pack(token.internal_data, token.task_spec.name))
    return row


def decode(state: bytes, definition: Definition, action: Action) -> Flow:
    """Return the instance that ``encode`` stored.

    Raises:
        StateError: An unknown version, or tokens at elements that the definition does not have.
    """
    try:
        data = json.loads(state)
        reader = _READERS.get(data["v"])
    except (ValueError, TypeError, KeyError):
        raise StateError("The stored state is not a state of an instance.") from None
    if reader is None:
        raise StateError(f"The stored state has version {data['v']}, unknown to this program.")
    try:
        return reader(data, definition, action)
    except KeyError as error:
        raise StateError(f"The stored state needs {error}, which the diagram lacks.") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise StateError(f"The stored state is damaged ({type(error).__name__}).") from None


def _read_1(data: dict[str, Any], definition: Definition, action: Action) -> Flow:
    action.prefix, action.ids = data["p"], data["n"]
    specs = definition.specs
    flow = Flow(definition.specs[definition.process_id], specs, action)
    tokens: dict[int, Token] = {}
    for owner_id, root_id, scope_data, rows in data["s"]:
        scope: Any = flow
        if owner_id:
            owner = tokens[owner_id]
            scope = SubFlow(specs[owner.task_spec.inside], owner)
        scope.data = variables.unpack(scope_data)
        _read_tokens(scope, root_id, rows, tokens)
    return flow


def _read_tokens(scope: Any, root_id: int, rows: list[list[Any]], tokens: dict[int, Token]) -> None:
    root = scope.task_tree = Token(scope, scope.spec.start, None, COMPLETED, root_id)
    specs = scope.spec.task_specs
    for row in rows:
        number, name, state, parent = row[:4]
        above = tokens[parent] if parent else root
        token = tokens[number] = Token(scope, specs[name], above, state, number)
        if len(row) > 4:
            token.internal_data = variables.unpack(row[4])
        scope.live += bool(state & LIVE)


_READERS: Final[dict[int, Callable[[dict[str, Any], Definition, Action], Flow]]] = {1: _read_1}
