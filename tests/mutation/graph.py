"""Taking parts out of a diagram so that the rest still hangs together."""

from collections.abc import Iterator

from tests.mutation.sites import B, Element, remove, tag

TASKS = frozenset(
    {
        *("task", "userTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask"),
        *("scriptTask", "manualTask", "callActivity"),
    }
)
_NODES = TASKS | {
    *("subProcess", "startEvent", "endEvent", "boundaryEvent"),
    *("intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway"),
    *("parallelGateway", "inclusiveGateway", "eventBasedGateway"),
}


def flows(scope: Element) -> Iterator[Element]:
    """Return the sequence flows of a process or sub-process."""
    return scope.iterchildren(f"{B}sequenceFlow")


def out_of(node: Element) -> list[Element]:
    """Return the flows that leave a node."""
    return [flow for flow in flows(_scope(node)) if flow.get("sourceRef") == node.get("id")]


def into(node: Element) -> list[Element]:
    """Return the flows that reach a node."""
    return [flow for flow in flows(_scope(node)) if flow.get("targetRef") == node.get("id")]


def bridge(node: Element) -> None:
    """Take out a node with one flow out; what led to it leads to what came after it."""
    (leaving,) = out_of(node)
    for arriving in into(node):
        arriving.set("targetRef", str(leaving.get("targetRef")))
    remove([leaving])
    cut(node)


def cut(node: Element) -> None:
    """Take out a node, its flows, what is attached to it, and what nothing leads to any more."""
    scope = _scope(node)
    attached = [one for one in scope if one.get("attachedToRef") == node.get("id")]
    remove([*out_of(node), *into(node), node])
    for one in attached:
        if one.getparent() is not None:  # it may have gone with another's way
            cut(one)
    while (lost := next(_unreached(scope), None)) is not None:
        remove([*out_of(lost), lost])
    _forget(scope)


def _scope(node: Element) -> Element:
    parent = node.getparent()
    assert parent is not None, f"{node.get('id')} is the root"
    return parent


def _unreached(scope: Element) -> Iterator[Element]:
    reached = {flow.get("targetRef") for flow in flows(scope)}
    nodes = {one.get("id") for one in scope if _is_node(one)}
    for node in scope:
        if not _is_node(node) or node.get("id") in reached or tag(node) == "startEvent":
            continue
        held = node.get("attachedToRef")
        if (held is None and node.get("triggeredByEvent") != "true") or (
            held is not None and held not in nodes
        ):
            yield node


def _is_node(element: Element) -> bool:
    return isinstance(element.tag, str) and tag(element) in _NODES


def _forget(scope: Element) -> None:
    """Take away references to flows and nodes that are gone, in lanes, nodes and defaults."""
    root = scope.getroottree().getroot()
    known = {one.get("id") for one in root.iter()}
    for name in ("incoming", "outgoing", "flowNodeRef"):
        remove([one for one in root.iter(f"{B}{name}") if (one.text or "").strip() not in known])
    for node in scope:
        if node.get("default") is not None and node.get("default") not in known:
            del node.attrib["default"]
