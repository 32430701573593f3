"""No Python, no JavaScript, no shell: every place that is evaluated refuses code at deploy.

The texts are ours; the places are every attribute and cell that the engine evaluates.
"""

from xml.sax.saxutils import escape, quoteattr

import pytest

from engine.check import check_files
from tests.check.diagrams import END, START, diagram, flow, lanes, node

ATTACKS = [
    '__import__("os").system("id")',
    'eval("1+1")',
    'exec("import os")',
    'open("/etc/passwd").read()',
    "().__class__.__base__.__subclasses__()",
    'getattr(x, "a")',
    "(lambda: 1)()",
    "[n for n in range(10)]",
    '"%s" % globals()',
    "x if y else z",
    "${runtime.exec('id')}",
    "#{bean.method()}",
    'function() { return require("child_process") }',
    "x == 1",
    "x && y",
    "os.system('id')",
    'compile("1", "", "eval")',
    "x ** 10 ** 10 ** 10 and __debug__",
    "import os",
    "None",
]


def service(extensions: str, inside: str = "") -> bytes:
    body = node("serviceTask", "X", inside, extensions + '<zeebe:taskDefinition type="t"/>')
    return diagram(START, body, END, flow("S", "X"), flow("X", "E"))


def task(extension: str) -> bytes:
    body = node("userTask", "X", "", f'<zeebe:formDefinition formId="f"/>{extension}', name="X")
    return diagram(START, body, lanes(Lane_a="X"), END, flow("S", "X"), flow("X", "E"))


def condition(text: str) -> bytes:
    return diagram(
        START, node("exclusiveGateway", "G", default="nej"), END,
        flow("S", "G"), flow("G", "E", text, "X"), flow("G", "E", None, "nej"),
    )  # fmt: skip


def timer(kind: str, text: str) -> bytes:
    inside = (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )
    body = node("intermediateCatchEvent", "X", inside)
    return diagram(START, body, END, flow("S", "X"), flow("X", "E"))


def message(text: str) -> bytes:
    body = node("intermediateCatchEvent", "C", '<bpmn:messageEventDefinition messageRef="X"/>')
    before = (
        '<bpmn:message id="X" name="m"><bpmn:extensionElements>'
        f"<zeebe:subscription correlationKey={text}/></bpmn:extensionElements></bpmn:message>"
    )
    return diagram(START, body, END, flow("S", "C"), flow("C", "E"), before=before)


def several(collection: str, more: str = "", after: str = "") -> bytes:
    inside = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        f"<zeebe:loopCharacteristics inputCollection={collection}{more}/>"
        f"</bpmn:extensionElements>{after}</bpmn:multiInstanceLoopCharacteristics>"
    )
    return service("", inside)


def mapping(tag: str, text: str) -> bytes:
    return service(f'<zeebe:ioMapping><zeebe:{tag} source={text} target="y"/></zeebe:ioMapping>')


def script(text: str) -> str:
    extension = f'<zeebe:script expression={text} resultVariable="y"/>'
    return node("scriptTask", "X", "", extension)


def table(tag: str, text: str) -> bytes:
    cells = {"inputExpression": "belopp", "inputEntry": "-", "outputEntry": '"a"', tag: text}
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="d" '
        'namespace="n"><decision id="X" name="X"><decisionTable id="T" hitPolicy="UNIQUE">'
        f"<input><inputExpression><text>{cells['inputExpression']}</text></inputExpression></input>"
        f'<output name="o"/><rule><inputEntry><text>{cells["inputEntry"]}</text></inputEntry>'
        f"<outputEntry><text>{cells['outputEntry']}</text></outputEntry></rule>"
        "</decisionTable></decision></definitions>"
    ).encode()


def form(text: str, place: str) -> bytes:
    quoted = escape(text).replace("\\", "\\\\").replace('"', '\\"')
    inside = {
        "hide": f'"conditional": {{"hide": "={quoted}"}}',
        "forval": f'"properties": {{"forval": "={quoted}"}}',
        "max": f'"validate": {{"max": "={quoted}"}}',
    }[place]
    field = f'{{"type": "number", "key": "X", "label": "X", {inside}}}'
    return f'{{"id": "f", "components": [{field}]}}'.encode()


