"""Refusals that no view makes itself."""

import psycopg
import pytest
from django.db import OperationalError

from api.problems import exception_handler


def _failed(cause: Exception) -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause", [psycopg.errors.DeadlockDetected(), psycopg.errors.SerializationFailure()]
)
def test_two_in_each_others_way_are_asked_to_try_again(cause):
    answer = exception_handler(_failed(cause), {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"], answer["Retry-After"]) == (503, "busy", "1")


def test_a_lost_database_is_no_invitation_to_try_at_once():
    answer = exception_handler(_failed(psycopg.errors.AdminShutdown()), {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (500, "internal_error")
