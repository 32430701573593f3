"""Stored state: every version restores, unknown ones are refused, the same run is the same."""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import codec, runtime
from engine.errors import StateError
from tests.engine import reference
from tests.engine.draw import (
    document,
    element,
    end,
    flow,
    fork,
    multi,
    process,
    seq,
    start,
    user,
    xor,
)
from tests.engine.play import NOW, Play
from tests.engine.samples.make import VARIABLES, diagram, instance, summary

SAMPLES = sorted((Path(__file__).parent / "samples").glob("v*"))


def restored(folder: Path) -> Play:
    play = Play((folder / "p.bpmn").read_bytes(), VARIABLES)
    state = (folder / "state.json").read_bytes()
    play.outcome = runtime.inspect(play.definition(), state)
    play.now = NOW.replace(month=4)
    return play


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_a_stored_sample_restores_as_it_was(folder: Path) -> None:
    play = restored(folder)
    assert summary(play) == json.loads((folder / "expected.json").read_text())
    assert play.outcome.history == ()
    assert play.variables == VARIABLES | {"id": "j1"}
    for name, value in VARIABLES.items():
        assert type(play.variables[name]) is type(value)
    assert str(play.variables["tal"]) == "10.50"


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_a_stored_sample_goes_on(folder: Path) -> None:
    play = restored(folder)
    play.task("mi", {"svar": "b"}).task("mi", {"svar": "c"}).job("mj", {"id": "j2"})
    assert (play.variables["ut"], play.variables["ut2"]) == (["ja", "b", "c"], ["j1", "j2"])
    play.message("b2").task("i1").task("i2").task("e1u").message("c1").message("rc")
    assert play.told("u") == ["entered", "cancelled"]
    play.task("rem").task("evu")
    assert play.task("qu").open() == []
    assert play.timer("et").open() == ["etu"]
    assert play.task("etu").completed


def test_there_is_a_sample_of_every_version() -> None:
    assert [folder.name for folder in SAMPLES] == [
        f"v{number}" for number in range(1, codec.VERSION + 1)
    ]


def test_todays_encoder_writes_the_sample_of_its_version() -> None:
    """If this fails, the format has changed: raise VERSION and keep the reader of the old one."""
    stored = (SAMPLES[-1] / "state.json").read_bytes()
    assert instance((SAMPLES[-1] / "p.bpmn").read_bytes()).outcome.state == stored


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"[]",
        b"{}",
        b'{"v":2}',
        b'{"v":null}',
        b"\x00",
        b'{"v":1,"p":"a","n":1,"s":[[0,1]]}',
        b'{"v":1,"p":"a","n":1,"s":[[0,1,{"v":{}},[[1]]]]}',
        b'{"v":1,"p":"a","n":1,"s":[[7,1,{"v":{}},[]]]}',
    ],
)
def test_an_unknown_state_is_refused(state: bytes) -> None:
    with pytest.raises(StateError):
        runtime.inspect(reference.load(), state)


def test_a_state_of_another_diagram_is_refused() -> None:
    state = instance(diagram()).outcome.state
    with pytest.raises(StateError):
        runtime.inspect(reference.load(), state)


def test_inspect_changes_nothing() -> None:
    play = instance(diagram())
    assert runtime.inspect(play.definition(), play.outcome.state).state == play.outcome.state


def test_the_definition_is_never_stored() -> None:
    state = json.loads(reference.first(reference.load()).state)
    text = json.dumps(state)
    assert set(state) == {"v", "p", "n", "s"}
    assert "Registrera belopp" not in text
    assert "Gateway_Klart" not in text


def digest() -> str:
    """Return a digest of the bytes and history of a long run."""
    total = hashlib.sha256()
    definition = reference.load()
    outcome = reference.first(definition)
    for _ in range(12):
        outcome = reference.act(definition, outcome)
        total.update(outcome.state + repr((outcome.history, outcome.thrown)).encode())
    play = instance(diagram())
    total.update(play.outcome.state + repr(play.history).encode())
    return total.hexdigest()


@pytest.mark.parametrize(("hash_seed", "zone"), [("1", "UTC"), ("77", "Asia/Tokyo")])
def test_same_seed_and_same_clock_give_the_same_bytes(hash_seed: str, zone: str) -> None:
    code = "from tests.engine.test_codec import digest; print(digest())"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone}
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert found.stdout.strip() == digest()


def test_threads_share_a_definition() -> None:
    definition = reference.load()

    def run(_number: int) -> bytes:
        outcome = reference.first(definition)
        for _ in range(25):
            outcome = reference.act(definition, outcome)
        return outcome.state

    with ThreadPoolExecutor(8) as pool:
        states = set(pool.map(run, range(24)))
    assert len(states) == 1


def looping(body: str, first: str, last: str, *more: str) -> bytes:
    return document(
        process(
            "p",
            start(),
            xor("x"),
            body,
            user("c", outs=[("r", "=r")]),
            xor("y", "fd"),
            end(),
            flow("s", "x"),
            flow("x", first),
            flow(last, "c"),
            flow("c", "y"),
            flow("y", "x", "=r > 1"),
            flow("y", "e", key="fd"),
            *more,
        )
    )


def test_no_time_of_change_is_stored_yet_late_arrivals_count_in_order() -> None:
    """Stock orders arrivals by ``last_state_change``; here each arrival waits as itself.

    Two turns' worth of arrivals by one flow, stored between each: the join fires once per pair,
    never twice on one arrival and never on one of an earlier turn.
    """
    xml = document(
        process(
            "p",
            start(),
            fork("f"),
            user("a"),
            user("b"),
            fork("j"),
            user("c"),
            seq("s", "f", "a", "j", "c"),
            flow("f", "a"),
            seq("f", "b", "j"),
            flow("f", "b"),
        )
    )
    play = Play(xml).task("a").task("a")
    assert [row[4]["via"] for row in json.loads(play.outcome.state)["s"][0][3][-2:]] == ["a", "a"]
    assert play.task("b").open() == ["b", "c"]
    assert play.task("b").open() == ["c", "c"]
    assert play.task("c").task("c").completed
    assert play.told("j") == ["entered", "completed"] * 2


def test_a_token_that_is_no_successor_of_its_parent_outlives_it() -> None:
    """Stock needs ``triggered`` for that: bodies, the next turn of a cycle, event sub-processes.

    A parallel body, restored before each answer, must neither be dropped nor end its parent early.
    """
    body = user("u", inside=multi("=[1,2,3]", "m", "ut", "=svar"))
    play = Play(looping(body, "u", "u"))
    for turn in (1, 2, 3):
        assert play.open() == ["u", "u", "u"]
        for number in range(3):
            play.task("u", {"svar": turn * 10 + number})
        assert play.variables["ut"] == [turn * 10, turn * 10 + 1, turn * 10 + 2]
        play.task("c", {"r": 5 if turn < 3 else 0})
    assert play.completed


def test_finished_turns_leave_the_state() -> None:
    body = fork("f") + user("a") + user("b") + fork("j") + element("manualTask", "z")
    more = (seq("f", "a", "j", "z"), seq("f", "b", "j"))
    play = Play(looping(body, "f", "z", *more))
    sizes = []
    for _ in range(60):
        play.task("b").task("a").task("c", {"r": 5})
        sizes.append(len(play.outcome.state))
    assert max(sizes) - min(sizes) <= 8
    assert len(json.loads(play.outcome.state)["s"][0][3]) == 2
