"""Time limits with their source, and decisions with their reasons, in plain Swedish."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from cases.models import Bundle, Event, Instance, Task
from tests.web.reading import read, text
from web.explained import limit_shown, value_shown
from web.words import day


def test_issue4_the_task_page_tells_the_day_the_rule_and_the_source(client_of, case_at):
    arende = case_at("Task_PlaneraUtredning")
    task = Task.objects.get(arende_id=arende, status="open", element="Task_PlaneraUtredning")
    page = client_of("handlaggare").get(reverse("web:task", args=[task.pk]))
    (limit,) = read(page).xpath("//dl[contains(@class,'facts')]//*[@class='limit']")
    assert " ".join(limit.text_content().split()) == (
        f"Senast {day(task.due)}: 60 dagar från att utredningen inleddes. "
        "Källa: 9 § förvaltningslagen (2017:900), lokal rutin, bör (enligt FL 2017:900). "
        "Ej juridiskt verifierad"
    )


def test_what_is_verified_is_not_said_to_be_unverified(client_of, case_at):
    arende = case_at("Task_FoljUppPlan")
    task = Task.objects.get(arende_id=arende, status="open", element="Task_FoljUppPlan")
    page = client_of("kontakt.norr").get(reverse("web:task", args=[task.pk]))
    (limit,) = read(page).xpath("//dl[contains(@class,'facts')]//*[@class='limit']")
    said = " ".join(limit.text_content().split())
    assert "riktlinje, ska" in said
    assert "verifierad" not in said


def test_the_day_that_counts_is_said_and_what_it_rests_on_is_folded(client_of, case_at):
    arende = case_at("Task_FoljUppPlan")
    task = Task.objects.get(arende_id=arende, status="open", element="Task_FoljUppPlan")
    page = read(client_of("kontakt.norr").get(reverse("web:task", args=[task.pk])))
    (limit,) = page.xpath("//dl[contains(@class,'facts')]//*[@class='limit']")
    said = " ".join(limit.text_content().split())
    assert said.startswith(f"Senast {day(task.due)}: räknas från den dag ")
    assert "minst var sjätte månad" not in said
    (folded,) = limit.xpath("./following-sibling::details")
    assert folded.findtext("summary").strip() == "Så räknas dagen"
    assert "inst var sjätte månad" in folded.text_content()


def test_of_a_rule_with_many_days_the_one_that_is_the_limit_is_said(edition):
    rule = {
        "decision": "riskanalys_tid",
        "element": "X",
        "rules": ["riskanalys_tid:1"],
        "text": "10, 20, 40, 50 och 60 arbetsdagar",
        "texts": {"initiera_senast": "20 arbetsdagar", "skatta_senast": "50 arbetsdagar"},
    }
    instance = Instance(bundle_id=Bundle.objects.get().pk, process_key="riskanalys")
    due = datetime(2026, 9, 14, 12, 0, tzinfo=ZoneInfo("UTC"))
    found = limit_shown(due, [rule], instance, "=tider.initiera_senast")
    assert found.sentence == "Senast 14 september 2026: 20 arbetsdagar."
    assert found.rest == (("10, 20, 40, 50 och 60 arbetsdagar", ()),)
    other = limit_shown(due, [rule], instance, '=tider.annat + duration("P1D")')
    assert other.sentence == "Senast 14 september 2026: 10, 20, 40, 50 och 60 arbetsdagar."
    assert other.rest == ()


def test_issue3_the_case_history_tells_why(client_of, case_at):
    arende = case_at("Task_PlaneraUtredning")
    event = Event.objects.get(arende_id=arende, kind="decision", element="Task_BeraknaTid")
    page = client_of("handlaggare").get(reverse("web:case_history", args=[arende]))
    result = date.fromisoformat(event.explanation["result"]["$d"])
    lines = read(page).xpath("//ol[@class='timeline']/li")
    (line,) = [found for found in lines if "Beräkna slutdag" in found.text_content()]
    assert f"Beräkna slutdag: senast {day(result)}" in line.xpath("./strong")[0].text_content()
    (why,) = line.xpath(".//details")
    said = " ".join(why.text_content().split())
    assert "När ska steget vara klart? Steg: utreda" in said
    assert "Rad 1: 60 dagar från att utredningen inleddes" in said
    assert f"fran: {day(date.fromisoformat(event.explanation['given']['fran']['$d']))}" in said
    assert "Ej juridiskt verifierad" in said
    assert "Tid för ”Planera utredningen”" in text(page)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "saknas"),
        (True, "ja"),
        (Decimal("2.5"), "2,5"),
        (date(2026, 9, 14), "14 september 2026"),
        (datetime(2026, 9, 14, 12, 0, tzinfo=ZoneInfo("UTC")), "14 september 2026 14:00"),
        ([], "inget"),
        ([Decimal(1), "a"], "1, a"),
        ({"a": False}, "a: nej"),
    ],
)
def test_values_are_told_as_people_write_them(value, words):
    assert value_shown(value) == words
