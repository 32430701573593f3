"""The three roles, as tests and programs get them."""

import pytest
from django.db import connections
from django.db.utils import ProgrammingError

ALL = ["default", "app", "worker"]


def _ask(alias: str, query: str) -> tuple:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True, databases=ALL)
def test_each_alias_is_its_own_role_on_one_database() -> None:
    users = {alias: _ask(alias, "SELECT current_user")[0] for alias in ALL}
    assert users == {"default": "kedja_owner", "app": "kedja_app", "worker": "kedja_worker"}
    names = {_ask(alias, "SELECT current_database()")[0] for alias in ALL}
    assert len(names) == 1


@pytest.mark.django_db(transaction=True, databases=ALL)
@pytest.mark.parametrize("alias", ALL)
def test_no_role_is_above_row_level_security(alias: str) -> None:
    row = _ask(
        alias,
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication"
        " FROM pg_roles WHERE rolname = current_user",
    )
    assert row == (False, False, False, False)


@pytest.mark.django_db(transaction=True, databases=ALL)
@pytest.mark.parametrize("alias", ["app", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE x (y int)",
        "SET ROLE kedja_owner",
        "SET SESSION AUTHORIZATION kedja_owner",
        "UPDATE kedja_clock SET ahead = '1 day'",
        "DELETE FROM auth_user",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
    ],
)
def test_web_and_worker_are_refused_what_they_do_not_need(alias: str, statement: str) -> None:
    with pytest.raises(ProgrammingError), connections[alias].cursor() as cursor:
        cursor.execute(statement)
