"""Sub-processes, event sub-processes, calls, multi-instance, and errors that go up."""

import pytest

from engine.errors import DefinitionError, IncidentError
from tests.engine.draw import (
    boundary,
    call,
    document,
    element,
    end,
    error,
    escalation,
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
    terminate,
    throw,
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


def inside(*parts: str, key: str = "sp", **options: str) -> str:
    return sub(key, start("ss"), *parts, end("se"), **options)


def test_sub_process_has_its_own_inputs_and_writes_outwards() -> None:
    mapping = '<zeebe:ioMapping><zeebe:input source="=a + 1" target="lokal"/></zeebe:ioMapping>'
    body = inside(
        user("u", [("sett", "=lokal")], [("a", "=ny"), ("nytt", "=lokal")]),
        seq("ss", "u", "se"),
        zeebe=mapping,
    )
    play = Play(around(body), {"a": 1})
    assert play.outcome.tasks[0].inputs == {"sett": 2}
    assert play.task("u", {"ny": 5}).open() == ["n"]
    assert play.variables == {"a": 5, "nytt": 2}
    assert play.told("sp") == ["entered", "completed"]


def test_terminate_in_a_sub_process_ends_only_that() -> None:
    body = sub(
        "sp",
        start("ss"),
        fork("g"),
        user("a"),
        user("b"),
        end("se", terminate()),
        end("se2"),
        seq("ss", "g", "a", "se"),
        seq("g", "b", "se2"),
    )
    play = Play(around(body)).task("a")
    assert play.open() == ["n"]
    assert play.told("b") == ["entered", "cancelled"]


def test_a_sub_process_ends_when_its_last_token_does() -> None:
    body = sub(
        "sp", start("ss"), fork("g"), user("a"), user("b"), seq("ss", "g", "a"), seq("g", "b")
    )
    assert Play(around(body)).task("b").task("a").open() == ["n"]


def deep() -> bytes:
    body = sub(
        "sp",
        start("ss"),
        fork("g"),
        user("in1"),
        call("ca", "q"),
        user("m", inside=multi("=[1,2]")),
        fork("h"),
        end("se"),
        seq("ss", "g", "in1", "h", "se"),
        seq("g", "ca", "h"),
        seq("g", "m", "h"),
        event_sub("E", message("stop"), interrupting=True),
    )
    called = process(
        "q",
        start("qs"),
        element("receiveTask", "qr", messageRef="M_r"),
        end("qe"),
        seq("qs", "qr", "qe"),
    )
    main = process(
        "p",
        start(),
        fork("f"),
        user("outside"),
        body,
        fork("k"),
        user("after"),
        end(),
        seq("s", "f", "outside", "k", "after", "e"),
        seq("f", "sp", "k"),
    )
    return document(main, called, **M)


def test_an_interrupting_event_sub_process_ends_everything_in_its_scope_and_nothing_else() -> None:
    play = Play(deep(), {"n": 1})
    assert play.open() == ["in1", "m", "m", "outside"]
    assert sorted(s.message for s in play.outcome.subscriptions) == ["r", "stop"]
    play.message("E")
    assert (play.open(), play.outcome.subscriptions) == (["Eu", "outside"], ())
    for cancelled in ("in1", "ca", "qr"):
        assert play.told(cancelled) == ["entered", "cancelled"]
    assert play.task("Eu").open() == ["outside"]
    assert play.task("outside").open() == ["after"]
    assert play.task("after").completed


def test_event_sub_processes_see_current_variables_and_repeat() -> None:
    xml = document(
        process(
            "p",
            start(),
            user("a", outs=[("r", "=r")]),
            user("b"),
            end(),
            seq(*"sabe"),
            event_sub("E", message("M"), interrupting=False, ins=[("sett", "=r")]),
            event_sub("T", timer("P3D"), interrupting=False),
        ),
        **M,
    )
    play = Play(xml, {"k": 1, "r": 0}).task("a", {"r": 9}).message("E", {"datum": "d"})
    assert [t.inputs for t in play.outcome.tasks if t.element == "Eu"] == [{"sett": 9}]
    assert play.variables["datum"] == "d"
    assert play.message("E").open() == ["Eu", "Eu", "b"]
    assert play.timer("T").outcome.timers == ()
    assert play.task("Eu").task("Eu").task("Tu").task("b").completed


def test_a_repeating_event_sub_process_timer() -> None:
    xml = document(
        process(
            "p",
            start(),
            user("a"),
            seq("s", "a"),
            event_sub("T", timer("R2/P1D", "timeCycle"), interrupting=False),
        )
    )
    play = Play(xml).timer("T")
    assert list(play.due()) == ["T"]
    assert play.timer("T").due() == {}
    assert play.open() == ["Tu", "Tu", "a"]


def test_a_key_of_an_event_sub_process_may_come_with_the_starting_message() -> None:
    xml = document(
        process(
            "p",
            start("s", message("M")),
            user("a"),
            seq("s", "a"),
            event_sub("E", message("stop"), interrupting=True),
        ),
        **M,
    )
    assert Play(xml, payload={"n": "N1"}).outcome.subscriptions[0].key == "N1"


def faulty(*more: str) -> bytes:
    body = sub(
        "sp",
        start("ss"),
        fork("g"),
        job("j"),
        user("x"),
        fork("h"),
        end("se"),
        seq("ss", "g", "j", "h", "se"),
        seq("g", "x", "h"),
        event_sub("E", error("X"), interrupting=True),
    )
    extra = boundary("b", "sp", error("Z")) + user("hz") + seq("b", "hz")
    return around(body + extra, "sp", *more)


def test_an_error_goes_to_the_nearest_that_catches_its_code() -> None:
    play = Play(faulty())
    before = play.outcome
    assert play.job("j", error_code="X").open() == ["Eu"]
    assert play.task("Eu").open() == ["n"]
    play.outcome = before
    assert play.job("j", error_code="Z").open() == ["hz"]
    play.outcome = before
    with pytest.raises(IncidentError):
        play.job("j", error_code="Q")


def test_a_catch_with_the_code_goes_before_one_that_catches_all() -> None:
    body = (
        job("sp")
        + boundary("ball", "sp", error(None))
        + user("hall")
        + boundary("bx", "sp", error("X"))
        + user("hx")
        + seq("ball", "hall")
        + seq("bx", "hx")
    )
    play = Play(around(body))
    before = play.outcome
    assert play.job("sp", error_code="X").open() == ["hx"]
    play.outcome = before
    assert play.job("sp", error_code="annat").open() == ["hall"]


def test_of_two_parallel_sub_processes_only_the_owner_catches() -> None:
    def one(i: int) -> str:
        body = sub(
            f"sp{i}",
            start(f"ss{i}"),
            user(f"a{i}"),
            end(f"se{i}", error("X")),
            seq(f"ss{i}", f"a{i}", f"se{i}"),
        )
        guard = boundary(f"b{i}", f"sp{i}", error("X")) + user(f"h{i}")
        return body + guard + flow(f"b{i}", f"h{i}") + flow("f", f"sp{i}")

    xml = document(process("p", start(), fork("f"), one(1), one(2), flow("s", "f")), **M)
    assert Play(xml).task("a1").open() == ["a2", "h1"]


def test_an_escalation_two_deep_interrupts_the_middle_scope() -> None:
    innermost = sub(
        "s2",
        start("s2s"),
        throw("t", escalation("Y")),
        user("never"),
        end("s2e"),
        seq("s2s", "t", "never", "s2e"),
    )
    body = sub(
        "sp",
        start("ss"),
        fork("g"),
        innermost,
        user("x"),
        fork("h"),
        end("se"),
        seq("ss", "g", "s2", "h", "se"),
        seq("g", "x", "h"),
        event_sub("E", escalation("Y"), interrupting=True),
    )
    play = Play(around(body))
    assert play.open() == ["Eu"]
    assert play.told("t") == ["entered", "completed"]
    assert play.told("never") == []
    assert play.task("Eu").open() == ["n"]


@pytest.mark.parametrize(("interrupting", "expected"), [(True, ["h"]), (False, ["h", "inner"])])
def test_escalation_boundary(interrupting: bool, expected: list[str]) -> None:  # noqa: FBT001
    body = inside(throw("t", escalation("Y")), user("inner"), seq("ss", "t", "inner", "se"))
    guard = boundary("b", "sp", escalation("Y"), interrupting=interrupting) + user("h")
    assert Play(around(body + guard + seq("b", "h"))).open() == expected


def test_call_activity_is_a_room_of_its_own() -> None:
    main = process(
        "p",
        start(),
        call("c", "q", [("in", "=z + 1")], [("z", "=z")]),
        boundary("b", "c", error("X")),
        user("h"),
        seq("b", "h"),
        boundary("bm", "c", message("M"), interrupting=False),
        user("hm"),
        seq("bm", "hm"),
        user("n"),
        end(),
        seq("s", "c", "n", "e"),
    )
    called = process(
        "q", start("qs"), user("qu"), job("qj"), end("qe"), seq("qs", "qu", "qj", "qe")
    )
    play = Play(document(main, called, **M), {"k": 1, "z": 0})
    assert play.outcome.tasks[0].called_from == ("c",)
    play.task("qu").message("bm", {"lagt": 1})
    before = play.outcome
    play.job("qj", {"z": 5, "hemma": 1})
    assert (play.open(), play.variables["z"], "hemma" in play.variables) == (["hm", "n"], 5, False)
    play.outcome = before
    assert play.job("qj", error_code="X").open() == ["h", "hm"]


def test_an_unknown_callee_is_refused_and_a_call_of_itself_is_stopped() -> None:
    with pytest.raises(DefinitionError) as refused:
        Play(document(process("p", start(), call("c", "nope"), end(), seq(*"sce"))))
    assert refused.value.element == "c"
    with pytest.raises(IncidentError) as stopped:
        Play(document(process("p", start(), call("c", "p"), end(), seq(*"sce"))))
    assert (stopped.value.element, stopped.value.incident_code) == ("c", "budget_exceeded")


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
