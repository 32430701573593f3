"""The processes as staff read them: steps, instructions, tables with sources, by edition."""

import re
from datetime import date

import pytest

from cases.models import Bundle
from config import clock
from tests.web.reading import links, read, text, title

INTERNAL = re.compile(r"\b[RKLP]-\d|\bLOKAL\b")


@pytest.mark.parametrize("name", ["personal.bjorken", "handlaggare", "systemadministrator"])
def test_everyone_may_read_the_processes(client_of, name):
    found = links(client_of(name).get("/processer/"))
    assert found["Utreda"] == "/processer/utreda/"
    assert title(client_of(name).get("/processer/utreda/")) == "Utreda – Kedja"


def test_a_process_shows_its_steps_with_instruction_and_form(client_of):
    page = read(client_of("handlaggare").get("/processer/utreda/"))
    step = page.xpath("//li[@id='Task_PlaneraUtredning']")[0]
    assert step.findtext("h3") == "Planera utredningen"
    assert [found.text for found in step.xpath("./dl/dt")][:3] == ["Vad", "Hur", "Vem"]
    assert step.xpath(".//details//li/strong")
    assert page.xpath("//@data-bpmn-url")[0].endswith("/utreda.bpmn")


def test_a_table_shows_every_row_with_its_source_and_standing(client_of):
    page = read(client_of("handlaggare").get("/processer/utreda_avvikelse/"))
    table = page.xpath("//table[caption='När ska avvikelsen börja utredas och vara klar?']")[0]
    heads = [cell.text_content() for cell in table.xpath(".//thead//th")]
    assert heads == ["Rad", "Hantering", "→ Börja senast", "→ Klar senast", "I ord", "Källa"]
    first, *_rest, last = table.xpath("./tbody/tr")
    assert "niva 1" in first.text_content()
    assert "lokal rutin, bör" in first.text_content()
    assert first.xpath(".//*[@class='tag unverified']/text()") == ["ej juridiskt verifierad"]
    assert not last.xpath(".//*[@class='tag unverified']")


@pytest.mark.parametrize("key", ["genomfor_egenkontroll", "besluta", "gallra_akt", "riskanalys"])
def test_staff_read_plain_words_and_the_ids_are_folded(client_of, key):
    page = read(client_of("handlaggare").get(f"/processer/{key}/"))
    (folded,) = page.xpath("//details[summary='För den som ändrar diagrammet']")
    assert any(INTERNAL.search(cell.text_content()) for cell in folded.xpath(".//td"))
    folded.getparent().remove(folded)
    said = page.xpath("string(//main)")
    assert not INTERNAL.search(said), INTERNAL.search(said)


def test_a_local_rule_is_said_to_be_the_municipalitys_own_and_is_marked(client_of):
    page = read(client_of("handlaggare").get("/processer/genomfor_egenkontroll/"))
    (table,) = page.xpath("//table[caption='Kräver bristerna åtgärder?']")
    first = table.xpath("./tbody/tr")[0]
    assert "Kommunens egen regel: högst tio procent av akterna." in first.text_content()
    assert first.xpath(".//*[@class='tag unverified']")


def test_a_search_says_where_the_words_stand(client_of):
    client = client_of("handlaggare")
    found = text(client.get("/processer/", {"q": "timmar vetskapen"}))
    assert "2 processer med" in found
    assert "72 timmar från vetskapen" in found
    assert "Inget hittades" in text(client.get("/processer/", {"q": "xyzzy"}))


def test_an_earlier_edition_can_be_read_beside_the_one_in_force(client_of, edition):
    earlier = dict(edition.files)
    instruction = "instructions/Task_PlaneraUtredning.toml"
    earlier[instruction] = b'vad = "Som det var"\nhur = "A"\nvem = "B"\n'
    Bundle.objects.create(
        pk="e" * 64,
        edition="u2020_01",
        valid_from=date(2020, 1, 1),
        deployed_at=clock.now(),
        files={path: content.decode() for path, content in earlier.items()},
    )
    client = client_of("handlaggare")
    assert "Som det var" not in text(client.get("/processer/utreda/"))
    then = text(client.get("/processer/utreda/", {"utgava": "e" * 64}))
    assert "Som det var" in then
    assert "u2020_01" in then


@pytest.mark.parametrize("address", ["/processer/finns_inte/", "/processer/utreda/?utgava=fel"])
def test_what_is_not_there_is_a_page(client_of, address):
    assert client_of("handlaggare").get(address).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_processes(
    client_of, django_assert_max_num_queries
):
    client = client_of("handlaggare")
    client.get("/processer/")
    with django_assert_max_num_queries(20):
        client.get("/processer/")
    with django_assert_max_num_queries(20):
        client.get("/processer/utreda/")
