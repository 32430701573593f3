"""Row-level security under the database roles that web and worker really have."""

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cases import errors, queries, use_cases
from cases.actor import SYSTEM
from cases.context import access_context
from cases.models import (
    Event,
    IdempotencyKey,
    Incident,
    Instance,
    Job,
    Message,
    Outbox,
    Subscription,
    Task,
    Timer,
)
from tests.cases.conftest import NOW, also, begin, database_role, finish, open_task, work

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
TABLES = (Instance, Task, Timer, Event, Subscription, Job, Message, Incident, IdempotencyKey)


@pytest.fixture
def full(world: SimpleNamespace) -> SimpleNamespace:
    """Something in every table, in unit one."""
    arende = begin(world, idempotency_key="k").arende_id
    also(world, "asynk", arende)
    waiting = also(world, "vanta", arende)
    finish(open_task(waiting.instance_id, "V"), world.anna)
    use_cases.correlate_message(
        "kanske", str(arende), {}, uuid4(), actor=world.chef, now=NOW, arende_id=arende
    )
    world.book.behave = "break"
    with pytest.raises(errors.CapabilityFailedError):
        finish(Task.objects.get(element="A"), world.anna, {"om": False})
    world.book.behave = ""
    world.arende = arende
    return world


def counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def test_the_roles_are_bound(world: SimpleNamespace) -> None:
    assert world.bundle
    for alias in ("app", "worker"):
        with database_role(alias), connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (f"kedja_{alias}", False, False)


def test_every_case_table_is_forced(world: SimpleNamespace) -> None:
    assert world.bundle
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'unit_id'"
            " WHERE c.relkind = 'r' AND c.relname LIKE 'cases_%%'"
        )
        rows = dict(cursor.fetchall())
    assert rows.pop("cases_rolegrant") is False
    assert rows.pop("cases_caseaccess") is False, "ids only; read before there is a context"
    assert rows.pop("cases_starttimer") is False, "no case data; only the worker has rights"
    assert len(rows) >= 10
    assert all(rows.values()), rows


@pytest.mark.usefixtures("full")
def test_without_context_nothing_is_seen() -> None:
    assert all(counts().values()), counts()
    with database_role("app"):
        assert set(counts().values()) == {0}


def test_own_unit_only(full: SimpleNamespace) -> None:
    everything = counts()
    with database_role("app"):
        with access_context(full.anna):
            assert counts() == everything
        for stranger in (full.disa, full.eva):
            with access_context(stranger):
                assert set(counts().values()) == {0}
        with access_context(full.bo):
            assert counts() == everything | {"IdempotencyKey": 0}
        assert set(counts().values()) == {0}, "the context must end with its transaction"


@pytest.mark.usefixtures("full")
def test_the_system_without_its_role_sees_nothing() -> None:
    with database_role("app"), access_context(SYSTEM):
        assert set(counts().values()) == {0}


@pytest.mark.usefixtures("full")
def test_the_worker_sees_all() -> None:
    everything = counts()
    with database_role("worker"), access_context(SYSTEM):
        assert counts() == everything | {"IdempotencyKey": everything["IdempotencyKey"]}


def test_protected_rows_are_for_those_appointed(world: SimpleNamespace) -> None:
    world.book.skydd = "fingerade"
    with database_role("app"):
        begin(world)
        with access_context(world.skyddad):
            assert counts()["Task"] == 0
    world.book.skydd = "sekretessmarkering"
    with database_role("app"):
        started = begin(world)
        with access_context(world.anna):
            assert set(counts().values()) == {0}
        with access_context(world.skyddad):
            assert Task.objects.get().instance_id == started.instance_id
        task_id = started.tasks[0].id
        with pytest.raises(errors.NotFoundError):
            use_cases.claim(task_id, actor=world.anna, now=NOW)
        use_cases.claim(task_id, actor=world.skyddad, now=NOW)


def test_the_whole_walk_under_the_real_roles(world: SimpleNamespace) -> None:
    with database_role("app"):
        started = begin(world)
        done = use_cases.complete_task(
            started.tasks[0].id, {"om": False}, version=1, actor=world.anna, now=NOW,
            idempotency_key="k",
        )  # fmt: skip
        use_cases.claim(done.tasks[0].id, actor=world.chef, now=NOW)
        use_cases.complete_task(done.tasks[0].id, {}, version=2, actor=world.chef, now=NOW)
    with database_role("worker"):
        work()
        assert Outbox.objects.filter(state="done").count() == 1
    with database_role("app"), access_context(world.eva):
        task = queries.inbox(world.eva, now=NOW).get()
        assert task.element == "F"
        assert Instance.objects.get().process_key == "folj"
    with database_role("app"), access_context(world.anna):
        assert not Instance.objects.filter(process_key="folj").exists()


def test_another_units_rows_can_neither_be_read_nor_written(full: SimpleNamespace) -> None:
    task = Task.objects.filter(status="open").first()
    assert task is not None
    with database_role("app"):
        with pytest.raises(errors.NotFoundError):
            use_cases.claim(task.pk, actor=full.disa, now=NOW)
        with access_context(full.disa):
            assert Task.objects.filter(pk=task.pk).update(name="x") == 0
        with pytest.raises(DatabaseError, match="row-level security"), access_context(full.anna):
            Task.objects.filter(pk=task.pk).update(unit=full.two)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_event SET actor = 'x'",
        "DELETE FROM cases_event",
        "TRUNCATE cases_event",
        "DELETE FROM cases_task",
        "DELETE FROM cases_instance",
        "DELETE FROM cases_message",
        "UPDATE cases_bundle SET edition = 'x'",
        "INSERT INTO cases_bundle VALUES ('x', 'x', '2025-01-01', now(), '{}')",
        "SELECT args FROM cases_outbox",
        "DELETE FROM cases_outbox",
        "ALTER TABLE cases_task DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON cases_task",
        "CREATE POLICY mine ON cases_task USING (true)",
        "SET ROLE kedja_worker",
        "SET ROLE kedja_owner",
    ],
)
def test_what_the_web_may_not_do(full: SimpleNamespace, statement: str) -> None:
    with database_role("app"), pytest.raises(DatabaseError), access_context(full.anna):
        execute(statement)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "statement", ["UPDATE cases_event SET actor = 'x'", "DELETE FROM cases_event"]
)
def test_history_is_append_only_even_for_the_owner(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        execute(statement)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("units", ["", "00000000-0000-0000-0000-000000000000"])
def test_an_empty_or_unknown_setting_is_no_way_in(units: str) -> None:
    with database_role("app"), transaction.atomic():
        execute(f"SELECT set_config('kedja.units', '{units}', true)")
        execute("SELECT set_config('kedja.secrecy', '3', true)")
        assert Task.objects.count() == 0


@pytest.mark.django_db
def test_what_runs_with_the_owners_rights_is_not_led_by_a_callers_search_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE prosecdef AND pronamespace ="
            " 'public'::regnamespace AND NOT coalesce(proconfig::text, '') LIKE '%search_path=%'"
        )
        found = dict(cursor.fetchall())
    assert set(found) == {
        "kedja_told",
        "kedja_bevakning_ends",
        "records_notis_task",
        "records_notis_process",
    }
    for text in found.values():
        compared = re.sub(r"\bklar\w* =\s", "", text)  # what is set, not what is compared
        by_path = r"(?<!public\.)\b(?:cases|records)_\w+|(?<![:(])(?:<>|=)(?![)])"
        assert re.findall(by_path, compared) == []


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
