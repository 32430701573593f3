"""Kills programs and database backends shortly after a request, inside transactions if possible."""

import os
import random
import signal
import threading
import time
from collections import Counter

import psycopg

from config.postgres.urls import Parameters
from tests.chaos.programs import Program

PROGRAMS = ("web", "worker", "timer")
BACKENDS = ("terminate", "backend")
WINDOW_S = 0.05  # after the request

_OURS = """
select pid from pg_stat_activity
 where datname = current_database() and usename in ('kedja_app', 'kedja_worker')
   and (%(name)s = '' or application_name = %(name)s)
   and (xact_start is not null or not %(busy)s)
 order by random() limit 1
"""


class Killer:
    """Strikes after chosen requests.

    Args:
        monitor: Superuser's connection parameters.
        chance: Decides targets and moments; seeded.
        programs: The programs that may die, by kind; ``web`` means the one that was asked.
        kills: How many strikes.
        requests: Over how many requests to spread them.
    """

    def __init__(
        self,
        monitor: Parameters,
        *,
        chance: random.Random,
        programs: dict[str, list[Program]],
        kills: int,
        requests: int,
    ) -> None:
        self._monitor = monitor
        self._chance = chance
        self._programs = programs
        every = [*PROGRAMS, *BACKENDS]
        kinds = [every[number % len(every)] for number in range(kills)]
        chance.shuffle(kinds)
        moments = sorted(chance.sample(range(1, max(requests, kills) + 1), kills))
        self._plan = dict(zip(moments, kinds, strict=True))
        self._lock = threading.Lock()
        self._seen = 0
        self._strikes: list[threading.Thread] = []
        self.done: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()

    def request(self, web: Program) -> None:
        """Count a request that is about to be sent, and strike when its number is drawn."""
        with self._lock:
            self._seen += 1
            kind = self._plan.pop(self._seen, None)
            if kind is None:
                return
            delay = self._chance.uniform(0, WINDOW_S)
            target = self._chance.choice(self._programs.get(kind, [web]))
            thread = threading.Thread(target=self._strike, args=(kind, target, delay))
            self._strikes.append(thread)
        thread.start()

    @property
    def left(self) -> int:
        """How many strikes have not begun."""
        return len(self._plan)

    def join(self) -> None:
        """Wait for the strikes that have begun."""
        for thread in self._strikes:
            thread.join()

    def _strike(self, kind: str, target: Program, delay: float) -> None:
        """Wait, then until the window ends for a transaction to strike in, and strike."""
        ends = time.monotonic() + WINDOW_S
        time.sleep(delay)
        inside = False
        try:
            with psycopg.connect(**self._monitor, autocommit=True) as monitor:
                pid = _find(monitor, kind, target, busy=True)
                while pid is None and time.monotonic() < ends:
                    time.sleep(0.001)
                    pid = _find(monitor, kind, target, busy=True)
                inside = pid is not None
                _kill(monitor, kind, target, pid)
        except psycopg.Error:  # the server is still starting after an earlier strike
            if kind in PROGRAMS:
                target.kill()
        with self._lock:
            self.done[kind] += 1
            self.inside[kind] += inside


def _kill(monitor: psycopg.Connection, kind: str, target: Program, pid: int | None) -> None:
    if kind in PROGRAMS:
        target.kill()
        return
    pid = pid or _find(monitor, kind, target, busy=False)
    if pid is None:
        return
    if kind == "terminate":
        monitor.execute("select pg_terminate_backend(%s)", (pid,))
    else:
        os.kill(pid, signal.SIGKILL)  # a backend of our own server, found a moment ago


def _find(monitor: psycopg.Connection, kind: str, target: Program, *, busy: bool) -> int | None:
    """Return a backend of the target, or of any program when backends are the target."""
    name = target.name if kind in PROGRAMS else ""
    row = monitor.execute(_OURS, {"name": name, "busy": busy}).fetchone()
    return None if row is None else int(row[0])
