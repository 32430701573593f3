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

_RESTAMPING = r"""
CREATE OR REPLACE FUNCTION kedja_restamped(before jsonb, after jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('kedja.restamp', true), '') = 'on'
 AND before - '{secrecy,person_kopia}'::text[] = after - '{secrecy,person_kopia}'::text[] $$;
CREATE OR REPLACE FUNCTION kedja_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF TG_OP = 'UPDATE' AND kedja_restamped(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'append_only: rows of % are never changed', TG_TABLE_NAME
   USING ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE FUNCTION kedja_let_restamp() RETURNS void LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
  FOR found IN SELECT DISTINCT p.oid, pg_get_functiondef(p.oid) AS text
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE NOT t.tgisinternal AND (t.tgtype & 16) <> 0 AND (t.tgtype & 2) <> 0
      AND (t.tgtype & 1) <> 0 AND p.prosrc NOT LIKE '%kedja_restamped%'
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'secrecy')
  LOOP
    EXECUTE regexp_replace(found.text, '\mBEGIN\M', 'BEGIN' || chr(10)
      || '  IF TG_OP = ''UPDATE'' AND kedja_restamped(to_jsonb(OLD), to_jsonb(NEW))'
      || ' THEN RETURN NEW; END IF;');
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION kedja_access_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
    OR to_jsonb(OLD) - '{ended_at,ended_by_id}'::text[]
       IS DISTINCT FROM to_jsonb(NEW) - '{ended_at,ended_by_id}'::text[]
  THEN RAISE EXCEPTION 'append_only: a way into a case is ended once, never changed'
   USING ERRCODE = 'restrict_violation'; END IF;
  RETURN NEW;
END $$;
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


def restamping() -> RunSQL:
    """Create what lets a protection level change on rows that never change otherwise.

    Only where the transaction says ``kedja.restamp`` = on, which ``records_protect`` does, and
    only the level itself and the person's copy in an uppdrag (P-1). ``kedja_let_restamp`` gives
    every guarding trigger function that exception; ``records.guards`` calls it after each change.
    """
    return RunSQL(_RESTAMPING, RunSQL.noop)


def set_once_access(table: str) -> RunSQL:
    """Let a row be ended, once; nothing else of it changes and it is never deleted."""
    return RunSQL(
        f"CREATE TRIGGER {table}_once BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION kedja_access_once()",
        f"DROP TRIGGER {table}_once ON {table}",
    )


def protect(table: str) -> RunSQL:
    """Switch on row-level security for a table with ``unit_id`` and ``secrecy``.

    A row may be written above the writer's own protection level (who registers a protected person
    need not be one of those who may read about them), but then no longer be seen.
    """
    return _policies(table, _VISIBLE, _OWN_UNIT)


def protect_by_user(table: str) -> RunSQL:
    """Switch on row-level security for a table whose rows belong to one user (``user_id``)."""
    return _policies(table, _OWN_ROW, _OWN_ROW)


def sign_own(table: str) -> RunSQL:
    """Let everybody read a table of signatures, and add only their own (``user_id``).

    Who has signed is read before there is a context, to know what context there may be.
    """
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);"
        f"CREATE POLICY seen ON {table} FOR SELECT USING (true);"
        f"CREATE POLICY own ON {table} FOR INSERT WITH CHECK ({_OWN_ROW});",
        f"DROP POLICY own ON {table}; DROP POLICY seen ON {table}; DROP POLICY owner ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


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
