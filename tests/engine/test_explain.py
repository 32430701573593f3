"""The history says why a decision came out as it did, and which one set a due time."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine import runtime
from engine.explain import explanation
from engine.origins import basis_in
from engine.outcome import HistoryEvent, Origin
from tests.engine.draw import (
    boundary,
    call,
    catch,
    document,
    element,
    end,
    event_sub,
    flow,
    io,
    message,
    multi,
    process,
    script,
    seq,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.play import NOW, Play

DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">
<decision id="manader" name="Hur ofta?"><variable name="manader"/>
<decisionTable id="t1" hitPolicy="UNIQUE">
<input id="i1" label="Slag"><inputExpression id="ie1" typeRef="string"><text>slag</text>
</inputExpression></input>
<output id="o1" name="manader" label="M\xc3\xa5nader" typeRef="number"/>
<rule id="m1"><description>verifierad = false. Ofta.</description>
<inputEntry id="a1"><text>"a"</text></inputEntry>
<outputEntry id="b1"><text>6</text></outputEntry></rule>
</decisionTable></decision>
<decision id="frist" name="N\xc3\xa4r?"><variable name="frist"/>
<informationRequirement id="r1"><requiredDecision href="#manader"/></informationRequirement>
<decisionTable id="t2" hitPolicy="UNIQUE">
<input id="i2" label="M\xc3\xa5nader"><inputExpression id="ie2" typeRef="number">
<text>manader</text></inputExpression></input>
<output id="o2" name="slut" label="Senast" typeRef="date"/>
<output id="o3" name="vem" typeRef="string"/>
<annotation name="text"/><annotation name="kalla"/><annotation name="modalitet"/>
<annotation name="normniva"/><annotation name="law_version"/><annotation name="verifierad"/>
<rule id="f1"><description>Kort.</description><inputEntry id="a2"><text>&lt; 6</text></inputEntry>
<outputEntry id="b2"><text>fran</text></outputEntry>
<outputEntry id="b3"><text>"x"</text></outputEntry></rule>
<rule id="f2"><inputEntry id="a3"><text>&gt;= 6</text></inputEntry>
<outputEntry id="b4"><text>fran + duration("P6M")</text></outputEntry>
<outputEntry id="b5"><text>"y"</text></outputEntry>
<annotationEntry><text>sex m\xc3\xa5nader</text></annotationEntry>
<annotationEntry><text>lag.1</text></annotationEntry>
<annotationEntry><text>ska</text></annotationEntry>
<annotationEntry><text>LAG</text></annotationEntry>
<annotationEntry><text>Lag 1</text></annotationEntry>
<annotationEntry><text>nej</text></annotationEntry></rule>
</decisionTable></decision></definitions>"""
GIVEN = {"slag": "a", "fran": date(2026, 8, 31)}
BASIS = {
    "decision": "frist",
    "element": "b",
    "rules": ["frist:2"],
    "text": "sex månader",
    "kalla": "lag.1",
    "modalitet": "ska",
    "normniva": "LAG",
    "law_version": "Lag 1",
    "verifierad": False,
}


def decide(key: str = "b", decision: str = "frist", target: str = "f", **given: str) -> str:
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{target}"/>'
    names = given or {"slag": "=slag", "fran": "=fran"}
    return element("businessRuleTask", key, called + io(tuple(names.items())))


def due(key: str, text: str, ins: tuple[tuple[str, str], ...] = (), inside: str = "") -> str:
    return user(key, ins, (), inside, zeebe=f'<zeebe:taskSchedule dueDate="{text}"/>')


def play(*parts: str, more: tuple[str, ...] = (), **variables: Any) -> Play:
    xml = document(process("p", *parts), *more)
    return Play(xml, {**GIVEN, **variables}, dmn={"frist.dmn": DMN})


def told(found: Play, kind: str = "decision") -> HistoryEvent:
    (event,) = [event for event in found.history if event.kind == kind]
    return event


def origins(found: Play, key: str) -> tuple[Origin, ...]:
    found_tasks = [task.due_from for task in found.outcome.tasks if task.element == key]
    found_timers = [armed.due_from for armed in found.outcome.timers if armed.element == key]
    (origin,) = found_tasks + found_timers
    return origin


