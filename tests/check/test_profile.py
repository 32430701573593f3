"""What the profile refuses, element by element, and what it lets through."""

import pytest

from tests.check.diagrams import (
    END,
    START,
    diagram,
    errors,
    flow,
    lanes,
    line,
    node,
    timer,
    user,
    warnings,
)

LANE = lanes(Lane_handlaggare="T A B C U")
GOOD = line(user("T"), LANE, names="T")
TIMER = timer("timeDuration", "PT1H")


def test_a_good_diagram_has_no_finding() -> None:
    assert errors(GOOD) == set()
    assert warnings(GOOD) == set()


@pytest.mark.parametrize(
    "kind",
    ["inclusiveGateway", "complexGateway", "transaction", "adHocSubProcess", "callChoreography"],
)
def test_unsupported_elements(kind: str) -> None:
    assert ("unsupported_element", "X") in errors(line(node(kind, "X"), names="X"))


@pytest.mark.parametrize("kind", ["dataObject", "dataObjectReference", "correlationKey"])
def test_unsupported_things_beside_the_flow(kind: str) -> None:
    assert ("unsupported_element", "X") in errors(line(user("T"), LANE, node(kind, "X"), names="T"))


def test_a_data_store_has_no_effect() -> None:
    found = line(user("T"), LANE, node("dataStoreReference", "X"), names="T")
    assert warnings(found) == {("without_effect", "X")}


@pytest.mark.parametrize("event", ["conditional", "link", "signal", "compensate", "cancel"])
@pytest.mark.parametrize("kind", ["intermediateCatchEvent", "intermediateThrowEvent", "endEvent"])
def test_unsupported_events(event: str, kind: str) -> None:
    body = node(kind, "X", f"<bpmn:{event}EventDefinition/>")
    assert ("unsupported_event", "X") in errors(line(body, names="X"))


@pytest.mark.parametrize("event", ["conditional", "signal", "compensate", "cancel"])
def test_unsupported_boundary_events(event: str) -> None:
    edge = node("boundaryEvent", "X", f"<bpmn:{event}EventDefinition/>", attachedToRef="T")
    found = diagram(
        START, user("T"), LANE, edge, END, flow("S", "T"), flow("T", "E"), flow("X", "E")
    )
    assert errors(found) == {("unsupported_event", "X")}


def test_an_event_has_one_definition() -> None:
    body = node("intermediateCatchEvent", "X", TIMER + TIMER)
    assert ("several_definitions", "X") in errors(line(body, names="X"))


def test_a_catching_event_waits_for_something() -> None:
    assert ("event_without_definition", "X") in errors(
        line(node("intermediateCatchEvent", "X"), names="X")
    )


@pytest.mark.parametrize("word", ["message", "error", "escalation"])
def test_references_must_exist(word: str) -> None:
    body = node("endEvent", "E", f'<bpmn:{word}EventDefinition {word}Ref="Borta"/>')
    assert (f"unknown_{word}", "E") in errors(diagram(START, body, flow("S", "E")))


def test_a_message_needs_a_name() -> None:
    body = node("intermediateCatchEvent", "X", '<bpmn:messageEventDefinition messageRef="M"/>')
    found = line(body, names="X", before='<bpmn:message id="M"/>')
    assert ("message_without_name", "X") in errors(found)


@pytest.mark.parametrize("word", ["error", "escalation"])
def test_what_is_thrown_has_a_code(word: str) -> None:
    body = node("endEvent", "E", f'<bpmn:{word}EventDefinition {word}Ref="R"/>')
    found = diagram(START, body, flow("S", "E"), before=f'<bpmn:{word} id="R"/>')
    assert (f"{word}_without_code", "E") in errors(found)


def test_a_message_that_is_caught_has_a_key() -> None:
    body = node("intermediateCatchEvent", "X", '<bpmn:messageEventDefinition messageRef="M"/>')
    message = '<bpmn:message id="M" name="m">{}</bpmn:message>'
    key = (
        '<bpmn:extensionElements><zeebe:subscription correlationKey="=arende"/>'
        "</bpmn:extensionElements>"
    )
    assert errors(line(body, names="X", before=message.format(""))) == {
        ("message_without_key", "X")
    }
    assert errors(line(body, names="X", before=message.format(key))) == set()


