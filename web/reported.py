"""What somebody who has registered something is told: its number, and what happens next."""

from collections.abc import Iterator
from itertools import chain

from django.utils.translation import gettext

from cases.results import Started
from engine.bundle import Bundle
from engine.definition import ElementInfo
from records.queries.reported import number_of_report
from web.door import Visit

STARTS_ALONE = "none"


def receipt(here: Visit, key: str, bundle: Bundle, started: Started) -> str:
    """Say that it is registered. What opens an ärende leads to its page, which says the rest.

    Args:
        here: Who has registered.
        key: The process that began.
        bundle: Its edition.
        started: What began.
    """
    if started.arende_id is not None:
        return gettext("Registrerat.")
    number = number_of_report(here.actor, started.instance_id)
    said = gettext("Registrerat.")
    if number:
        said = gettext("Registrerat med nummer %(number)s.") % {"number": number}
    step = first_task(bundle, key)
    if step is None:
        return said
    told = gettext("Nästa steg: ”%(step)s”, av %(roles)s.")
    return f"{said} {told % {'step': step.name, 'roles': _roles(here, step)}}"


def _roles(here: Visit, step: ElementInfo) -> str:
    names = [here.role_name(role.strip()).lower() for role in (step.groups or "").split(",")]
    *first, last = names
    if not first:
        return last
    return gettext("%(roles)s eller %(role)s") % {"roles": ", ".join(first), "role": last}


def first_task(bundle: Bundle, key: str) -> ElementInfo | None:
    """The first thing that a person does after a process has begun by hand.

    What the process calls counts, and what its messages start: the last message first, since that
    is what it ends in.

    Args:
        bundle: The edition.
        key: The process.
    """
    begin = next(x.element for x in bundle.definition(key).starts if x.kind == STARTS_ALONE)
    return _first(bundle, key, begin, frozenset())


def _first(bundle: Bundle, key: str, begin: str, seen: frozenset[str]) -> ElementInfo | None:
    if key in seen:
        return None
    thrown: list[str] = []
    within = seen | {key}
    for found in _onward(bundle, key, begin):
        if found.kind == "userTask":
            return found
        if found.called in bundle.processes:
            inner = _called(bundle, found.called, within)
            if inner is not None:
                return inner
        if found.message and found.kind != "startEvent":
            thrown.append(found.message)
    further = chain.from_iterable(bundle.started_by.get(name, ()) for name in reversed(thrown))
    steps = (_first(bundle, other, element, within) for other, element in further)
    return next((step for step in steps if step is not None), None)


def _called(bundle: Bundle, key: str, seen: frozenset[str]) -> ElementInfo | None:
    starts = bundle.definition(key).starts
    begin = next((start.element for start in starts if start.kind == STARTS_ALONE), None)
    return None if begin is None else _first(bundle, key, begin, seen)


def _onward(bundle: Bundle, key: str, begin: str) -> Iterator[ElementInfo]:
    """Every element that can follow, the nearest first."""
    elements = bundle.definition(key).elements
    todo, known = [begin], {begin}
    while todo:
        found = elements[todo.pop(0)]
        yield found
        further = [name for name in found.outgoing if name not in known]
        known.update(further)
        todo.extend(further)
