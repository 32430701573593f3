"""Generated secrets of the embedded server: one file, mode 0600.

They keep web and worker apart as database users. They are no wall against
somebody who already is our operating-system user: the documented production
set-up has such walls, the embedded server has none.
"""

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

OWNER, APP, WORKER = "kedja_owner", "kedja_app", "kedja_worker"


@dataclass(frozen=True, slots=True)
class LocalSecrets:
    """Password per database role, and Django's signing key."""

    kedja_owner: str
    kedja_app: str
    kedja_worker: str
    signing_key: str

    def password(self, role: str) -> str:
        """Password of one of the three database roles."""
        return str(asdict(self)[role])


def local_secrets(path: Path) -> LocalSecrets:
    """Read the secrets at ``path``; make them at the first call.

    A lock beside the file lets several first calls agree on one set.

    Raises:
        OSError: The folder cannot be written.
    """
    if path.exists():
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    with (path.parent / "secrets.lock").open("a") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not path.exists():
            _write(path)
    return _read(path)


def _read(path: Path) -> LocalSecrets:
    return LocalSecrets(**json.loads(path.read_text()))


def _write(path: Path) -> None:
    fresh = LocalSecrets(*(secrets.token_urlsafe(32) for _ in range(4)))
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(asdict(fresh), out)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(path)