def boundary(host: str, *rest: str) -> bytes:
    edge = node("boundaryEvent", "X", TIMER, attachedToRef="A")
    return diagram(START, host, edge, END, flow("S", "A"), flow("A", "E"), LANE, *rest)


def test_boundary_events() -> None:
    assert errors(boundary(user("A"))) == {("boundary_without_flow", "X")}
    assert errors(boundary(user("A"), flow("X", "E"))) == set()
    event = node("intermediateCatchEvent", "A", TIMER)
    assert errors(boundary(event, flow("X", "E"))) == {("boundary_on_event", "X")}


def test_no_boundary_behind_an_event_based_gateway() -> None:
    receive = node("receiveTask", "R", messageRef="M")
    edge = node("boundaryEvent", "X", TIMER, attachedToRef="R")
    message = (
        '<bpmn:message id="M" name="m"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="=arende"/></bpmn:extensionElements></bpmn:message>'
    )
    found = diagram(
        START, node("eventBasedGateway", "G"), receive, node("intermediateCatchEvent", "C", TIMER),
        edge, END, flow("S", "G"), flow("G", "R"), flow("G", "C"), flow("R", "E"), flow("C", "E"),
        flow("X", "E"), before=message,
    )  # fmt: skip
    assert errors(found) == {("boundary_behind_event_gateway", "X")}


def test_an_event_based_gateway_leads_to_events() -> None:
    found = diagram(
        START, node("eventBasedGateway", "G"), user("A"), LANE, END,
        flow("S", "G"), flow("G", "A"), flow("A", "E"),
    )  # fmt: skip
    assert errors(found) == {("event_gateway", "G")}


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<bpmn:standardLoopCharacteristics/>", "unsupported_loop"),
        ("<bpmn:multiInstanceLoopCharacteristics/>", "multi_instance_without_collection"),
        (
            (
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>501"
                "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
            ),
            "too_many_instances",
        ),
    ],
)
def test_loops_of_one_activity(inside: str, code: str) -> None:
    found = line(node("manualTask", "X", inside), names="X")
    assert (code, "X") in errors(found)


@pytest.mark.parametrize("name", ["Start", "End", "p.EndJoin", "x [child]"])
def test_reserved_ids(name: str) -> None:
    body = node("manualTask", name)
    found = diagram(START, body, END, flow("S", name, name="f1"), flow(name, "E", name="f2"))
    assert ("reserved_id", name) in errors(found)


def test_duplicate_and_missing_ids() -> None:
    twice = diagram(START, user("T"), user("T"), LANE, END, flow("S", "T"), flow("T", "E"))
    assert ("duplicate_id", "T") in errors(twice)
    nameless = diagram(START, "<bpmn:manualTask/>", END, flow("S", "E"))
    assert ("missing_id", "") in errors(nameless)
    bare = '<bpmn:sequenceFlow sourceRef="S" targetRef="E"/>'
    assert ("missing_id", "") in errors(diagram(START, END, bare))
    assert ("missing_id", "") in warnings(diagram(START, END, bare, dialect=False))


def test_starts() -> None:
    assert ("no_start", "p") in errors(diagram(END))
    assert ("empty_scope", "p") in errors(diagram())
    found = diagram(START, END, flow("S", "E"), flow("E", "S"))
    assert {("flow_into_start", "S"), ("flow_out_of_end", "E")} <= errors(found)


def test_event_subprocess_starts_with_an_event() -> None:
    inner = START.replace('"S"', '"I"') + END.replace('"E"', '"J"') + flow("I", "J")
    sub = node("subProcess", "P", inner, triggeredByEvent="true")
    assert errors(diagram(START, END, flow("S", "E"), sub)) == {("event_start_missing", "I")}
    with_timer = inner.replace('<bpmn:startEvent id="I"/>', node("startEvent", "I", TIMER))
    plain = node("subProcess", "P", with_timer)
    found = diagram(START, plain, END, flow("S", "P"), flow("P", "E"))
    assert errors(found) == {("event_start_inside", "I")}


