"""Every table about a person is behind row-level security, and forgets nothing."""

import pytest
from django.apps import apps
from django.db import connection

from cases.models import CaseRow
from records.models import Kvalitetsrad, Owned

pytestmark = pytest.mark.django_db

TABLES = sorted(model._meta.db_table for model in apps.get_app_config("records").get_models())


ABOUT_ACCESS = {
    "SkyddadUppgift": "the vault: in no extract, export or list, read through its function only",
    "ValvLasning": "who read the vault: shown in the log check, an extract would name the vault",
    "Nodoppning": "who opened a case in an emergency: shown in the log check",
    "ListLasning": "one line for a list of many persons: in nobody's extract",
    "NekadLasning": "somebody who read nothing: shown in the log check",
    "Skiftlasning": "how far one of the staff has read: about her work, shown to herself",
}
"""Rows that are held by a unit and are no part of the record of a person (ADR 0018): ``Owned`` is
what the register extract and the archive go through."""


def test_every_record_is_held_by_a_unit():
    models = list(apps.get_app_config("records").get_models())
    assert [model.__name__ for model in models if not issubclass(model, CaseRow)] == []
    apart = {model.__name__ for model in models if not issubclass(model, Owned | Kvalitetsrad)}
    assert apart == set(ABOUT_ACCESS)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_forced_row_level_security(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table]
        )
        assert cursor.fetchone() == (True, True)


@pytest.mark.parametrize("role", ["kedja_app", "kedja_worker"])
@pytest.mark.parametrize("table", TABLES)
def test_no_program_may_delete(role, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, %s, 'DELETE, TRUNCATE')",
            [role, table],
        )
        assert cursor.fetchone() == (False,)
