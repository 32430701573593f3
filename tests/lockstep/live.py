"""Keeps an instance alive in memory: the same actions, never encoded, never decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from engine import codec
from engine.definition import Definition
from engine.history import Action
from engine.spiff.patch import Flow


class Live:
    """Stands where the stored bytes would stand."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow


def _decode(state: Live, _definition: Definition, action: Action) -> Flow:
    flow = state.flow
    action.prefix, action.ids = flow.action.prefix, flow.action.ids
    flow.action = action
    for scope in flow.subprocesses.values():
        scope.action = action
    return flow


@contextmanager
def alive() -> Iterator[None]:
    """Let the runtime keep objects instead of bytes."""
    with patch.object(codec, "decode", _decode), patch.object(codec, "encode", Live):
        yield


def flow_of(state: Any) -> Flow:
    found: Flow = state.flow
    return found
