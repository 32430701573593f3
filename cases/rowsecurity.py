"""Row-level security and append-only tables, as operations for migrations.

A policy reads only columns of its own row (``unit_id``, ``secrecy``) and the settings that
``cases.context`` puts into the transaction; without them a query sees no row at all. The owner of
the tables (migrations, backup) and the worker, which delivers messages between organisations,
have policies of their own. No role needs BYPASSRLS.
"""

from collections.abc import Iterable

from django.db.migrations import RunSQL

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION kedja_units() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(current_setting('kedja.units', true), ',')::uuid[] $$;
CREATE OR REPLACE FUNCTION kedja_secrecy() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('kedja.secrecy', true), ''), '-1')::int $$;
CREATE OR REPLACE FUNCTION kedja_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: rows of % are never changed', TG_TABLE_NAME
   USING ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE FUNCTION kedja_wake_workers() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('kedja_outbox', ''); RETURN NULL; END $$;
"""

_FOR_ROLE = """
DO $do$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
{statements}
END IF; END $do$;
"""

_OWN_UNIT = "unit_id = ANY ((SELECT kedja_units())::uuid[])"
_VISIBLE = f"{_OWN_UNIT} AND secrecy <= (SELECT kedja_secrecy())"
_OWN_ROW = "user_id::text = current_setting('kedja.user', true)"

APP = "kedja_app"
WORKER = "kedja_worker"


def functions() -> RunSQL:
    """Create the functions that policies and triggers call."""
    return RunSQL(_FUNCTIONS, RunSQL.noop)


def protect(table: str) -> RunSQL:
    """Switch on row-level security for a table with ``unit_id`` and ``secrecy``.

    A row may be written above the writer's own protection level (who registers a protected person
    need not be one of those who may read about them), but then no longer be seen.
    """
    return _policies(table, _VISIBLE, _OWN_UNIT)


def protect_by_user(table: str) -> RunSQL:
    """Switch on row-level security for a table whose rows belong to one user (``user_id``)."""
    return _policies(table, _OWN_ROW, _OWN_ROW)


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE and DELETE on a table, for every role."""
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION kedja_append_only()",
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


def wake_workers(table: str) -> RunSQL:
    """Notify the channel ``kedja_outbox`` at the commit of every insert."""
    return RunSQL(
        f"CREATE TRIGGER {table}_wake AFTER INSERT ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION kedja_wake_workers()",
        f"DROP TRIGGER {table}_wake ON {table}",
    )


def grant(role: str, rights: str, tables: Iterable[str]) -> RunSQL:
    """Give one role rights on tables, where the role exists."""
    return RunSQL(for_role(role, f"GRANT {rights} ON {', '.join(tables)} TO {role};"), RunSQL.noop)


def revoke(role: str, rights: str, tables: Iterable[str]) -> RunSQL:
    """Take rights on tables from one role, where the role exists."""
    return RunSQL(
        for_role(role, f"REVOKE {rights} ON {', '.join(tables)} FROM {role};"), RunSQL.noop
    )


def for_role(role: str, *statements: str) -> str:
    """Return SQL that runs only where the database knows the role."""
    return _FOR_ROLE.format(role=role, statements="\n".join(statements))


def _policies(table: str, visible: str, writable: str) -> RunSQL:
    worker = for_role(
        WORKER, f"CREATE POLICY worker ON {table} TO {WORKER} USING (true) WITH CHECK (true);"
    )
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);"
        f"CREATE POLICY own ON {table} USING ({visible}) WITH CHECK ({writable});" + worker,
        f"DROP POLICY IF EXISTS worker ON {table}; DROP POLICY own ON {table};"
        f"DROP POLICY owner ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )
