"""Reads event definitions, and what the root of a file names for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.errors import DefinitionError
from engine.feel import Functions
from engine.model import EventModel

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
_B: Final = f"{{{BPMN}}}"
_Z: Final = f"{{{ZEEBE}}}"
_TIMES: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


@dataclass(slots=True)
class Named:
    """What the root of a file names for its processes, and what their FEEL may call."""

    messages: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    errors: dict[str, str | None] = field(default_factory=dict)
    escalations: dict[str, str | None] = field(default_factory=dict)
    functions: Functions = field(default_factory=dict)


def id_of(element: etree._Element) -> str:
    """Return the element's id.

    Raises:
        DefinitionError: It has none.
    """
    found = element.get("id")
    if not found:
        raise DefinitionError(
            etree.QName(element).localname, f"element without id on line {element.sourceline}"
        )
    return found


def read_root(root: etree._Element, functions: Functions) -> Named:
    """Return the messages, errors and escalations of a file."""
    named = Named(functions=functions)
    for message in root.iterchildren(f"{_B}message"):
        subscription = message.find(f"{_B}extensionElements/{_Z}subscription")
        key = None if subscription is None else subscription.get("correlationKey")
        named.messages[id_of(message)] = (message.get("name") or "", key)
    for error in root.iterchildren(f"{_B}error"):
        named.errors[id_of(error)] = error.get("errorCode")
    for escalation in root.iterchildren(f"{_B}escalation"):
        named.escalations[id_of(escalation)] = escalation.get("escalationCode")
    return named


def event_of(element: etree._Element, node_id: str, named: Named) -> EventModel | None:
    """Return what the event throws or waits for, None when it is a plain one.

    Raises:
        DefinitionError: Several, an unsupported one, or one that refers to nothing.
    """
    if element.get("messageRef"):
        return _message(element, node_id, named)
    found = [
        child
        for child in element.iterchildren(f"{_B}*")
        if etree.QName(child).localname.endswith("EventDefinition")
    ]
    if not found:
        return None
    if len(found) > 1:
        raise DefinitionError(node_id, "several event definitions on one event are not supported")
    tag = etree.QName(found[0]).localname
    if tag not in _EVENTS:
        raise DefinitionError(node_id, f"{tag} is not supported")
    return _EVENTS[tag](found[0], node_id, named)


def _message(element: etree._Element, node_id: str, named: Named) -> EventModel:
    reference = element.get("messageRef") or ""
    if reference not in named.messages:
        raise DefinitionError(node_id, f"refers to unknown message {reference or '(none)'}")
    name, key = named.messages[reference]
    if not name:
        raise DefinitionError(node_id, f"message {reference} has no name")
    return EventModel(kind="message", name=name, key=key)


def _timer(element: etree._Element, node_id: str, _named: Named) -> EventModel:
    for child in element.iterchildren(f"{_B}*"):
        time = _TIMES.get(etree.QName(child).localname)
        text = (child.text or "").strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1].strip()  # modellers used to expressions quote a bare time
        if time and text:
            return EventModel(kind="timer", time=time, text=text)
    raise DefinitionError(node_id, "timer without time; give a date, a duration or a cycle")


def _error(element: etree._Element, node_id: str, named: Named) -> EventModel:
    reference = element.get("errorRef")
    if reference and reference not in named.errors:
        raise DefinitionError(node_id, f"refers to unknown error {reference}")
    return EventModel(kind="error", code=named.errors.get(reference or ""))


def _escalation(element: etree._Element, node_id: str, named: Named) -> EventModel:
    reference = element.get("escalationRef")
    if reference and reference not in named.escalations:
        raise DefinitionError(node_id, f"refers to unknown escalation {reference}")
    return EventModel(kind="escalation", code=named.escalations.get(reference or ""))


def _terminate(_element: etree._Element, _node_id: str, _named: Named) -> EventModel:
    return EventModel(kind="terminate")


_EVENTS: Final[dict[str, Callable[[etree._Element, str, Named], EventModel]]] = {
    "messageEventDefinition": _message,
    "timerEventDefinition": _timer,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "terminateEventDefinition": _terminate,
}
