"""Which processes the clock begins in a scenario: those that it speaks of.

Every unit of the municipality has its yearly and monthly processes. A scenario of a few years in
one ärende would begin hundreds that it never looks at, so only what it names begins.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.scenarios import Scenario


def begun_by_clock(scenario: Scenario, bundle: Bundle) -> frozenset[str]:
    """Return the keys of the processes that the scenario names in some way.

    Named is a process whose own element or key stands in a step; an expected event that says its
    process speaks of no other that has such an element. So is one that reaches a named
    one, by a call or a message, unless what the scenario starts itself reaches it too: what
    belongs to measures does not begin every process that ends in measures.

    Args:
        scenario: What is to happen.
        bundle: The edition it happens on.
    """
    named = frozenset(_texts([step.model_dump() for step in scenario.step]))
    begun = {step.start for step in scenario.step if step.start in bundle.processes}
    own = frozenset().union(*(_reach(key, bundle, frozenset()) for key in begun))
    return frozenset(
        key
        for key in _with_timer_start(bundle)
        if named & {key, *bundle.definition(key).elements}
        or (named - own) & _reach(key, bundle, frozenset())
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        told = value.get("process") and "element" in value
        for key, inner in value.items():
            if not (told and key == "element"):
                yield from (key, *_texts(inner))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _with_timer_start(bundle: Bundle) -> Iterator[str]:
    for key in bundle.processes:
        if key not in bundle.stopped:
            starts = bundle.definition(key).starts
            if any(begin.kind == "timer" for begin in starts):
                yield key


def _reach(key: str, bundle: Bundle, seen: frozenset[str]) -> frozenset[str]:
    """Return every name of a process, of what it calls, and of what its messages begin."""
    definition = bundle.definition(key)
    names = {key, *definition.elements, *definition.messages}
    after = set(definition.calls)
    for element in definition.elements.values():
        if element.kind in {"intermediateThrowEvent", "endEvent", "sendTask"} and element.message:
            after |= {begun for begun, _start in bundle.started_by.get(element.message, ())}
    for other in sorted(after - seen - {key}):
        names |= _reach(other, bundle, seen | {key} | after)
    return frozenset(names)
