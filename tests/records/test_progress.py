"""The strip of the chain: what is done, goes on, comes next, was never needed (no database)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings

from engine.manifest import Manifest, parse_toml
from engine.steps import PATH, Step, steps_in
from records.progress import Run, Seen, Stage, chain
from web.history import RECORDED

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STEPS = (
    Step(id="utreda", namn="Utreda", processer=("utreda",), klar=("utredning.avslutad",)),
    Step(id="besluta", namn="Besluta", processer=("besluta",), klar=("beslut.delgivet",)),
    Step(id="genomfora", namn="Genomföra", processer=("genomfora",), uppdrag=True, bifall=True),
    Step(id="folja_upp", namn="Följa upp", processer=("folja", "folja_u"), bifall=True),
    Step(id="avsluta", namn="Avsluta", processer=("avsluta_arende", "avsluta")),
)
SIDES = {"genomfora": "utforare", "folja_u": "utforare", "avsluta": "utforare"}
MANIFEST = Manifest.model_validate(
    {
        "utgava": {"id": "u", "valid_from": "2025-01-01"},
        "process": [
            {"key": key, "name": key, "owner": "x", "organisation": SIDES.get(key, "myndighet")}
            for step in STEPS
            for key in step.processer
        ],
    }
)


def run(key, status="running", days=10, ended=None):
    begun = NOW - timedelta(days=days)
    over = None if ended is None else NOW - timedelta(days=ended)
    return Run(process_key=key, status=status, started=begun, ended=over)


def stages(side="myndighet", **known):
    plain = {"runs": [], "made": {}, "due": [], "until": {}, "orders": [], "granted": None}
    seen = Seen(**{**plain, "open": True, **known})
    return {row.id: row for row in chain(STEPS, MANIFEST, side, seen, NOW)}


def said(found):
    return [row.stage.value for row in found.values()]


def ago(days):
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ["nasta", "sedan", "sedan", "sedan", "sedan"]),
        ({"runs": [run("utreda")]}, ["pagar", "nasta", "sedan", "sedan", "sedan"]),
        (
            # The record says that it is done, though its process still waits for something.
            {"runs": [run("utreda")], "made": {"utredning.avslutad": ago(2)}},
            ["klar", "nasta", "sedan", "sedan", "sedan"],
        ),
        (
            # Begun again after it was done.
            {"runs": [run("utreda", days=1)], "made": {"utredning.avslutad": ago(2)}},
            ["pagar", "nasta", "sedan", "sedan", "sedan"],
        ),
        (
            # What follows up the decision begins with it; the step between is still to come.
            {
                "runs": [run("utreda", "completed", ended=3), run("folja")],
                "made": {"beslut.delgivet": ago(3)},
                "granted": True,
            },
            ["klar", "klar", "nasta", "pagar", "sedan"],
        ),
        (
            {"runs": [run("utreda", "completed", ended=3), run("besluta")], "granted": False},
            ["klar", "pagar", "inte_aktuell", "inte_aktuell", "nasta"],
        ),
        ({"runs": [run("utreda", "cancelled", ended=1)]}, ["avbruten", "nasta", *["sedan"] * 3]),
        (
            {"runs": [run("avsluta_arende", "completed", ended=1)], "open": False},
            [*["inte_aktuell"] * 4, "klar"],
        ),
    ],
)
def test_where_each_step_stands(known, expected):
    assert said(stages(**known)) == expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), "nasta"),
        (("skickat",), "nasta"),
        (("accepterat", "avslutat"), "pagar"),
        (("avslutat", "avbojt"), "klar"),
    ],
)
def test_k7_the_authority_knows_the_carrying_out_by_the_uppdrag(statuses, expected):
    orders = [SimpleNamespace(status=one, besvarad=ago(9), avslutad=ago(1)) for one in statuses]
    done = {"utredning.avslutad": ago(20), "beslut.delgivet": ago(15)}
    found = stages(orders=orders, made=done, granted=True)
    assert found["genomfora"].stage.value == expected


def test_k7_a_provider_has_its_own_steps_alone():
    found = stages("utforare", runs=[run("genomfora")], due=[("genomfora", ago(1))])
    assert list(found) == ["genomfora", "folja_upp", "avsluta"]
    assert said(found) == ["pagar", "nasta", "sedan"]
    assert found["genomfora"].late == 1


def test_the_day_that_a_step_waits_for_is_told_while_it_goes_on():
    until = {"folja": NOW + timedelta(days=90)}
    assert stages(runs=[run("folja")], until=until)["folja_upp"].until == until["folja"]
    ended = run("folja", "completed", ended=1)
    assert stages(runs=[ended], until=until)["folja_upp"].until is None
    assert stages(runs=[ended])["folja_upp"].stage is Stage.DONE


def test_the_edition_names_processes_and_records_that_there_are():
    files = {
        path.relative_to(settings.PROCESSES_DIR).as_posix(): path.read_bytes()
        for path in (settings.PROCESSES_DIR / PATH, settings.PROCESSES_DIR / "manifest.toml")
    }
    manifest = parse_toml(Manifest, "manifest.toml", files["manifest.toml"])
    steps = steps_in(files)
    named = {key for step in steps for key in step.processer}
    assert len(steps) == 7
    assert not [key for key in named if manifest.entry(key) is None]
    assert {kind for step in steps for kind in step.klar} <= RECORDED.keys()
    assert steps_in({}) == ()
