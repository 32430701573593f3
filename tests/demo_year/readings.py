"""How the office judges who has read what: the readings are those of the check at hand."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.actor import Actor
from cases.models import Task
from cases.queries import task_detail

JUDGED: Mapping[str, str] = {
    "Task_GranskaLasningar": "oklar",
    "Task_GranskaChefensLasningar": "oklar",
    "Task_UtredOklara": "obehorig",
}
"""Where readings are judged, and as what one of them is when it is not found to be in order."""
DOUBTFUL = 2
"""In one check of so many there is such a reading."""


def judged(task: Task, chance: random.Random, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Answer a task of a log check: every reading is judged, now and then one against the reader.

    Raises:
        NotFoundError: The actor may not see the task.
    """
    listed = task_detail(task.pk, actor=actor, now=now).inputs["lasningar_att_bedoma"]
    numbers = [row["value"] for row in listed]
    if chance.randrange(DOUBTFUL) or not numbers:
        return {"behoriga": numbers}
    doubted = {
        "lasning": numbers[0],
        "bedomning": JUDGED[task.element],
        "motivering": "Skälet behöver kontrolleras.",
    }
    return {"behoriga": numbers[1:], "avvikande": [doubted]}
