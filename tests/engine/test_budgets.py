"""Run-aways are stopped, and the element that runs away is named."""

import resource

import pytest

from engine.errors import IncidentError
from tests.engine.draw import (
    call,
    document,
    element,
    end,
    event_sub,
    flow,
    fork,
    message,
    multi,
    process,
    script,
    seq,
    start,
    sub,
    user,
    xor,
)
from tests.engine.play import Play
from tests.pace import assert_within


def stopped(xml: bytes, variables: dict[str, object] | None = None) -> IncidentError:
    with pytest.raises(IncidentError) as caught:
        Play(xml, variables)
    return caught.value


def test_a_loop_without_a_wait_state_stops_at_the_step_budget() -> None:
    xml = document(
        process(
            "p",
            start(),
            xor("x"),
            script("t", "=1", "v"),
            xor("y", "fd"),
            end(),
            seq("s", "x", "t", "y"),
            flow("y", "e", "=false"),
            flow("y", "x", key="fd"),
        )
    )
    found = stopped(xml)
    assert found.incident_code == "budget_exceeded"
    assert found.element in {"x", "t", "y"}


def test_tokens_that_multiply_stop() -> None:
    xml = document(
        process(
            "p",
            start(),
            xor("x"),
            fork("f"),
            user("u"),
            seq("s", "x", "f", "u"),
            flow("f", "x"),
        )
    )
    assert stopped(xml).incident_code == "budget_exceeded"


def test_too_many_open_tokens_stop() -> None:
    body = user("u", inside=multi("=for i in 1..400 return i"))
    branches = "".join(body.replace('id="u"', f'id="u{n}"') + flow("f", f"u{n}") for n in range(4))
    xml = document(process("p", start(), fork("f"), branches, flow("s", "f")))
    assert stopped(xml).incident_code == "budget_exceeded"


def test_calls_inside_calls_stop() -> None:
    xml = document(
        process("p", start(), call("c", "q"), seq("s", "c")),
        process("q", start("qs"), call("d", "p"), seq("qs", "d")),
    )
    found = stopped(xml)
    assert (found.element in {"c", "d"}, found.incident_code) == (True, "budget_exceeded")


def test_a_sub_process_in_a_sub_process_twenty_deep_is_allowed() -> None:
    body = user("u")
    inner = "u"
    for depth in range(20):
        body = sub(f"sp{depth}", start(f"s{depth}"), body, flow(f"s{depth}", inner))
        inner = f"sp{depth}"
    play = Play(document(process("p", start(), body, flow("s", inner))))
    assert play.open() == ["u"]
    assert play.task("u").completed


@pytest.mark.parametrize("tag", ["userTask", "manualTask"])
def test_a_chain_of_400_loads_starts_and_is_interrupted_without_recursion(tag: str) -> None:
    """As the hostile file h17: five seconds and 300 MB are the limit; it takes far less."""
    keys = [f"u{n}" for n in range(400)]
    chain = "".join(element(tag, key) for key in keys)
    xml = document(
        process(
            "p",
            start(),
            chain,
            user("last"),
            seq("s", *keys, "last"),
            event_sub("ev", message("M"), interrupting=True),
        ),
        messages=[("M", "=1")],
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def whole() -> None:
        play = Play(xml)
        assert play.open() == (["u0"] if tag == "userTask" else ["last"])
        assert play.message("ev").open() == ["evu"]

    assert_within(5, whole)
    # What the process takes at most grows by this much, whatever the test run held before.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 300_000


def test_one_action_may_run_through_a_long_chain_of_scripts() -> None:
    keys = [f"t{n}" for n in range(900)]
    chain = "".join(script(key, "=1", "v") for key in keys)
    xml = document(process("p", start(), chain, user("u"), seq("s", *keys, "u")))
    assert Play(xml).open() == ["u"]