def test_flows_stay_in_their_scope() -> None:
    inner = START.replace('"S"', '"I"') + END.replace('"E"', '"J"') + flow("I", "J")
    found = diagram(
        START, node("subProcess", "P", inner), END, flow("S", "P"), flow("P", "E"), flow("S", "J")
    )
    assert errors(found) == {("dangling_flow", "S_J")}


def test_unreachable_and_unknown_default() -> None:
    found = diagram(
        START, user("T"), user("U"), LANE, END, flow("S", "T"), flow("T", "E"),
        node("exclusiveGateway", "G", default="Borta"), flow("U", "G"), flow("G", "E"),
    )  # fmt: skip
    assert errors(found) == {("unreachable", "U"), ("unreachable", "G"), ("unknown_default", "G")}


@pytest.mark.parametrize(
    "extension",
    [
        '<camunda:executionListener expression="${x}" event="start"/>',
        "<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>",
        (
            '<spiff:preScript xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">x = 1'
            "</spiff:preScript>"
        ),
    ],
)
def test_what_another_engine_would_run_is_refused(extension: str) -> None:
    assert errors(line(user("T", extension), LANE, names="T")) == {("foreign_code", "T")}


def test_foreign_attributes_are_refused() -> None:
    body = (
        '<bpmn:serviceTask id="X" camunda:class="x.Y"><bpmn:extensionElements>'
        '<zeebe:taskDefinition type="t"/></bpmn:extensionElements></bpmn:serviceTask>'
    )
    assert errors(line(body, names="X")) == {("foreign_code", "X")}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (node("serviceTask", "X"), "task_without_capability"),
        (node("serviceTask", "X", "", '<zeebe:taskDefinition type="=a"/>'), "dynamic_capability"),
        (
            node("serviceTask", "X", "", '<zeebe:taskDefinition type="a" retries="=1"/>'),
            "wrong_retries",
        ),
        (node("scriptTask", "X"), "script_missing"),
        (node("scriptTask", "X", "", '<zeebe:script expression="=1"/>'), "script_missing"),
        (node("businessRuleTask", "X"), "task_without_decision"),
        (
            node("businessRuleTask", "X", "", '<zeebe:calledDecision decisionId="t"/>'),
            "decision_without_result",
        ),
        (node("callActivity", "X"), "call_without_process"),
        (node("callActivity", "X", calledElement="q"), "foreign_call"),
        (node("receiveTask", "X"), "unknown_message"),
        (
            node("manualTask", "X", "", '<zeebe:ioMapping><zeebe:output source="=1" target="a.b"/>'
                 "</zeebe:ioMapping>"),
            "mapping_target",
        ),
        (
            node("manualTask", "X", "<bpmn:multiInstanceLoopCharacteristics/>"),
            "unsupported_loop",
        ),
    ],
)  # fmt: skip
def test_what_an_element_needs_to_run(body: str, code: str) -> None:
    assert (code, "X") in errors(line(body, names="X"))


def test_a_cycle_that_interrupts_is_a_duration() -> None:
    edge = node("boundaryEvent", "X", timer("timeCycle", "R3/PT1H"), attachedToRef="A")
    found = diagram(
        START, user("A"), edge, END, flow("S", "A"), flow("A", "E"), flow("X", "E"), LANE
    )
    assert errors(found) == {("cycle_interrupting", "X")}


def test_an_empty_id_is_a_missing_one() -> None:
    inner = node("startEvent", "I", TIMER) + END.replace('"E"', '"J"') + flow("I", "J")
    sub = node("subProcess", "", inner, triggeredByEvent="true")
    assert ("missing_id", "") in errors(diagram(START, END, flow("S", "E"), sub))


def test_drawing_only() -> None:
    drawn = (
        node("textAnnotation", "N", "<bpmn:text>Se riktlinjen.</bpmn:text>")
        + node("association", "O", sourceRef="T", targetRef="N")
        + node("group", "P")
    )
    pool = (
        '<bpmn:collaboration id="C"><bpmn:participant id="Q" processRef="p"/></bpmn:collaboration>'
    )
    found = line(user("T"), LANE, drawn, names="T", before=pool)
    assert errors(found) == set()
    assert warnings(found) == set()
