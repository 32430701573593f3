"""Each kind of alteration, on small files."""

import json

import pytest

from engine.definition import load_definition
from tests.mutation import diagrams, fields, values
from tests.mutation.literals import moved
from tests.mutation.sites import B, Site, by_id, parse

DIAGRAM = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
<bpmn:process id="liten" isExecutable="true">
<bpmn:laneSet id="L"><bpmn:lane id="Lane_handlaggare">
<bpmn:flowNodeRef>Task_Ett</bpmn:flowNodeRef><bpmn:flowNodeRef>Task_Tva</bpmn:flowNodeRef>
</bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="Start"/>
<bpmn:userTask id="Task_Ett"><bpmn:extensionElements>
<zeebe:taskSchedule dueDate="=today()"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:boundaryEvent id="Timer" attachedToRef="Task_Ett">
<bpmn:timerEventDefinition><bpmn:timeDuration>P14D</bpmn:timeDuration></bpmn:timerEventDefinition>
</bpmn:boundaryEvent>
<bpmn:userTask id="Task_Sen"/><bpmn:endEvent id="End_Sen"/>
<bpmn:exclusiveGateway id="Val" default="Nej"/>
<bpmn:userTask id="Task_Tva"/><bpmn:endEvent id="End_Tva"/><bpmn:endEvent id="End_Nej"/>
<bpmn:sequenceFlow id="F1" sourceRef="Start" targetRef="Task_Ett"/>
<bpmn:sequenceFlow id="F2" sourceRef="Task_Ett" targetRef="Val"/>
<bpmn:sequenceFlow id="Ja" sourceRef="Val" targetRef="Task_Tva">
<bpmn:conditionExpression>=x = 1</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="Nej" sourceRef="Val" targetRef="End_Nej"/>
<bpmn:sequenceFlow id="F3" sourceRef="Task_Tva" targetRef="End_Tva"/>
<bpmn:sequenceFlow id="F4" sourceRef="Timer" targetRef="Task_Sen"/>
<bpmn:sequenceFlow id="F5" sourceRef="Task_Sen" targetRef="End_Sen"/>
</bpmn:process></bpmn:definitions>"""

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="tid" name="Tid"><decisionTable id="T" hitPolicy="UNIQUE">
<input><inputExpression typeRef="number"><text>alder</text></inputExpression></input>
<output name="dagar" typeRef="number"/>
<rule id="r0"><inputEntry id="i0"><text>&lt; 1</text></inputEntry>
<outputEntry id="o0"><text>null</text></outputEntry></rule>
<rule id="r1"><inputEntry id="i1"><text>[1..17]</text></inputEntry>
<outputEntry id="o1"><text>14</text></outputEntry></rule>
<rule id="r2"><inputEntry id="i2"><text>&gt; 17</text></inputEntry>
<outputEntry id="o2"><text>dag + duration("P3M")</text></outputEntry></rule>
</decisionTable></decision></definitions>"""

FORM = json.dumps(
    {
        "id": "liten",
        "properties": {"regler": [{"villkor": "=b > a", "falt": "b", "meddelande": "Fel."}]},
        "components": [
            {"type": "number", "key": "a", "validate": {"required": True}},
            {
                "type": "dynamiclist",
                "path": "rader",
                "components": [
                    {
                        "type": "number",
                        "key": "b",
                        "validate": {"required": True},
                        "conditional": {"hide": "=a = 1"},
                    }
                ],
            },
        ],
    }
).encode()


def of(found: "list[Site]", place: str) -> bytes:
    return next(site for site in found if site.place == place).alter()


def flow(content: bytes, name: str) -> tuple[str | None, str | None]:
    found = by_id(parse(content), name)
    return found.get("sourceRef"), found.get("targetRef")


def runs(content: bytes) -> set[str]:
    """The elements that the engine sees; it must be able to read the diagram."""
    return set(load_definition("liten", bpmn={"bpmn/liten.bpmn": content}, dmn={}).elements)


def test_the_diagram_is_read_before_it_is_altered() -> None:
    assert {"Task_Ett", "Timer", "Task_Sen"} <= runs(DIAGRAM)


def test_a_task_is_dropped_with_what_hangs_on_it() -> None:
    found = list(diagrams.drop_task("bpmn/liten.bpmn", DIAGRAM))
    assert {site.place for site in found} == {"Task_Ett", "Task_Tva", "Task_Sen"}
    content = of(found, "Task_Ett")
    assert runs(content) == {"Start", "Val", "Task_Tva", "End_Tva", "End_Nej"}
    assert flow(content, "F1") == ("Start", "Val")
    assert found[0].marks == (("liten Task_Ett",),)


