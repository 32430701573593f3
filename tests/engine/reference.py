"""The reference process, played turn by turn."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from engine import runtime
from engine.definition import Definition, load_definition
from engine.outcome import Outcome, PendingJob

FOLDER = Path(__file__).parents[2] / "benchmarks"
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
SEED = UUID("11111111-2222-4333-8444-555555555555")
ANSWERS = {
    "Task_Registrera": {"belopp": 100},
    "Task_Utred": {"belopp": 600},
    "Task_Besluta": {"klart": False},
}
"""Where a form decides something; elsewhere the answers are empty."""


def load() -> Definition:
    return load_definition(
        "reference",
        bpmn={path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.bpmn"))},
        dmn={path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.dmn"))},
    )


def perform(job: PendingJob) -> Mapping[str, object]:
    return {"underlag": "u-1"} if job.type == "reference.hamta" else {}


def first(definition: Definition) -> Outcome:
    arende = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
    return runtime.start(
        definition,
        {"arende": arende, "organisation": arende, "enhet": arende, "instans": arende},
        now=NOW,
        seed=SEED,
        perform=perform,
    )


def act(definition: Definition, outcome: Outcome, **answers: Mapping[str, object]) -> Outcome:
    """Do the one thing that moves the main path on: a task, or the answer that is waited for."""
    for subscription in outcome.subscriptions:
        if subscription.element == "Message_Svar":
            return runtime.correlate_message(
                definition, outcome.state, subscription.ref, {"svar": "ja"}, now=NOW,
                perform=perform,
            )  # fmt: skip
    task = outcome.tasks[0]
    return runtime.complete_task(
        definition,
        outcome.state,
        task.id,
        answers.get(task.element, ANSWERS.get(task.element, {})),
        now=NOW,
        document="dddddddd-0000-4000-8000-000000000000",
        perform=perform,
    )


def turn(definition: Definition, outcome: Outcome) -> Outcome:
    """Go round the loop once, to the next ``Task_Utred``."""
    outcome = act(definition, outcome)
    while not outcome.tasks or outcome.tasks[0].element != "Task_Utred":
        outcome = act(definition, outcome)
    return outcome
