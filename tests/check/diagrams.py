"""Small diagrams for the tests, in the dialect of the profile."""

from itertools import pairwise

from engine.check import FileReport, check_files

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'id="D" targetNamespace="x"{dialect}>'
)
DIALECT = ' modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0"'
FORM = b'{"id": "f", "components": [{"type": "textfield", "key": "x", "label": "X"}]}'
START, END = '<bpmn:startEvent id="S"/>', '<bpmn:endEvent id="E"/>'
USER = (
    '<bpmn:userTask id="{id}" name="{id}"><bpmn:extensionElements>'
    '<zeebe:formDefinition formId="f"/>{extra}</bpmn:extensionElements></bpmn:userTask>'
)


def user(task_id: str, extra: str = "") -> str:
    return USER.format(id=task_id, extra=extra)


def node(kind: str, node_id: str, inside: str = "", extensions: str = "", **attributes: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    if extensions:
        inside = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>{inside}"
    return f'<bpmn:{kind} id="{node_id}"{written}>{inside}</bpmn:{kind}>'


def flow(source: str, target: str, condition: str | None = None, name: str = "") -> str:
    inside = (
        ""
        if condition is None
        else f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
    )
    found = name or f"{source}_{target}"
    return (
        f'<bpmn:sequenceFlow id="{found}" sourceRef="{source}" targetRef="{target}">{inside}'
        "</bpmn:sequenceFlow>"
    )


def timer(kind: str, text: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )


def lanes(**nodes: str) -> str:
    """``lanes(Lane_handlaggare="a b")``."""
    found = "".join(
        f'<bpmn:lane id="{lane}">'
        + "".join(f"<bpmn:flowNodeRef>{n}</bpmn:flowNodeRef>" for n in names.split())
        + "</bpmn:lane>"
        for lane, names in nodes.items()
    )
    return f'<bpmn:laneSet id="Lanes">{found}</bpmn:laneSet>'


def diagram(*body: str, before: str = "", process: str = "p", dialect: bool = True) -> bytes:
    head = HEAD.format(dialect=DIALECT if dialect else "")
    inside = "\n".join(body)
    return (
        f'{head}{before}\n<bpmn:process id="{process}" isExecutable="true">\n{inside}\n'
        "</bpmn:process></bpmn:definitions>"
    ).encode()


def line(*between: str, names: str, before: str = "", dialect: bool = True) -> bytes:
    """Start, the nodes called ``names`` one after the other, end."""
    path = ["S", *names.split(), "E"]
    flows = [flow(a, b) for a, b in pairwise(path)]
    return diagram(START, *between, END, *flows, before=before, dialect=dialect)


def report(content: bytes, path: str = "p.bpmn", **files: bytes) -> FileReport:
    """Check one diagram, with the form ``f`` beside it."""
    beside = {"f.form": FORM, **files}
    (found,) = check_files({path: content}, neighbours=beside)
    return found


def errors(content: bytes, **rest: bytes) -> set[tuple[str, str]]:
    """(code, element) of every error."""
    return {(f.code, f.element) for f in report(content, **rest).findings if f.severity == "error"}


def warnings(content: bytes, **rest: bytes) -> set[tuple[str, str]]:
    return {
        (f.code, f.element) for f in report(content, **rest).findings if f.severity == "warning"
    }
