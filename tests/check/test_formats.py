"""The examples in processes/README.md are read by the models they explain."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine import manifest, requirements, rules, scenarios
from engine.calendar import Calendar
from engine.duties import Duties
from engine.examples import forms, tables
from engine.forms import parse_form
from engine.local import Parameters
from engine.phases import Phases
from engine.steps import Steps
from records.export import Profile
from records.papers import Paper

README = Path(__file__).parents[2] / "processes" / "README.md"
SECTION = re.compile(r"^### (?P<path>\S+)\n(?P<body>.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
EXAMPLE = re.compile(r"```(?:toml|json)\n(.*?)```", re.DOTALL)

MODELS: dict[str, type[BaseModel]] = {
    "manifest.toml": manifest.Manifest,
    "terms/roller.toml": manifest.Roles,
    "lagrum.toml": manifest.Citations,
    "terms/kalender.toml": Calendar,
    "terms/parametrar.toml": Parameters,
    "terms/personalens_ansvar.toml": Duties,
    "terms/faser.toml": Phases,
    "terms/kedjan.toml": Steps,
    "messages.toml": manifest.Messages,
    "instructions/Task_BedomBehov.toml": manifest.Instruction,
    "rules/avslut.toml": rules.RuleFile,
    "scenarios/exempel.toml": scenarios.Scenario,
    "krav.toml": requirements.Requirements,
    "tabeller/gallring.toml": tables.TableExamples,
    "exempel/utforma_uppdrag.toml": forms.FormExamples,
    "papers/kallelse.toml": Paper,
    "arkiv/profil_exempel.toml": Profile,
}


def examples() -> dict[str, bytes]:
    text = README.read_text(encoding="utf-8")
    found = {}
    for section in SECTION.finditer(text):
        example = EXAMPLE.search(section["body"])
        if example is not None:
            found[section["path"]] = example[1].encode()
    return found


def test_every_format_has_an_example() -> None:
    assert set(MODELS) <= set(examples())


@pytest.mark.parametrize("path", MODELS)
def test_example_is_valid(path: str) -> None:
    manifest.parse_toml(MODELS[path], path, examples()[path])


def test_the_manifest_example_says_every_key_of_a_process() -> None:
    example = examples()["manifest.toml"].decode()
    for key in manifest.ProcessEntry.model_fields:
        assert re.search(rf"^(?:# )?{key} = ", example, re.MULTILINE), key


def test_the_form_example_is_valid() -> None:
    found = parse_form(examples()["forms/bedom_behov.form"])
    assert found.keys() == {"start", "slut", "mal"}
    assert len(found.rules) == 1


def test_every_rule_kind_has_an_example() -> None:
    text = examples()["rules/avslut.toml"]
    found = manifest.parse_toml(rules.RuleFile, "rules/avslut.toml", text)
    kinds = {rule.kind for rule in found.rule}
    assert kinds == {"precedence", "response", "absence", "within", "different_person"}
    assert all(rules.selectors_of(rule) for rule in found.rule)


@pytest.mark.parametrize(
    ("model", "content", "part"),
    [
        (manifest.Manifest, b"[utgava]\nid='u'\nvalid_from=2025-07-01\nowner='x'", "owner"),
        (manifest.Manifest, b"[utgava]\nid='u'", "valid_from"),
        (manifest.Roles, b"[[roll]]\nid='a'\nname='A'\norganisation='kommun'", "organisation"),
        (
            manifest.Messages,
            b"[a]\nkey='x'\nreceivers='one'\nkind='start'\nexpires='5 days'\nlate=''\ndouble=''",
            "expires",
        ),
        (
            manifest.Citations,
            (
                b"[[lagrum]]\nid='a'\ntext=''\nnorm='LAG'\nstatus='V'\n"
                b"[[lagrum]]\nid='a'\ntext=''\nnorm='LAG'\nstatus='V'"
            ),
            "twice",
        ),
        (manifest.Manifest, b"\xff\xfe", "UTF-8"),
        (manifest.Manifest, b"id = ", "TOML"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(model: type[BaseModel], content: bytes, part: str) -> None:
    with pytest.raises(manifest.DataFileError, match=part):
        manifest.parse_toml(model, "f.toml", content)


def test_a_scenario_refers_only_to_what_was_saved() -> None:
    text = examples()["scenarios/exempel.toml"].replace(b'save = "astrid"', b"")
    with pytest.raises(manifest.DataFileError, match="astrid"):
        manifest.parse_toml(scenarios.Scenario, "s.toml", text)


def test_saved_values_keep_their_type() -> None:
    saved = {"a": {"n": 7, "id": "x1"}}
    assert scenarios.resolve({"k": ["${a.n}", "nr ${a.id}"]}, saved) == {"k": [7, "nr x1"]}


def test_citations_in_force() -> None:
    found = manifest.parse_toml(manifest.Citations, "lagrum.toml", examples()["lagrum.toml"])
    old, new = found.get("sol2001.11.5"), found.get("sol2025.14.3")
    day = manifest.parse_toml(
        manifest.Manifest, "manifest.toml", examples()["manifest.toml"]
    ).utgava.valid_from
    assert old is not None
    assert new is not None
    assert not old.in_force(day)
    assert new.in_force(day)
