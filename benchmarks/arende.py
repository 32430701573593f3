"""``kedja bench arende``: bytes that one ärende costs over twenty reviews of the real chain.

Walks the main chain to a fastställd plan and then twenty review periods, each with its reminders
and its review in time, and adds up the rows of the ärende.
"""

import argparse
import datetime as dt
import tomllib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from config.scenarios.setting import prepare
from config.scenarios.walk import Walk
from engine.scenarios import Scenario

REVIEWS = 20
PLAN = "Task_FaststallPlan"
REVIEW = "Task_FoljUppPlan"
TABLES = (
    "cases_instance",
    "cases_event",
    "cases_task",
    "cases_message",
    "records_dokument",
    "records_notis",
)


def measure(_args: argparse.Namespace) -> dict[str, Any]:
    """Return bytes by table before and after, and per review."""
    path = settings.PROCESSES_DIR / "scenarios/huvudkedja.toml"
    source = tomllib.loads(path.read_text(encoding="utf-8"))
    done = [step.get("complete") for step in source["step"]]
    until_plan = Scenario.model_validate({**source, "step": source["step"][: done.index(PLAN) + 1]})
    review = source["step"][done.index(REVIEW)]
    periods = [step for number in range(REVIEWS) for step in _period(review, number)]
    prepare(until_plan.start_at)
    walk = Walk(scenario=until_plan, now=until_plan.start_at)
    _all_well(walk)
    before = _bytes(walk.arende)
    walk.scenario = Scenario.model_validate({**source, "step": periods})
    _all_well(walk)
    after = _bytes(walk.arende)
    grown = sum(after.values()) - sum(before.values())
    return {
        "reviews": REVIEWS,
        "bytes_at_plan": before,
        "bytes_after": after,
        "bytes_per_review": round(grown / REVIEWS),
    }


def _all_well(walk: Walk) -> None:
    for report in walk.steps():
        if report.failures:
            raise RuntimeError(f"step {report.number}: {'; '.join(report.failures)}")


def _period(review: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Time passes until a week or more before the period ends; then the review is done."""
    years, half = divmod(number, 2)
    day = dt.date(2027 + years, 8 if half else 2, 20 - number // 2)
    answers = {
        key: day if key.endswith("datum") else value for key, value in review["answers"].items()
    }
    return [
        {"advance": day},
        {"complete": REVIEW, "as": review["as"], "answers": answers},
    ]


def _bytes(arende: UUID | None) -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM {table} t"  # noqa: S608
                " WHERE arende_id = %s",
                [str(arende)],
            )
            found[table] = int(cursor.fetchone()[0])
    return found
