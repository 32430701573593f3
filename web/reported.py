"""What somebody who has registered something is told: its number, and what happens next."""

from collections.abc import Iterator

from django.utils.translation import gettext

from cases.models import Instance
from cases.results import Started
from engine.bundle import Bundle
from engine.definition import Definition, ElementInfo
from records.queries.reported import number_of_report
from web.door import Visit


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
    step = next_task(bundle, key, started)
    if step is None:
        return said
    told = gettext("Nästa steg: ”%(step)s”, av %(roles)s.")
    return f"{said} {told % {'step': step.name, 'roles': _roles(here, step)}}"


def next_task(bundle: Bundle, key: str, started: Started) -> ElementInfo | None:
    """What a person is to do now: the task that waits, or the first one of what follows surely.

    A process that is done leads on by the message of its end. Where it could have ended in several
    ways, or what follows depends on an answer, nothing is promised.

    Args:
        bundle: The edition.
        key: The process that began.
        started: What began.
    """
    if started.tasks:
        return _found(bundle, key, started.tasks[0].element)
    if started.status != Instance.Status.COMPLETED:
        return None
    definition = bundle.definition(key)
    begin = next(one.element for one in definition.starts if one.kind == "none")
    ends = [found for found in _onward(definition, begin) if found.kind == "endEvent"]
    if len(ends) != 1 or not ends[0].message:
        return None
    others = bundle.started_by.get(ends[0].message, ())
    return _straight(bundle.definition(others[0][0]), others[0][1]) if len(others) == 1 else None


def _found(bundle: Bundle, key: str, element: str) -> ElementInfo | None:
    definition = bundle.definition(key)
    for process in (key, *sorted(definition.calls)):
        found = bundle.definition(process).elements.get(element)
        if found is not None:
            return found
    return None


def _straight(definition: Definition, begin: str) -> ElementInfo | None:
    """The first task on the only way from an element; None where the ways part before it."""
    for found in _onward(definition, begin):
        if found.kind == "userTask":
            return found
        if len(found.outgoing) != 1:
            return None
    return None


def _onward(definition: Definition, begin: str) -> Iterator[ElementInfo]:
    """Every element that can follow, the nearest first."""
    todo, known = [begin], {begin}
    while todo:
        found = definition.elements[todo.pop(0)]
        yield found
        further = [name for name in found.outgoing if name not in known]
        known.update(further)
        todo.extend(further)


def _roles(here: Visit, step: ElementInfo) -> str:
    codes = [role.strip() for role in (step.groups or step.role or "").split(",")]
    *first, last = [here.role_name(role).lower() for role in codes]
    if not first:
        return last
    return gettext("%(roles)s eller %(role)s") % {"roles": ", ".join(first), "role": last}