def test_flows_change_targets() -> None:
    found = list(diagrams.cross_flows("bpmn/liten.bpmn", DIAGRAM))
    content = of(found, "Ja x Nej")
    assert flow(content, "Ja") == ("Val", "End_Nej")
    assert flow(content, "Nej") == ("Val", "Task_Tva")
    assert runs(content) == runs(DIAGRAM)
    assert "F1 x F2" not in {site.place for site in found}, "a flow back to its own source"


def test_a_timer_is_dropped_with_its_branch() -> None:
    (site,) = diagrams.drop_timer("bpmn/liten.bpmn", DIAGRAM)
    assert runs(site.alter()) == runs(DIAGRAM) - {"Timer", "Task_Sen", "End_Sen"}
    assert site.marks == (("liten Timer",), ("liten Task_Ett",))


def test_a_timer_that_starts_a_process_starts_it_no_more() -> None:
    start = b'<bpmn:startEvent id="Start"><bpmn:timerEventDefinition/></bpmn:startEvent>'
    timed = DIAGRAM.replace(b'<bpmn:startEvent id="Start"/>', start)
    found = list(diagrams.drop_timer("bpmn/liten.bpmn", timed))
    assert list(by_id(parse(of(found, "Start")), "Start")) == []


def test_a_task_moves_to_the_lane_of_another_role() -> None:
    roles = ["enhetschef", "handlaggare"]
    found = list(diagrams.change_lane("bpmn/liten.bpmn", DIAGRAM, roles))
    assert {site.place for site in found} == {"Task_Ett", "Task_Tva"}, "Task_Sen lies in no lane"
    content = of(found, "Task_Ett")
    elements = load_definition("liten", bpmn={"bpmn/liten.bpmn": content}, dmn={}).elements
    assert elements["Task_Ett"].role == "enhetschef"
    assert elements["Task_Tva"].role == "handlaggare"


def test_a_condition_is_inverted() -> None:
    (site,) = values.invert_condition("bpmn/liten.bpmn", DIAGRAM)
    found = by_id(parse(site.alter()), "Ja").find(f"{B}conditionExpression")
    assert found is not None
    assert found.text == "=not(x = 1)"


def test_deadlines_of_a_diagram_come_a_day_later() -> None:
    found = list(values.change_deadline("bpmn/liten.bpmn", DIAGRAM))
    due, timer = of(found, "Task_Ett.dueDate"), of(found, "Timer#1")
    assert b'dueDate="=(today()) + duration(&quot;P1D&quot;)"' in due
    assert b">P15D<" in timer
    assert runs(due) == runs(timer) == runs(DIAGRAM)


def test_a_boundary_moves_both_ways() -> None:
    found = list(values.move_boundary("dmn/tid.dmn", TABLE))
    assert [site.place for site in found] == [
        *("i0#1+1", "i0#1-1"),
        *("i1#1+1", "i1#2+1", "i1#1-1", "i1#2-1"),
        *("i2#1+1", "i2#1-1"),
    ]
    assert b"<text>[1..18]</text>" in of(found, "i1#2+1")
    assert found[-1].marks == (("dmn tid:3",), ("dmn tid",))


def test_the_days_of_a_row_change() -> None:
    found = list(values.change_deadline("dmn/tid.dmn", TABLE))
    assert b"<text>15</text>" in of(found, "o1#1+1")
    assert b'duration("P4M")' in of(found, "o2#1+1")


def test_a_field_need_not_be_filled_in() -> None:
    first, row = fields.drop_required("forms/liten.form", FORM)
    assert json.loads(first.alter())["components"][0]["validate"]["required"] is False
    inner = json.loads(row.alter())["components"][1]["components"][0]
    assert inner["validate"]["required"] is False
    assert row.marks == (("form liten",),)


def test_conditions_of_a_form_are_inverted() -> None:
    hidden, rule = fields.invert_rule("forms/liten.form", FORM)
    inner = json.loads(hidden.alter())["components"][1]["components"][0]
    assert inner["conditional"]["hide"] == "=not(a = 1)"
    assert json.loads(rule.alter())["properties"]["regler"][0]["villkor"] == "=not(b > a)"


@pytest.mark.parametrize(
    ("text", "by", "wanted"),
    [
        ("[1..6]", 1, ["[2..6]", "[1..7]"]),
        (">= 2.5", -1, [">= 1.5"]),
        ('date("2025-06-30")', 1, ['date("2025-07-01")']),
        ('duration("P14D")', -1, ['duration("P13D")']),
        ("arbetsdagar_efter(fran, 3)", 1, ["arbetsdagar_efter(fran, 4)"]),
        ('"T30", "utredning_2"', 1, []),
        ("plan2.dag", 1, []),
        ("R400/2026-03-15T06:00:00/P1Y", 1, ["R400/2026-03-16T06:00:00/P1Y"]),
    ],
)
def test_literals_move(text: str, by: int, wanted: list[str]) -> None:
    assert [whole for _old, _new, whole in moved(text, by)][: len(wanted) or 9] == wanted
