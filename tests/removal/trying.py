"""Run the tests of a requirement on an edition, or a database, that lacks one named part."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.environment import PROJECT_ROOT
from engine.bundle import SUFFIXES
from tests.removal.attempts import Attempt
from tests.removal.places import NotRemovableError, without

_PATIENCE = 300
"""Seconds that the tests of one attempt may take."""
_FAILED = (1, 2)
"""Exit codes of pytest: a test failed, or the tests could not even be read on that edition."""


@dataclass(frozen=True)
class Tried:
    """What came of an attempt: ``missed`` when a test failed; ``how`` names it."""

    part: str
    missed: bool
    how: str


@dataclass(frozen=True)
class Bench:
    """A copy of the edition, and a test database that its runs share."""

    folder: Path
    files: Mapping[str, bytes]
    runner: subprocess.Popen[str]

    @classmethod
    def of(cls, folder: Path, number: int) -> "Bench":
        """A bench on a copy of the edition that nobody else changes."""
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in SUFFIXES
        }
        runner = subprocess.Popen(
            [sys.executable, "-m", "tests.removal.forked"],
            cwd=PROJECT_ROOT,
            env={
                **os.environ,
                "KEDJA_TEST_PROCESSES": str(folder),
                "KEDJA_TEST_DATABASE": f"test_kedja_removal_{os.getpid()}_{number}",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return cls(folder, files, runner)

    def try_it(self, attempt: Attempt) -> Tried:
        """Take the part away, run the tests, and put the part back."""
        if not attempt.tests:
            return Tried(attempt.part, missed=False, how="no test")
        if attempt.part.startswith("db#"):
            return self._tried(attempt, without_guard=attempt.part.removeprefix("db#"))
        try:
            path, content = without(self.files, attempt.part)
        except NotRemovableError as error:
            return Tried(attempt.part, missed=False, how=str(error))
        place = self.folder / path
        try:
            if content is None:
                place.unlink()
            else:
                place.write_bytes(content)
            return self._tried(attempt)
        finally:
            place.write_bytes(self.files[path])

    def failing(self, tests: Sequence[str]) -> frozenset[str]:
        """Run tests on the edition as it is; return those that fail, and so prove nothing."""
        _code, told = self._pytest(tests, "", _PATIENCE * 10, stop=False)
        failed = re.findall(r"(?m)^(?:FAILED|ERROR) (\S+)", told)
        return frozenset(
            test
            for test in tests
            if any(one == test or one.startswith(f"{test}[") for one in failed)
        )

    def close(self) -> None:
        """End the process that runs the tests."""
        self.runner.communicate()

    def _tried(self, attempt: Attempt, without_guard: str = "") -> Tried:
        code, told = self._pytest(attempt.tests, without_guard, _PATIENCE, stop=True)
        if code is None:
            return Tried(attempt.part, missed=False, how="took too long")
        return Tried(attempt.part, missed=code in _FAILED, how=_first(told) or f"pytest: {code}")

    def _pytest(
        self, tests: Sequence[str], without_guard: str, patience: float, *, stop: bool
    ) -> tuple[int | None, str]:
        arguments = ["-q", "--reuse-db", "-m", "", "-p", "no:cacheprovider", "-p"]
        arguments += ["no:schemathesis", "-p", "tests.removal.plugin", *(["-x"] if stop else [])]
        asked = {
            "arguments": [*arguments, *tests],
            "without": without_guard,
            "patience": patience,
        }
        asking, answering = self.runner.stdin, self.runner.stdout
        if asking is None or answering is None:
            raise RuntimeError("the process that runs the tests has no pipes")
        asking.write(json.dumps(asked) + "\n")
        asking.flush()
        answer = json.loads(answering.readline())
        return answer["code"], answer["told"]


def _first(told: str) -> str:
    found = re.search(r"(?m)^(?:FAILED|ERROR) (.*)$", told)
    return found[1][:160] if found else ""
