"""The glossary for developers keeps up with the list that users see."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_term_of_the_users_list_is_in_the_glossary():
    listed = tomllib.loads((ROOT / "processes/terms/ordlista.toml").read_text(encoding="utf-8"))
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").lower()
    terms = [row["term"].lower() for row in listed["term"]]
    assert len(terms) > 10
    assert [term for term in terms if f"| {term} |" not in glossary] == []


def test_every_decision_names_what_guards_it():
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert len(records) > 10
    for record in records:
        assert "## Confirmation\n" in record.read_text(encoding="utf-8"), record.name
