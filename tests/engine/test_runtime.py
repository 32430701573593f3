"""What holds for every action: cancel, history, refusals, nothing half-moved."""

from datetime import UTC, datetime

import pytest

from engine import runtime
from engine.definition import load_definition
from engine.errors import DefinitionError, IncidentError, TaskNotOpenError
from tests.engine import reference
from tests.engine.draw import (
    boundary,
    call,
    document,
    element,
    end,
    escalation,
    flow,
    fork,
    job,
    message,
    process,
    script,
    seq,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.play import NOW, SEED, Play
from tests.engine.samples.make import diagram, instance


def test_cancel_ends_everything_once_and_tells_it() -> None:
    play = instance(diagram())
    live = set(play.open()) | {"sp", "ca", "g", "rc", "mi", "mj", "ev", "e1"}
    play.cancel()
    assert play.completed
    assert (play.outcome.tasks, play.outcome.timers, play.outcome.subscriptions) == ((), (), ())
    assert {event.element for event in play.outcome.history} == live
    assert {event.kind for event in play.outcome.history} == {"cancelled"}
    assert {event.cause for event in play.outcome.history} == {"cancel"}
    numbers = [event.task_id for event in play.outcome.history]
    assert len(numbers) == len(set(numbers))
    assert play.cancel().outcome.history == ()


def test_an_incident_leaves_the_stored_state_alone() -> None:
    xml = document(
        process("p", start(), user("u"), script("t", "=1", "x"), end(), seq("s", "u", "t")).replace(
            "</bpmn:process>",
            seq("t", "g")
            + element("exclusiveGateway", "g", default="fd")
            + flow("g", "e", "=okand > 1")
            + flow("g", "u", key="fd")
            + "</bpmn:process>",
        )
    )
    play = Play(xml)
    before = play.outcome.state
    with pytest.raises(IncidentError):
        play.task("u")
    assert play.outcome.state == before
    again = runtime.inspect(play.definition(), before)
    assert [task.element for task in again.tasks] == ["u"]


def test_now_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        Play(document(process("p", start(), end(), seq("s", "e"))), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_today_is_the_day_of_the_action() -> None:
    xml = document(process("p", start(), script("t", "=string(today())", "d"), seq("s", "t")))
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert Play(xml, now=late).variables["d"] == "2026-07-01"


def test_a_task_of_another_instance_is_not_open() -> None:
    xml = document(process("p", start(), user("u"), seq("s", "u")))
    play = Play(xml)
    other = runtime.start(play.definition(), {}, now=NOW, seed=type(SEED)(int=8)).tasks[0].id
    with pytest.raises(TaskNotOpenError):
        runtime.complete_task(play.definition(), play.outcome.state, other, {}, now=NOW)


def test_ids_differ_between_seeds_and_are_uuids() -> None:
    definition = reference.load()
    seen = set()
    for number in range(50):
        outcome = runtime.start(definition, {"arende": "a"}, now=NOW, seed=type(SEED)(int=number))
        seen.add(outcome.tasks[0].id)
        assert str(type(SEED)(outcome.tasks[0].id)) == outcome.tasks[0].id
    assert len(seen) == 50


def test_history_numbers_its_lines_and_names_the_cause() -> None:
    play = Play(document(process("p", start(), user("u"), job("j"), seq("s", "u", "j"))))
    play.task("u", cause="api")
    assert [(e.seq, e.kind, e.element, e.cause) for e in play.outcome.history] == [
        (1, "completed", "u", "api"),
        (2, "entered", "j", "api"),
    ]


def test_a_thrower_that_interrupts_its_own_scope_completes_and_stops() -> None:
    body = sub("sp", start("ss"), throw("t", escalation("Y")), user("v"), seq("ss", "t", "v"))
    guard = boundary("b", "sp", escalation("Y")) + user("h") + seq("b", "h")
    play = Play(document(process("p", start(), body, guard, flow("s", "sp")), escalations=["Y"]))
    assert play.open() == ["h"]
    assert play.told("t") == ["entered", "completed"]


def test_definition_tells_what_others_need() -> None:
    xml = document(
        process(
            "p",
            start(),
            fork("f"),
            user(
                "u",
                zeebe='<zeebe:formDefinition formId="behov"/>'
                '<zeebe:properties><zeebe:property name="lagrum" value="sol"/></zeebe:properties>',
            ),
            call("c", "q"),
            sub("sp", start("ss"), job("j", "arende.oppna"), seq("ss", "j")),
            throw("t", message("M")),
            seq("s", "f", "u"),
            seq("f", "c"),
            seq("f", "sp"),
            seq("f", "t"),
        ),
        process("q", start("qs"), end("qe"), seq("qs", "qe")),
        process("unused", start("us"), call("uc", "nowhere"), seq("us", "uc")),
        messages=[("M", None)],
    )
    definition = load_definition("p", bpmn={"p.bpmn": xml}, dmn={})
    info = definition.elements["u"]
    assert (info.form, info.kind, info.properties) == ("behov", "userTask", {"lagrum": "sol"})
    assert (definition.elements["j"].capability, definition.elements["j"].scope) == (
        "arende.oppna",
        "sp",
    )
    assert set(definition.elements["f"].outgoing) == {"u", "c", "sp", "t"}
    assert (definition.calls, definition.messages) == ({"q"}, {"M"})
    with pytest.raises(DefinitionError):
        load_definition("nope", bpmn={"p.bpmn": xml}, dmn={})


def test_a_message_without_key_expression_has_no_key() -> None:
    xml = document(
        process("p", start(), throw("t", message("M")), seq("s", "t")), messages=[("M", None)]
    )
    assert Play(xml).thrown[0].key is None


def test_reserved_looking_ids_collide_with_nothing() -> None:
    names = ("Start", "End", "p.EndJoin", "Root")
    body = "".join(user(name) for name in names)
    play = Play(document(process("p", start(), body, seq("s", *names))))
    for name in names:
        assert play.open() == [name]
        play.task(name)
    assert play.completed


@pytest.mark.parametrize(
    "bad",
    [
        b"not xml",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        b"<x/>",
        document(process("p", start(), '<bpmn:inclusiveGateway id="g"/>', seq("s", "g"))),
        document(process("p", start(), user("u"), user("u"), seq("s", "u"))),
        document(process("p", start(), flow("s", "nope"))),
        document(process("p", end(), user("u"), seq("u", "e"))),
        document(process("p", start(), user("u"), flow("s", "u"), flow("u", "s"))),
        document(process("p", start(), element("callActivity", "c"), seq("s", "c"))),
        document(process("p", start(), element("scriptTask", "t"), seq("s", "t"))),
        document(process("p", start(), element("intermediateCatchEvent", "t"), seq("s", "t"))),
        document(
            process(
                "p",
                start(),
                timerless := element("userTask", "u", "", inside=timer("")).replace(
                    "userTask", "intermediateCatchEvent"
                ),
                seq("s", "u"),
            )
        ),
    ],
)
def test_malformed_diagrams_are_refused_by_name(bad: bytes) -> None:
    assert timerless
    with pytest.raises(DefinitionError) as caught:
        load_definition("p", bpmn={"p.bpmn": bad}, dmn={})
    assert caught.value.element
