"""Reads BPMN files into ``engine.model``. Malformed and unsupported things are refused by name."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from engine.errors import DefinitionError
from engine.feel import NO_FUNCTIONS, Functions
from engine.model import Flow, MultiModel, Node, Scope
from engine.reader_events import BPMN, ZEEBE, Named, event_of, id_of, read_root

_B: Final = f"{{{BPMN}}}"
_Z: Final = f"{{{ZEEBE}}}"

SUPPORTED: Final = frozenset(
    {
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "exclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
"""The flow nodes of the profile (``docs/bpmn.md``)."""

_WITHOUT_EFFECT: Final = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "sequenceFlow",
        "textAnnotation",
        "association",
        "group",
        "property",
        "ioSpecification",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "multiInstanceLoopCharacteristics",
    }
)


def read_file(path: str, content: bytes, functions: Functions = NO_FUNCTIONS) -> dict[str, Scope]:
    """Return the processes of a BPMN file by id.

    Args:
        path: Named in errors that no element can be blamed for.
        content: The file's bytes; the encoding is the one that the XML declares.
        functions: What its expressions may call beside FEEL's own functions.

    Raises:
        DefinitionError: Not XML, with a DTD, not BPMN, or holding what the profile refuses.
    """
    root = _parse(path, content)
    named = read_root(root, functions)
    return {
        id_of(process): _read_scope(process, named, _lanes(process), None)
        for process in root.iterchildren(f"{_B}process")
    }


def process_ids(path: str, content: bytes) -> tuple[str, ...]:
    """Return the ids of the processes in a file without reading further."""
    return tuple(id_of(process) for process in _parse(path, content).iterchildren(f"{_B}process"))


def _parse(path: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DefinitionError(path, f"not well-formed XML ({error.msg})") from None
    info: Any = root.getroottree().docinfo  # the stubs know only half of it
    if info.doctype:
        raise DefinitionError(path, "a DTD is not allowed; remove the DOCTYPE")
    if root.tag != f"{_B}definitions":
        raise DefinitionError(path, "not a BPMN file: the root element is not bpmn:definitions")
    return root


def _lanes(process: etree._Element) -> dict[str, str]:
    """Node id to lane id; the innermost of nested lanes wins, whatever the order in the file."""
    found: dict[str, tuple[int, str]] = {}
    for lane in process.iterfind(f"{_B}laneSet//{_B}lane"):
        depth = sum(1 for _ in lane.iterancestors(f"{_B}lane"))
        for reference in lane.iterchildren(f"{_B}flowNodeRef"):
            node = (reference.text or "").strip()
            if node not in found or depth > found[node][0]:
                found[node] = (depth, id_of(lane))
    return {node: lane for node, (_, lane) in found.items()}


def _read_scope(
    element: etree._Element, named: Named, lanes: Mapping[str, str], outer_lane: str | None
) -> Scope:
    nodes: dict[str, Node] = {}
    flows = [_flow(flow) for flow in element.iterchildren(f"{_B}sequenceFlow")]
    for child in element.iterchildren(f"{_B}*"):
        tag = etree.QName(child).localname
        if tag in _WITHOUT_EFFECT:
            continue
        if tag not in SUPPORTED:
            raise DefinitionError(child.get("id") or tag, f"{tag} is not supported")
        node = _node(child, tag, named, lanes, outer_lane)
        if node.id in nodes:
            raise DefinitionError(node.id, "two elements have this id")
        nodes[node.id] = node
    scope = Scope(
        id=id_of(element),
        name=element.get("name") or "",
        nodes=nodes,
        flows=tuple(flows),
    )
    _check_references(scope)
    return scope


def _flow(element: etree._Element) -> Flow:
    source, target = element.get("sourceRef") or "", element.get("targetRef") or ""
    condition = element.find(f"{_B}conditionExpression")
    return Flow(
        id=element.get("id") or f"{source}->{target}",
        source=source,
        target=target,
        condition=None if condition is None else (condition.text or "").strip(),
        name=" ".join((element.get("name") or "").split()),
    )


def _check_references(scope: Scope) -> None:
    for flow in scope.flows:
        for end in (flow.source, flow.target):
            if end not in scope.nodes:
                raise DefinitionError(flow.id, f"unknown element {end or '(none)'} in this scope")
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent" and node.attached_to not in scope.nodes:
            raise DefinitionError(node.id, f"attached to unknown element {node.attached_to}")


def _node(
    element: etree._Element,
    tag: str,
    named: Named,
    lanes: Mapping[str, str],
    outer_lane: str | None,
) -> Node:
    node_id = id_of(element)
    lane = lanes.get(node_id, outer_lane)
    documentation = element.find(f"{_B}documentation")
    extensions = element.find(f"{_B}extensionElements")
    return Node(
        id=node_id,
        kind=tag,
        name=element.get("name") or "",
        line=_line(element),
        lane=lane,
        documentation=None if documentation is None else documentation.text,
        event=event_of(element, node_id, named),
        multi=_multi(element, node_id),
        attached_to=element.get("attachedToRef"),
        interrupting=_interrupting(element),
        by_event=element.get("triggeredByEvent") == "true",
        default=element.get("default"),
        scope=_read_scope(element, named, lanes, lane) if tag == "subProcess" else None,
        inputs=tuple(_mapping(extensions, "input")),
        outputs=tuple(_mapping(extensions, "output")),
        extensions=_zeebe(extensions),
        properties=_properties(extensions),
        functions=named.functions,
    )


def _line(element: Any) -> int:
    return int(element.sourceline or 0)


def _interrupting(element: etree._Element) -> bool:
    return "false" not in (element.get("cancelActivity"), element.get("isInterrupting"))


def _mapping(extensions: etree._Element | None, tag: str) -> Iterator[tuple[str, str]]:
    if extensions is not None:
        for item in extensions.iterfind(f"{_Z}ioMapping/{_Z}{tag}"):
            yield item.get("target") or "", item.get("source") or ""


def _zeebe(extensions: etree._Element | None) -> dict[str, dict[str, str]]:
    if extensions is None:
        return {}
    return {
        etree.QName(child).localname: {str(k): str(v) for k, v in child.attrib.items()}
        for child in extensions.iterchildren(f"{_Z}*")
    }


def _properties(extensions: etree._Element | None) -> dict[str, str]:
    if extensions is None:
        return {}
    return {
        item.get("name") or "": item.get("value") or ""
        for item in extensions.iterfind(f"{_Z}properties/{_Z}property")
    }


def _multi(element: etree._Element, node_id: str) -> MultiModel | None:
    if element.find(f"{_B}standardLoopCharacteristics") is not None:
        raise DefinitionError(node_id, "a standard loop is not supported; draw the loop")
    found = element.find(f"{_B}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    loop = found.find(f"{_B}extensionElements/{_Z}loopCharacteristics")
    collection = None if loop is None else loop.get("inputCollection")
    if loop is None or not collection:
        raise DefinitionError(node_id, "multi-instance needs zeebe:loopCharacteristics")
    condition = found.find(f"{_B}completionCondition")
    return MultiModel(
        sequential=found.get("isSequential") == "true",
        collection=collection,
        item=loop.get("inputElement"),
        output_collection=loop.get("outputCollection"),
        output_element=loop.get("outputElement"),
        condition=None if condition is None else (condition.text or "").strip(),
    )
