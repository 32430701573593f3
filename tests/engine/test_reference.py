"""The reference process as one instance that goes round for years."""

import json

from engine.check import check_files
from engine.outcome import Waits
from tests.engine import reference


def test_it_is_a_real_process() -> None:
    definition = reference.load()
    kinds = {info.kind for info in definition.elements.values()}
    assert len(definition.elements) >= 30
    assert definition.calls == {"reference_callee"}
    assert definition.decisions == {"reference"}
    assert {"boundaryEvent", "eventBasedGateway", "parallelGateway", "subProcess"} <= kinds


def test_it_passes_the_check_with_the_house_rules() -> None:
    files = {
        str(path.relative_to(reference.FOLDER.parent)): path.read_bytes()
        for path in sorted(reference.FOLDER.rglob("*"))
        if path.suffix in {".bpmn", ".dmn", ".form"}
    }
    reports = check_files(files, profile=True)
    found = [finding for report in reports for finding in report.findings]
    assert [finding for finding in found if finding.code != "too_many_nodes"] == []


def test_two_thousand_turns_as_one_instance_and_the_state_stays_flat() -> None:
    definition = reference.load()
    outcome = reference.turn(definition, reference.first(definition))
    sizes = {}
    for number in range(1, 2_001):
        if number in {1, 500, 1_500}:
            definition = reference.load()
        outcome = reference.turn(definition, outcome)
        sizes[number] = len(outcome.state)
    assert [task.element for task in outcome.tasks] == ["Task_Utred"]
    assert sizes[200] <= 1.05 * sizes[1]
    assert sizes[2_000] <= 1.05 * sizes[1]
    assert max(sizes.values()) <= 8 * 1024
    assert len(json.loads(outcome.state)["s"][0][3]) == 3


def test_the_way_through_the_callee_and_out() -> None:
    definition = reference.load()
    outcome = reference.first(definition)
    outcome = reference.turn(definition, outcome)
    seen = []
    answers = {
        "Task_Utred": {"belopp": 2_000},
        "Task_Samrad": {"kommentar": "tillstyrks"},
        "Task_Besluta": {"klart": True},
    }
    while not outcome.completed:
        seen.append(outcome.tasks[0].element if outcome.tasks else "Message_Svar")
        outcome = reference.act(definition, outcome, **answers)
    assert seen == [
        "Task_Utred",
        "Task_GranskaSak",
        "Task_GranskaForm",
        "Task_Samrad",
        "Task_Kommunicera",
        "Message_Svar",
        "Task_Besluta",
    ]
    assert outcome.variables["niva"] == "hog"
    assert outcome.variables["samrad"] == "tillstyrks"


def test_the_decision_is_told_with_its_rule() -> None:
    definition = reference.load()
    outcome = reference.turn(definition, reference.first(definition))
    outcome = reference.act(definition, outcome, Task_Utred={"belopp": 600})
    (event,) = [event for event in outcome.history if event.kind == "decision"]
    assert (event.element, event.detail["decision"]) == ("Task_Niva", "reference")
    assert event.detail["rules"] == ["reference:2"]


def test_an_outcome_tells_what_waited_before_it() -> None:
    definition = reference.load()
    outcome = reference.first(definition)
    assert outcome.before == Waits()
    for _ in range(8):
        earlier, outcome = outcome, reference.act(definition, outcome)
        assert outcome.before == Waits(
            tasks=frozenset(task.id for task in earlier.tasks),
            timers=frozenset(earlier.timers),
            subscriptions=frozenset(earlier.subscriptions),
            jobs=frozenset(job.id for job in earlier.jobs),
        )
