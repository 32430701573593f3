"""Real PostgreSQL for every test that marks ``django_db``.

The server `test` of this clone is started by the first run and stopped by the
last: runs at the same time share it, each with databases of its own, named
after the process id.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from config import catalogue, environment
from config.environment import PROJECT_ROOT
from config.postgres import embedded, urls
from tests.needs import require

# A landing is decided by the change, not by the draw. `make test-long` draws anew each time.
hypothesis_settings.register_profile("landing", derandomize=True, database=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "landing"))


def pytest_sessionstart() -> None:
    """Compile the English texts, as ``make`` does, for who runs a test without it."""
    catalogue.compile_catalogue()


def pytest_collection_finish() -> None:
    """Have the collector look at what tests make, seldom, and never at what was imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1000)


@pytest.fixture(autouse=True)
def _needs(request: pytest.FixtureRequest) -> None:
    """Honour ``@pytest.mark.needs("browser")``."""
    for marker in request.node.iter_markers("needs"):
        for name in marker.args:
            require(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[urls.Parameters | None]:
    """Run the embedded server; yields its superuser's parameters (None with DATABASE_URL)."""
    settings = environment.load()
    if settings.database_url is not None:
        yield None
        return
    with embedded.attach(embedded.server_of(settings), durable=False) as layout:
        superuser = urls.superuser(layout)
        _drop_left_over(superuser)
        yield superuser


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: urls.Parameters | None) -> None:
    """Have the server up before Django makes the test database."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: urls.Parameters | None,
) -> Iterator[None]:
    """Close what tests left open, else the test database cannot be dropped."""
    with django_db_blocker.unblock():
        name = connections["default"].settings_dict["NAME"]
        if postgres is not None:
            _flush_what_was_written(postgres)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        if postgres is not None:
            with psycopg.connect(**postgres, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (name,),
                )


def _flush_what_was_written(superuser: urls.Parameters) -> None:
    """Empty the tables that hold something, not all: a TRUNCATE of 150 takes a quarter second."""
    main = connections["default"]
    with psycopg.connect(**superuser, autocommit=True) as connection:
        grantee = sql.Identifier(main.settings_dict["USER"])
        connection.execute(
            sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(grantee)
        )

    def sql_flush(_style: object, tables: Sequence[str], **_options: bool) -> list[str]:
        with main.cursor() as cursor:
            cursor.execute(_WRITTEN, [list(tables)])
            written = [main.ops.quote_name(name) for (name,) in cursor.fetchall()]
        # No trigger guards what a test has written, and the order does not matter.
        begin = "SET LOCAL session_replication_role = replica"
        return [begin, *(f"DELETE FROM {name}" for name in written)]  # noqa: S608 - names of tables

    setattr(main.ops, "sql_flush", sql_flush)  # noqa: B010 - one connection, not the class


_WRITTEN = """
SELECT relname FROM pg_class
 WHERE relname = ANY (%s) AND relkind = 'r' AND pg_relation_size(oid) > 0
   AND relnamespace = 'public'::regnamespace
"""


def _drop_left_over(superuser: urls.Parameters) -> None:
    """Drop test databases whose test run was killed."""
    with psycopg.connect(**superuser, autocommit=True) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^test_kedja_[0-9]+$'"
        ).fetchall()
        for (name,) in names:
            if not Path(f"/proc/{name.rpartition('_')[2]}").exists():
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


def pytest_xdist_auto_num_workers() -> int:
    """Two cores are what the time limits are promised for."""
    return min(2, os.cpu_count() or 1)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Give the tests of a module that is marked ``xdist_group`` to one worker.

    What ``--dist loadgroup`` is for; from pytest 9.2 on it takes no notice of the mark, as a test's
    id can no longer be written by xdist.
    """
    return _MarkedTogether(config, log)


class _MarkedTogether(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if _is_marked(module) else nodeid


@cache
def _is_marked(module: str) -> bool:
    return "pytest.mark.xdist_group" in (PROJECT_ROOT / module).read_text(encoding="utf-8")
