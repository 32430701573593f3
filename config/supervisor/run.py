"""The life of `kedja up`, from the first lock to the last child."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FrameType

from psycopg.conninfo import make_conninfo

from config import children, frontend, prepare
from config.databases import VARIABLES, parameters_of
from config.environment import DatabaseRole, Environment
from config.errors import SetupError
from config.postgres import embedded, locks, roles
from config.postgres.layout import Layout, layout_of
from config.postgres.secrets import local_secrets
from config.supervisor.child import STOP_LIMIT_S, Child
from config.supervisor.report import Report

ANSWER_LIMIT_S = 60.0
_POLL_S = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PortTakenError(SetupError):
    """Something else listens on the port."""

    code = "port_taken"


class WebNotAnsweringError(SetupError):
    """The web program did not answer in time."""

    code = "web_not_answering"


@dataclass(slots=True)
class StopRequest:
    """Turns INT, TERM and HUP into one request to stop.

    Until everything is up a signal interrupts the step at hand; afterwards it
    is only noted, so that taking down is never interrupted itself.
    """

    asked: bool = False
    interrupts: bool = True

    def install(self) -> None:
        """Take over the signals."""
        for number in _SIGNALS:
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if first and self.interrupts:
            raise KeyboardInterrupt


@dataclass(slots=True)
class Supervisor:
    """Brings everything up in order and keeps it up.

    Args:
        environment: Of this process.
        port: Port of the web.
        demo: Load the demo municipality into an empty database.
    """

    environment: Environment
    port: int
    demo: bool
    report: Report = field(default_factory=Report)
    stop: StopRequest = field(default_factory=StopRequest)
    programs: list[Child] = field(default_factory=list)

    def run(self) -> int:
        """Run until told to stop; returns the exit code.

        Raises:
            SetupError: Something outside the program must be put right first.
        """
        if self.environment.die_with_parent:
            children.die_with_my_parent(signal.SIGTERM)
        self.stop.install()
        layout = layout_of(self.environment)
        layout.logs.mkdir(parents=True, exist_ok=True, mode=0o755)
        owner = locks.OwnerLock(layout.root)
        owner.acquire(limit_s=embedded.HAND_OVER_S)
        try:
            self._run(layout, owner)
        except KeyboardInterrupt:
            self.report.say("Interrupted.")
        finally:
            owner.release()
        self.report.say(f"Stopped after {self.report.elapsed_s:.0f} s.")
        return 0

    def _run(self, layout: Layout, owner: locks.OwnerLock) -> None:
        self._check_port()
        self._front_end(layout)
        with self._database(owner) as database:
            logins = self._fill()
            try:
                self._start_programs(layout)
                self._announce(layout, owner, logins)
                self._watch(database)
            finally:
                self.stop.interrupts = False
                owner.say(locks.STOPPING)
                self._stop_programs()

    def _front_end(self, layout: Layout) -> None:
        with self.report.step("front-end") as notes:
            try:
                built = frontend.build(layout.logs / "frontend.log")
                notes.append("built" if built else "unchanged")
            except frontend.FrontendError as error:
                notes.append(f"NOT BUILT, pages come without the drawing. {error}")

    @contextmanager
    def _database(self, owner: locks.OwnerLock) -> Iterator[embedded.OwnedServer | None]:
        """Have the database up: the given one, or the embedded one as our child."""
        if self.environment.database_url is not None:
            with self.report.step("postgres") as notes:
                if not (self.environment.app_database_url and self.environment.worker_database_url):
                    passwords = local_secrets(layout_of(self.environment).secrets)
                    roles.ensure_external(parameters_of(self.environment, "owner"), passwords)
                notes.append("the server in DATABASE_URL")
            yield None
            return
        with ExitStack() as stack:
            with self._interruptions_noted_late(), self.report.step("postgres") as notes:
                server = embedded.server_of(self.environment)
                owned = stack.enter_context(embedded.own(server, owner))
                notes.append(str(server.bin_dir))
            yield owned

    @contextmanager
    def _interruptions_noted_late(self) -> Iterator[None]:
        """Finish a start that is under way before a signal takes it down again."""
        self.stop.interrupts = False
        try:
            yield
        finally:
            self.stop.interrupts = True
        if self.stop.asked:
            raise KeyboardInterrupt

    def _fill(self) -> list[str]:
        logins: list[str] = []
        with self.report.step("migrate") as notes:
            notes.append(prepare.migrate())
        with self.report.step("deploy") as notes:
            notes.append(prepare.deploy())
        if self.demo:
            with self.report.step("demo data") as notes:
                note, logins = prepare.load_demo()
                notes.append(note)
        with self.report.step("static") as notes:
            notes.append(prepare.collect_static())
        prepare.close()
        return logins

    def _start_programs(self, layout: Layout) -> None:
        commands: Mapping[DatabaseRole, list[str]] = {
            "app": [sys.executable, "-m", "config.serve"],
            "worker": [sys.executable, "-m", "workers"],
        }
        for role, command in commands.items():
            name = "web" if role == "app" else role
            child = Child(name, command, self._surroundings(role), layout.logs / f"{name}.log")
            child.start()
            self.programs.append(child)

    def _surroundings(self, role: DatabaseRole) -> dict[str, str]:
        """Environment of one program: its own database role and nobody else's."""
        hidden = {"DATABASE_URL", *VARIABLES.values()}
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        secrets = local_secrets(layout_of(self.environment).secrets)
        return {
            "KEDJA_SECRET_KEY": secrets.signing_key,
            **kept,
            "PYTHONUNBUFFERED": "1",
            "KEDJA_ROLE": role,
            "KEDJA_PORT": str(self.port),
            VARIABLES[role]: make_conninfo(**parameters_of(self.environment, role)),
        }

    def _announce(self, layout: Layout, owner: locks.OwnerLock, logins: list[str]) -> None:
        with self.report.step("web, worker"):
            self._await_answer(layout)
        url = f"http://{self._address()}:{self.port}/"
        owner.say(locks.RUNNING, url)
        self.report.say(f"\nKedja answers at {url} ({self.report.elapsed_s:.1f} s)")
        for line in logins:
            self.report.say(line)
        self.report.say(f"Logs: {layout.logs}    Ctrl-C stops everything.")

    def _await_answer(self, layout: Layout) -> None:
        deadline = time.monotonic() + ANSWER_LIMIT_S
        while not self._answers():
            self._tend_programs()
            if time.monotonic() > deadline:
                raise WebNotAnsweringError(f"The web does not answer: see {layout.logs}/web.log")
            time.sleep(_POLL_S)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self._address(), self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _watch(self, database: embedded.OwnedServer | None) -> None:
        self.stop.interrupts = False
        while not self.stop.asked:
            if database is not None and database.tend():
                self.report.say("postgres ended: started again")
            self._tend_programs()
            time.sleep(_POLL_S)
        self.report.say("\nStopping …")

    def _tend_programs(self) -> None:
        for child in self.programs:
            line = child.tend()
            if line:
                self.report.say(f"{line} (log: {child.log})")

    def _stop_programs(self) -> None:
        for child in self.programs:
            child.ask_to_stop()
        deadline_s = time.monotonic() + STOP_LIMIT_S
        for child in self.programs:
            child.stop(deadline_s)

    def _address(self) -> str:
        host = self.environment.host
        return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared only

    def _check_port(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.environment.host, self.port))
            except OSError as error:
                raise PortTakenError(
                    f"Port {self.port} is taken: choose another with `kedja up --port N`."
                ) from error
