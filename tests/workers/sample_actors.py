"""Actors for the tests: each leaves a trace in a table of its own."""

import os
import signal
import time
from dataclasses import dataclass

import dramatiq
import psycopg
from psycopg.types.json import Jsonb

from workers.broker import NotYetError

TABLE = """
create table if not exists workers_trace (
    id bigint generated always as identity primary key, actor text not null, args jsonb not null);
create table if not exists workers_effect (key text primary key);
grant select, insert on workers_trace, workers_effect to kedja_app, kedja_worker;
truncate workers_trace, workers_effect;
"""
MARKED = "19400365-2387"


class RefusedError(Exception):
    """An error whose text nobody may see in a log or table."""

    code = "sample_refused"


class FinalError(Exception):
    """An error that another try cannot mend."""

    code = "sample_final"
    retryable = False


@dataclass
class Samples:
    """The actors; each run leaves a trace before it does anything."""

    conninfo: str

    def note(self, key: str) -> None:
        """A second run leaves a second trace; the tests count them."""
        self._trace("note", key)

    def effect(self, key: str) -> None:
        """The effect is a row with a key; a second run adds none."""
        self._effect(key, seconds=0)

    def slow_effect(self, key: str) -> None:
        """As ``effect``, but the first run takes a second and has the effect at its end."""
        self._effect(key, seconds=1)

    def endless_effect(self, key: str) -> None:
        """As ``effect``, but the first run never comes to its end."""
        self._effect(key, seconds=60)

    def fail_times(self, times: str) -> None:
        """Fails the first ``times`` runs."""
        if self._trace("fail_times", times) <= int(times):
            raise RefusedError(MARKED)

    def fail_always(self) -> None:
        """Never succeeds."""
        self._trace("fail_always")
        raise RefusedError(MARKED)

    def fail_finally(self) -> None:
        """Fails so that no other try makes sense."""
        self._trace("fail_finally")
        raise FinalError(MARKED)

    def my_turn(self, key: str) -> None:
        """Waits for its turn until a slow effect has ended."""
        self._trace("my_turn", key)
        with psycopg.connect(self.conninfo) as connection:
            row = connection.execute("select 1 from workers_effect").fetchone()
        if row is None:
            raise NotYetError(key, delay_ms=100)

    def poison(self) -> None:
        """Takes the process down with it."""
        self._trace("poison")
        os.kill(os.getpid(), signal.SIGKILL)

    def _effect(self, key: str, *, seconds: float) -> None:
        if self._trace("begun", key) == 1:
            time.sleep(seconds)
        with psycopg.connect(self.conninfo) as connection:
            connection.execute(
                "insert into workers_effect values (%s) on conflict do nothing", (key,)
            )
        self._trace("ended", key)

    def _trace(self, actor: str, *args: str) -> int:
        """Write a line and return the how-manyth of this actor it is."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            row = connection.execute(
                "insert into workers_trace (actor, args) values (%s, %s)"
                " returning (select count(*) + 1 from workers_trace where actor = %s)",
                (actor, Jsonb(args), actor),
            ).fetchone()
        return int(row[0]) if row else 0


def register(broker: dramatiq.Broker, conninfo: str) -> None:
    """Declare the sample actors on a broker."""
    samples = Samples(conninfo)
    for function in (
        samples.note,
        samples.effect,
        samples.slow_effect,
        samples.endless_effect,
        samples.fail_times,
        samples.fail_always,
        samples.fail_finally,
        samples.my_turn,
        samples.poison,
    ):
        dramatiq.actor(
            function, broker=broker, queue_name="test", max_retries=3, first_delay_ms=100
        )
