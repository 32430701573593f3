"""Case data stays where it belongs: a marked personnummer is planted and looked for."""

import json
import logging
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from cases import capabilities, errors, use_cases
from tests.cases.conftest import MARKED, NOW, begin, finish, open_task, work

pytestmark = pytest.mark.django_db

CLEAN = ("cases_task", "cases_event", "cases_outbox", "cases_incident", "cases_timer",
         "cases_subscription", "cases_idempotencykey", "cases_delivery")  # fmt: skip


def everything_in(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(json_agg(t), '[]') FROM {table} t")  # noqa: S608
        return json.dumps(cursor.fetchone()[0], default=str)


def test_a_planted_personnummer_is_found_nowhere_it_should_not_be(
    world: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    started = begin(world, idempotency_key="k")
    told: list[BaseException] = []

    def refused(error: type[Exception], *arguments: object, **more: object) -> None:
        with pytest.raises(error) as caught:
            finish(*arguments, **more)
        told.append(caught.value)

    task = open_task(started.instance_id, "A")
    refused(errors.AnswersInvalidError, task, world.anna, {MARKED: MARKED})
    refused(errors.AnswersInvalidError, task, world.anna, {"om": MARKED})
    world.book.behave = "break"
    refused(errors.CapabilityFailedError, task, world.anna, {"anteckning": MARKED, "om": False})
    world.book.behave = ""
    finish(task, world.anna, {"anteckning": MARKED, "om": False}, idempotency_key="k2")
    finish(open_task(started.instance_id, "B"), world.chef)
    use_cases.correlate_message(
        "kanske", str(started.arende_id), {"vem": MARKED}, uuid4(),
        actor=world.chef, now=NOW, arende_id=started.arende_id,
    )  # fmt: skip
    work()

    for table in CLEAN:
        assert everything_in(table) != "[]" or table in ("cases_timer", "cases_subscription")
        assert MARKED not in everything_in(table), table
    assert MARKED not in caplog.text
    for error in told:
        chain: BaseException | None = error
        while chain is not None:
            if chain is not error or not isinstance(error, errors.AnswersInvalidError):
                assert MARKED not in str(chain), type(chain)
            chain = None if chain.__suppress_context__ else chain.__context__
    assert MARKED in json.dumps(world.book.documents), "the test planted nothing"


def test_a_refused_row_is_not_repeated_in_the_error(world: SimpleNamespace) -> None:
    """PostgreSQL tells the failing row; only the constraint's name may go on."""
    started = begin(world)
    task = open_task(started.instance_id, "A")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE cases_event ADD CONSTRAINT prov CHECK (kind <> 'completed') NOT VALID"
        )
    with pytest.raises(errors.StorageError) as refused:
        finish(task, world.anna, {"anteckning": MARKED, "om": False})
    assert refused.value.constraint == "prov"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert "anna" not in str(refused.value)


@pytest.mark.usefixtures("book")
def test_capability_input_errors_name_fields_only() -> None:
    with pytest.raises(errors.CapabilityInputError) as refused:
        capabilities.call("prov.notera", None, {"belopp": MARKED + "x"})
    assert "belopp (int_parsing)" in str(refused.value)
    assert MARKED not in str(refused.value)
    with pytest.raises(errors.CapabilityUnknownError):
        capabilities.call("finns.inte", None, {})
