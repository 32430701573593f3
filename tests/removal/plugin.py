"""Under pytest: take a constraint or trigger out of the test database, put it back at the end."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

_FIND = """
SELECT 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conname = %(name)s
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger
 WHERE tgname = %(name)s AND NOT tgisinternal
UNION ALL
SELECT 'index', tablename, indexdef FROM pg_indexes
 WHERE indexname = %(name)s
   AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = %(name)s)
"""
_DROP = {
    "constraint": 'ALTER TABLE {table} DROP CONSTRAINT "{name}"',
    "trigger": 'DROP TRIGGER "{name}" ON {table}',
    "index": 'DROP INDEX "{name}"',
}


@pytest.fixture(scope="session", autouse=True)
def _without_a_guard(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    name = os.environ.get("KEDJA_TEST_WITHOUT", "")
    if not name:
        yield
        return
    with django_db_blocker.unblock():
        found = _taken(name)
        assert found, f"the database has no {name}"
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for kind, table, text in found:
            whole = f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}'
            cursor.execute(whole if kind == "constraint" else text)


def _taken(name: str) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"name": name})
        found: list[tuple[str, str, str]] = cursor.fetchall()
        for kind, table, _text in found:
            cursor.execute(_DROP[kind].format(table=table, name=name))
    return found
