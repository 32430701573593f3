"""``kedja bench inbox`` keeps working; five times as many tasks are no more queries."""

import pytest

from benchmarks import inbox, inbox_town
from config import clock

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app"])


def test_queries_are_the_same_at_1000_and_5000():
    now = clock.now()
    bundle = inbox_town.settle(now)
    inbox_town.fill(1_000, bundle, now)
    clients = inbox.clients(people=3)
    town = inbox.Town(size=1_000, alias="app", clients=clients)
    inbox.warm(town)
    few = {role: number for role, (number, _bytes) in town.sent.items()}
    inbox_town.fill(4_000, bundle, now, first=10_000)
    inbox.warm(town)
    many = {role: number for role, (number, _bytes) in town.sent.items()}
    assert few == many
    assert max(many.values()) <= 40
    inbox.round_of(town)
    assert inbox.figures([town])["requests"] == 3 * len(inbox.ROLES)
