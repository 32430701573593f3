"""schemathesis reads our OpenAPI document and tries to prove it wrong."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.authtoken.models import Token

from config.wsgi import application
from tests.municipality import settle_in, user

EXAMPLES = 12 if os.environ.get("HYPOTHESIS_PROFILE") == "default" else 5
"""Requests per operation; ``make test-long`` asks more."""


@pytest.fixture
def connection_kept():
    """As Django's test client does: a request must not close the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def api(db, connection_kept):
    settle_in()
    token = Token.objects.get_or_create(user=user("mottagning"))[0].key
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    schema.headers = {"Authorization": f"Token {token}"}
    return schema


def test_the_api_is_as_its_document_says(api):
    """Every operation, with generated requests: documented statuses, shapes and media types."""
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 12
    for operation in operations:
        _attack(operation, api.headers)


def _attack(operation, headers):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(operation.as_strategy())
    def check(case):
        case.call_and_validate(headers=headers)

    check()


def test_the_document_covers_every_address_of_the_contract(api):
    paths = set(api.raw_schema["paths"])
    assert {
        "/api/v1/process-definitions/",
        "/api/v1/process-definitions/{key}/start/",
        "/api/v1/cases/",
        "/api/v1/cases/{arende_id}/",
        "/api/v1/cases/{arende_id}/history/",
        "/api/v1/cases/{arende_id}/journal/",
        "/api/v1/tasks/",
        "/api/v1/tasks/{task_id}/",
        "/api/v1/tasks/{task_id}/claim/",
        "/api/v1/tasks/{task_id}/release/",
        "/api/v1/tasks/{task_id}/delegate/",
        "/api/v1/tasks/{task_id}/complete/",
        "/api/v1/messages/",
    } <= paths
