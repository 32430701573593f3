"""Run the tests of a requirement on an edition, or a database, that lacks one named part."""

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
    database: str

    @classmethod
    def of(cls, folder: Path, number: int) -> "Bench":
        """A bench on a copy of the edition that nobody else changes."""
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in SUFFIXES
        }
        return cls(folder, files, f"test_kedja_removal_{os.getpid()}_{number}")

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
        _code, told = self._pytest(tuple(tests), "", _PATIENCE * 10)
        failed = re.findall(r"(?m)^(?:FAILED|ERROR) (\S+)", told)
        return frozenset(
            test
            for test in tests
            if any(one == test or one.startswith(f"{test}[") for one in failed)
        )

    def _tried(self, attempt: Attempt, without_guard: str = "") -> Tried:
        try:
            code, told = self._pytest(attempt.tests, without_guard)
        except subprocess.TimeoutExpired:
            return Tried(attempt.part, missed=False, how="took too long")
        return Tried(attempt.part, missed=code in _FAILED, how=_first(told) or f"pytest: {code}")

    def _pytest(
        self, tests: tuple[str, ...], without_guard: str, patience: int = 0
    ) -> tuple[int, str]:
        command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-m", ""]
        command += ["-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "tests.removal.plugin"]
        done = subprocess.run(
            [*command, *(() if patience else ("-x",)), *tests],
            cwd=PROJECT_ROOT,
            env={
                **os.environ,
                "KEDJA_TEST_PROCESSES": str(self.folder),
                "KEDJA_TEST_DATABASE": self.database,
                "KEDJA_TEST_WITHOUT": without_guard,
            },
            capture_output=True,
            text=True,
            timeout=patience or _PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout


def _first(told: str) -> str:
    found = re.search(r"(?m)^(?:FAILED|ERROR) (.*)$", told)
    return found[1][:160] if found else ""
