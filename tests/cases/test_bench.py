"""``kedja bench engine`` keeps working, and what it counts keeps its promise."""

from collections.abc import Iterator

import pytest
from django.db import connection

from benchmarks import storage

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def _tables_go_away() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare, bench_event, bench_document, bench_naive")


@pytest.mark.usefixtures("_tables_go_away")
def test_counts_and_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are for a quiet machine; counts and sizes hold everywhere."""
    monkeypatch.setattr(storage, "WINDOW", 10)
    figures = storage.measure(215)
    assert figures["commits"] == 1
    assert figures["statements"] <= 4
    assert figures["statements_of_capabilities"] == 1
    assert figures["state_bytes"] <= 8 * 1024
    assert figures["state_ratio_last"] <= 1.05
    assert figures["completions"] >= 215
    assert figures["ratio_to_bare"] > 1
