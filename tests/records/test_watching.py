"""The watchdog is told by the record what is open; without that it would find nothing, ever."""

from collections import Counter

import pytest

from cases.use_cases.watching import watchdog

pytestmark = pytest.mark.django_db


def codes(chain):
    return sorted(found.code for found in watchdog(chain.now))


def test_an_open_case_with_nothing_going_on_is_found_and_a_closed_one_is_not(chain):
    chain.running()
    assert codes(chain) == ["case_abandoned", "review_clock_missing", "review_clock_missing"]
    chain.ended()
    chain.closed()
    assert "review_clock_missing" not in codes(chain)


def test_k6_support_that_is_given_has_both_clocks(chain, monkeypatch):
    chain.running()
    beslut, uppdrag = chain.ids["beslut"], chain.ids["uppdrag"]
    rows = []
    monkeypatch.setattr("cases.use_cases.watching._live_clocks", lambda _keys: Counter(rows))
    rows.append(("folja_upp_beslut", str(beslut)))
    assert codes(chain).count("review_clock_missing") == 1
    rows.append(("folja_upp_plan", str(uppdrag)))
    assert "review_clock_missing" not in codes(chain)
