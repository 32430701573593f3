"""``kedja check`` and an edition find what a DMN file imports (DMN 1.5, 6.3.3)."""

from argparse import Namespace
from pathlib import Path

import pytest

from config.commands import check
from engine.bundle import Bundle
from engine.check import check_files
from tests.check.test_house import TABLE, edition
from tests.dmn.models import definitions, imports, input_data, literal

LIBRARY = definitions(literal("bas", "1"), space="lib")
TWICE = definitions(literal("dubbel", "2"), space="lib")
MIDDLE = definitions(
    imports("lib", "lib"), literal("mitt", "lib.bas + 1", needs=["lib#bas"]), space="mitt"
)
OUTER = definitions(imports("m", "mitt"), literal("t", "m.mitt + 1", needs=["mitt#mitt"]))
DIRECT = definitions(imports("lib", "lib"), literal("t", "lib.bas + 1", needs=["lib#bas"]))


def codes(files: dict[str, bytes], path: str, *, profile: bool = False) -> list[str]:
    reports = {report.path: report for report in check_files(files, profile=profile)}
    return [found.code for found in reports[path].findings if found.code.startswith("dmn_")]


def message(files: dict[str, bytes], path: str) -> str:
    reports = {report.path: report for report in check_files(files, profile=False)}
    (found,) = reports[path].findings
    assert found.line > 0
    return found.message


def test_an_edition_finds_imports_among_its_own_tables() -> None:
    files = {**edition(dmn__t_dot_dmn=OUTER), "dmn/bas.dmn": LIBRARY, "dmn/mitt.dmn": MIDDLE}
    bundle = Bundle(files)
    assert bundle.decision("t").evaluate("t", {}).value == 3
    assert bundle.definition("p").process_id == "p"
    assert codes(files, "dmn/t.dmn", profile=True) == []
    alone = edition(dmn__t_dot_dmn=OUTER)
    assert codes(alone, "dmn/t.dmn", profile=True) == ["dmn_import_missing"]


def test_a_local_table_imports_what_is_deployed_with_it() -> None:
    path = "lokal/demo/dmn/t.dmn"
    files = {**edition(dmn__t_dot_dmn=None), path: OUTER, "dmn/bas.dmn": LIBRARY}
    files["lokal/demo/dmn/mitt.dmn"] = MIDDLE
    files["lokal/annan/dmn/mitt.dmn"] = MIDDLE
    assert codes(files, path, profile=True) == []
    del files["lokal/demo/dmn/mitt.dmn"]
    assert codes(files, path, profile=True) == ["dmn_import_missing"]


def test_one_namespace_twice_is_wrong_only_where_it_is_imported() -> None:
    files = {"a.dmn": LIBRARY, "b.dmn": TWICE, "t.dmn": DIRECT, "u.dmn": TABLE}
    assert codes(files, "t.dmn") == ["dmn_import_ambiguous"]
    assert "a.dmn, b.dmn" in message(files, "t.dmn")
    for path in ("a.dmn", "b.dmn", "u.dmn"):
        assert codes(files, path) == []


def test_the_own_folder_comes_before_the_others() -> None:
    files = {"a/lib.dmn": LIBRARY, "a/t.dmn": DIRECT, "b/lib.dmn": TWICE, "c/t.dmn": DIRECT}
    assert codes(files, "a/t.dmn") == []
    assert codes(files, "c/t.dmn") == ["dmn_import_ambiguous"]


def test_imports_in_a_circle_are_told_with_the_circle() -> None:
    one = definitions(imports("b", "b"), literal("x", "1"), space="a")
    two = definitions(imports("a", "a"), literal("x", "1"), space="b")
    files = {"a.dmn": one, "b.dmn": two}
    assert codes(files, "a.dmn") == ["dmn_import_cycle"]
    assert "b -> a -> b. Remove one" in message(files, "a.dmn")


def test_a_mistake_in_an_import_is_told_where_it_is_imported() -> None:
    files = {"lib.dmn": definitions(literal("bas", "1 +"), space="lib"), "t.dmn": DIRECT}
    assert "t.dmn imports lib, which cannot be used" in message(files, "t.dmn")


def test_names_of_an_import_without_a_name_are_defined() -> None:
    content = definitions(
        imports("", "lib"), input_data("x"), literal("t", "bas + x", needs=["lib#bas", "input:x"])
    )
    assert codes({"lib.dmn": LIBRARY, "t.dmn": content}, "t.dmn") == []


def run(*paths: Path) -> int:
    return check.run(Namespace(paths=list(paths), json=False, capabilities=None))


def test_one_file_finds_its_siblings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in {"bas": LIBRARY, "mitt": MIDDLE, "t": OUTER}.items():
        (tmp_path / f"{name}.dmn").write_bytes(content)
    assert run(tmp_path / "t.dmn") == 0
    assert "1 files, 0 errors" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["outside", "link", "large"])
def test_nothing_else_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    folder = tmp_path / "inne"
    folder.mkdir()
    (folder / "t.dmn").write_bytes(DIRECT)
    outside = tmp_path / "lib.dmn"
    outside.write_bytes(LIBRARY)
    if place == "link":
        (folder / "lib.dmn").symlink_to(outside)
    if place == "large":
        (folder / "lib.dmn").write_bytes(LIBRARY + b" " * check.MAX_SIBLING)
    assert run(folder / "t.dmn") == 1
    told = capsys.readouterr().out
    assert "dmn_import_missing" in told
    assert "Put the file with this namespace in the same folder" in told
    assert run(folder / "t.dmn", outside) == 0


def test_so_many_siblings_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MAX_SIBLINGS", 2)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.dmn").write_bytes(TABLE)
    (tmp_path / "d.dmn").write_bytes(LIBRARY)
    (tmp_path / "t.dmn").write_bytes(DIRECT)
    assert run(tmp_path / "t.dmn") == 1
    assert "dmn_import_missing" in capsys.readouterr().out
