"""Papers from the record: who gets which, what is kept, what is logged."""

import pytest
from django.db import Error, connection, transaction

from cases.errors import CaseError, NotFoundError
from records.models import JournalEntry, Owned, Papper, Person, PlanVersion, ReadLog, Skydd
from records.queries import paper_file
from records.queries.register import tables, ways
from tests.papers.reading import Pdf, squeezed
from tests.records.chain import decision, final_note

pytestmark = pytest.mark.django_db


def text(found):
    return squeezed(Pdf(found.content).text())


def read(chain, by, paper, ref):
    _, actor = chain.actor(by)
    return paper_file(actor, chain.arende, paper, ref, now=chain.now)


def test_the_decision_as_a_letter(paper_chain):
    chain = (
        paper_chain.opened().investigated().decided(motivering="Behöver #stöd.", utfall="avslag")
    )
    found = read(chain, "handlaggare", "beslut", chain.ids["beslut"])
    shown = text(found)
    assert "AstridEkholt" in shown
    assert "Behöver#stöd." in shown
    assert "SoL2025:400" in shown
    assert "Såhäröverklagardu" in shown
    assert found.name == f"beslut-{chain.ids['beslut']}.pdf"
    assert not found.kept


def test_l09_l10_l11_the_letter_says_who_took_part_what_decided_and_who_dissented(paper_chain):
    chain = paper_chain.opened().investigated()
    form = decision(omstandigheter="Klarar inte trappan.") | {
        "foredragande": "Hanna Handlén, handläggare",
        "deltagare": [{"namn": "Agda Arbell, arbetsledare"}, {"namn": "Bo Berg, jurist"}],
        "skiljaktig_mening": "Cia Ceder ville avslå ansökan.",
    }
    made = chain.call("beslut.spara", by="handlaggare", form=form)
    shown = text(read(chain, "handlaggare", "beslut", made["beslut"]))
    assert "Omständighetersomavgjorde" in shown
    assert "Klararintetrappan." in shown
    assert "Föredragande:HannaHandlén,handläggare" in shown
    assert "Deltogutanattbesluta:AgdaArbell,arbetsledare;BoBerg,jurist" in shown
    assert "SkiljaktigmeningCiaCedervilleavslåansökan." in shown


