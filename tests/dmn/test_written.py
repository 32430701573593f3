"""Tables as people read them."""

from pathlib import Path

import pytest

from engine.written import written_decisions

DMN = sorted((Path(__file__).parents[2] / "processes" / "dmn").glob("*.dmn"))


@pytest.mark.parametrize("path", DMN, ids=lambda path: path.stem)
def test_every_table_of_the_edition_can_be_read(path):
    for decision in written_decisions(path.read_bytes(), path.name):
        assert decision.name
        assert decision.rows or decision.formula
        for row in decision.rows:
            assert len(row.when) == len(decision.inputs)
            assert len(row.gives) == len(decision.outputs)
            assert "verifierad" not in row.text


def test_a_row_says_its_source_and_whether_it_is_verified():
    path = next(found for found in DMN if found.stem == "avvikelse_tid")
    first, *_rest, last = written_decisions(path.read_bytes(), path.name)[0].rows
    assert (first.sources, first.modality, first.verified) == (
        ("riktlinje.avvikelser",),
        "bor",
        False,
    )
    assert (last.sources, last.verified) == (("gdpr.33",), True)
    assert last.text == "72 timmar från vetskapen"
