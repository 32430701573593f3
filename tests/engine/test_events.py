"""Events: start, catch, throw, boundary, end."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import (
    DefinitionError,
    IncidentError,
    NoSubscriptionError,
    NotDueError,
)
from engine.runtime import correlate_message, fire_timer
from tests.engine.draw import (
    boundary,
    catch,
    document,
    end,
    flow,
    fork,
    job,
    message,
    process,
    seq,
    start,
    terminate,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.play import NOW, Play

M = {"messages": [("M", "=k"), ("N", "=k")], "errors": ["X", "Z"], "escalations": ["Y"]}


def line(body: str, *keys: str) -> bytes:
    return document(process("p", start(), body, end(), seq("s", *keys, "e")), **M)


def guarded(event: str, *, interrupting: bool, main: str = "") -> bytes:
    """A task ``u`` with a boundary event ``b`` that leads to ``h``; both ways end in ``n``."""
    return document(
        process(
            "p",
            start(),
            main or user("u"),
            boundary("b", "u", event, interrupting=interrupting),
            user("h"),
            xor("x"),
            user("n"),
            end(),
            seq("s", "u", "x", "n", "e"),
            seq("b", "h", "x"),
        ),
        **M,
    )


def test_message_start_begins_at_its_event_and_merges_the_payload() -> None:
    xml = document(
        process(
            "p",
            start("m1", message("M")),
            start("m2", message("N"), outs=[("namn", "=n")]),
            start("s0"),
            user("u1"),
            user("u2"),
            user("u3"),
            seq("m1", "u1"),
            seq("m2", "u2"),
            seq("s0", "u3"),
        ),
        **M,
    )
    starts = Play(xml).definition().starts
    assert [(s.element, s.kind, s.message) for s in starts] == [
        ("m1", "message", "M"),
        ("m2", "message", "N"),
        ("s0", "none", None),
    ]
    assert Play(xml).open() == ["u3"]
    play = Play(xml, {"a": 1}, start_event="m1", payload={"b": 2})
    assert (play.open(), play.variables) == (["u1"], {"a": 1, "b": 2})
    play = Play(xml, {"a": 1}, start_event="m2", payload={"n": "x", "b": 2})
    assert (play.open(), play.variables) == (["u2"], {"a": 1, "namn": "x"})
    with pytest.raises(DefinitionError):
        Play(xml, payload={})
    with pytest.raises(DefinitionError):
        Play(xml, start_event="u1")


def test_two_starts_without_event_are_refused() -> None:
    with pytest.raises(DefinitionError):
        Play(document(process("p", start("a"), start("b"), end(), seq("a", "e"), seq("b", "e"))))


def test_message_catch_waits_with_its_key_and_merges_or_maps_the_payload() -> None:
    play = Play(line(catch("c", message("M")), "c"), {"k": 7})
    assert play.outcome.subscriptions[0].key == "7"
    assert play.message("c", {"a": 1}).variables == {"k": 7, "a": 1}
    play = Play(line(catch("c", message("M"), [("x", "=a + 1")]), "c"), {"k": "A"})
    assert play.message("c", {"a": 1}).variables == {"k": "A", "x": 2}


@pytest.mark.parametrize("key", [None, "", True, [1]])
def test_a_message_without_key_is_an_incident(key: object) -> None:
    with pytest.raises(IncidentError) as caught:
        Play(line(catch("c", message("M")), "c"), {"k": key})
    assert (caught.value.element, caught.value.incident_code) == ("c", "correlation_key_missing")


def test_a_message_is_taken_once() -> None:
    play = Play(line(catch("c", message("M")) + user("u"), "c", "u"), {"k": 7})
    ref = play.outcome.subscriptions[0].ref
    play.message("c")
    with pytest.raises(NoSubscriptionError):
        correlate_message(play.definition(), play.outcome.state, ref, {}, now=NOW)


def test_timer_catch_fires_when_due_and_only_then() -> None:
    play = Play(line(catch("c", timer("PT5M")), "c"))
    (waiting,) = play.outcome.timers
    assert waiting.due == NOW + timedelta(minutes=5)
    early = NOW + timedelta(minutes=4, seconds=59)
    with pytest.raises(NotDueError):
        fire_timer(play.definition(), play.outcome.state, waiting.ref, now=early)
    assert play.timer("c").completed
    with pytest.raises(NotDueError):
        fire_timer(play.definition(), play.outcome.state, waiting.ref, now=play.now)


@pytest.mark.parametrize("text", ["imorgon", "=null", "-PT5M", '=duration("-P1D")', "PT"])
def test_a_timer_that_gives_no_time_is_an_incident(text: str) -> None:
    with pytest.raises(IncidentError) as caught:
        Play(line(catch("c", timer(text)), "c"))
    assert (caught.value.element, caught.value.incident_code) == ("c", "timer_invalid")


def test_a_cycle_on_an_intermediate_event_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        Play(line(catch("c", timer("R3/P1D", "timeCycle")), "c"))
    assert caught.value.element == "c"


def test_message_throw_and_message_end_leave_the_instance() -> None:
    body = throw("t", message("M"), [("x", "=a + 1")])
    xml = document(process("p", start(), body, end("e", message("N")), seq("s", "t", "e")), **M)
    play = Play(xml, {"k": "A", "a": 1})
    assert [(m.element, m.message, m.key, m.payload) for m in play.thrown] == [
        ("t", "M", "A", {"x": 2}),
        ("e", "N", "A", {}),
    ]
    assert len({m.id for m in play.thrown}) == 2
    assert play.completed


def test_interrupting_boundary_takes_over() -> None:
    play = Play(guarded(timer("P1D"), interrupting=True))
    before = play.outcome
    assert (play.open(), list(play.due())) == (["u"], ["b"])
    assert play.timer("b").open() == ["h"]
    assert (play.told("u"), play.told("b")) == (["entered", "cancelled"], ["entered", "completed"])
    assert play.task("h").task("n").completed
    play.outcome = before
    play.task("u")
    assert (play.open(), play.outcome.timers) == (["n"], ())


def test_non_interrupting_boundary_goes_beside() -> None:
    play = Play(guarded(message("M"), interrupting=False), {"k": 1})
    play.message("b", {"lagt": 2})
    assert (play.open(), play.variables["lagt"]) == (["h", "u"], 2)
    assert play.message("b", {"lagt": 3}).open() == ["h", "h", "u"]
    assert play.told("b") == ["entered", "completed"] * 2
    assert play.task("u").open() == ["h", "h", "n"]
    assert play.outcome.subscriptions == ()


def test_a_branch_beside_survives_an_interruption_of_its_activity() -> None:
    xml = guarded(timer("P1D"), interrupting=False).replace(
        b"</bpmn:process>",
        (boundary("b2", "u", message("M")) + user("h2") + seq("b2", "h2")).encode()
        + b"</bpmn:process>",
    )
    play = Play(xml, {"k": 1}).timer("b")
    assert play.message("b2").open() == ["h", "h2"]


def test_boundary_on_a_job_takes_the_job_away() -> None:
    play = Play(guarded(timer("P1D"), interrupting=True, main=job("u")))
    assert (play.timer("b").open(), play.outcome.jobs) == (["h"], ())


def test_error_boundary_on_a_job_by_code() -> None:
    play = Play(
        guarded(
            boundary_event := '<bpmn:errorEventDefinition errorRef="E_X" id="q"/>',
            interrupting=True,
            main=job("u"),
        )
    )
    assert boundary_event
    before = play.outcome
    assert play.job("u", error_code="X").open() == ["h"]
    assert play.told("u") == ["entered", "failed", "cancelled"]
    play.outcome = before
    with pytest.raises(IncidentError) as caught:
        play.job("u", error_code="Q")
    assert (caught.value.element, caught.value.incident_code) == ("u", "error_uncaught")


def test_a_reminder_cycle_counts_down_and_open_reminders_survive_the_task() -> None:
    xml = document(
        process(
            "p",
            start(),
            user("u"),
            boundary("b", "u", timer("R3/P1D", "timeCycle"), interrupting=False),
            user("rem"),
            end(),
            end("e2"),
            seq("s", "u", "e"),
            seq("b", "rem", "e2"),
        )
    )
    play = Play(xml)
    for turn in (1, 2, 3):
        assert play.due() == {"b": NOW + timedelta(days=turn)}
        play.timer("b")
    assert play.due() == {}
    assert play.open() == ["rem", "rem", "rem", "u"]
    play.task("u").task("rem").task("rem").task("rem")
    assert play.completed


def test_missed_turns_of_a_cycle_are_one_firing() -> None:
    xml = guarded(timer("R/P1D", "timeCycle"), interrupting=False)
    play = Play(xml)
    play.now = NOW + timedelta(days=10, hours=1)
    play.timer("b")
    assert play.open() == ["h", "u"]
    # eleven days later on Stockholm's wall clock, which summer time moved on 29 March
    assert play.due() == {"b": NOW + timedelta(days=11, hours=-1)}


def test_missed_turns_of_a_finite_cycle_are_used_up() -> None:
    play = Play(guarded(timer("R3/P1D", "timeCycle"), interrupting=False))
    play.now = NOW + timedelta(days=10)
    assert play.timer("b").due() == {}
    assert play.open() == ["h", "u"]


def test_a_monthly_cycle_does_not_drift_and_stays_small() -> None:
    play = Play(
        guarded(timer("R/P1M", "timeCycle"), interrupting=False),
        now=datetime(2027, 1, 31, 8, 0, tzinfo=UTC),
    )
    seen, sizes = [], []
    for _ in range(60):
        seen.append(play.due()["b"])
        play.timer("b").task("h").task("n")
        sizes.append(len(play.outcome.state))
    assert [moment.strftime("%m-%d") for moment in seen[:4]] == ["02-28", "03-31", "04-30", "05-31"]
    assert max(sizes) - min(sizes) <= 10


@pytest.mark.parametrize("tag", ["signalEventDefinition", "conditionalEventDefinition"])
def test_what_the_profile_lacks_is_refused_by_name(tag: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Play(line(catch("c", f'<bpmn:{tag} id="q"/>'), "c"))
    assert caught.value.element == "c"
    assert tag in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        throw("c", timer("P1D")),
        catch("c", terminate()),
        catch("c", '<bpmn:errorEventDefinition id="q" errorRef="E_X"/>'),
        throw("c", terminate()),
    ],
)
def test_an_event_of_the_wrong_kind_is_refused(body: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Play(line(body, "c"))
    assert caught.value.element == "c"


def test_a_boundary_event_needs_a_way_out_and_a_host() -> None:
    lonely = boundary("b", "u", timer("P1D"))
    with pytest.raises(DefinitionError):
        Play(line(user("u") + lonely, "u"))
    with pytest.raises(DefinitionError):
        Play(line(user("u") + boundary("b", "nope", timer("P1D")) + flow("b", "e"), "u"))


def test_terminate_ends_the_whole_process() -> None:
    xml = document(
        process(
            "p",
            start(),
            fork("f"),
            user("a"),
            user("b"),
            end("e", terminate()),
            end("e2"),
            seq("s", "f", "a", "e"),
            seq("f", "b", "e2"),
        )
    )
    play = Play(xml).task("a")
    assert play.completed
    assert play.told("b") == ["entered", "cancelled"]


def test_an_uncaught_escalation_is_over_and_an_uncaught_error_an_incident() -> None:
    escalated = document(
        process(
            "p",
            start(),
            throw("t", '<bpmn:escalationEventDefinition id="q" escalationRef="S_Y"/>'),
            user("u"),
            seq("s", "t", "u"),
        ),
        **M,
    )
    assert Play(escalated).open() == ["u"]
    failed = document(
        process(
            "p",
            start(),
            end("e", '<bpmn:errorEventDefinition id="q" errorRef="E_X"/>'),
            seq("s", "e"),
        ),
        **M,
    )
    with pytest.raises(IncidentError) as caught:
        Play(failed)
    assert (caught.value.element, caught.value.incident_code) == ("e", "error_uncaught")
