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
FIRST_S = 0.05  # a strike begins so long after its request, at most
LAST_S = {"worker": 1.0, "timer": 2.0}  # and waits so long for its target to be in a transaction
SOON_S = 0.2
RECOVERY_S = 20.0

_OURS = """
select pid, application_name from pg_stat_activity
 where datname = current_database() and usename in ('kedja_app', 'kedja_worker')
   and (cardinality(%(names)s::text[]) = 0 or application_name = any(%(names)s))
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
            delay = self._chance.uniform(0, FIRST_S)
            targets = [] if kind in BACKENDS else self._programs.get(kind, [web])
            thread = threading.Thread(target=self._strike, args=(kind, targets, delay))
            self._strikes.append(thread)
        thread.start()

    def join(self) -> None:
        """Wait for the strikes that have begun."""
        for thread in self._strikes:
            thread.join()

    def _strike(self, kind: str, targets: list[Program], delay: float) -> None:
        """Wait; then, until the window ends, for a transaction to strike in; and strike."""
        time.sleep(delay)
        ends = time.monotonic() + RECOVERY_S
        inside = None
        while inside is None:
            try:
                with psycopg.connect(**self._monitor, autocommit=True) as monitor:
                    found = _await_busy(monitor, kind, targets)
                    inside = found is not None
                    _kill(monitor, kind, targets, found)
            except psycopg.Error:  # the server recovers from an earlier strike
                if time.monotonic() > ends:
                    return
                time.sleep(0.01)
        with self._lock:
            self.done[kind] += 1
            self.inside[kind] += inside


def _await_busy(
    monitor: psycopg.Connection, kind: str, targets: list[Program]
) -> tuple[int, str] | None:
    ends = time.monotonic() + LAST_S.get(kind, SOON_S)
    found = _find(monitor, targets, busy=True)
    while found is None and time.monotonic() < ends:
        time.sleep(0.001)
        found = _find(monitor, targets, busy=True)
    return found


def _kill(
    monitor: psycopg.Connection, kind: str, targets: list[Program], found: tuple[int, str] | None
) -> None:
    if targets:
        named = [target for target in targets if found and target.name == found[1]]
        (named or targets)[0].kill()
        return
    found = found or _find(monitor, targets, busy=False)
    if found is None:
        return
    if kind == "terminate":
        monitor.execute("select pg_terminate_backend(%s)", (found[0],))
    else:
        os.kill(found[0], signal.SIGKILL)  # a backend of our own server, found a moment ago


def _find(
    monitor: psycopg.Connection, targets: list[Program], *, busy: bool
) -> tuple[int, str] | None:
    """Return (pid, program) of a backend of the targets, or of any program without targets."""
    names = [target.name for target in targets]
    row = monitor.execute(_OURS, {"names": names, "busy": busy}).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))
