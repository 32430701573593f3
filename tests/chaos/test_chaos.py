"""Three kills in every test run (`make chaos` does a hundred), and proof that the audit sees."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos import audit
from tests.config.running import clean_environment

LIMIT_S = 600


def _storm(folder: Path, *arguments: str) -> str:
    """Run a storm and return what it printed.

    Raises:
        AssertionError: Something was lost or done twice.
    """
    with (folder / "out").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "tests.chaos", "--logs", str(folder / "logs"), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
            check=False,
        )
    printed = (folder / "out").read_text()
    assert done.returncode == 0, printed[-4000:]
    return printed


def test_three_kills_leave_every_case_of_the_chain_where_it_should_be(tmp_path: Path) -> None:
    printed = _storm(tmp_path, "--kills", "3", "--cases", "2", "--seed", "7")
    assert "2 cases, 3 kills" in printed


def test_make_chaos_starts_without_what_pytest_has_set() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--help"],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, "--kills" in done.stdout) == (0, True), done.stderr


@pytest.mark.long
def test_jobs_loops_and_joins_under_kills(tmp_path: Path) -> None:
    printed = _storm(tmp_path, "--course", "small", "--kills", "20", "--cases", "15", "--seed", "7")
    assert "15 cases, 20 kills" in printed


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Counter({"a": 1}), "missing 1 x b"),
        (Counter({"a": 2, "b": 1}), "too many by 1: a"),
        (Counter({"a": 1, "b": 1, "c": 3}), "too many by 3: c"),
    ],
)
def test_what_is_lost_or_done_twice_is_seen(found: Counter[str], words: str) -> None:
    expected = Counter({"a": 1, "b": 1})
    assert audit.differences(expected, found) == [words]
    assert audit.differences(expected, expected) == []
