"""What a start form offers is what the municipality has by then, not what the scenario had."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.actor import Actor
from cases.use_cases.starting import start_context

OFFERED: Mapping[str, tuple[str, str]] = {
    "dokumentera_deltagande": ("insats", "insatser_med_deltagare"),
}
"""Processes to the field that is chosen from a list, and the list."""


def listed(
    process: str, answers: Mapping[str, Any], *, arende_id: UUID | None, actor: Actor, now: datetime
) -> Mapping[str, Any]:
    """Return the answers with a choice from the list where the scenario's is not on it.

    Raises:
        CaseError: The process cannot be started.
    """
    if process not in OFFERED:
        return answers
    field, name = OFFERED[process]
    known = start_context(process, arende_id=arende_id, actor=actor, now=now)
    offered = [row["value"] for row in known.get(name, ())]
    if not offered or answers.get(field) in offered:
        return answers
    return {**answers, field: offered[0]}
