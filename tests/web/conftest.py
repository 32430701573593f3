import pytest
from django.test import Client

from tests.municipality import settle_in, user
from tests.web.town import astrid, walk_to


@pytest.fixture
def edition(db):
    return settle_in()


@pytest.fixture
def client_of(edition):
    def make(name, **options):
        client = Client(**options)
        client.force_login(user(name))
        return client

    return make


@pytest.fixture
def case_at(edition):
    """Walk a case until a task waits; gives the ärende's id."""

    def walk(element, **changes):
        return walk_to(element, astrid(**changes))

    return walk
