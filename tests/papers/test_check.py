"""``kedja check`` refuses a paper that cannot be given to anybody."""

import json
import shutil
from argparse import Namespace

import pytest

from cases.errors import BundleRefusedError
from config.commands import check
from config.processes import deploy_directory
from records.papers import check_papers
from tests.papers.letters import files


def codes(**changes):
    """What is found in an edition with the changed papers alone: each costs a rendering."""
    stems = {name.split(".")[0] for name in changes} | {"_brev", "avsandare"}
    kept = {
        path: data
        for path, data in files().items()
        if not path.startswith("papers/") or path.split("/")[1].split(".")[0] in stems
    }
    edition = {**kept, **{f"papers/{name}": data for name, data in changes.items()}}
    return {(finding.path, finding.line, finding.code) for finding in check_papers(edition)}


def test_the_editions_own_papers_are_clean():
    assert check_papers(files()) == ()


def test_an_unknown_field_is_refused_with_its_line():
    found = codes(**{"beslut.typ": b"= Beslut\n#d.beslutsdatum\n#d.bestalldatum\n"})
    assert found == {("papers/beslut.typ", 3, "paper_not_rendered")}


def test_a_field_of_a_row_is_refused_too():
    found = codes(**{"beslut.typ": b"= Beslut\n#for rad in d.delbeslut [#rad.insatsen]\n"})
    assert found == {("papers/beslut.typ", 2, "paper_not_rendered")}


def test_a_field_that_may_be_missing_must_be_asked_for():
    found = codes(**{"beslut.typ": b"= Beslut\n#d.ansokan_inkom.len()\n"})
    assert found == {("papers/beslut.typ", 2, "paper_not_rendered")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'lagrum = ["fl.31", "fl.99"]', "unknown_citation"),
        (b'underlag = "bslut"', "paper_invalid"),
        (b'undertecknas = "rektor"', "paper_invalid"),
        (b"okant = 1", "paper_invalid"),
        (b'id = "annat"', "paper_invalid"),
    ],
)
def test_a_wrong_line_of_the_toml_is_refused(line, code):
    content = files()["papers/beslut.toml"]
    key = line.split(b" ")[0]
    rows = [row for row in content.splitlines() if not row.startswith(key + b" ")]
    found = codes(**{"beslut.toml": b"\n".join([*rows, line])})
    assert {item[2] for item in found} == {code}


def test_an_expired_citation_is_refused():
    late = files()["manifest.toml"].replace(b"valid_from = 2025-01-01", b"valid_from = 2025-08-01")
    paper = files()["papers/beslut.toml"].replace(b'"fl.31"', b'"sol2001.4.1"')
    edition = {**files(), "manifest.toml": late, "papers/beslut.toml": paper}
    assert [item.code for item in check_papers(edition)] == ["expired_citation"]


@pytest.mark.parametrize(
    "line",
    [
        b'#import "@preview/tablex:0.0.8": *',
        b'#include "annat.typ"',
        b'#read("/etc/passwd")',
        b'#image("hemlig.png")',
        b"#eval(d.delbeslut.first().motivering)",
        b'#json("annat.json")',
        b"#let las = read",
        b'"//" #read("x")',
    ],
)
def test_a_paper_reads_its_letter_and_nothing_else(line):
    found = codes(**{"beslut.typ": b"= Beslut\n" + line + b"\n"})
    assert ("papers/beslut.typ", 2, "paper_reaches_out") in found


def test_a_paper_without_a_heading_is_not_accessible():
    assert codes(**{"slutanteckning.typ": b"== Andra\n#d.text\n"})


def test_a_toml_without_template_is_refused():
    found = codes(**{"ensam.toml": b'id = "ensam"\n'})
    assert found == {("papers/ensam.toml", 0, "paper_without_template")}


def test_a_new_paper_of_a_known_kind_needs_no_python():
    toml = b'id = "kallelse"\ntitel = "Kallelse"\nunderlag = "beslut"\n'
    typ = b"= Kallelse\nBeslutet fattades #dag(d.beslutsdatum).\n"
    assert codes(**{"kallelse.toml": toml, "kallelse.typ": typ}) == set()


@pytest.fixture
def clone(tmp_path):
    """A folder with an edition's papers, as an author has it."""
    home = tmp_path / "processes"
    for path, data in files().items():
        if path.startswith("papers/") or path in ("lagrum.toml", "manifest.toml"):
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(data)
    return home


def checked(capsys, *paths):
    code = check.run(Namespace(paths=list(paths), json=True, capabilities=None))
    reports = json.loads(capsys.readouterr().out)["files"]
    return code, {report["path"]: report["findings"] for report in reports}


def test_kedja_check_tells_the_line_of_an_unknown_field(clone, capsys):
    paper = clone / "papers" / "samtycke.typ"
    paper.write_text("= Samtycke\n#d.okant_falt\n")
    for path in (clone, clone / "papers", paper):
        code, found = checked(capsys, path)
        assert code == 1
        [finding] = found[paper.as_posix()]
        assert (finding["code"], finding["line"]) == ("paper_not_rendered", 2)
        assert "okant_falt" in finding["message"]


def test_kedja_check_tells_an_unknown_citation_at_its_paper(clone, capsys):
    (clone / "papers" / "samtycke.toml").write_text(
        'id = "samtycke"\ntitel = "Samtycke"\nunderlag = "samtycke"\nlagrum = ["finns.inte"]\n'
    )
    code, found = checked(capsys, clone)
    assert code == 1
    [finding] = found[(clone / "papers" / "samtycke.typ").as_posix()]
    assert finding["code"] == "unknown_citation"
    assert "papers/samtycke.toml" in finding["message"]


def test_kedja_check_reads_archive_profiles(clone, capsys):
    profile = clone / "arkiv" / "profil_standard.toml"
    profile.parent.mkdir()
    content = files()["arkiv/profil_standard.toml"].decode()
    profile.write_text(content)
    assert checked(capsys, profile)[1][profile.as_posix()] == []
    for old, new, code in (
        ("osl.26.1", "osl.99.9", "unknown_citation"),
        ('id = "standard"', 'id = "annan"', "archive_profile_invalid"),
        ("sip_{arkivbildare}", "sip_{personnummer}", "archive_profile_invalid"),
    ):
        profile.write_text(content.replace(old, new))
        code_out, found = checked(capsys, profile)
        assert code_out == 1
        assert {item["code"] for item in found[profile.as_posix()]} == {code}


def test_a_paper_that_would_take_the_machine_along_is_refused(clone, capsys):
    paper = clone / "papers" / "samtycke.typ"
    for bomb in ('#let x = "a" * 100000000000', "#let f(n) = f(n + 1)\n#f(0)"):
        paper.write_text(f"= Samtycke\n{bomb}\n")
        code, found = checked(capsys, paper)
        assert code == 1
        [finding] = found[paper.as_posix()]
        assert finding["code"] in ("paper_too_heavy", "paper_not_rendered")
    assert all(rows == [] for path, rows in found.items() if path != paper.as_posix())


@pytest.mark.django_db
def test_an_edition_with_a_broken_paper_is_not_deployed(tmp_path, settings):
    home = tmp_path / "processes"
    shutil.copytree(settings.PROCESSES_DIR, home)
    (home / "papers" / "samtycke.typ").write_text("= Samtycke\n#d.okant_falt\n")
    with pytest.raises(BundleRefusedError, match=r"papers/samtycke\.typ"):
        deploy_directory(home)
