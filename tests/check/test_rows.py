"""Rows of docs/bpmn.md that are shown by running what the check accepts."""

from datetime import UTC, datetime
from uuid import UUID

from engine import runtime
from engine.definition import load_definition
from tests.check.diagrams import END, errors, lanes, line, node, timer, user

NOW = datetime(2026, 8, 17, 7, 0, tzinfo=UTC)


def test_a_throw_without_definition_passes_through() -> None:
    xml = line(node("intermediateThrowEvent", "X"), user("T"), lanes(Lane_a="T"), names="X T")
    assert errors(xml) == set()
    definition = load_definition("p", bpmn={"p.bpmn": xml}, dmn={})
    outcome = runtime.start(definition, {}, now=NOW, seed=UUID(int=1))
    assert [task.element for task in outcome.tasks] == ["T"]


def test_a_timer_start_is_told_to_whoever_keeps_the_clock() -> None:
    xml = line(user("T"), lanes(Lane_a="T"), names="T")
    start = node("startEvent", "S", timer("timeCycle", "R12/P1M"))
    xml = xml.replace(b'<bpmn:startEvent id="S"/>', start.encode())
    assert errors(xml) == set()
    (told,) = load_definition("p", bpmn={"p.bpmn": xml}, dmn={}).starts
    assert (told.element, told.kind) == ("S", "timer")
    assert END.encode() in xml
