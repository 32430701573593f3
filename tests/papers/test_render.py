"""Papers: accessible, the same bytes each time, and never the reader of what people write."""

import re

import pytest

from records.papers import Citation, PaperNotRenderedError, load_paper, papers_of, render
from records.papers.samples import letters
from tests.papers.letters import ASTRID, NOW, UNREAD, beslut, files, letter, part, pdf
from tests.papers.reading import Pdf, squeezed

ALL = papers_of(files())
HOSTILE = (
    '#eval("1+1") #sys.inputs #read("/etc/passwd") $x^2$ *fet* _kursiv_ [hak] @ref <etikett> '
    "\\ `kod` // inte bort /* inte heller */ = rubrik #set text(size: 90pt) #panic() -- ~ 'x'"
)


def text_of(content):
    return squeezed(Pdf(content).text())


def test_the_edition_has_every_paper_that_people_need():
    assert set(ALL) >= {
        "beslut",
        "genomforandeplan",
        "gallringsprotokoll",
        "journalutdrag",
        "registerutdrag",
        "samtycke",
        "slutanteckning",
        "underrattelse",
        "uppdrag",
    }


@pytest.mark.parametrize("name", ALL)
def test_every_paper_is_tagged_pdf_a_and_ua_in_swedish(name):
    paper = load_paper(files(), name)
    for made in letters(paper.underlag):
        found = Pdf(render(files(), paper, made, (Citation(id="x", text="1 §"),)))
        assert "<pdfaid:part>2</pdfaid:part>" in found.metadata
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in found.metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in found.metadata
        assert paper.titel in found.metadata
        whole = found.whole
        assert b"/Marked true" in whole
        assert re.search(rb"/Lang ?\(sv", whole)
        assert b"/DisplayDocTitle true" in whole
        assert re.search(rb"/S ?/H1\b", whole)
        assert b"/OutputIntents" in whole


def test_tables_tell_which_cells_are_headers():
    whole = Pdf(pdf("underrattelse", letter(beslut()))).whole
    assert len(re.findall(rb"/S ?/TH\b", whole)) == 3
    assert re.search(rb"/Scope ?/Column", whole)


@pytest.mark.parametrize("name", ALL)
def test_the_same_letter_gives_the_same_bytes(name):
    paper = load_paper(files(), name)
    made = next(letters(paper.underlag))
    assert render(files(), paper, made) == render(files(), paper, made)


def test_the_date_in_the_file_is_the_letters():
    later = NOW.replace(year=2027)
    assert pdf("beslut", letter(beslut())) != pdf("beslut", letter(beslut(), upprattad=later))
    assert "2026-03-02T" in Pdf(pdf("beslut", letter(beslut()))).metadata


def test_what_a_person_wrote_is_never_markup():
    found = text_of(pdf("beslut", letter(beslut(part(motivering=HOSTILE, insats=HOSTILE)))))
    assert found.count(squeezed(HOSTILE)) == 2


def test_hostile_text_in_every_field_of_every_paper_comes_out_as_it_is():
    for name in ALL:
        paper = load_paper(files(), name)
        made = next(letters(paper.underlag))
        data = made.innehall.model_dump_json().replace("Exempel på", "Exempel #panic($) * [")
        hostile = type(made.innehall).model_validate_json(data)
        found = text_of(render(files(), paper, made.model_copy(update={"innehall": hostile})))
        assert "Exempel#panic($)*[" in found, name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("glad 😀 dag", "glad[U+1F600]dag"),
        ("漢字", "[U+6F22][U+5B57]"),
        ("bak\u202elänges", "bak[U+202E]länges"),
        ("klocka\x07 \x00", "klocka[U+0007][U+0000]"),
        ("\ue000", "[U+E000]"),
        ("Ћирилица Ωμέγα Nguyễn", "ЋирилицаΩμέγαNguyễn"),
        ("rad ett\r\nrad två\u2028tre", "radettradtvåtre"),
    ],
)
def test_every_sign_can_be_printed_or_is_named(written, shown):
    assert shown in text_of(pdf("beslut", letter(beslut(part(motivering=written)))))


def test_a_thousand_unknown_signs_still_give_a_paper():
    many = "".join(chr(0x4E00 + number) for number in range(1000))
    assert "[U+4E00]" in text_of(pdf("beslut", letter(beslut(part(motivering=many)))))


def test_lines_and_paragraphs_stand_as_written():
    found = Pdf(pdf("beslut", letter(beslut(part(motivering="Ett.\nTvå.\n\nTre.")))))
    assert "Ett.Två.Tre." in squeezed(found.text())


def test_p1_no_paper_shows_the_address_of_a_protected_person():
    protected = ASTRID.model_copy(update={"skyddad": True})
    for name in ALL:
        paper = load_paper(files(), name)
        made = next(letters(paper.underlag)).model_copy(update={"person": protected})
        found = text_of(render(files(), paper, made))
        assert "Testgatan" not in found, name
        assert "00010" not in found, name
    shown = text_of(pdf("beslut", letter(beslut())))
    assert "Testgatan1" in shown


def test_personnummer_only_as_the_paper_needs_it():
    assert "19400365-2387" in text_of(pdf("beslut", letter(beslut())))
    assert "19400365-" not in text_of(pdf("underrattelse", letter(beslut())))


def test_how_to_appeal_stands_where_something_was_refused():
    granted = text_of(pdf("beslut", letter(beslut())))
    refused = text_of(pdf("beslut", letter(beslut(part(), part(utfall_kod="avslag")))))
    assert "överklagar" not in granted
    assert "Såhäröverklagardu" in refused
    assert "inomtreveckorfråndendagdufickdelavbeslutet" in refused


def test_the_law_is_the_decisions_own_and_an_unread_one_says_so():
    old = part(lagrum=part().lagrum.model_copy(update={"text": "4 kap. 1 § SoL (2001:453)"}))
    found = text_of(pdf("beslut", letter(beslut(old), law_version="SoL 2001:453")))
    assert "4kap.1§SoL(2001:453)" in found
    assert "SoL2001:453" in found
    assert "(ejjuridisktverifierad)" not in found
    unread = text_of(pdf("beslut", letter(beslut(part(lagrum=UNREAD)))))
    assert "socialtjänstlagen(ejjuridisktverifierad)" in unread


def test_r189_a_copy_is_marked():
    assert "Kopia" not in text_of(pdf("beslut", letter(beslut())))
    assert "Kopia" in text_of(pdf("beslut", letter(beslut(), kopia=True)))


def test_a_failing_template_tells_its_line_and_nothing_of_the_person():
    broken = {**files(), "papers/beslut.typ": b"= Rubrik\n#d.finns-inte\n#d.delbeslut"}
    with pytest.raises(PaperNotRenderedError) as refusal:
        render(broken, load_paper(broken, "beslut"), letter(beslut()))
    assert str(refusal.value).startswith("papers/beslut.typ:2:")
    assert "Astrid" not in str(refusal.value)


def test_the_appeal_time_is_what_the_table_says():
    table = files()["dmn/overklagandetid.dmn"].decode()
    assert "P21D" in table
    assert '#let overklagandetid = "tre veckor"' in files()["papers/_brev.typ"].decode()
