"""Exclusive, parallel and event-based gateways; loops."""

from datetime import timedelta

import pytest

from engine.errors import DefinitionError, IncidentError
from tests.engine.draw import (
    catch,
    document,
    element,
    end,
    flow,
    fork,
    message,
    process,
    script,
    seq,
    start,
    timer,
    user,
    xor,
)
from tests.engine.play import NOW, Play


def choice(condition: str, default: str | None = "fd") -> bytes:
    return document(
        process(
            "p",
            start(),
            xor("g", default),
            user("a"),
            user("b"),
            xor("m"),
            end(),
            flow("s", "g"),
            flow("g", "a", condition, key="fc"),
            flow("g", "b", key="fd") if default else flow("g", "b", "=false", key="fd"),
            seq("a", "m", "e"),
            seq("b", "m"),
        )
    )


@pytest.mark.parametrize(("value", "expected"), [(7, ["a"]), (3, ["b"])])
def test_exclusive_gateway_takes_the_true_flow_else_the_default(
    value: int, expected: list[str]
) -> None:
    play = Play(choice("=r > 5"), {"r": value})
    assert play.open() == expected
    (event,) = [e for e in play.history if (e.element, e.kind) == ("g", "completed")]
    assert event.detail == {"flow": "fc" if expected == ["a"] else "fd"}


@pytest.mark.parametrize("variables", [{}, {"belopp": None}, {"belopp": "5"}])
def test_a_condition_neither_true_nor_false_is_an_incident(variables: dict[str, object]) -> None:
    with pytest.raises(IncidentError) as caught:
        Play(choice("=belopp > 5"), variables)
    assert caught.value.incident_code == "condition_not_boolean"
    assert caught.value.element == "fc"
    assert "belopp" in caught.value.reason
    assert "at g " in caught.value.reason


def test_no_true_flow_and_no_default_is_an_incident_at_the_gateway() -> None:
    with pytest.raises(IncidentError) as caught:
        Play(choice("=false", default=None))
    assert (caught.value.element, caught.value.incident_code) == ("g", "no_flow_matched")


def test_parallel_gateway_forks_and_waits_for_all() -> None:
    xml = document(
        process(
            "p",
            start(),
            fork("f"),
            user("a"),
            user("b"),
            fork("j"),
            user("c"),
            end(),
            seq("s", "f", "a", "j", "c", "e"),
            seq("f", "b", "j"),
        )
    )
    play = Play(xml)
    assert play.open() == ["a", "b"]
    assert play.task("b").open() == ["a"]
    assert play.task("a").open() == ["c"]
    assert play.told("j") == ["entered", "completed"]
    assert play.task("c").completed


def test_a_join_in_a_loop_waits_for_both_in_every_turn() -> None:
    xml = document(
        process(
            "p",
            start(),
            xor("x"),
            fork("f"),
            user("a"),
            user("b"),
            fork("j"),
            user("c", outs=[("r", "=r")]),
            xor("y", "fd"),
            end(),
            seq("s", "x", "f", "a", "j", "c", "y"),
            seq("f", "b", "j"),
            flow("y", "x", "=r > 1"),
            flow("y", "e", key="fd"),
        )
    )
    play = Play(xml)
    for first, second in (("a", "b"), ("b", "a"), ("a", "b")):
        assert play.task(first).open() == [second]
        assert play.task(second).open() == ["c"]
        play.task("c", {"r": 5})
    play.task("a").task("b").task("c", {"r": 0})
    assert play.completed


def test_two_tokens_in_one_loop_each_keep_their_arrival() -> None:
    """What comes to a join twice by the same flow waits there; nothing is lost, nothing early."""
    xml = document(
        process(
            "p",
            start(),
            fork("f"),
            xor("x"),
            user("a"),
            user("b"),
            fork("j"),
            user("c"),
            end(),
            seq("s", "f", "x", "a", "j", "c", "e"),
            seq("f", "x"),
            seq("f", "b", "j"),
        ).replace("</bpmn:process>", user("b2") + seq("f", "b2", "x2", "j2"))
        + xor("x2")
        + fork("j2")
        + "</bpmn:process>"
    )
    play = Play(xml)
    assert play.open() == ["a", "a", "b", "b2"]
    assert play.task("a").open() == ["a", "b", "b2"]
    assert play.task("a").open() == ["b", "b2"]
    assert play.task("b").open() == ["b2", "c"]
    play.task("c")
    with pytest.raises(IncidentError) as caught:
        play.task("b2")
    assert (caught.value.incident_code, caught.value.element) == ("stuck", "j")


def test_an_exclusive_split_into_a_join_is_an_incident_never_the_end() -> None:
    xml = document(
        process(
            "p",
            start(),
            user("u", outs=[("r", "=r")]),
            xor("x", "fd"),
            fork("j"),
            end(),
            seq("s", "u", "x"),
            flow("x", "j", "=r > 1"),
            flow("x", "j", key="fd"),
            seq("j", "e"),
        )
    )
    with pytest.raises(IncidentError) as caught:
        Play(xml).task("u", {"r": 5})
    assert (caught.value.element, caught.value.incident_code) == ("j", "stuck")


def test_several_flows_out_of_a_task_are_a_fork() -> None:
    xml = document(
        process("p", start(), user("u"), user("a"), user("b"), seq("s", "u", "a"), seq("u", "b"))
    )
    play = Play(xml).task("u")
    assert play.open() == ["a", "b"]
    assert play.task("a").task("b").completed


def events(after: str = "") -> bytes:
    return document(
        process(
            "p",
            start(),
            element("eventBasedGateway", "g"),
            catch("c1", message("M"), [("r", "=r")]),
            catch("c2", timer("PT5M")),
            catch("c3", timer("P1D")),
            user("u1"),
            user("u2"),
            user("u3"),
            flow("s", "g"),
            flow("g", "c1"),
            flow("g", "c2"),
            flow("g", "c3"),
            seq("c1", "u1"),
            seq("c2", "u2"),
            seq("c3", "u3"),
            after,
        ),
        messages=[("M", "=k")],
    )


def test_event_based_gateway_takes_the_first_event_only() -> None:
    play = Play(events(), {"k": 1})
    assert play.due() == {"c2": NOW + timedelta(minutes=5), "c3": NOW + timedelta(days=1)}
    before = play.outcome
    play.message("c1", {"r": 4})
    assert (play.open(), play.variables["r"], play.outcome.timers) == (["u1"], 4, ())
    assert play.outcome.subscriptions == ()
    assert play.told("c1") == ["entered", "completed"]
    assert play.told("c2") == []
    play.outcome = before
    assert play.timer("c3").open() == ["u3"]


def test_only_events_may_follow_an_event_based_gateway() -> None:
    with pytest.raises(DefinitionError) as caught:
        Play(events(seq("g", "u1")), {"k": 1})
    assert caught.value.element == "g"


def test_a_condition_on_a_flow_out_of_a_task_is_refused() -> None:
    xml = document(
        process("p", start(), script("t", "=1", "x"), end(), seq("s", "t")).replace(
            "</bpmn:process>", flow("t", "e", "=x > 1", key="fc") + "</bpmn:process>"
        )
    )
    with pytest.raises(DefinitionError) as caught:
        Play(xml)
    assert caught.value.element == "fc"
