"""Where a step leads, in the words of the diagram: what happens next, and the drawing as a list."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext

from engine.definition import Definition, ElementInfo

PASSED: Final = frozenset(
    {"businessRuleTask", "serviceTask", "scriptTask", "startEvent", "manualTask"}
)
"""What the system does by itself on the way: the reader is told where it leads."""
GOING_ON: Final = frozenset({"intermediateThrowEvent", "sendTask"})
ENDS: Final = frozenset({"endEvent"})
DEEPEST: Final = 40
"""Elements on one way; diagrams may go in circles."""
MOST: Final = 8
"""Next steps that are told."""
LINES: Final = 3
"""What comes next is read in so many lines; more is folded."""

Answers = tuple[tuple[str, str], ...]
"""Questions of gateways with the answers that lead on, the first one first."""


@dataclass(frozen=True, slots=True)
class Next:
    """Something that may come next.

    Attributes:
        when: The answers at the gateways on the way, "" where it always comes.
        text: The step.
        role: Whose it is, "" where nobody's.
        ends: The process, or this part of it, ends so.
        answers: What ``when`` says, as questions with answers.
    """

    when: str
    text: str
    role: str
    ends: bool = False
    answers: Answers = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What comes next, so that it is read at a glance.

    ``question`` is what every way hangs on, "" where there is no such question; it is not said
    again with the ways. ``first`` is seen, ``rest`` is folded.
    """

    question: str = ""
    first: tuple[Next, ...] = ()
    rest: tuple[Next, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the drawing as text."""

    id: str
    name: str
    role: str
    part_of: str
    after: str
    next: tuple[Next, ...]


def next_steps(
    definition: Definition, element: str, role_name: Callable[[str], str]
) -> tuple[Next, ...]:
    """Return what may come after an element, both ways of every gateway.

    Args:
        definition: The process.
        element: Where it stands.
        role_name: The Swedish name of a role.
    """
    found: dict[Next, None] = {}
    here = definition.elements.get(element)
    if here is None:
        return ()
    for step in _after(definition, here, (), frozenset({element})):
        found.setdefault(_said(step[0], step[1], role_name))
    return tuple(found)[:MOST]


def ahead(definition: Definition, element: str, role_name: Callable[[str], str]) -> Ahead:
    """Return what comes next with what is short first: all of it where it takes few lines.

    Otherwise the way with the fewest answers is seen, one that goes on before one that ends.

    Args:
        definition: The process.
        element: Where it stands.
        role_name: The Swedish name of a role.
    """
    ways = next_steps(definition, element, role_name)
    asked = {way.answers[0][0] if way.answers else "" for way in ways}
    question = asked.pop() if len(asked) == 1 else ""
    told = tuple(_without_first(way) for way in ways) if question else ways
    if len(told) + bool(question) <= LINES:
        return Ahead(question=question, first=told)
    short = min(told, key=lambda way: (len(way.answers), way.ends))
    return Ahead(
        question=question, first=(short,), rest=tuple(way for way in told if way is not short)
    )


def _without_first(way: Next) -> Next:
    answers = (("", way.answers[0][1]), *way.answers[1:])
    return replace(way, when=_in_words(answers), answers=answers)


def outline(definition: Definition, role_name: Callable[[str], str]) -> tuple[Step, ...]:
    """Return the steps that people see in the drawing, in the order they are come to."""
    elements = definition.elements
    return tuple(
        Step(
            id=found.id,
            name=found.name,
            role=role_name(found.role) if found.role else "",
            part_of=_name(elements, found.scope),
            after=_name(elements, found.attached_to),
            next=next_steps(definition, found.id, role_name) if found.kind not in ENDS else (),
        )
        for found in _in_order(definition)
        if found.name and not _is_gateway(found)
    )


def _after(
    definition: Definition, here: ElementInfo, said: Answers, seen: frozenset[str]
) -> Iterator[tuple[ElementInfo, Answers]]:
    """Yield each element that somebody meets next, with the answers that lead there."""
    if len(seen) > DEEPEST:
        return
    if here.kind in ENDS or not here.outgoing:
        owner = definition.elements.get(here.scope or "")
        if owner is not None and here.kind in ENDS and owner.outgoing:
            yield from _after(definition, owner, said, seen | {owner.id})
        return
    several = _is_gateway(here) and len(here.outgoing) > 1 and here.kind != "parallelGateway"
    for target, way in zip(here.outgoing, here.ways, strict=True):
        found = definition.elements[target]
        if target in seen:
            continue
        answer = _answer(here, way)
        answers = (*said, answer) if several and any(answer) else said
        on = seen | {target}
        if found.kind in PASSED or _is_gateway(found):
            yield from _after(definition, found, answers, on)
            continue
        yield found, answers
        if found.kind in GOING_ON:
            yield from _after(definition, found, answers, on)


def _is_gateway(found: ElementInfo) -> bool:
    return found.kind.endswith("Gateway")


def _answer(gateway: ElementInfo, way: str) -> tuple[str, str]:
    return gateway.name, way or (gettext("annars") if gateway.name else "")


def _in_words(answers: Answers) -> str:
    return " · ".join(f"{question} {answer}".strip() for question, answer in answers)


def _said(found: ElementInfo, answers: Answers, role_name: Callable[[str], str]) -> Next:
    ends = found.kind in ENDS
    name = found.name or (gettext("Processen är slut") if ends else found.id)
    role = role_name(found.role) if found.role and found.kind == "userTask" else ""
    return Next(when=_in_words(answers), text=name, role=role, ends=ends, answers=answers)


def _in_order(definition: Definition) -> Iterator[ElementInfo]:
    """From the start events along the flows; a part of the drawing comes after what holds it."""
    elements = definition.elements
    todo = [found.id for found in elements.values() if found.kind == "startEvent"][::-1]
    inside: dict[str, list[str]] = {}
    for found in elements.values():
        place = found.attached_to or (found.scope if found.kind == "startEvent" else None)
        if place:
            inside.setdefault(place, []).append(found.id)
    held = {name for names in inside.values() for name in names}
    todo = [name for name in todo if name not in held]
    done: set[str] = set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        yield elements[name]
        todo.extend(reversed([*inside.get(name, ()), *elements[name].outgoing]))
    yield from (found for found in elements.values() if found.id not in done)


def _name(elements: Mapping[str, ElementInfo], name: str | None) -> str:
    found = elements.get(name) if name else None
    return found.name if found is not None else ""
