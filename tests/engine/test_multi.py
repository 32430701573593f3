"""Multi-instance, and tokens that go on beside others."""

import pytest

from engine.errors import IncidentError
from tests.engine.draw import (
    boundary,
    document,
    end,
    error,
    event_sub,
    flow,
    fork,
    job,
    message,
    multi,
    process,
    script,
    seq,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.play import Play

M = {
    "messages": [("M", "=k"), ("stop", "=n"), ("r", "=n")],
    "errors": ["X", "Z"],
    "escalations": ["Y"],
}


def around(body: str, key: str = "sp", *more: str) -> bytes:
    return document(
        process("p", start(), body, user("n"), end("e"), seq("s", key, "n", "e"), *more), **M
    )


def test_parallel_multi_instance_keeps_order_and_locals() -> None:
    body = user(
        "u",
        [("sak", "=m")],
        [("dubbel", "=m * 2")],
        multi("=xs", "m", "ut", "=svar"),
    )
    play = Play(around(body, "u"), {"xs": [1, 2, 3]})
    assert [t.inputs["sak"] for t in play.outcome.tasks] == [1, 2, 3]
    assert [t.element for t in play.outcome.tasks] == ["u", "u", "u"]
    play.task("u", {"svar": "c"}, nth=2).task("u", {"svar": "a"}).task("u", {"svar": "b"})
    assert play.open() == ["n"]
    assert play.variables == {"xs": [1, 2, 3], "dubbel": 4, "ut": ["a", "b", "c"]}


def test_sequential_multi_instance_in_a_loop_starts_afresh_each_turn() -> None:
    xml = document(
        process(
            "p",
            start(),
            xor("x"),
            job("j", inside=multi("=xs", "m", "ut", "=id", sequential=True), ins=[("m2", "=m")]),
            user("u", outs=[("r", "=r")]),
            xor("y", "fd"),
            end(),
            seq("s", "x", "j", "u", "y"),
            flow("y", "x", "=r > 1"),
            flow("y", "e", key="fd"),
        )
    )
    play = Play(xml, {"xs": [5, 6]})
    assert [j.inputs["m2"] for j in play.outcome.jobs] == [5]
    play.job("j", {"id": 1})
    assert [j.inputs["m2"] for j in play.outcome.jobs] == [6]
    play.job("j", {"id": 2})
    assert play.variables["ut"] == [1, 2]
    play.task("u", {"r": 5}).job("j", {"id": 8}).job("j", {"id": 9})
    assert play.variables["ut"] == [8, 9]
    assert play.task("u", {"r": 0}).completed


def test_the_collection_is_evaluated_once() -> None:
    body = user("u", outs=[("xs", "=[]")], inside=multi("=xs", sequential=True))
    play = Play(around(body, "u"), {"xs": [1, 2, 3]}).task("u").task("u").task("u")
    assert play.open() == ["n"]


def test_completion_condition_cancels_the_rest() -> None:
    body = user("u", inside=multi("=[1,2,3]", condition="=numberOfCompletedInstances = 2"))
    play = Play(around(body, "u")).task("u")
    assert play.open() == ["u", "u"]
    assert play.task("u").open() == ["n"]
    assert play.told("u").count("cancelled") == 1


def test_multi_instance_of_nothing_goes_on() -> None:
    play = Play(around(user("u", inside=multi("=[]", "m", "ut", "=1")), "u"))
    assert (play.open(), play.variables) == (["n"], {"ut": []})


@pytest.mark.parametrize(
    ("collection", "code"),
    [
        ("=null", "collection_not_list"),
        ("=1", "collection_not_list"),
        ("=for i in 1..501 return i", "budget_exceeded"),
    ],
)
def test_multi_instance_needs_a_list_of_at_most_500(collection: str, code: str) -> None:
    with pytest.raises(IncidentError) as caught:
        Play(around(user("u", inside=multi(collection)), "u"))
    assert (caught.value.element, caught.value.incident_code) == ("u", code)


def test_500_instances_work() -> None:
    play = Play(around(user("u", inside=multi("=for i in 1..500 return i")), "u"))
    assert len(play.outcome.tasks) == 500


def test_an_error_in_one_body_cancels_all_and_reaches_the_boundary() -> None:
    body = sub(
        "sp",
        start("ss"),
        user("u"),
        end("se", error("X")),
        seq("ss", "u", "se"),
        inside=multi("=[1,2]"),
    )
    guard = boundary("b", "sp", error("X")) + user("h") + seq("b", "h")
    assert Play(around(body + guard)).task("u").open() == ["h"]


def test_an_event_sub_process_inside_one_body_stays_in_it() -> None:
    body = sub(
        "sp",
        start("ss"),
        user("u"),
        end("se"),
        seq("ss", "u", "se"),
        event_sub("E", message("M"), interrupting=True),
        inside=multi("=[1,2]", "m", "ut", "=m"),
    )
    play = Play(around(body), {"k": 1}).message("E")
    assert play.open() == ["Eu", "u"]
    assert play.task("Eu").task("u").variables["ut"] == [1, 2]


def test_scripts_and_rules_can_be_multi_instance() -> None:
    body = script("u", "=m * 10", "y", multi("=[1,2,3]", "m", "ut", "=y"))
    assert Play(around(body, "u")).variables["ut"] == [10, 20, 30]


def test_reminders_of_earlier_turns_survive_and_only_one_timer_waits() -> None:
    xml = document(
        process(
            "p",
            start(),
            xor("x"),
            user("u", outs=[("r", "=r")]),
            boundary("b", "u", timer("R/P1D", "timeCycle"), interrupting=False),
            user("rem"),
            end("e2"),
            seq("b", "rem", "e2"),
            xor("y", "fd"),
            end(),
            seq("s", "x", "u", "y"),
            flow("y", "x", "=r > 1"),
            flow("y", "e", key="fd"),
        )
    )
    play = Play(xml)
    for _ in range(3):
        play.timer("b").timer("b").task("u", {"r": 5})
    assert (play.open().count("rem"), play.open().count("u"), len(play.outcome.timers)) == (6, 1, 1)
    size = len(play.outcome.state)
    for _ in range(6):
        play.task("rem")
    assert len(play.outcome.state) < size
    assert play.task("u", {"r": 0}).completed


def test_two_branches_see_each_other_at_once() -> None:
    xml = document(
        process(
            "p",
            start(),
            fork("f"),
            user("a", outs=[("x", "=r")]),
            user("b", outs=[("bb", "=0")]),
            user("b2", [("sett", "=x")]),
            fork("j"),
            end(),
            seq("s", "f", "a", "j", "e"),
            seq("f", "b", "b2", "j"),
        )
    )
    play = Play(xml, {"x": 1}).task("a", {"r": 7}).task("b")
    assert play.outcome.tasks[0].inputs == {"sett": 7}
