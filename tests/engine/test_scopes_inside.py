"""Sub-processes, event sub-processes, calls, and errors that go up."""

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
    seq,
    start,
    sub,
    terminate,
    throw,
    timer,
    user,
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


def test_a_non_interrupting_escalation_is_caught_each_time() -> None:
    body = inside(
        throw("t", escalation("Y")),
        user("a"),
        throw("t2", escalation("Y")),
        user("b"),
        seq("ss", "t", "a", "t2", "b", "se"),
    )
    guard = boundary("bd", "sp", escalation("Y"), interrupting=False) + user("h") + seq("bd", "h")
    assert Play(around(body + guard)).task("a").open() == ["b", "h", "h"]


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
