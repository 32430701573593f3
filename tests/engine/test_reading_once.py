"""An edition's files are read once, however many of its processes are made ready."""

from collections import Counter

import pytest

from engine import definition
from tests.processes.town import FOLDER, edition


@pytest.fixture
def read(monkeypatch) -> Counter[str]:
    """How often each diagram and each table was read."""
    found: Counter[str] = Counter()
    diagram, table = definition.read_file, definition.parse_decisions

    def counted_diagram(path, *arguments):
        found[path] += 1
        return diagram(path, *arguments)

    def counted_table(content, *, name, **arguments):
        found[name] += 1
        return table(content, name=name, **arguments)

    monkeypatch.setattr(definition, "read_file", counted_diagram)
    monkeypatch.setattr(definition, "parse_decisions", counted_table)
    return found


def test_the_whole_edition_is_made_ready_with_one_reading_of_each_file(read):
    bundle = type(edition()).from_directory(FOLDER, "demo")
    for process in bundle.processes:
        bundle.definition(process)
    assert sum(path.endswith(".bpmn") for path in read) == len(bundle.processes)
    assert set(read.values()) == {1}
