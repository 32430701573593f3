"""pg_dump and pg_restore, called without a password on the command line."""

import os
import subprocess
from pathlib import Path

from config.errors import BackupError
from config.postgres.urls import Parameters

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def dump(bin_dir: Path, source: Parameters, target: Path, *, snapshot: str) -> None:
    """Write the database as ``snapshot`` sees it, in the custom format."""
    arguments = ["--format=custom", f"--snapshot={snapshot}", f"--file={target}"]
    _run(bin_dir / "pg_dump", arguments, source)


def load(bin_dir: Path, target: Parameters, source: Path) -> None:
    """Load a dump into an empty database, all or nothing."""
    arguments = ["--exit-on-error", "--single-transaction", f"--dbname={target['dbname']}"]
    _run(bin_dir / "pg_restore", [*arguments, str(source)], target)


def _run(program: Path, arguments: list[str], parameters: Parameters) -> None:
    variables = {
        _VARIABLES[key]: str(value) for key, value in parameters.items() if key in _VARIABLES
    }
    done = subprocess.run(  # noqa: S603  PostgreSQL's own program
        [program, *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C"} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # DETAIL and CONTEXT lines of a data error would quote a row: only the first line is safe.
        first = done.stderr.strip().splitlines()[:1] or ["no message"]
        raise BackupError(f"{program.name} failed: {first[0]}")
