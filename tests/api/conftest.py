import pytest
from rest_framework.test import APIClient

from tests.municipality import settle_in, user


@pytest.fixture
def edition(db):
    return settle_in()


@pytest.fixture
def client_of(edition):
    def make(name):
        client = APIClient()
        client.force_login(user(name))
        return client

    return make
