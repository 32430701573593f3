"""Where the embedded server keeps its files, and as whom it runs.

As root the server runs as a system uid, because PostgreSQL refuses to run as
root, and below ``/var/lib/kedja``, because that uid cannot look into a clone
that only root may read. As an ordinary user it runs as that user.
"""

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.environment import PROJECT_ROOT, Environment, load
from config.errors import PostgresStartError

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 100  # bytes; the kernel's own limit is 107


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account the server runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one embedded server (``instance``) of one clone (``base``)."""

    base: Path
    instance: str
    account: Account | None

    @property
    def root(self) -> Path:
        """Folder of this server."""
        return self.base / self.instance

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """What the server itself prints."""
        return self.root / "postgres.log"

    @property
    def secrets(self) -> Path:
        """Generated passwords and the signing key, readable by us alone."""
        return self.root / "secrets.json"

    @property
    def logs(self) -> Path:
        """What web and worker print."""
        return self.root / "logs"

    @property
    def socket_dir(self) -> Path:
        """Folder of the server's socket, near the data unless that path is too long."""
        wanted = self.root / "s"
        if len(os.fsencode(wanted / SOCKET_NAME)) <= SOCKET_LIMIT:
            return wanted
        digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"kedja-{os.geteuid()}-{digest}"
        if len(os.fsencode(short / SOCKET_NAME)) > SOCKET_LIMIT:
            raise PostgresStartError(
                f"The socket path below {short} is longer than {SOCKET_LIMIT} bytes: "
                "set TMPDIR or KEDJA_DATA_DIR to a shorter folder."
            )
        return short


def base_of(root: Path, environment: Environment) -> Path:
    """Folder for everything the clone at ``root`` keeps outside itself."""
    if environment.data_dir is not None:
        return environment.data_dir
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    if os.geteuid() == 0:
        return Path("/var/lib/kedja") / digest
    home = environment.xdg_data_home or Path.home() / ".local" / "share"
    return home / "kedja" / digest


def account_of(environment: Environment) -> Account | None:
    """Return the account to drop to, or None when we are not root.

    Raises:
        PostgresStartError: The named system account does not exist.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(environment.pg_user)
    except KeyError as error:
        raise PostgresStartError(
            f"No system account named {environment.pg_user}: set KEDJA_PG_USER to one that exists."
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def layout_of(environment: Environment, *, instance: str | None = None) -> Layout:
    """Return the paths of this clone's server, or of another ``instance`` beside it."""
    return Layout(
        base_of(PROJECT_ROOT, environment),
        instance or environment.instance,
        account_of(environment),
    )


if __name__ == "__main__":  # `python -m config.postgres.layout`: where does it all lie?
    print(layout_of(load()).base)  # noqa: T201
