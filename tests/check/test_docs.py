"""docs/bpmn.md says what is so: every row has a test that exists, every kind has a row."""

import ast
import re
from functools import cache
from pathlib import Path

from engine.bundle import Bundle
from engine.check.profile import SUPPORTED_EVENTS, SUPPORTED_NODES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "bpmn.md").read_text(encoding="utf-8")
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(*, heading: str | None = None) -> list[list[str]]:
    text = TEXT if heading is None else TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] not in {"element", "written", "what", "message"}]


@cache
def names_of_tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_row_of_the_profile_has_a_test() -> None:
    for row in rows():
        if row[0].startswith("`") and "::" not in "".join(row) and len(row) == 5:
            continue  # a message: shown by the table's own test below
        assert REFERENCE.search(row[-1]), row[0]


def test_every_test_that_is_named_exists() -> None:
    named = REFERENCE.findall(TEXT)
    assert len(named) > 60
    assert [f"{path}::{test}" for path, test in named if test not in names_of_tests(path)] == []


def test_every_supported_kind_has_a_row() -> None:
    names = {row[0] for row in rows() if row[1] == "supported"}
    events = {
        f"{kind}, {event or 'none'}" for kind, found in SUPPORTED_EVENTS.items() for event in found
    }
    activities = {kind for kind in SUPPORTED_NODES if not kind.endswith("Event")}
    assert events | activities <= names
    listed = {name for name in names if name.split(", ")[0] in SUPPORTED_EVENTS}
    assert listed == events


def test_the_messages_are_those_of_the_edition() -> None:
    written = {row[0].strip("`"): row[1:] for row in rows(heading="Messages between the processes")}
    messages = Bundle.from_directory(ROOT / "processes").messages
    assert written == {
        name: [rule.key, rule.receivers, rule.kind, rule.expires]
        for name in messages.names()
        if (rule := messages.get(name)) is not None
    }
