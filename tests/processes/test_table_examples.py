"""Every table answers as its examples say."""

import pytest

from engine.examples.tables import TableExample, answer
from tests.processes.test_coverage import TABLE_EXAMPLES, TABLES
from tests.processes.town import edition

EXAMPLES = [
    pytest.param(decision, example, id=f"{decision}-{number}")
    for decision, file in TABLE_EXAMPLES.items()
    for number, example in enumerate(file.example, start=1)
]


@pytest.mark.parametrize(("decision", "example"), EXAMPLES)
def test_the_table_answers_as_the_example_says(decision: str, example: TableExample) -> None:
    _matched, differences = answer(edition(), decision, example, TABLE_EXAMPLES[decision].now)
    assert differences == []


def test_every_file_is_named_after_a_table() -> None:
    assert set(TABLE_EXAMPLES) <= set(TABLES)


def test_an_example_that_does_not_fit_is_told() -> None:
    inputs = {"insats": "trygghetslarm"}
    wrong = TableExample(inputs=inputs, null=("timmar_manad",), rows=(1,), output="namnd")
    _matched, differences = answer(edition(), "beslutsniva", wrong, TABLE_EXAMPLES["gallring"].now)
    assert len(differences) == 2
