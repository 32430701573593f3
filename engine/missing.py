"""Which processes cannot run in a municipality, because a value that it decides is missing."""

from collections.abc import Iterator, Mapping

from engine.feel import NO_FUNCTIONS, Functions
from engine.local import Parameters
from engine.model import Node, Scope
from engine.reader import read_file


def stopped(
    files: Mapping[str, bytes], parameters: Parameters, functions: Functions = NO_FUNCTIONS
) -> Mapping[str, tuple[str, ...]]:
    """Return process id to the tables without a value that it asks, itself or by a call (K-14).

    Args:
        files: The edition as it holds in the municipality.
        parameters: The tables that have local values.
        functions: What the edition's FEEL may call.

    Raises:
        DefinitionError: A diagram cannot be read.
    """
    missing = {
        found.tabell
        for found in parameters.parameter
        if found.kravs and f"dmn/{found.tabell}.dmn" not in files
    }
    if not missing:
        return {}
    processes: dict[str, Scope] = {}
    for path, content in files.items():
        if path.startswith("bpmn/"):
            processes |= read_file(path, content, functions)
    asked = {key: _reached(key, processes) & missing for key in processes}
    return {key: tuple(sorted(tables)) for key, tables in asked.items() if tables}


def _reached(key: str, processes: Mapping[str, Scope]) -> set[str]:
    """The tables that a process asks, with those of every process that it calls."""
    seen, todo = {key}, [key]
    tables: set[str] = set()
    while todo:
        for node in _nodes(processes[todo.pop()]):
            tables.add(node.extension("calledDecision", "decisionId") or "")
            called = node.extension("calledElement", "processId")
            if called and called in processes and called not in seen:
                seen.add(called)
                todo.append(called)
    return tables


def _nodes(scope: Scope) -> Iterator[Node]:
    todo = [scope]
    while todo:
        for node in todo.pop().nodes.values():
            yield node
            if node.scope is not None:
                todo.append(node.scope)
