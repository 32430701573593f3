"""Alterations of a diagram: a task dropped, flows crossed, a timer dropped, another lane."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from lxml import etree

from tests.mutation.graph import TASKS, bridge, cut, flows, into, out_of
from tests.mutation.sites import (
    B,
    Element,
    Site,
    Z,
    altered,
    by_id,
    line_of,
    parse,
    process_of,
    tag,
)

_CHOOSE = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


def drop_task(path: str, content: bytes) -> Iterator[Site]:
    """Take out a task (or call) with one flow in or more and one out."""
    for node in parse(content).iter(*(f"{B}{name}" for name in sorted(TASKS))):
        if len(out_of(node)) == 1 and into(node):
            name = _id(node)
            edit = altered(content, lambda root, name=name: bridge(by_id(root, name)))
            yield _site("drop_task", path, node, name, f"{tag(node)} dropped", edit)


def cross_flows(path: str, content: bytes) -> Iterator[Site]:
    """Let two flows change targets: two out of one gateway, or two neighbours in the file."""
    for scope in _scopes(parse(content)):
        for one, other in _pairs(scope):
            names = (_id(one), _id(other))
            edit = altered(content, lambda root, names=names: _cross(root, *names))
            process = process_of(one)
            marks = tuple(f"{process} {flow.get('sourceRef')}" for flow in (one, other))
            yield Site(
                kind="cross_flows",
                file=path,
                place=f"{names[0]} x {names[1]}",
                what=f"now to {other.get('targetRef')} and {one.get('targetRef')}",
                line=line_of(one),
                marks=(marks,),
                alter=edit,
            )


def drop_timer(path: str, content: bytes) -> Iterator[Site]:
    """Take out what a timer does: a boundary, a branch, a wait, a start in time."""
    for definition in parse(content).iter(f"{B}timerEventDefinition"):
        event = definition.getparent()
        assert event is not None
        name = _id(event)
        edit = altered(content, lambda root, name=name: _without_timer(by_id(root, name)))
        yield _site("drop_timer", path, event, name, f"timer of {tag(event)} dropped", edit)


def change_lane(path: str, content: bytes, roles: Sequence[str]) -> Iterator[Site]:
    """Put a user task in the lane of another role.

    Args:
        path: The diagram.
        content: Its text.
        roles: Ids of the roles of the process's organisation.
    """
    for node in parse(content).iter(f"{B}userTask"):
        old, name = _lane(node), _id(node)
        others = [role for role in roles if f"Lane_{role}" != old]
        if not others or old is None or _assigned(node):
            continue
        new = others[sum(name.encode()) % len(others)]
        edit = altered(content, lambda root, name=name, new=new: _move(by_id(root, name), new))
        yield _site("change_lane", path, node, name, f"from {old} to Lane_{new}", edit)


def _site(
    kind: str, path: str, node: Element, place: str, what: str, alter: Callable[[], bytes]
) -> Site:
    """A site whose scenarios pass the node; of a timer, that never fired too: what it waits by."""
    process = process_of(node)
    held = node.get("attachedToRef")
    around = f"{process} {held}" if held else f"process {process}"
    marks = ((f"{process} {_id(node)}",), *(((around,),) if kind == "drop_timer" else ()))
    return Site(kind, path, place, what, line_of(node), marks, alter)


def _id(element: Element) -> str:
    return str(element.get("id"))


def _scopes(root: Element) -> Iterator[Element]:
    yield from root.iter(f"{B}process", f"{B}subProcess")


def _pairs(scope: Element) -> Iterator[tuple[Element, Element]]:
    every = list(flows(scope))
    kinds = {one.get("id"): tag(one) for one in scope if isinstance(one.tag, str)}
    for pair in combinations(every, 2):
        source = pair[0].get("sourceRef")
        chosen = source == pair[1].get("sourceRef") and kinds.get(source) in _CHOOSE
        if chosen and _crosses(*pair):
            yield pair
    for pair in pairwise(every):
        if pair[0].get("sourceRef") != pair[1].get("sourceRef") and _crosses(*pair):
            yield pair


def _crosses(one: Element, other: Element) -> bool:
    """Whether changing targets changes something and no flow leads back to where it begins."""
    if one.get("targetRef") == other.get("targetRef"):
        return False
    return one.get("sourceRef") != other.get("targetRef") and other.get("sourceRef") != one.get(
        "targetRef"
    )


def _cross(root: Element, first: str, second: str) -> None:
    one, other = by_id(root, first), by_id(root, second)
    targets = str(other.get("targetRef")), str(one.get("targetRef"))
    one.set("targetRef", targets[0])
    other.set("targetRef", targets[1])


def _without_timer(event: Element) -> None:
    if tag(event) == "startEvent":
        for definition in event.findall(f"{B}timerEventDefinition"):
            event.remove(definition)
        scope = event.getparent()
        if scope is not None and scope.get("triggeredByEvent") == "true":
            cut(scope)
    elif tag(event) == "intermediateCatchEvent" and not _after_choice(event):
        bridge(event)
    else:
        cut(event)


def _after_choice(event: Element) -> bool:
    sources = {flow.get("sourceRef") for flow in into(event)}
    scope = event.getparent()
    return scope is not None and any(
        one.get("id") in sources and tag(one) == "eventBasedGateway"
        for one in scope
        if isinstance(one.tag, str)
    )


def _lane(node: Element) -> str | None:
    """The lane of a node; inside a sub-process that of the sub-process where it has none."""
    process = next(node.iterancestors(f"{B}process"))
    held = {
        (one.text or "").strip(): str(lane.get("id"))
        for lane in process.iter(f"{B}lane")
        for one in lane.iterchildren(f"{B}flowNodeRef")
    }
    around = (_id(one) for one in (node, *node.iterancestors(f"{B}subProcess")))
    return next((held[name] for name in around if name in held), None)


def _assigned(node: Element) -> bool:
    return node.find(f"{B}extensionElements/{Z}assignmentDefinition") is not None


def _move(node: Element, role: str) -> None:
    process = next(node.iterancestors(f"{B}process"))
    for one in list(process.iter(f"{B}flowNodeRef")):
        lane = one.getparent()
        if (one.text or "").strip() == _id(node) and lane is not None:
            lane.remove(one)
    lanes = process.find(f"{B}laneSet")
    assert lanes is not None, "a process with lanes has a laneSet"
    wanted = [lane for lane in lanes.iter(f"{B}lane") if lane.get("id") == f"Lane_{role}"]
    lane = wanted[0] if wanted else etree.SubElement(lanes, f"{B}lane", id=f"Lane_{role}")
    etree.SubElement(lane, f"{B}flowNodeRef").text = _id(node)
