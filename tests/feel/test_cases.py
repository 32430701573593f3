"""The language, case by case: ``expression => expected`` in ``cases/*.feel``."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.feel import compile_expression
from engine.feel.comparing import equal
from engine.feel.text import nested_text
from engine.feel.values import kind_of

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
VARIABLES = {
    "belopp": 1200,
    "namn": "Åsa",
    "ålder": 83,
    "Antal barn": 2,
    "a-b": 7,
    "lista": [1, 2, 3],
    "tom": [],
    "rader": [{"id": 1, "typ": "x", "belopp": 5}, {"id": 2, "typ": "y", "belopp": 7}],
    "person": {"namn": "Åsa", "adress": {"ort": "Testby"}},
}


def _cases() -> Iterator[object]:
    for path in sorted(CASES.glob("*.feel")):
        group = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                group = line[3:]
            elif line and not line.startswith("#"):
                text, _, expected = line.rpartition(" => ")
                yield pytest.param(text, expected, id=f"{path.stem}: {group}: {text}")


@pytest.mark.parametrize(("text", "expected"), list(_cases()))
def test_case(text: str, expected: str) -> None:
    found = compile_expression(text, names=tuple(VARIABLES)).explain(VARIABLES, now=NOW)
    if expected == "null!":
        assert found.value is None
        assert found.notes, "a null needs a reason"
        return
    value = compile_expression(expected).evaluate({}, now=NOW)
    assert kind_of(found.value) == kind_of(value), nested_text(found.value)
    assert equal(found.value, value) is True, nested_text(found.value)