def test_l11_a_decision_that_all_agreed_on_names_no_dissent(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    shown = text(read(chain, "handlaggare", "beslut", chain.ids["beslut"]))
    for absent in ("Skiljaktigmening", "Vilkasomdeltog", "Omständighetersomavgjorde"):
        assert absent not in shown


def test_reading_a_paper_is_logged(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    read(chain, "handlaggare", "beslut", chain.ids["beslut"])
    assert ReadLog.objects.filter(vad="papper:beslut", arende_id=chain.arende).count() == 1


def test_k7_the_provider_reads_the_uppdrag_and_never_the_decision(paper_chain):
    chain = paper_chain.opened().investigated().decided().ordered().sent()
    with pytest.raises(NotFoundError):
        read(chain, "enhetschef", "beslut", chain.ids["beslut"])
    chain.accepted()
    shown = text(read(chain, "enhetschef", "uppdrag", chain.ids["uppdrag"]))
    assert "Tvättarsigmedstödvarjedag" in shown
    assert "Behovetkanintetillgodoses" not in shown


def test_a_paper_of_another_case_is_not_found(paper_chain, authority):
    chain = paper_chain.opened().investigated().decided()
    beslut = chain.ids["beslut"]
    chain.opened(personnummer="193501852382")
    with pytest.raises(NotFoundError):
        read(chain, "handlaggare", "beslut", beslut)


@pytest.mark.parametrize("paper", ["finns_inte", "gallringsprotokoll", "uppdrag"])
def test_a_paper_that_there_is_none_of_is_not_found(paper_chain, paper):
    chain = paper_chain.opened().investigated().decided()
    with pytest.raises(NotFoundError):
        read(chain, "handlaggare", paper, chain.ids["beslut"])


def test_plan_final_note_and_journal(paper_chain):
    chain = paper_chain.opened().investigated().decided().ordered().sent().accepted().started()
    chain.planned()
    version = PlanVersion.objects.get()
    shown = text(read(chain, "enhetschef", "genomforandeplan", version.pk))
    assert "Villduschapåkvällen." in shown
    assert "Duschartrekvällariveckan" in shown
    chain.call("journal.slutanteckning", by="enhetschef", form=final_note(), akt=chain.ids["akt"])
    note = JournalEntry.objects.get(typ="slutanteckning")
    shown = text(read(chain, "enhetschef", "slutanteckning", note.pk))
    assert "Stödetgavssomplanerat." in shown
    assert "EnhetschefNorr" in shown
    shown = text(read(chain, "enhetschef", "journalutdrag", note.journal_id))
    assert "Stödetgavssomplanerat." in shown
    with pytest.raises(NotFoundError):
        read(chain, "handlaggare", "journalutdrag", note.journal_id)


def test_what_was_given_is_shown_again_unchanged(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    first = read(chain, "handlaggare", "beslut", chain.ids["beslut"])
    made = chain.call(
        "papper.skapa", by="handlaggare", papper="beslut", underlag=chain.ids["beslut"]
    )
    assert made["sha256"] == first.sha256
    Person.objects.update(fornamn="Bytt")
    again = read(chain, "handlaggare", "beslut", chain.ids["beslut"])
    assert again.kept
    assert again.content == first.content


def test_making_the_same_paper_twice_keeps_one(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    for _ in range(2):
        chain.later(days=1).call(
            "papper.skapa", by="handlaggare", papper="beslut", underlag=chain.ids["beslut"]
        )
    assert Papper.objects.count() == 1


def test_a_kept_paper_never_changes(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    chain.call("papper.skapa", by="handlaggare", papper="beslut", underlag=chain.ids["beslut"])
    for statement in ("UPDATE records_papper SET titel = ''", "DELETE FROM records_papper"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_papper_skapa_refuses_what_there_is_none_of(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    for paper, code in (("finns_inte", "configuration_missing"), ("uppdrag", "record_not_found")):
        with pytest.raises(CaseError) as refusal:
            chain.call("papper.skapa", by="handlaggare", papper=paper, underlag=chain.ids["beslut"])
        assert refusal.value.code == code


def test_p1_a_protected_persons_papers_have_no_address(paper_chain):
    chain = paper_chain.opened(skydd="ingen").investigated().decided()
    assert "Testgatan1" in text(read(chain, "handlaggare", "beslut", chain.ids["beslut"]))
    Person.objects.update(skydd=Skydd.SEKRETESSMARKERING)
    for paper, ref in (("beslut", chain.ids["beslut"]), ("registerutdrag", chain.arende)):
        shown = text(read(chain, "handlaggare", paper, ref))
        assert "Testgatan" not in shown
        assert "ja,hanterasenligtrutin" in shown


def test_the_register_extract_holds_every_table_about_the_person(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    shown = text(read(chain, "handlaggare", "registerutdrag", chain.arende))
    for said in ("AstridEkholt", "Behöverstödatttvättasig", "Beslut"):
        assert said in shown


def test_a_table_about_a_person_is_in_the_register_by_itself():
    known = {model.__name__ for model in tables()}
    about = {model.__name__ for model in Owned.__subclasses__() if ways(model)}
    assert about <= known
    assert {"Person", "Beslut", "JournalEntry", "PlanAktivitet", "ReadLog", "Notis"} <= known


def test_p1_what_was_given_before_protection_is_shown_without_address(paper_chain):
    chain = paper_chain.opened().investigated().decided()
    chain.call("papper.skapa", by="handlaggare", papper="beslut", underlag=chain.ids["beslut"])
    Person.objects.update(skydd=Skydd.SKYDDAD_FOLKBOKFORING, skyddad_sedan=chain.now)
    found = read(chain, "handlaggare", "beslut", chain.ids["beslut"])
    assert not found.kept
    assert "Testgatan" not in text(found)
