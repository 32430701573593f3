"""The order of the chain as the edition's own rules say it, kept and broken (R-080)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from engine.bundle import Bundle, read_files
from engine.verdict import CaseEvent, judge

NOW = datetime(2026, 8, 3, 9, tzinfo=UTC)
INVESTIGATED = CaseEvent(
    at=NOW,
    kind="recorded",
    process="utreda",
    instance="i1",
    actor="eva",
    record="utredning.avslutad",
)
DECIDED = replace(INVESTIGATED, at=NOW + timedelta(days=1), process="besluta", record="beslut")
TOLD = replace(DECIDED, at=NOW + timedelta(days=2), record="beslut.delgivet")
ORDERED = replace(TOLD, at=NOW + timedelta(days=3), process="utforma_uppdrag", record="uppdrag")
IN_ORDER = (INVESTIGATED, DECIDED, TOLD, ORDERED)
OURS = {"utredning_fore_beslut", "beslut_fore_uppdrag", "underrattelse_efter_beslut"}


def broken(*events: CaseEvent) -> list[str]:
    found = judge(
        [rule for rule in Bundle(read_files(settings.PROCESSES_DIR)).rules if rule.id in OURS],
        events,
        now=NOW + timedelta(days=30),
        ended=True,
        deadline=lambda _rule, at: at,
    )
    return sorted(violation.rule for violation in found)


def test_r080_the_chain_in_order_breaks_nothing() -> None:
    assert broken(*IN_ORDER) == []


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [
        (INVESTIGATED, "utredning_fore_beslut"),
        (TOLD, "underrattelse_efter_beslut"),
    ],
)
def test_r080_a_step_left_out_breaks_the_rule_that_asks_for_it(
    left_out: CaseEvent, rule: str
) -> None:
    assert broken(*(event for event in IN_ORDER if event is not left_out)) == [rule]


def test_r080_an_uppdrag_without_a_decision_breaks_the_rule() -> None:
    assert broken(INVESTIGATED, ORDERED) == ["beslut_fore_uppdrag"]
