"""One run: an uninterrupted case, then many under kills, then the comparison."""

import contextlib
import queue
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg

from tests.chaos import audit
from tests.chaos.course import Course, Phase
from tests.chaos.kills import Killer
from tests.chaos.programs import Program
from tests.chaos.walk import Case, Walker
from tests.chaos.world import World

QUIET_LIMIT_S = 180.0
PULSE_S = 0.3
LEASE_S = "3"
WORKERS = 2
EVERYTHING = audit.UNDER_WAY | audit.FORBIDDEN


class Run:
    """Walks the cases of one course in one world.

    Args:
        course: What is walked.
        world: Where.
        kills: How many strikes.
        cases: How many cases are walked under them.
        seed: Repeats the choice of targets and moments.
        say: Prints a line.
    """

    def __init__(
        self,
        course: Course,
        world: World,
        *,
        kills: int,
        cases: int,
        seed: int,
        say: Callable[[str], None],
    ) -> None:
        self._course, self._world, self._say = course, world, say
        self._kills, self._count = kills, cases
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._workers = [self._worker(f"worker-{n}", "actors") for n in range(WORKERS)]
        self._timers = [self._worker(f"timer-{n}", "timers") for n in range(WORKERS)]
        self._day = datetime.now(UTC)

    def run(self) -> list[str]:
        """Walk, kill, wait and look; return what is wrong."""
        self._webs = list(self._course.webs(self._world, self._prepare()))
        with self._programs():
            reference = [Case(0, "uninterrupted")]
            requests, problems = self._walk(reference, lambda _program: None)
            if problems:
                return [f"without any kill: {line}" for line in problems] + self._logs()
            self._say(f"{self._course.name}, uninterrupted: {requests} requests")
            cases = [Case(number, f"case-{number}") for number in range(1, self._count + 1)]
            killer = Killer(
                self._world.monitor,
                chance=self._chance,
                programs={"worker": self._workers, "timer": self._timers},
                kills=self._kills,
                requests=self._count * requests * 9 // 10,
            )
            problems = self._storm(cases, killer) + self._compare(reference[0], cases)
            return problems + (self._logs() if problems else [])

    def _storm(self, cases: list[Case], killer: Killer) -> list[str]:
        started = time.monotonic()
        _requests, problems = self._walk(cases, killer.request)
        killer.join()
        self._say(
            f"{self._count} cases, {sum(killer.done.values())} kills"
            f" ({dict(killer.done)}; inside a transaction: {dict(killer.inside)})"
            f" in {time.monotonic() - started:.0f} s"
        )
        short = self._kills - sum(killer.done.values())
        problems += [f"{short} kills did not happen"] if short else []
        return problems + self._settle(lambda _program: None, EVERYTHING)

    # walking ----------------------------------------------------------------------------

    def _walk(self, cases: list[Case], before: Callable[[Program], None]) -> tuple[int, list[str]]:
        """Walk cases through every phase together; return the requests and what went wrong."""
        requests = 0
        for phase in self._course.phases:
            if phase.advance:
                self._advance(phase.advance)
            problems = self._settle(before, audit.UNDER_WAY)
            requests += self._through(phase, cases, before)
            problems += [f"{case.key}: {line}" for case in cases for line in case.failures]
            problems += self._settle(before, EVERYTHING)
            if problems:
                return requests, problems
        return requests, []

    def _through(self, phase: Phase, cases: list[Case], before: Callable[[Program], None]) -> int:
        waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
        for case in cases:
            waiting.put(case)
        day = self._now().astimezone(ZoneInfo("Europe/Stockholm")).date()
        walkers = [
            Walker(
                self._course,
                phase,
                day,
                web=web,
                cases=waiting,
                monitor=self._world.monitor,
                before=before,
            )
            for web in (*self._webs, *self._webs)
        ][: max(3, len(self._webs))]
        for walker in walkers:
            walker.start()
        while any(walker.is_alive() for walker in walkers):
            self._keep_running()
            time.sleep(0.1)
        return sum(walker.requests for walker in walkers)

    def _settle(
        self,
        before: Callable[[Program], None],
        questions: Mapping[str, str],
    ) -> list[str]:
        """Wait until nothing is under way, with a strike now and then; return what is left."""
        deadline = time.monotonic() + QUIET_LIMIT_S
        while True:
            self._keep_running()
            try:
                now = self._now()
                with psycopg.connect(**self._world.monitor, autocommit=True) as connection:
                    wrong = audit.ask(connection, questions, now, self._course.must_arrive)
            except psycopg.OperationalError as error:
                wrong = [f"the database: {type(error).__name__}"]
            if not wrong or time.monotonic() > deadline:
                return wrong
            before(self._chance.choice(self._webs).program)
            time.sleep(PULSE_S)

    # the clock --------------------------------------------------------------------------

    def _now(self) -> datetime:
        with psycopg.connect(**self._world.monitor, autocommit=True) as connection:
            row = connection.execute("select ahead from kedja_clock").fetchone()
        ahead: timedelta = row[0] if row else timedelta()
        return datetime.now(UTC) + ahead

    def _advance(self, by: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "config.cli", "clock", "advance", by],
            env=self._world.program("owner", "clock"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )

    # the programs -----------------------------------------------------------------------

    def _worker(self, name: str, part: str) -> Program:
        command = ["-m", "workers", "--only", part, "--threads", "2", "--lease", LEASE_S]
        return Program(name, command, self._world.program("worker", name), self._world.logs)

    @property
    def _all(self) -> list[Program]:
        return [*(web.program for web in self._webs), *self._workers, *self._timers]

    @contextlib.contextmanager
    def _programs(self) -> Iterator[None]:
        for program in self._all:
            program.start()
        try:
            yield
        finally:
            codes = {program.name: program.stop() for program in self._all}
            self._say(f"exit codes: {codes}")

    def _keep_running(self) -> None:
        """Start again what died, as whoever supervises the programs would."""
        for program in (*self._workers, *self._timers):
            program.start()

    def _prepare(self) -> str:
        """Make the database ready in a process of its own; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", self._course.setup],
            env=self._world.program("owner", "setup"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"set-up failed:\n{done.stderr[-3000:]}")
        return done.stdout

    def _logs(self) -> list[str]:
        return [f"{program.name} wrote: {program.tail()}" for program in self._all]

    # the comparison ---------------------------------------------------------------------

    def _compare(self, reference: Case, cases: list[Case]) -> list[str]:
        records = self._course.records
        with psycopg.connect(**self._world.monitor, autocommit=True) as connection:
            expected = audit.signature(connection, reference.arende, records)
            found = {case.key: audit.signature(connection, case.arende, records) for case in cases}
            row = connection.execute("select count(distinct arende_id) from cases_instance")
            begun = (row.fetchone() or [0])[0]
        wrong = [] if begun == len(cases) + 1 else [f"{begun} cases exist, not {len(cases) + 1}"]
        return wrong + [
            f"{key}: {line}"
            for key, signature in found.items()
            for line in audit.differences(expected, signature)
        ]
