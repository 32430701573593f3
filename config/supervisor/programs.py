"""Web and worker: what they are started with, and what becomes of them."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.conninfo import make_conninfo

from config.databases import VARIABLES, parameters_of
from config.environment import DatabaseRole, Environment
from config.postgres.layout import layout_of
from config.postgres.secrets import local_secrets
from config.supervisor.child import STOP_LIMIT_S, Child

COMMANDS: Mapping[DatabaseRole, tuple[str, list[str]]] = {
    "app": ("web", [sys.executable, "-m", "config.serve"]),
    "worker": ("worker", [sys.executable, "-m", "workers"]),
}


@dataclass(slots=True)
class Programs:
    """The programs under supervision."""

    environment: Environment
    port: int
    logs: Path
    children: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start each with the environment of its own database role."""
        for role, (name, command) in COMMANDS.items():
            child = Child(name, command, self._surroundings(role), self.logs / f"{name}.log")
            child.start()
            self.children.append(child)

    def tend(self) -> list[str]:
        """Start again what ended; returns lines for the terminal."""
        lines = ((child, child.tend()) for child in self.children)
        return [f"{line} (log: {child.log})" for child, line in lines if line]

    def stop(self) -> None:
        """Ask all to stop, wait, then kill what is left."""
        for child in self.children:
            child.ask_to_stop()
        deadline_s = time.monotonic() + STOP_LIMIT_S
        for child in self.children:
            child.stop(deadline_s)

    def _surroundings(self, role: DatabaseRole) -> dict[str, str]:
        """Environment of one program: its own database role and nobody else's."""
        hidden = {"DATABASE_URL", "KEDJA_BACKUP_DATABASE_URL", *VARIABLES.values()}
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        secrets = local_secrets(layout_of(self.environment).secrets)
        return {
            "KEDJA_SECRET_KEY": secrets.signing_key,
            "KEDJA_EMAIL_URL": f"file://{self.logs.parent / 'mail'}",
            **kept,
            "PYTHONUNBUFFERED": "1",
            "KEDJA_ROLE": role,
            "KEDJA_PORT": str(self.port),
            VARIABLES[role]: make_conninfo(**parameters_of(self.environment, role)),
        }
