"""Papers through the doors: as a file, for who may read it, and for nobody else."""

import uuid

import pytest
from django.test import Client

from records.models import Beslut, NekadLasning, ReadLog, Uppdrag
from tests.municipality import user
from tests.web.town import astrid, walk_to


@pytest.fixture
def decided(edition):
    """A case with a decision and a sent uppdrag."""
    arende = walk_to("Task_BekraftaUppdrag", astrid())
    return arende, Beslut.objects.get(arende_id=arende), Uppdrag.objects.get(arende_id=arende)


def address(arende, paper, record):
    return f"/api/v1/cases/{arende}/papers/{paper}/{record}/"


def test_a_paper_is_a_pdf_with_ids_alone_in_its_name(client_of, decided):
    arende, beslut, _ = decided
    for accept in ("application/pdf", "application/json", "*/*"):
        answer = client_of("handlaggare").get(
            address(arende, "beslut", beslut.pk), HTTP_ACCEPT=accept
        )
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-1.7")
    named = f'attachment; filename="beslut-{beslut.pk}.pdf"'
    assert answer["Content-Disposition"] == named
    assert answer["Cache-Control"] == "private, no-store"


def test_reading_it_is_logged(client_of, decided):
    arende, beslut, _ = decided
    client_of("handlaggare").get(address(arende, "beslut", beslut.pk))
    line = ReadLog.objects.get(vad="papper:beslut")
    assert (line.arende_id, line.user) == (arende, user("handlaggare"))


@pytest.mark.parametrize("name", ["enhetschef.bjorken", "systemadministrator", "handlaggare.fn"])
def test_r163_who_has_no_part_in_the_case_is_refused_and_logged(client_of, decided, name):
    arende, beslut, uppdrag = decided
    for paper, record in (("beslut", beslut), ("uppdrag", uppdrag), ("registerutdrag", None)):
        ref = arende if record is None else record.pk
        answer = client_of(name).get(address(arende, paper, ref))
        assert answer.status_code == 403, paper
        assert answer.data["code"] == "not_permitted"
    lines = NekadLasning.objects.filter(arende_id=arende, user=user(name), vad="papper")
    assert lines.count() == 3


def test_k7_the_provider_gets_the_uppdrag_only_and_learns_of_no_decision(client_of, decided):
    arende, beslut, uppdrag = decided
    client = client_of("enhetschef.norr")
    assert client.get(address(arende, "uppdrag", uppdrag.pk)).status_code == 200
    assert not NekadLasning.objects.exists()
    told = [client.get(address(arende, "beslut", ref)) for ref in (beslut.pk, uuid.uuid4())]
    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].data["title"] == told[1].data["title"]
    assert NekadLasning.objects.filter(arende_id=arende, user=user("enhetschef.norr")).count() == 2


def test_a_case_that_is_not_there_is_not_found(client_of):
    answer = client_of("handlaggare").get(address(uuid.uuid4(), "beslut", uuid.uuid4()))
    assert answer.status_code == 404
    assert answer.data["code"] == "not_found"


@pytest.mark.parametrize("accept", ["application/pdf", "application/json"])
def test_what_is_not_there_is_told_as_a_problem(client_of, decided, accept):
    arende, beslut, _ = decided
    for paper, record in (("finns-inte", beslut.pk), ("beslut", uuid.uuid4())):
        answer = client_of("handlaggare").get(address(arende, paper, record), HTTP_ACCEPT=accept)
        assert answer.status_code == 404
        assert answer["Content-Type"].startswith("application/problem+json")
        assert answer.json()["code"] == "not_found"


def test_the_page_leads_to_the_papers(decided):
    arende, beslut, uppdrag = decided
    client = Client()
    client.force_login(user("handlaggare"))
    page = client.get(f"/arenden/{arende}/handlingar/").content.decode()
    for paper, record in (("beslut", beslut.pk), ("uppdrag", uppdrag.pk)):
        link = f"/arenden/{arende}/handlingar/{paper}/{record}/"
        assert f'href="{link}"' in page
        answer = client.get(link)
        assert answer["Content-Type"] == "application/pdf"
    assert client.get(f"/arenden/{arende}/handlingar/beslut/{uuid.uuid4()}/").status_code == 404


def test_the_final_note_and_the_plan_have_links(edition):
    arende = walk_to("Task_AvslutaArende", astrid(ansokan_for_dagar_sedan=200))
    client = Client()
    client.force_login(user("enhetschef.norr"))
    pages = [client.get(f"/arenden/{arende}/{tab}/") for tab in ("journal", "plan")]
    page = "".join(answer.content.decode() for answer in pages)
    for paper in ("slutanteckning", "genomforandeplan", "journalutdrag"):
        start = page.index(f"/arenden/{arende}/handlingar/{paper}/")
        link = page[start : page.index('"', start)]
        assert client.get(link)["Content-Type"] == "application/pdf"
