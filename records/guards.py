"""What the database itself refuses, as operations for migrations.

The legal record must hold against a bug, an administrator with SQL, a second process and a race:
so append-only, set-once and the closing gate of K-3 are triggers, not only Python. Each refusal
names its rule as the constraint of the error. No legal number stands here.
"""

from collections.abc import Iterable
from pathlib import Path

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation

from cases import rowsecurity

_SHARED = (
    "(unit_id = ANY ((SELECT kedja_units())::uuid[])"
    " OR delad_med_id = ANY ((SELECT kedja_units())::uuid[]))"
    " AND secrecy <= (SELECT kedja_secrecy())"
)

# A changed protection level restamps rows that never change otherwise: every guard lets it through.
_LET_RESTAMP = """
DO $let$ BEGIN IF to_regprocedure('kedja_let_restamp()') IS NOT NULL
THEN PERFORM kedja_let_restamp(); END IF; END $let$;
"""


def functions(path: Path) -> RunSQL:
    """Create what a migration's own SQL file holds: trigger functions, number series."""
    text = path.read_text(encoding="utf-8")
    return RunSQL(text + _LET_RESTAMP, "DROP SEQUENCE records_arende_nummer")


def protect_shared(table: str) -> tuple[Operation, ...]:
    """Row-level security for a table whose rows one more unit may see (``delad_med_id``)."""
    return (
        rowsecurity.protect(table),
        RunSQL(
            f"ALTER POLICY own ON {table} USING ({_SHARED}) WITH CHECK ({_SHARED})", RunSQL.noop
        ),
    )


def set_once(table: str, *columns: str) -> tuple[Operation, ...]:
    """Only ``columns`` may change after the insert, each once; no row is ever deleted."""
    names = ", ".join(f"'{column}'" for column in columns)
    return (
        trigger(table, "set_once", "BEFORE UPDATE", f"records_set_once({names})"),
        *kept(table),
    )


def kept(table: str) -> tuple[Operation, ...]:
    """No row is ever deleted, by any role."""
    return (trigger(table, "kept", "BEFORE DELETE", "kedja_append_only()"),)


def trigger(table: str, name: str, when: str, function: str) -> RunSQL:
    """One row trigger.

    Args:
        table: Table name.
        name: Suffix of the trigger's name; triggers of one event fire in order of name.
        when: E.g. ``BEFORE INSERT OR UPDATE``.
        function: Call with its arguments.
    """
    return RunSQL(
        f"CREATE TRIGGER {table}_{name} {when} ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION {function};{_LET_RESTAMP}",
        f"DROP TRIGGER {table}_{name} ON {table}",
    )


def accepted_has_akt() -> RunSQL:
    """An accepted uppdrag has its akt and journal at the commit (R-090, K-8)."""
    return RunSQL(
        "CREATE CONSTRAINT TRIGGER records_uppdrag_has_akt AFTER UPDATE ON records_uppdrag"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'accepterat')"
        " EXECUTE FUNCTION records_uppdrag_has_akt()",
        "DROP TRIGGER records_uppdrag_has_akt ON records_uppdrag",
    )


def rights(tables: Iterable[str], frozen: Iterable[str]) -> tuple[Operation, ...]:
    """Give app and worker what programs need, and take the rest; triggers are the second lock."""
    kept_tables, unchanged = tuple(tables), tuple(frozen)
    granted = ", ".join(kept_tables)
    return tuple(
        operation
        for role in (rowsecurity.APP, rowsecurity.WORKER)
        for operation in (
            rowsecurity.revoke(role, "ALL", kept_tables),
            RunSQL(
                rowsecurity.for_role(
                    role,
                    f"GRANT SELECT, INSERT, UPDATE ON {granted} TO {role};",
                    f"GRANT USAGE ON SEQUENCE records_arende_nummer TO {role};",
                ),
                RunSQL.noop,
            ),
            rowsecurity.revoke(role, "UPDATE", unchanged),
        )
    )
