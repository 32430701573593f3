"""``python -m tests.chaos --kills N --cases M --seed S``: kill programs while cases are walked.

First one case is walked without kills; afterwards M cases are walked by several clients while web,
worker and timer processes and PostgreSQL backends are killed. In the end every case must stand
where the first one stands, with the same history, and nothing may be left over.
"""

import argparse
import contextlib
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.chaos import audit, walk
from tests.chaos.kills import Killer
from tests.chaos.programs import Program, Web
from tests.chaos.world import World, world

SETTINGS = "tests.chaos.settings"
CLIENTS = 3
QUIET_LIMIT_S = 120.0
LEASE_S = "3"


def main() -> int:
    """Run; the exit code is 0 when everything is as it must be, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--logs", type=Path, help="keep the programs' logs in this folder")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, world(SETTINGS, chosen.logs or Path(folder)) as w:
        _say(f"seed {chosen.seed}")
        w.logs.mkdir(exist_ok=True)
        problems = Run(w, kills=chosen.kills, cases=chosen.cases, seed=chosen.seed).run()
    for problem in problems[:40]:
        _say(f"PROBLEM {problem}")
    _say("chaos: failed" if problems else "chaos: nothing lost, nothing done twice")
    return 1 if problems else 0


class Run:
    """One run in one world."""

    def __init__(self, w: World, *, kills: int, cases: int, seed: int) -> None:
        self._world = w
        self._kills, self._count = kills, cases
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._webs = [
            Web(number, w.program("app", f"web-{number}"), w.logs) for number in range(CLIENTS)
        ]
        self._workers = [self._worker(f"worker-{n}", "--only", "actors") for n in range(2)]
        self._timers = [self._worker(f"timer-{n}", "--only", "timers") for n in range(2)]

    def run(self) -> list[str]:
        """Walk, kill, wait and look; return what is wrong."""
        user = prepare(self._world)
        with self._programs():
            walker = walk.Walker(
                self._webs[0], walk.new_cases(1), user=user, before=lambda _web: None
            )
            walker.run()
            problems = walker.failures + self._settle()
            if problems:
                return [f"without any kill: {problem}" for problem in problems] + self._logs()
            _say(f"uninterrupted: {walker.requests} requests")
            problems = self._storm(user, walker.requests) + self._settle()
            return problems + self._compare(walker.arenden[0]) + (self._logs() if problems else [])

    def _worker(self, name: str, *arguments: str) -> Program:
        command = ["-m", "workers", *arguments, "--threads", "2", "--lease", LEASE_S]
        return Program(name, command, self._world.program("worker", name), self._world.logs)

    @contextlib.contextmanager
    def _programs(self) -> Iterator[None]:
        programs: list[Program] = [*self._webs, *self._workers, *self._timers]
        for program in programs:
            program.start()
        try:
            yield
        finally:
            codes = {program.name: program.stop() for program in programs}
            _say(f"exit codes: {codes}")

    def _storm(self, user: str, requests: int) -> list[str]:
        cases = walk.new_cases(self._count)
        killer = Killer(
            self._world.monitor,
            chance=self._chance,
            programs={"worker": self._workers, "timer": self._timers},
            kills=self._kills,
            requests=self._count * requests * 9 // 10,
        )
        walkers = [walk.Walker(web, cases, user=user, before=killer.request) for web in self._webs]
        started = time.monotonic()
        for walker in walkers:
            walker.start()
        while any(walker.is_alive() for walker in walkers):
            self._keep_running()
            time.sleep(0.1)
        killer.join()
        _say(
            f"{self._count} cases, {sum(killer.done.values())} kills"
            f" ({dict(killer.done)}; inside a transaction: {dict(killer.inside)})"
            f" in {time.monotonic() - started:.0f} s"
        )
        short = self._kills - sum(killer.done.values())
        unspent = [f"{short} kills did not happen"] if short else []
        return unspent + [failure for walker in walkers for failure in walker.failures]

    def _keep_running(self) -> None:
        """Start again what died, as whoever supervises the programs would."""
        for program in (*self._workers, *self._timers):
            if not program.alive:
                program.start()

    def _settle(self) -> list[str]:
        """Wait until nothing is under way and return what is still wrong then."""
        deadline = time.monotonic() + QUIET_LIMIT_S
        while True:
            self._keep_running()
            try:
                with psycopg.connect(**self._world.monitor, autocommit=True) as connection:
                    wrong = audit.findings(connection)
            except psycopg.OperationalError as error:
                wrong = [f"the database: {type(error).__name__}"]
            if not wrong or time.monotonic() > deadline:
                return wrong
            time.sleep(0.5)

    def _compare(self, expected_case: str) -> list[str]:
        with psycopg.connect(**self._world.monitor, autocommit=True) as connection:
            expected = audit.signature(connection, expected_case)
            rows = connection.execute(
                "select distinct arende_id::text from cases_instance"
            ).fetchall()
            found = {row[0]: audit.signature(connection, row[0]) for row in rows}
        if len(found) != self._count + 1:
            return [f"{len(found)} cases exist, {self._count + 1} were begun"]
        return [
            f"{case}: {line}"
            for case, signature in found.items()
            for line in audit.differences(expected, signature)
        ]

    def _logs(self) -> list[str]:
        programs: list[Program] = [*self._webs, *self._workers, *self._timers]
        return [f"{program.name} wrote: {program.tail()}" for program in programs]


def prepare(w: World) -> str:
    """Migrate the database and deploy the edition, in a process of its own; return the user."""
    setup = Program("setup", ["-m", "tests.chaos.setup"], w.program("owner", "setup"), w.logs)
    setup.start()
    while setup.alive:
        time.sleep(0.1)
    if setup.stop() != 0:
        raise SystemExit(f"set-up failed:\n{setup.tail()}")
    return "kaos"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    assert threading.current_thread() is threading.main_thread()
    sys.exit(main())
