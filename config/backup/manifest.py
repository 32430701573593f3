"""What a database holds, as counts and hashes that can be compared."""

import hashlib
from datetime import datetime

import psycopg
from psycopg import sql
from pydantic import BaseModel, ConfigDict

FORMAT = 1
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname COLLATE "C"
"""
_SEQUENCES = """
SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences
WHERE schemaname = 'public' ORDER BY sequencename COLLATE "C"
"""
# Rows as text must look the same on every server.
_STEADY = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';"
    " SET extra_float_digits = 1; SET bytea_output = 'hex'; SET row_security = off"
)


class TableSum(BaseModel):
    """One table: its rows, and a SHA-256 over them in a fixed order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    sha256: str


class Manifest(BaseModel):
    """Stands beside the dump in every backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    made_at: datetime
    postgresql: str
    tables: dict[str, TableSum]
    sequences: dict[str, int]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(table.rows for table in self.tables.values())

    def differences(self, other: "Manifest") -> list[str]:
        """Name the tables and sequences in which two databases differ."""
        names = sorted({*self.tables, *other.tables})
        found = [name for name in names if self.tables.get(name) != other.tables.get(name)]
        sequences = sorted({*self.sequences, *other.sequences})
        found += [one for one in sequences if self.sequences.get(one) != other.sequences.get(one)]
        return found


def describe(connection: psycopg.Connection, *, made_at: datetime) -> Manifest:
    """Count and hash every table that ``connection`` sees.

    Args:
        connection: Of a role that row-level security does not bind; a bound one
            gets an error rather than a short answer. In a transaction whose
            snapshot the dump shares.
        made_at: Aware time for the manifest.
    """
    connection.execute(_STEADY.encode())
    tables = [row[0] for row in connection.execute(_TABLES.encode())]
    sequences = connection.execute(_SEQUENCES.encode()).fetchall()
    return Manifest(
        made_at=made_at,
        postgresql=str(connection.info.server_version // 10_000),
        tables={name: _sum(connection, name) for name in tables},
        sequences=dict(sequences),
    )


def _sum(connection: psycopg.Connection, table: str) -> TableSum:
    """Hash a table's rows, streamed; ordered by their text, so that no key is needed."""
    query = sql.SQL('COPY (SELECT t.* FROM {} t ORDER BY t::text COLLATE "C") TO STDOUT').format(
        sql.Identifier(table)
    )
    total, rows = hashlib.sha256(), 0
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for chunk in copy:
            data = bytes(chunk)
            total.update(data)
            rows += data.count(b"\n")
    return TableSum(rows=rows, sha256=total.hexdigest())
