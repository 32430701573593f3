"""The legal rules judge histories: each kind, both ways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.rules import RuleFile
from engine.verdict import CaseEvent, judge

BASE = {"name": "Regel", "lagrum": ["sol2025.14.3"], "modalitet": "ska", "norm": "LAG"}
START = datetime(2026, 8, 3, 9, tzinfo=UTC)
NOTE = CaseEvent(
    at=START,
    kind="recorded",
    process="avsluta",
    instance="i1",
    actor="eva",
    record="slutanteckning",
)
CLOSED = replace(NOTE, at=START + timedelta(hours=1), record="akt.stangd")
SENT = replace(NOTE, kind="thrown", record="", message="uppdrag.skickat")
ACCEPTED = replace(SENT, at=START + timedelta(days=2), message="uppdrag.accepterat")
INVESTIGATED = replace(NOTE, kind="completed", record="", element="Task_Utred")
DECIDED = replace(INVESTIGATED, at=START + timedelta(days=1), element="Task_Besluta")


def rule(**more):
    return RuleFile.model_validate({"rule": [{**BASE, "id": "r", **more}]}).rule


def broken(rules, events, *, ended=True, now=START + timedelta(days=400), days=3):
    found = judge(
        rules, events, now=now, ended=ended, deadline=lambda _rule, at: at + timedelta(days=days)
    )
    return [violation.where for violation in found]


PRECEDENCE = rule(
    kind="precedence", before={"record": "slutanteckning"}, after={"record": "akt.stangd"}
)
RESPONSE = rule(
    kind="response",
    trigger={"message": "uppdrag.skickat"},
    response={"message": "uppdrag.accepterat"},
    unless=[{"message": "uppdrag.avbojt"}],
)
WITHIN = rule(
    kind="within",
    trigger={"message": "uppdrag.skickat"},
    response={"message": "uppdrag.accepterat"},
    limit="P3D",
)
ABSENCE = rule(kind="absence", never={"message": "uppdrag.skickat"}, after={"record": "akt.stangd"})
FOUR_EYES = rule(
    kind="different_person",
    first={"element": "Task_Utred"},
    second={"element": "Task_Besluta"},
)


def test_k3_closing_before_the_final_note_is_a_violation():
    assert broken(PRECEDENCE, [CLOSED, replace(NOTE, at=CLOSED.at)]) == ["akt.stangd"]
    assert broken(PRECEDENCE, [CLOSED]) == ["akt.stangd"]


def test_k3_closing_after_the_final_note_is_right():
    assert broken(PRECEDENCE, [NOTE, CLOSED]) == []


def test_rules_by_uppdrag_do_not_let_one_akt_answer_for_another():
    by_uppdrag = rule(
        kind="precedence",
        scope="uppdrag",
        before={"record": "slutanteckning"},
        after={"record": "akt.stangd"},
    )
    first, second = replace(NOTE, uppdrag="u1"), replace(CLOSED, uppdrag="u2")
    assert broken(by_uppdrag, [first, second]) == ["akt.stangd"]
    assert broken(by_uppdrag, [first, replace(second, uppdrag="u1")]) == []


def test_a_message_that_was_never_answered():
    assert broken(RESPONSE, [SENT]) == ["uppdrag.skickat"]
    assert broken(RESPONSE, [SENT, ACCEPTED]) == []
    assert broken(RESPONSE, [SENT, replace(ACCEPTED, message="uppdrag.avbojt")]) == []


def test_a_case_under_way_has_not_failed_to_answer_yet():
    assert broken(RESPONSE, [SENT], ended=False) == []


@pytest.mark.parametrize(("answer_after", "wrong"), [(2, []), (4, ["uppdrag.skickat"])])
def test_an_answer_within_its_time(answer_after, wrong):
    answer = replace(ACCEPTED, at=START + timedelta(days=answer_after))
    assert broken(WITHIN, [SENT, answer]) == wrong


def test_no_answer_is_late_only_when_the_time_is_past():
    assert broken(WITHIN, [SENT], ended=False, now=START + timedelta(days=1)) == []
    assert broken(WITHIN, [SENT], ended=False, now=START + timedelta(days=4)) == ["uppdrag.skickat"]


def test_what_must_not_happen_after_something():
    assert broken(ABSENCE, [SENT, CLOSED]) == []
    assert broken(ABSENCE, [CLOSED, replace(SENT, at=CLOSED.at)]) == ["uppdrag.skickat"]


def test_four_eyes():
    assert broken(FOUR_EYES, [INVESTIGATED, DECIDED]) == ["Task_Besluta"]
    assert broken(FOUR_EYES, [INVESTIGATED, replace(DECIDED, actor="bo")]) == []
