"""What a history has passed: nodes, flows and rows."""

import pytest

from engine.bundle import Bundle
from engine.coverage import Line, drawings, passed, tables, unmatched, unpassed
from tests.engine.draw import call, document, end, process, seq, start, sub, user
from tests.engine.play import Play

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = f"""<definitions xmlns="{BPMN}" targetNamespace="x"><process id="p" isExecutable="true">
  <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="x"/>
  <exclusiveGateway id="x" default="f3"/>
  <sequenceFlow id="f2" sourceRef="x" targetRef="e">
    <conditionExpression>=a = 1</conditionExpression></sequenceFlow>
  <sequenceFlow id="f3" sourceRef="x" targetRef="sub"/>
  <subProcess id="sub"><startEvent id="is"/>
    <sequenceFlow id="f4" sourceRef="is" targetRef="ie"/><endEvent id="ie"/></subProcess>
  <sequenceFlow id="f5" sourceRef="sub" targetRef="e"/><endEvent id="e"/>
</process></definitions>""".encode()
TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="x"><decision id="t" name="t"><decisionTable><output name="o"/>
 <rule><outputEntry><text>1</text></outputEntry></rule>
 <rule><outputEntry><text>2</text></outputEntry></rule></decisionTable></decision></definitions>"""
BUNDLE = Bundle({"bpmn/p.bpmn": DIAGRAM, "dmn/t.dmn": TABLE})
DRAWN = drawings(BUNDLE)


def done(*elements: str, flow: str | None = None) -> list[Line]:
    lines = [Line(process="p", kind="completed", element=one) for one in elements]
    return [*lines, Line(process="p", kind="completed", element="x", flow=flow)]


def left(*lines: Line) -> set[str]:
    return set(unpassed(DRAWN, passed(DRAWN, lines)).get("p", ()))


def test_the_parts_are_all_nodes_and_flows_also_inside() -> None:
    inside = {"is", "ie", "f4"}
    assert DRAWN["p"].parts == inside | {"s", "x", "sub", "e", "f1", "f2", "f3", "f5"}


def test_a_gateway_tells_its_flow_and_the_others_follow_their_source() -> None:
    assert left(*done("s", "e", flow="f2")) == {"f3", "sub", "is", "ie", "f4", "f5"}
    assert left(*done("s", "sub", "is", "ie", "e", flow="f3")) == {"f2"}


def test_a_sub_process_that_is_left_is_passed_but_not_the_flow_out() -> None:
    entered = Line(process="p", kind="entered", element="sub")
    cancelled = Line(process="p", kind="cancelled", element="ie")
    got = left(*done("s", "is", flow="f3"), entered, cancelled)
    assert got == {"ie", "e", "f2", "f5"}


@pytest.mark.parametrize("process", ["q", "p2"])
def test_lines_of_other_processes_pass_nothing(process: str) -> None:
    line = Line(process=process, kind="completed", element="s")
    assert left(line) == DRAWN["p"].parts


def test_rows_that_matched() -> None:
    line = Line(process="p", kind="decision", element="x", rules=("t:2", "other:1"))
    assert tables(BUNDLE) == {"t": 2}
    assert unmatched(tables(BUNDLE), passed(DRAWN, [line])) == {"t": (1,)}
    assert unmatched(tables(BUNDLE), passed(DRAWN, [])) == {"t": (1, 2)}


def test_the_history_says_in_which_diagram_a_called_element_stands() -> None:
    inner = sub("qs1", start("is2"), user("iu"), end("ie2"), seq("is2", "iu", "ie2"))
    main = process("p", start(), call("c", "q"), end("e"), seq("s", "c", "e"))
    called = process("q", start("qs"), inner, end("qe"), seq("qs", "qs1", "qe"))
    play = Play(document(main, called), {})
    begun = {event.element: event.detail.get("called") for event in play.outcome.history}
    assert begun == {"s": None, "c": None, "qs": "q", "qs1": "q", "is2": "q", "iu": "q"}
    play.task("iu")  # restored from its stored state in between
    ended = {event.element: event.detail.get("called") for event in play.outcome.history}
    assert ended == {"iu": "q", "ie2": "q", "qs1": "q", "qe": "q", "c": None, "e": None}
