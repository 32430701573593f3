"""A bundle: one edition, known by its content."""

from pathlib import Path

import pytest

from engine.bundle import Bundle, NotInBundleError
from engine.manifest import DataFileError
from tests.check.test_house import FORM, edition


def test_the_hash_follows_content_and_names_not_order() -> None:
    files = edition()
    bundle = Bundle(files)
    assert bundle.hash == Bundle(dict(reversed(files.items()))).hash
    assert bundle.hash != Bundle({**files, "forms/f.form": FORM + b" "}).hash
    assert bundle.hash != Bundle({**files, "forms/g.form": FORM}).hash
    assert len(bundle.hash) == 64


def test_what_decides_nothing_makes_no_new_edition() -> None:
    files = edition()
    beside = {"scenarios/s.toml": b"x", "lokal/demo/personer.toml": b"x", "README.md": b"x"}
    assert Bundle({**files, **beside}).hash == Bundle(files).hash
    assert Bundle({**files, "lokal/demo/dmn/t.dmn": b"x"}).hash == Bundle(files).hash


def test_everything_is_found_by_name() -> None:
    bundle = Bundle(edition())
    assert bundle.processes == ("p",)
    assert bundle.definition("p").process_id == "p"
    assert bundle.definition("p") is bundle.definition("p")
    assert bundle.form("f").id == "f"
    assert bundle.decision("t").evaluate("t", {}).value == 1
    assert bundle.manifest.utgava.id == "u1"
    assert [role.id for role in bundle.roles.roll] == ["handlaggare", "personal", "jurist"]
    assert bundle.messages.names() == ("uppdrag.skickat",)
    assert bundle.lagrum.get("ny.1") is not None
    assert [rule.id for rule in bundle.rules] == ["r1"]
    instruction = bundle.instruction("T")
    assert instruction is not None
    assert instruction.vad == "v"
    assert bundle.instruction("U") is None


@pytest.mark.parametrize("kind", ["definition", "form", "decision", "form_hash"])
def test_what_is_not_there_is_said(kind: str) -> None:
    with pytest.raises(NotInBundleError, match="borta"):
        getattr(Bundle(edition()), kind)("borta")


def test_a_bundle_without_manifest_says_so_when_asked() -> None:
    with pytest.raises(DataFileError, match="missing"):
        _ = Bundle({"forms/f.form": FORM}).manifest


def test_from_directory_reads_the_same(tmp_path: Path) -> None:
    for path, content in {**edition(), "scenarios/s.toml": b"x"}.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    assert Bundle.from_directory(tmp_path).hash == Bundle(edition()).hash
