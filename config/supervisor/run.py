"""The life of `kedja up`, from the first lock to the last child."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config import catalogue, children, frontend, prepare
from config.databases import VARIABLES, parameters_of
from config.environment import DatabaseRole, Environment
from config.errors import SetupError
from config.postgres import embedded, locks, roles
from config.postgres.layout import Layout, layout_of
from config.postgres.secrets import local_secrets
from config.supervisor.address import Address
from config.supervisor.programs import Programs
from config.supervisor.report import Report
from config.supervisor.signals import StopRequest

ANSWER_LIMIT_S = 60.0
_POLL_S = 0.1


class WebNotAnsweringError(SetupError):
    """The web program did not answer in time."""

    code = "web_not_answering"


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

    @property
    def address(self) -> Address:
        """Where the web listens."""
        return Address(self.environment.host, self.port)

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
        self.report.say(f"{'program':<12} {self.report.elapsed_s:6.2f} s  loaded")
        try:
            self._run(layout, owner)
        except KeyboardInterrupt:
            self.report.say("Interrupted.")
        finally:
            owner.release()
        self.report.say(f"Stopped after {self.report.elapsed_s:.0f} s.")
        return 0

    def _run(self, layout: Layout, owner: locks.OwnerLock) -> None:
        self.address.require_free()
        building = None if frontend.is_built() else frontend.start_build(_build_log(layout))
        with self._database(owner) as database:
            logins = self._fill()
            self._finish_front_end(building, layout)
            programs = Programs(self.environment, self.port, layout.logs)
            try:
                self._bring_up(programs)
                self._announce(layout, owner, logins)
                self._watch(database, programs)
            finally:
                self.stop.hold()
                owner.say(locks.STOPPING)
                programs.stop()

    def _finish_front_end(self, building: subprocess.Popen[bytes] | None, layout: Layout) -> None:
        """Wait for the build that ran beside the other steps, then gather what it made."""
        with self.report.step("front-end") as notes:
            if building is None:
                notes.append("unchanged")
            elif building.wait() == 0:
                notes.append("built beside the steps above")
            else:
                notes.append(f"NOT BUILT, pages lack the drawing: see {_build_log(layout)}")
        with self.report.step("static") as notes:
            notes.append(prepare.collect_static())
        with self.report.step("english") as notes:
            notes.append(_english())

    @contextmanager
    def _database(self, owner: locks.OwnerLock) -> Iterator[embedded.OwnedServer | None]:
        """Have the database up: the given one, or the embedded one as our child."""
        if self.environment.database_url is not None:
            self._use_given_server()
            yield None
            return
        with ExitStack() as stack:
            with self.stop.late(), self.report.step("postgres") as notes:
                server = embedded.server_of(self.environment)
                owned = stack.enter_context(embedded.own(server, owner))
                notes.append(str(server.bin_dir))
            try:
                yield owned
            finally:
                self.stop.hold()

    def _use_given_server(self) -> None:
        role: DatabaseRole
        with self.report.step("postgres") as notes:
            if not (self.environment.app_database_url and self.environment.worker_database_url):
                passwords = local_secrets(layout_of(self.environment).secrets)
                roles.ensure_external(parameters_of(self.environment, "owner"), passwords)
            for role in ("app", "worker"):
                parameters = parameters_of(self.environment, role)
                roles.require_bound(parameters, variable=VARIABLES[role])
            notes.append("the server in DATABASE_URL")

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
        prepare.close()
        return logins

    def _bring_up(self, programs: Programs) -> None:
        with self.report.step("web, worker"):
            programs.start()
            deadline = time.monotonic() + ANSWER_LIMIT_S
            while not self.address.answers():
                self._tend(programs)
                if time.monotonic() > deadline:
                    raise WebNotAnsweringError(f"The web does not answer: see {programs.logs}")
                time.sleep(_POLL_S)

    def _announce(self, layout: Layout, owner: locks.OwnerLock, logins: list[str]) -> None:
        owner.say(locks.RUNNING, self.address.url)
        self.report.say(f"\nKedja answers at {self.address.url} ({self.report.elapsed_s:.1f} s)")
        for line in logins:
            self.report.say(line)
        self.report.say(f"Logs: {layout.logs}    Ctrl-C stops everything.")

    def _watch(self, database: embedded.OwnedServer | None, programs: Programs) -> None:
        self.stop.hold()
        while not self.stop.asked:
            if database is not None and database.tend():
                self.report.say("postgres ended: started again")
            self._tend(programs)
            time.sleep(_POLL_S)
        self.report.say("\nStopping …")

    def _tend(self, programs: Programs) -> None:
        for line in programs.tend():
            self.report.say(line)


def _english() -> str:
    try:
        return "compiled" if catalogue.compile_catalogue() else "unchanged"
    except catalogue.CatalogueError as error:
        return f"NOT COMPILED, pages are in Swedish only: {error}"


def _build_log(layout: Layout) -> Path:
    return layout.logs / "frontend.log"