def test_every_table_on_the_way_is_explained_with_what_it_saw_and_gave() -> None:
    event = told(play(start(), decide(), end(), seq(*"sbe")))
    assert dict(event.detail) == {"decision": "frist", "rules": ["manader:1", "frist:2"]}
    why = event.explanation
    assert why is not None
    assert (why["name"], why["given"]) == ("När?", {"slag": "a", "fran": {"$d": "2026-08-31"}})
    assert why["result"] == {"slut": {"$d": "2027-02-28"}, "vem": "y"}
    first, second = why["tables"]
    assert (first["decision"], first["inputs"]) == (
        "manader",
        [{"text": "slag", "label": "Slag", "value": "a"}],
    )
    (rule,) = first["rules"]
    assert (rule["number"], rule["id"]) == (1, "m1")
    assert rule["description"] == "verifierad = false. Ofta."
    assert rule["outputs"] == [{"name": "manader", "label": "Månader", "value": {"$n": "6"}}]
    assert second["inputs"] == [{"text": "manader", "label": "Månader", "value": {"$n": "6"}}]
    assert second["rules"][0]["annotations"]["kalla"] == "lag.1"
    json.dumps(why)


def test_the_basis_says_where_the_rule_comes_from_and_nothing_about_the_case() -> None:
    why = told(play(start(), decide(), end(), seq(*"sbe"))).explanation
    assert why is not None
    assert why["basis"] == BASIS
    assert "2026-08-31" not in json.dumps(why["basis"])


def test_a_row_without_annotations_is_unverified_by_its_description() -> None:
    found = play(start(), decide(decision="manader"), end(), seq(*"sbe"))
    why = told(found).explanation
    assert why is not None
    assert why["basis"] == {
        "decision": "manader",
        "element": "b",
        "rules": ["manader:1"],
        "verifierad": False,
    }


def test_the_explanation_leaves_the_state_as_it_was() -> None:
    found = play(start(), decide(), due("u", "=f.slut"), end(), seq(*"sbue"))
    for name in (b"lag.1", b"frist:2", b"explanation", b"basis"):
        assert name not in found.outcome.state


def test_a_personal_number_is_masked_and_what_is_no_value_left_out() -> None:
    model = Play(
        document(process("p", start(), decide(), end(), seq(*"sbe"))),
        {"slag": "a", "fran": date(2026, 1, 1)},
        dmn={"frist.dmn": DMN},
    )
    spec = model.definition().specs["p"].task_specs["b"]
    result = spec.model.evaluate("manader", {"slag": "a"})
    given = {"p": "19121212-1212", "q": ["191212121212"], "n": 7.5}
    why = explanation("manader", "b", result, given, {})
    assert why["given"] == {"p": "19121212-****", "q": ["19121212-****"], "n": None}


def test_a_due_date_is_followed_to_its_table() -> None:
    found = play(start(), decide(), due("u", "=f.slut"), end(), seq(*"sbue"))
    (task,) = found.outcome.tasks
    assert task.due == datetime(2027, 2, 28, 22, 59, 59, tzinfo=UTC)
    assert task.due_from == (Origin(("b",)),)
    assert basis_in(found.outcome.history, task.due_from[0]) == BASIS


def test_later_actions_still_know_what_can_have_set_it() -> None:
    parts = (start(), decide(), user("v"), due("u", "=f.slut"), end(), seq(*"sbvue"))
    found = play(*parts)
    (task,) = found.outcome.tasks
    found.task("v")
    assert origins(found, "u") == (Origin(("b",)),)
    assert basis_in(found.outcome.history, Origin(("b",))) is None
    again = runtime.inspect(found.definition(), found.outcome.state, now=NOW)
    assert again.tasks[0].due_from == (Origin(("b",)),)
    assert task.due_from == ()


def test_a_timer_is_followed_through_locals_loops_and_calls() -> None:
    inner = (
        start("cs"),
        sub(
            "box",
            start("bs"),
            catch("t", timer('=dag + duration("P1D") * steg', "timeDate")),
            end("be"),
            seq("bs", "t", "be"),
            inside=multi("=steglista", "steg", sequential=True),
        ),
        end("ce"),
        seq("cs", "box", "ce"),
    )
    found = play(
        start(),
        decide(),
        decide("l", "manader", "n", slag="=slag"),
        script("sc", "=[n]", "steg_n"),
        call("c", "inner", ins=(("dag", "=f.slut"), ("steglista", "=steg_n"))),
        end(),
        seq("s", "b", "l", "sc", "c", "e"),
        more=(process("inner", *inner),),
    )
    assert origins(found, "t") == (Origin(("b",)), Origin(("l",)))


