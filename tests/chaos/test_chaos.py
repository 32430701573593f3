"""Ten kills in every test run (`make chaos` does a hundred), and proof that the audit sees."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos import audit

LIMIT_S = 400


def test_ten_kills_leave_every_case_where_it_should_be(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.chaos", "--kills", "10", "--cases", "8"),
                *("--seed", "7", "--logs", str(tmp_path / "logs")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
            check=False,
        )
    printed = (tmp_path / "out").read_text()
    assert done.returncode == 0, printed[-4000:]
    assert "8 cases, 10 kills" in printed


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
