"""Use the embedded server, or own it.

``attach`` is for everything that needs the database for a while: commands and
tests. The first user starts the server, the last one stops it, and a running
`kedja up` is simply used. ``own`` is for `kedja up`: the server is its child
and dies with it.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from config.environment import Environment
from config.errors import PostgresStartError
from config.postgres import binaries, locks, roles, urls
from config.postgres.layout import Layout, layout_of
from config.postgres.secrets import local_secrets
from config.postgres.server import START_LIMIT_S, Server

HAND_OVER_S = 20.0  # how long a newcomer waits for a predecessor that is stopping
_POLL_S = 0.05


def server_of(environment: Environment, *, instance: str | None = None) -> Server:
    """Return this clone's server with its folders made, running or not.

    Raises:
        PostgresMissingError: There are no binaries.
        PostgresStartError: The account or the socket path cannot be used.
    """
    layout = layout_of(environment, instance=instance)
    layout.root.mkdir(parents=True, exist_ok=True, mode=0o755)
    copy_to = layout.base if layout.account is not None else None
    with locks.change_lock(layout.root):
        server = Server(layout, binaries.find_bin(environment.pg, copy_to=copy_to))
        server.prepare()
    return server


@contextmanager
def attach(server: Server, *, durable: bool = True) -> Iterator[Layout]:
    """Use the server for the length of a ``with`` block, starting it if it is down.

    Args:
        server: From ``server_of``.
        durable: See ``Server.start``; matters only to the one who starts it.

    Raises:
        PostgresStartError: It does not start.
    """
    folder = server.layout.root
    with _as_user(server, durable=durable) as user:
        try:
            yield server.layout
        finally:
            with locks.change_lock(folder):
                if locks.try_alone(user) and not locks.owned(folder):
                    server.stop()


@contextmanager
def _as_user(server: Server, *, durable: bool) -> Iterator[TextIO]:
    """Hold a user lock on a server that is up.

    No lock is held while a supervisor is given time to start: it needs them.
    """
    folder = server.layout.root
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        with locks.user_lock(folder) as user:
            if _up(server, durable=durable):
                yield user
                return
        if time.monotonic() > deadline:
            raise PostgresStartError("`kedja up` holds the database but it does not answer.")
        time.sleep(_POLL_S)


def _up(server: Server, *, durable: bool) -> bool:
    """Start the server if nobody else is about to; say whether it is up."""
    with locks.change_lock(server.layout.root):
        if server.ready():
            return True
        if locks.owned(server.layout.root):
            return False
        server.stop()  # one that is on its way down
        launch(server, bound_to_parent=False, durable=durable)
        return True


class OwnedServer:
    """The server as the supervisor's child."""

    def __init__(self, server: Server, process: subprocess.Popen[bytes]) -> None:
        self.server = server
        self.process = process

    def tend(self) -> bool:
        """Start the server again if it ended. Returns whether it had to.

        Raises:
            PostgresStartError: It does not come up again.
        """
        if self.process.poll() is None:
            return False
        with locks.change_lock(self.server.layout.root):
            self.server.stop()  # children of a killed postmaster
            self.process = launch(self.server, bound_to_parent=True, durable=True)
        return True


@contextmanager
def own(server: Server, owner: locks.OwnerLock) -> Iterator[OwnedServer]:
    """Run the server as a child of this process until the ``with`` block ends.

    Args:
        server: From ``server_of``.
        owner: Acquired by the caller, who also releases it.

    Raises:
        AlreadyRunningError: Other commands use the server and do not finish.
        PostgresStartError: It does not start.
    """
    folder = server.layout.root
    with locks.no_users(folder, limit_s=HAND_OVER_S), locks.change_lock(folder):
        server.stop()
        owned = OwnedServer(server, launch(server, bound_to_parent=True, durable=True))
    try:
        yield owned
    finally:
        owner.say(locks.STOPPING)
        with locks.change_lock(folder):
            server.stop()
            owned.process.wait()


def launch(server: Server, *, bound_to_parent: bool, durable: bool) -> subprocess.Popen[bytes]:
    """Make what is missing (data, roles, database) and start the server."""
    server.initialise()
    process = server.start(bound_to_parent=bound_to_parent, durable=durable)
    roles.ensure_embedded(urls.superuser(server.layout), local_secrets(server.layout.secrets))
    return process