def test_what_the_table_was_given_is_followed_too() -> None:
    found = play(
        start(),
        decide("l", "manader", "n", slag="=slag"),
        decide("b", slag="=slag", fran="=fran", x="=n"),
        due("u", "=f.slut"),
        end(),
        seq("s", "l", "b", "u", "e"),
    )
    assert origins(found, "u") == (Origin(("b",)), Origin(("l",)))


def test_a_person_or_a_message_can_have_set_it_too() -> None:
    found = play(
        start(),
        decide(),
        user("w", (), (("f", '={slut: @"2026-12-24"}'),)),
        due("u", "=f.slut"),
        end(),
        seq("s", "b", "w", "u", "e"),
    )
    found.task("w")
    (origin,) = origins(found, "u")
    assert origin == Origin(("b",), ("w",))
    assert basis_in(found.outcome.history, origin) == {"element": "w"}


def test_boundary_and_event_sub_process_timers_are_followed() -> None:
    xml = (
        start(),
        decide(),
        user("u", (("sist", "=f.slut"),)),
        boundary("t", "u", timer("=sist", "timeDate")),
        end(),
        end("e2"),
        seq(*"sbue"),
        flow("t", "e2"),
    )
    assert origins(play(*xml), "t") == (Origin(("b",)),)
    box = sub(
        "box",
        start("bs"),
        user("u"),
        end("be"),
        seq("bs", "u", "be"),
        event_sub("h", timer("=f.slut", "timeDate"), interrupting=True),
    )
    found = play(start(), decide(), box, end(), seq("s", "b", "box", "e"))
    (armed,) = found.outcome.timers
    assert armed.due_from == (Origin(("b",)),)


def test_an_event_based_gateway_knows_too_and_a_literal_has_no_origin() -> None:
    gate = element("eventBasedGateway", "g")
    found = play(
        start(),
        decide(),
        gate,
        catch("t", timer("=f.slut", "timeDate")),
        catch("x", timer("P3D")),
        end(),
        seq("s", "b", "g", "t", "e"),
        flow("g", "x"),
        flow("x", "e"),
    )
    assert origins(found, "t") == (Origin(("b",)),)
    assert origins(found, "x") == ()


def test_origins_are_no_part_of_a_timers_identity() -> None:
    found = play(start(), decide(), catch("t", timer("=f.slut", "timeDate")), end(), seq(*"sbte"))
    (armed,) = found.outcome.timers
    assert armed in {type(armed)(ref=armed.ref, element="t", due=armed.due)}


def test_mappings_that_go_round_end() -> None:
    loop = script("sc", "=b", "a"), script("sd", "=a", "b")
    found = play(
        start(),
        user("w"),
        *loop,
        due("u", "=a"),
        end(),
        seq("s", "w", "sc", "sd", "u", "e"),
        a=date(2026, 9, 1),
        b=date(2026, 9, 1),
    )
    found.task("w")
    assert origins(found, "u") == ()


def test_a_message_carries_what_a_table_decided() -> None:
    sent = document(
        process(
            "p",
            start(),
            decide(),
            throw("t", message("m"), (("sist", "=f.slut"), ("slag", "=slag"))),
            end(),
            seq(*"sbte"),
        ),
        messages=[("m", "=slag")],
    )
    definition = Play(sent, GIVEN, dmn={"frist.dmn": DMN}).definition()
    assert definition.carries == {"m": {"sist": (Origin(("b",)),)}}


@pytest.mark.parametrize(
    ("outs", "origin"),
    [
        ((), Origin((), (), (("s", "sist"),))),
        ((("sist", "=dag"),), Origin((), (), (("s", "dag"),))),
    ],
)
def test_what_a_message_brings_is_known_by_its_name_there(
    outs: tuple[tuple[str, str], ...], origin: Origin
) -> None:
    xml = document(
        process("p", start("s", message("m"), outs), due("u", "=sist"), end(), seq(*"sue")),
        messages=[("m", "=slag")],
    )
    found = Play(xml, start_event="s", payload={"sist": date(2026, 9, 1), "dag": date(2026, 9, 1)})
    assert origins(found, "u") == (origin,)
    assert basis_in(found.outcome.history, origin) is None
