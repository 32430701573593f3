"""The pages in English: words by gettext, what the edition and people have written in Swedish."""

import re

import pytest
from django.urls import reverse

from records.models import Akt, Avvikelse
from tests import quality_town as town
from tests.web.places import IDS
from tests.web.reading import read, text, title

WORDS = re.compile(r"\b(och|inte|ingen|det|att|som|är|till|från|för|sedan|senast)\b", re.IGNORECASE)
"""Words that hardly a Swedish sentence is without, and no English one has."""


@pytest.fixture
def english(client_of):
    def make(name):
        client = client_of(name)
        client.cookies["sprak"] = "en"
        return client

    return make


def own_words(answer):
    """What a page says in English, but for the hidden words that name a row."""
    spoken = "ancestor::*[@lang][1]/@lang = 'en'"
    shown = "not(ancestor::script or ancestor::*[@class='hidden'])"
    found = read(answer).xpath(f"//body//text()[{spoken} and {shown}]")
    return [said for node in found if (said := " ".join(node.split()))]


def swedish_words(answer):
    return [said for said in own_words(answer) if WORDS.search(said)]


def test_the_overview_and_its_lists_are_in_english(english, case_at):
    case_at("Task_FaststallPlan")
    client = english("enhetschef.norr")
    page = client.get("/oversikt/")
    assert title(page) == "Overview – Kedja"
    assert swedish_words(page) == []
    listed = client.get("/oversikt/oppna-uppgifter/")
    assert title(listed) == "Open tasks – Kedja"
    heads = [cell.text_content() for cell in read(listed).xpath("//main//thead//th")]
    assert heads == ["Case", "Task", "Unit", "Held by", "Due"]
    file = client.get("/oversikt/oppna-uppgifter/csv/").content.decode()
    assert file.removeprefix("\ufeff").splitlines()[0] == "Case;Task;Unit;Held by;Due"


@pytest.mark.parametrize(
    "name",
    [
        "quality",
        "deviations",
        "complaints",
        "risks",
        "measures",
        "controls",
        "log_checks",
        "reports",
    ],
)
def test_the_quality_work_is_in_english(english, name):
    town.everything()
    page = english("enhetschef.norr").get(reverse(f"web:{name}"))
    assert page.status_code == 200
    assert swedish_words(page) == []


def test_what_was_written_about_a_deviation_stays_swedish_and_says_so(english):
    town.everything()
    row = Avvikelse.objects.earliest("nummer")
    page = read(english("enhetschef.norr").get(reverse("web:deviation", args=[row.pk])))
    told = page.xpath(f"//dd[contains(., '{row.handelse}')]")[0]
    assert told.get("lang") == "sv"


def test_the_shift_is_in_english_down_to_what_its_script_says(english, case_at):
    case = case_at("Task_FoljUppPlan")
    client = english("kontakt.norr")
    assert swedish_words(client.get("/skiftet/")) == []
    answer = client.get(reverse("web:shift_card", args=[case]))
    assert "Write in the journal" in text(answer)
    form = read(answer).get_element_by_id("notis")
    said = {name: value for name, value in form.attrib.items() if name.startswith("data-said-")}
    assert said["data-said-kept"] == "Draft saved {when}. Not in the journal yet."
    assert [value for value in said.values() if WORDS.search(value)] == []
    assert Akt.objects.get().arende_id == case


def test_a_process_is_kept_for_each_language_by_itself(english, client_of):
    address = "/processer/utreda_avvikelse/"
    clients = {"sv": client_of("handlaggare"), "en": english("handlaggare")}
    for language, said in (("sv", "Vad"), ("en", "What"), ("sv", "Vad"), ("en", "What")):
        page = read(clients[language].get(address))
        assert page.xpath("//li//dt/text()")[0] == said
        how = page.xpath("//p[@class='help']/text()")[0]
        assert ("row" in how) is (language == "en")
    page = read(clients["en"].get(address))
    assert page.xpath("//*[@data-bpmn-url]/@data-said-whole") == ["Show the whole map"]
    name = page.xpath("//h1")[0]
    assert (name.get("lang"), name.text_content()) == ("sv", "Utreda avvikelse")


def test_an_uppdrag_and_its_papers_are_in_english(english, case_at):
    case_at("Task_FaststallPlan")
    client = english("handlaggare")
    assert swedish_words(client.get("/uppdrag/?visa=alla")) == []
    address = reverse("web:order", args=[IDS["uppdrag_id"]()[0]])
    page = client.get(address)
    assert title(page).startswith("Assignment ")
    assert "Need: " in text(page)
    wrong = client.post(f"{address}meddelanden/", {"text": " ", "_nyckel": "x"})
    assert wrong.status_code == 422
    assert "Write a message." in text(wrong)
