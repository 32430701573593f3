"""For each requirement: which parts to take away, and which tests ought to miss them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.tracing.report import Row

MOST_PARTS = 6
MOST_TESTS = 8
_ORDER = ("db", "bpmn", "dmn", "forms", "rules", "messages", "manifest", "terms", "lokal")
"""What can be taken away most sharply stands first."""
_SCENARIO = "tests/processes/test_scenarios.py"
_TABLE = "tests/processes/test_table_examples.py"
_FORM = "tests/processes/test_form_examples.py"


@dataclass(frozen=True)
class Attempt:
    """Take ``part`` away and run ``tests`` (ids of pytest), the nearest first."""

    part: str
    tests: tuple[str, ...]


def attempts(row: Row) -> Iterator[Attempt]:
    """Yield what to try for a requirement until a test fails.

    Args:
        row: The requirement as ``kedja krav`` shows it.
    """
    for part in sorted(_sharp(row.shown), key=_rank)[:MOST_PARTS]:
        yield Attempt(part, nodes(row.tests, part))


def nodes(tests: tuple[str, ...], part: str) -> tuple[str, ...]:
    """Return the ids under which pytest knows tests, those nearest to a part first."""
    near = re.split(r"[/#]", part)[1] if "/" in part else part
    found = {_node(test): None for test in sorted(tests, key=lambda test: (near not in test, test))}
    return tuple(found)[:MOST_TESTS]


def _node(test: str) -> str:
    place = test.split("#", maxsplit=1)[0]
    stem = place.removesuffix(".toml").rsplit("/", 1)[-1]
    if place.startswith("scenarios/"):
        return f"{_SCENARIO}::test_the_scenario_goes_as_written_and_breaks_no_rule[{stem}]"
    if "/tabeller/" in place:
        number = test.rpartition("#")[2]
        return f"{_TABLE}::test_the_table_answers_as_the_example_says[{stem}-{number}]"
    if "/exempel/" in place:
        return f"{_FORM}::test_the_form_does_as_its_examples_say[{stem}]"
    return place


def _sharp(shown: tuple[str, ...]) -> list[str]:
    """Parts of files rather than whole files, where there are any."""
    inner = [part for part in shown if "#" in part]
    return inner or list(shown)


def _rank(part: str) -> tuple[int, str]:
    kind = re.split(r"[/#]", part)[0]
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), part)