def attribute(text: str) -> str:
    return quoteattr(f"= {text}")


PLACES = {
    "condition": lambda text: condition(escape(f"= {text}")),
    "condition_without_equals": lambda text: condition(escape(text)),
    "time_date": lambda text: timer("timeDate", escape(f"= {text}")),
    "time_duration": lambda text: timer("timeDuration", escape(f"= {text}")),
    "time_duration_literal": lambda text: timer("timeDuration", escape(text)),
    "time_cycle": lambda text: timer("timeCycle", escape(f"= {text}")),
    "assignee": lambda text: task(f"<zeebe:assignmentDefinition assignee={attribute(text)}/>"),
    "groups": lambda text: task(f"<zeebe:assignmentDefinition candidateGroups={attribute(text)}/>"),
    "due_date": lambda text: task(f"<zeebe:taskSchedule dueDate={attribute(text)}/>"),
    "follow_up": lambda text: task(f"<zeebe:taskSchedule followUpDate={attribute(text)}/>"),
    "input": lambda text: mapping("input", attribute(text)),
    "output": lambda text: mapping("output", attribute(text)),
    "correlation_key": lambda text: message(attribute(text)),
    "correlation_key_literal": lambda text: message(quoteattr(text)),
    "collection": lambda text: several(attribute(text)),
    "collection_item": lambda text: several('"= x"', f" outputElement={attribute(text)}"),
    "completion": lambda text: several(
        '"= x"',
        "",
        f"<bpmn:completionCondition>{escape('= ' + text)}</bpmn:completionCondition>",
    ),
    "script": lambda text: diagram(
        START,
        script(attribute(text)),
        END, flow("S", "X"), flow("X", "E"),
    ),
    "script_body": lambda text: diagram(
        START, node("scriptTask", "X", f"<bpmn:script>{escape(text)}</bpmn:script>"), END,
        flow("S", "X"), flow("X", "E"),
    ),
    "retries": lambda text: service("").replace(
        b'type="t"', f'type="t" retries={attribute(text)}'.encode()
    ),
    "called_process": lambda text: diagram(
        START, node("callActivity", "X", "", f"<zeebe:calledElement processId={attribute(text)}/>"),
        END, flow("S", "X"), flow("X", "E"),
    ),
    "capability": lambda text: diagram(
        START, node("serviceTask", "X", "", f"<zeebe:taskDefinition type={attribute(text)}/>"), END,
        flow("S", "X"), flow("X", "E"),
    ),
    "decision": lambda text: diagram(
        START,
        node(
            "businessRuleTask", "X", "",
            f'<zeebe:calledDecision decisionId={attribute(text)} resultVariable="y"/>',
        ),
        END, flow("S", "X"), flow("X", "E"),
    ),
    "table_input": lambda text: table("inputExpression", escape(text)),
    "table_test": lambda text: table("inputEntry", escape(text)),
    "table_output": lambda text: table("outputEntry", escape(text)),
    "form_hide": lambda text: form(text, "hide"),
    "form_default": lambda text: form(text, "forval"),
    "form_limit": lambda text: form(text, "max"),
}  # fmt: skip


def suffix(place: str) -> str:
    return {"table": "dmn", "form": "form"}.get(place.split("_", maxsplit=1)[0], "bpmn")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_code_is_refused(place: str, attack: str) -> None:
    path = f"x.{suffix(place)}"
    neighbours = {"f.form": b'{"id": "f", "components": []}'} if suffix(place) != "form" else {}
    (report,) = check_files({path: PLACES[place](attack)}, neighbours=neighbours)
    refused = [f for f in report.findings if f.severity == "error"]
    assert refused, place
    if suffix(place) != "dmn":
        assert {finding.element for finding in refused} == {"X"}


@pytest.mark.parametrize("place", ["condition", "time_date", "due_date", "script", "table_output"])
def test_feel_is_let_through_in_the_same_places(place: str) -> None:
    """The places above are right: an honest expression there is no error."""
    path = f"x.{suffix(place)}"
    neighbours = {"f.form": b'{"id": "f", "components": []}'}
    (report,) = check_files({path: PLACES[place]('date("2030-01-01")')}, neighbours=neighbours)
    assert report.ok, report.findings
