"""Every table that sets a day says where each of its rows comes from (issue 4)."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings

from engine.bundle import Bundle
from engine.dmn.notes import read_notes
from engine.explain import TEXT_OF
from engine.manifest import Modality, NormLevel, split_citations

PROCESSES: Path = settings.PROCESSES_DIR
LOCAL = {f"dmn/{path.name}": path.read_bytes() for path in PROCESSES.glob("lokal/demo/dmn/*.dmn")}
BUNDLE = Bundle(files={**Bundle.from_directory(PROCESSES).files, **LOCAL})
TABLES = sorted(
    {
        BUNDLE.definition(key).elements[origin].decision or ""
        for key in BUNDLE.processes
        for spec in BUNDLE.definition(key).specs.values()
        for task in spec.task_specs.values()
        for thing in (task, getattr(task, "trigger", None))
        for found in getattr(thing, "due_from", ())
        for origin in found.decisions
        if origin in BUNDLE.definition(key).elements
    }
)
"""The tables that a due date or a timer of the edition is followed to."""


def test_the_tables_are_found() -> None:
    assert {"handlaggningstid", "gp_frist", "uppfoljning_forfallodag"} <= set(TABLES)
    assert {"eskalering", "overklagandetid", "ej_verkstallt", "uppfoljningsintervall"} <= set(
        TABLES
    )


@pytest.mark.parametrize("table", TABLES)
def test_each_row_names_text_source_modality_level_and_law(table: str) -> None:
    part = read_notes(BUNDLE.files[f"dmn/{table}.dmn"])[table]
    assert part.numbered
    for number, note in part.numbered.items():
        said, where = note.annotations, (table, number)
        assert said.get("text"), where
        assert said.get("modalitet") in get_args(Modality), where
        assert said.get("normniva") in get_args(NormLevel), where
        assert said.get("law_version"), where
        assert said.get("verifierad") in ("ja", "nej"), where
        citations = [BUNDLE.lagrum.get(key) for key in split_citations(said.get("kalla", ""))]
        assert citations, where
        for citation in citations:
            assert citation is not None, where
            assert citation.in_force(date(2026, 8, 17)), where


@pytest.mark.parametrize("table", TABLES)
def test_a_row_said_to_be_unverified_says_so_both_ways(table: str) -> None:
    part = read_notes(BUNDLE.files[f"dmn/{table}.dmn"])[table]
    for number, note in part.numbered.items():
        if "verifierad = false" in note.description:
            assert note.annotations["verifierad"] == "nej", (table, number)


@pytest.mark.parametrize("table", TABLES)
def test_a_rule_of_several_days_says_each_of_them_for_itself(table: str) -> None:
    """A task says the rule of its own day, not those of the others."""
    part = read_notes(BUNDLE.files[f"dmn/{table}.dmn"])[table]
    columns = {
        name.removeprefix(TEXT_OF)
        for note in part.numbered.values()
        for name in note.annotations
        if name.startswith(TEXT_OF)
    }
    assert columns <= part.outputs.keys()
    for number, note in part.numbered.items():
        said = {name for name in columns if note.annotations.get(f"{TEXT_OF}{name}")}
        assert said == columns, (table, number)
