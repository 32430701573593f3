"""Writes small diagrams in the Camunda 8 dialect, for tests."""

from collections.abc import Iterable, Sequence
from itertools import count, pairwise
from xml.sax.saxutils import quoteattr

_number = count(1)
Pairs = Sequence[tuple[str, str]]


def document(
    *parts: str,
    messages: Iterable[tuple[str, str | None]] = (),
    errors: Iterable[str] = (),
    escalations: Iterable[str] = (),
) -> bytes:
    """Return a file with processes and what they refer to; messages are (name, key)."""
    heads = "".join(_message(name, key) for name, key in messages)
    heads += "".join(f'<bpmn:error id="E_{c}" name="{c}" errorCode="{c}"/>' for c in errors)
    heads += "".join(
        f'<bpmn:escalation id="S_{c}" name="{c}" escalationCode="{c}"/>' for c in escalations
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
        f"{''.join(parts)}{heads}</bpmn:definitions>"
    ).encode()


def _message(name: str, key: str | None) -> str:
    extra = ""
    if key is not None:
        extra = (
            f"<bpmn:extensionElements><zeebe:subscription correlationKey={quoteattr(key)}/>"
            "</bpmn:extensionElements>"
        )
    return f'<bpmn:message id="M_{name}" name="{name}">{extra}</bpmn:message>'


def process(key: str, *parts: str) -> str:
    return f'<bpmn:process id="{key}" isExecutable="true">{"".join(parts)}</bpmn:process>'


def lanes(**members: Sequence[str]) -> str:
    inside = "".join(
        f'<bpmn:lane id="Lane_{role}" name="{role}">'
        + "".join(f"<bpmn:flowNodeRef>{i}</bpmn:flowNodeRef>" for i in ids)
        + "</bpmn:lane>"
        for role, ids in members.items()
    )
    return f'<bpmn:laneSet id="ls">{inside}</bpmn:laneSet>'


def flow(source: str, target: str, condition: str | None = None, key: str | None = None) -> str:
    text = quoteattr(condition)[1:-1] if condition else ""
    inside = f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression>" if condition else ""
    key = key or f"f_{source}_{target}_{next(_number)}"
    return (
        f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside}'
        "</bpmn:sequenceFlow>"
    )


def seq(*keys: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(keys))


def element(tag: str, key: str, zeebe: str = "", inside: str = "", **attributes: str) -> str:
    text = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    extension = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return f'<bpmn:{tag} id="{key}"{text}>{extension}{inside}</bpmn:{tag}>'


def io(ins: Pairs = (), outs: Pairs = ()) -> str:
    """Return a mapping; ``ins`` and ``outs`` are (target, source)."""
    if not ins and not outs:
        return ""
    rows = "".join(f"<zeebe:input target={quoteattr(t)} source={quoteattr(s)}/>" for t, s in ins)
    rows += "".join(f"<zeebe:output target={quoteattr(t)} source={quoteattr(s)}/>" for t, s in outs)
    return f"<zeebe:ioMapping>{rows}</zeebe:ioMapping>"


def user(
    key: str,
    ins: Pairs = (),
    outs: Pairs = (),
    inside: str = "",
    zeebe: str = "",
    name: str = "",
) -> str:
    return element("userTask", key, zeebe + io(ins, outs), inside, name=name)


def job(
    key: str,
    kind: str = "t",
    ins: Pairs = (),
    outs: Pairs = (),
    inside: str = "",
    tag: str = "serviceTask",
) -> str:
    return element(tag, key, f'<zeebe:taskDefinition type="{kind}"/>{io(ins, outs)}', inside)


def script(key: str, expression: str, target: str, inside: str = "") -> str:
    return element(
        "scriptTask",
        key,
        f'<zeebe:script expression={quoteattr(expression)} resultVariable="{target}"/>',
        inside,
    )


def rule(key: str, decision: str, target: str, inside: str = "") -> str:
    return element(
        "businessRuleTask",
        key,
        f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{target}"/>',
        inside,
    )


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition id="d{next(_number)}" messageRef="M_{name}"/>'


def timer(text: str, tag: str = "timeDuration") -> str:
    return (
        f'<bpmn:timerEventDefinition id="d{next(_number)}"><bpmn:{tag}>'
        f"{quoteattr(text)[1:-1]}</bpmn:{tag}></bpmn:timerEventDefinition>"
    )


def error(code: str | None) -> str:
    reference = f' errorRef="E_{code}"' if code else ""
    return f'<bpmn:errorEventDefinition id="d{next(_number)}"{reference}/>'


def escalation(code: str | None) -> str:
    reference = f' escalationRef="S_{code}"' if code else ""
    return f'<bpmn:escalationEventDefinition id="d{next(_number)}"{reference}/>'


def terminate() -> str:
    return f'<bpmn:terminateEventDefinition id="d{next(_number)}"/>'


def multi(
    collection: str,
    item: str = "m",
    out: str | None = None,
    output: str | None = None,
    condition: str | None = None,
    *,
    sequential: bool = False,
) -> str:
    extra = f' outputCollection="{out}" outputElement={quoteattr(output)}' if out and output else ""
    end = ""
    if condition:
        text = quoteattr(condition)[1:-1]
        end = f"<bpmn:completionCondition>{text}</bpmn:completionCondition>"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        "<bpmn:extensionElements>"
        f'<zeebe:loopCharacteristics inputCollection={quoteattr(collection)} inputElement="{item}"'
        f"{extra}/></bpmn:extensionElements>{end}</bpmn:multiInstanceLoopCharacteristics>"
    )


def boundary(
    key: str, host: str, event: str, *, interrupting: bool = True, outs: Pairs = ()
) -> str:
    return element(
        "boundaryEvent",
        key,
        io((), outs),
        event,
        attachedToRef=host,
        cancelActivity=str(interrupting).lower(),
    )


def start(key: str = "s", event: str = "", outs: Pairs = (), **attributes: str) -> str:
    return element("startEvent", key, io((), outs), event, **attributes)


def end(key: str = "e", event: str = "", ins: Pairs = ()) -> str:
    return element("endEvent", key, io(ins), event)


def catch(key: str, event: str, outs: Pairs = ()) -> str:
    return element("intermediateCatchEvent", key, io((), outs), event)


def throw(key: str, event: str, ins: Pairs = ()) -> str:
    return element("intermediateThrowEvent", key, io(ins), event)


def xor(key: str, default: str | None = None) -> str:
    return element("exclusiveGateway", key, **({"default": default} if default else {}))


def fork(key: str) -> str:
    return element("parallelGateway", key)


def sub(key: str, *parts: str, inside: str = "", zeebe: str = "") -> str:
    return element("subProcess", key, zeebe, "".join(parts) + inside)


def event_sub(
    key: str, event: str, *, interrupting: bool, ins: Pairs = (), outs: Pairs = ()
) -> str:
    """Return an event sub-process ``key`` with one user task ``<key>u``."""
    parts = (
        start(f"{key}s", event, outs, isInterrupting=str(interrupting).lower()),
        user(f"{key}u", ins),
        end(f"{key}e"),
        seq(f"{key}s", f"{key}u", f"{key}e"),
    )
    return element("subProcess", key, "", "".join(parts), triggeredByEvent="true")


def call(key: str, called: str, ins: Pairs = (), outs: Pairs = (), inside: str = "") -> str:
    return element(
        "callActivity",
        key,
        f'<zeebe:calledElement processId="{called}" propagateAllChildVariables="false"/>'
        f"{io(ins, outs)}",
        inside,
    )
