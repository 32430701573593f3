"""What a worker does: walk a scenario as it is, or judge one alteration."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from config.scenarios.clock_starts import begun_by_clock
from config.scratch import scratch_database
from engine.bundle import Bundle
from engine.scenarios import Scenario
from records.demo import load_people
from tests.mutation.edition import altered, bundle_of, read_folder
from tests.mutation.static import Guards
from tests.mutation.walks import Went, scenarios_of, walk
from tests.mutation.work import EARLIER, TooLongError, at_most

PATIENCE = 20
"""An altered walk may take so many times what the clean one took, and a minute."""


@dataclass
class Bench:
    """A scratch database with people, and an edition in memory."""

    files: dict[str, bytes]
    scenarios: Mapping[str, Scenario]
    guards: Guards = field(init=False)
    _begun: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.guards = Guards(self.files)

    @cached_property
    def clean(self) -> Bundle:
        return bundle_of(self.files)

    def do(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Do one task; the answer is plain data."""
        if task["do"] == "clean":
            return self._walk(task["scenario"], self.clean, 600, record=True).plain()
        return self._judge(task)

    def _judge(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Ask what is cheapest first; stop at the first that notices."""
        files = {**self.files, task["file"]: task["content"]}
        found = self.guards.notice(task["file"], files)
        if found is not None:
            return {"by": found[0], "how": found[1], "walked": 0}
        bundle = altered(self.clean, files, task["file"])
        walked = 0
        for name, seconds in task["scenarios"]:
            went = self._walk(name, bundle, 60 + PATIENCE * seconds)
            walked += 1
            if not went.ok:
                return {**noticed(name, went), "walked": walked}
        return {"by": "", "how": "", "walked": walked}

    def _begins(self, name: str) -> frozenset[str]:
        if name not in self._begun:
            self._begun[name] = begun_by_clock(self.scenarios[name], self.clean)
        return self._begun[name]

    def _walk(self, name: str, bundle: Bundle, seconds: float, *, record: bool = False) -> Went:
        try:
            with at_most(seconds):
                return walk(self.scenarios[name], bundle, self._begins(name), record=record)
        except TooLongError as error:
            connection.close()
            return Went(stopped=str(error))


def noticed(scenario: str, went: Went) -> dict[str, str]:
    """Say who noticed: the steps of the scenario, an incident in it, or a legal rule."""
    if went.stopped:
        return {"by": "scenario", "how": f"{scenario}: {went.stopped[:200]}"}
    if went.failures:
        first = went.failures[0]
        incident = all(": incident " in text for text in went.failures)
        return {"by": "incident" if incident else "scenario", "how": f"{scenario}: {first[:200]}"}
    return {"by": "rule", "how": f"{scenario}: {went.broken[0][:200]}"}


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Make the scratch database; it goes away at the end. Needs a server that is up."""
    files = read_folder(folder)
    scenarios = scenarios_of(files)
    settings.PROCESSES_DIR = folder
    with scratch_database():
        load_people(min(each.start_at for each in scenarios.values()) - EARLIER)
        yield Bench(files, scenarios)
