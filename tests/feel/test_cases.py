"""The language, case by case: ``expression => expected`` in ``cases/*.feel``.

``⏎`` is the end of a line. ``null!`` is null, and a note says why; ``error!`` is no FEEL at all.
In ``cases/*.tests`` a line is ``value : tests => expected``.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
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
    "date of birth": date(1980, 5, 6),
    "number of for items": 3,
    "and more": 4,
    "x and y": True,
    "Antal": 20,
    "Antal barn hemma": 1,
    "it's": 9,
    "p/q": 5,
    "m.n": 12,
    "s*": 13,
    "time": 1,
}


def _cases(suffix: str) -> Iterator[object]:
    for path in sorted(CASES.glob(f"*.{suffix}")):
        group = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                group = line[3:]
            elif line and not line.startswith("#"):
                text, _, expected = line.replace("⏎", "\n").rpartition(" => ")
                yield pytest.param(text, expected, id=f"{path.stem}: {group}: {text}")


@pytest.mark.parametrize(("text", "expected"), list(_cases("feel")))
def test_case(text: str, expected: str) -> None:
    if expected == "error!":
        with pytest.raises(FeelSyntaxError):
            compile_expression(text, names=tuple(VARIABLES))
        return
    found = compile_expression(text, names=tuple(VARIABLES)).explain(VARIABLES, now=NOW)
    if expected == "null!":
        assert found.value is None
        assert found.notes, "a null needs a reason"
        return
    value = compile_expression(expected).evaluate({}, now=NOW)
    assert kind_of(found.value) == kind_of(value), nested_text(found.value)
    assert equal(found.value, value) is True, nested_text(found.value)


@pytest.mark.parametrize(("text", "expected"), list(_cases("tests")))
def test_unary_tests(text: str, expected: str) -> None:
    value_text, _, tests = text.partition(" : ")
    value = compile_expression(value_text).evaluate({}, now=NOW)
    found = compile_unary_tests(tests, names=tuple(VARIABLES)).matches(value, VARIABLES, now=NOW)
    assert found is compile_expression(expected).evaluate({})
