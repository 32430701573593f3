"""Make, start and stop one embedded server. Knows nothing of who may do so when."""

import os
import pwd
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import children
from config.errors import PostgresStartError
from config.postgres import binaries
from config.postgres.layout import Layout

START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
_POLL_S = 0.02
_STATUS_LINE = 7  # of postmaster.pid, counted from zero

_HBA = """\
# written by Kedja at each start
local all postgres peer map=kedja
local all all scram-sha-256
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One embedded server: its paths and its programs."""

    layout: Layout
    bin_dir: Path

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's account.

        Raises:
            PostgresStartError: It failed; the message carries what it printed.
        """
        done = subprocess.run(  # noqa: S603  our own binary
            [self.bin_dir / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
            **self._as_account(),
        )
        if done.returncode:
            raise PostgresStartError(f"{program} failed:\n{done.stdout}{done.stderr}".rstrip())

    def prepare(self) -> None:
        """Make the folders with the rights that PostgreSQL demands."""
        layout = self.layout
        for folder in (layout.base.parent, layout.base, layout.root):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)
            if layout.account is not None:  # it must reach its data, whatever root's umask is
                folder.chmod(0o755)
        for folder in (layout.data, layout.socket_dir):
            folder.mkdir(exist_ok=True, mode=0o700)
            self._give(folder)
            folder.chmod(0o700)
        layout.log.touch(mode=0o600)
        self._write_access_rules()

    def initialise(self) -> bool:
        """Run initdb unless there is data already. Returns whether it did.

        Raises:
            PostgresStartError: The data belongs to another major version.
        """
        major = binaries.major_version(self.bin_dir)
        marker = self.layout.data / "PG_VERSION"
        if marker.exists():
            _check_version(self.layout.data, int(marker.read_text()), major)
            return False
        _empty(self.layout.data)  # an initdb that was killed leaves files and no marker at its end
        locale = ["--locale=C.UTF-8"]
        if major >= 17:
            locale += ["--locale-provider=builtin", "--lc-messages=C"]
        self.run(
            "initdb",
            *("-D", str(self.layout.data), "-U", "postgres", "--encoding=UTF8", *locale),
            *("--auth-local=peer", "--auth-host=reject", "--no-sync", "--no-instructions"),
        )
        return True

    def start(self, *, bound_to_parent: bool, durable: bool = True) -> subprocess.Popen[bytes]:
        """Start the server and wait until it takes connections.

        Args:
            bound_to_parent: Let the kernel stop the server when this process ends.
            durable: False trades safety against power cuts for speed (tests).

        Raises:
            PostgresStartError: It ended or was not ready within ``START_LIMIT_S``.
        """
        bind = children.die_with_parent(os.getpid(), signal.SIGINT) if bound_to_parent else None
        with self.layout.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  our own binary
                [self.bin_dir / "postgres", *self._options(durable=durable)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=bind,  # noqa: PLW1509  started from the main thread only
                **self._as_account(),
            )
        self._wait_ready(process)
        if not bound_to_parent:
            process.returncode = 0  # disowned: it may outlive us, and Popen should not mind
        return process

    def pid(self) -> int | None:
        """Return the running server's process id, or None."""
        pid, _ = self._pid_file()
        return pid

    def ready(self) -> bool:
        """Say whether a server runs on this data and takes connections."""
        pid, status = self._pid_file()
        return pid is not None and status == "ready"

    def stop(self) -> None:
        """Stop whatever server runs on this data, and wait until it is gone.

        Raises:
            PostgresStartError: It is still there after ``STOP_LIMIT_S``.
        """
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # "fast": roll back, checkpoint, end
        deadline = time.monotonic() + STOP_LIMIT_S
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise PostgresStartError(f"The old server (pid {pid}) does not stop: end it first.")
            time.sleep(_POLL_S)

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise PostgresStartError(f"PostgreSQL ended at start:\n{self._log_tail()}")
            if self._pid_file() == (process.pid, "ready"):
                return
            time.sleep(_POLL_S)
        process.kill()
        process.wait()
        raise PostgresStartError(f"PostgreSQL was not ready in time:\n{self._log_tail()}")

    def _pid_file(self) -> tuple[int | None, str]:
        """Read postmaster.pid, which exists before it is filled."""
        try:
            lines = (self.layout.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, IndexError, ValueError):
            return None, ""
        if os.fsencode(self.layout.data) not in words:  # a stale file, the pid reused
            return None, ""
        return pid, lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else ""

    def _options(self, *, durable: bool) -> list[str]:
        layout = self.layout
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(layout.socket_dir),
            "unix_socket_permissions": "0700",
            "hba_file": str(layout.root / "pg_hba.conf"),
            "ident_file": str(layout.root / "pg_ident.conf"),
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Statements, their values and error messages may hold case data: never into the log.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_parameter_max_length_on_error": "0",
            "log_error_verbosity": "terse",
        }
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        words = ["-D", str(layout.data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        return words

    def _as_account(self) -> dict[str, Any]:
        """Popen arguments: the account, and an environment that owes nothing to the caller."""
        common: dict[str, Any] = {
            "cwd": self.layout.root,
            "umask": 0o077,
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        }
        account = self.layout.account
        if account is None:
            return common
        return common | {"user": account.uid, "group": account.gid, "extra_groups": []}

    def _give(self, path: Path) -> None:
        if self.layout.account is not None:
            os.chown(path, self.layout.account.uid, self.layout.account.gid)

    def _write_access_rules(self) -> None:
        """Let our own operating-system user be the superuser, and nobody else."""
        rules = {
            "pg_hba.conf": _HBA,
            "pg_ident.conf": f"kedja {_own_name()} postgres\n",
        }
        for name, text in rules.items():
            path = self.layout.root / name
            if path.exists() and path.read_text() == text:
                continue
            path.write_text(text)
            path.chmod(0o600)
            self._give(path)

    def _log_tail(self) -> str:
        return self.layout.log.read_text(errors="replace")[-1500:]


def _own_name() -> str:
    """Our account's name as the kernel's peer check will report it."""
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise PostgresStartError(
            f"uid {uid} has no entry in the user database, which PostgreSQL needs: "
            "set DATABASE_URL or run as a user with a name."
        ) from error


def _check_version(data: Path, have: int, major: int) -> None:
    if have != major:
        raise PostgresStartError(
            f"The data in {data} is of PostgreSQL {have}, the binaries are {major}: make a backup "
            f"with KEDJA_PG pointing at {have}, move the folder away, and restore."
        )


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
