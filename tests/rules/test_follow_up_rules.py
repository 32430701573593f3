"""K-6 as the edition's own rules say it: two follow-ups, and what each may lead to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from engine.bundle import Bundle, read_files
from engine.verdict import CaseEvent, judge

NOW = datetime(2026, 8, 3, 9, tzinfo=UTC)
DONE = CaseEvent(
    at=NOW,
    kind="recorded",
    process="folja_upp_beslut",
    instance="i1",
    actor="eva",
    record="beslut.uppfoljt",
)
STARTS = ("arende.utredning_inledd", "utredning.avslutad")


def broken(*events):
    found = judge(
        [rule for rule in Bundle(read_files(settings.PROCESSES_DIR)).rules if rule.id in OURS],
        events,
        now=NOW + timedelta(days=9),
        ended=True,
        deadline=lambda _rule, at: at,
    )
    return sorted(violation.rule for violation in found)


OURS = {
    "bara_handlaggaren_startar_ny_utredning",
    "utforarens_uppfoljning_fattar_inget_beslut",
    "utforarens_uppfoljning_avslutar_inte",
    "uppfoljd_fore_ny_utredning",
    "uppfoljd_fore_nytt_beslut",
    "uppfoljd_fore_avslut",
}


def thrown(message, process):
    at = NOW + timedelta(hours=1)
    return replace(DONE, at=at, kind="thrown", record="", message=message, process=process)


@pytest.mark.parametrize("message", [*STARTS, "uppdrag.avslut_inlett"])
def test_k6_the_providers_follow_up_starts_none_of_them(message):
    assert len(broken(DONE, thrown(message, "folja_upp_plan"))) == 1


@pytest.mark.parametrize("message", [*STARTS, "uppdrag.avslutas"])
def test_k6_handlaggarens_does_when_it_is_done_and_not_before(message):
    follow_up = thrown(message, "folja_upp_beslut")
    assert len(broken(follow_up)) == 1
    assert broken(DONE, follow_up) == []


@pytest.mark.parametrize("process", ["byt_utforare", "beslut_upphor", "avsluta_arende"])
def test_k6_what_is_no_follow_up_ends_support_by_rules_of_its_own(process):
    assert broken(thrown("uppdrag.avslutas", process)) == []
