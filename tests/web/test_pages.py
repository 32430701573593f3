"""Pages: who gets in, what is listed, what is never shown."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Instance, Task, Unit
from config import clock
from config.scenarios import machinery
from records.models import JournalEntry, Notis, Skydd
from tests.municipality import user
from tests.web.reading import links, read, summary, task_links, text, title
from tests.web.town import DAYS, NUMBER, application
from web.views import inbox


def test_a_stranger_is_asked_to_log_in(edition):
    answer = Client().get("/arenden/")
    assert answer.status_code == 302
    assert answer["Location"] == "/logga-in/?next=/arenden/"


def test_a_wrong_password_is_refused_kindly(edition):
    answer = Client().post("/logga-in/", {"username": "handlaggare", "password": "fel"})
    assert "Kontrollera användarnamn och lösenord" in text(answer)
    assert "fel" not in [field.get("value") for field in read(answer).xpath("//input")]


def test_logging_in_leads_to_what_there_is_to_do(edition):
    body = {"username": "handlaggare", "password": "kedja-demo"}
    answer = Client().post("/logga-in/", body, follow=True)
    assert title(answer) == "Min dag – Kedja"
    assert "Inget att göra här" in text(answer)
    assert "Handläggare" in read(answer).xpath("//header")[0].text_content()


@pytest.fixture
def three_cases(client_of):
    client = client_of("mottagning")
    people = (NUMBER, "189410059803", "193501752384")
    for number in people:
        client.post("/starta/aktualisera/", application(personnummer=number))
    return client


def test_the_inbox_holds_the_tasks_of_ones_roles(three_cases, client_of):
    page = read(three_cases.get("/"))
    assert len(page.xpath("//tbody/tr")) == 3
    assert "Allt att göra 3" in text(three_cases.get("/"))
    assert "Inget att göra" in text(client_of("handlaggare").get("/"))


def test_the_inbox_is_paged(three_cases, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 2)
    first = three_cases.get("/")
    second = three_cases.get("/" + links(first)["Nästa sida"])
    rows = [row for page in (first, second) for row in read(page).xpath("//tbody//th//a/@href")]
    assert len(rows) == len(set(rows)) == 3
    assert "Nästa sida" not in links(second)


def test_an_address_that_was_changed_by_hand_shows_the_first_page(three_cases):
    assert three_cases.get("/?fran=skräp").status_code == 200
    assert three_cases.get("/arenden/?fran=eyJhIjoxfQ==").status_code == 200


def test_the_inbox_shows_the_late_and_ones_own(three_cases):
    late, mine, _other = Task.objects.filter(status="open")
    Task.objects.filter(pk=late.pk).update(due=clock.now() - timedelta(days=2))
    page = three_cases.get("/?nar=forsenade")
    assert list(task_links(page).values()) == [reverse("web:task", args=[late.pk])]
    assert "Försenad" in text(page)
    three_cases.post(reverse("web:claim", args=[mine.pk]), {"version": mine.version})
    page = three_cases.get("/?visa=mina")
    assert list(task_links(page).values()) == [reverse("web:task", args=[mine.pk])]


def test_a_case_is_known_by_its_number_not_by_its_id(client_of, case_at):
    case_at("Task_UtseKontakt")
    numbers = links(client_of("enhetschef.norr").get("/"), "//table")
    assert any(name.startswith("20") and name.endswith("-1") for name in numbers), numbers


def test_the_task_page_tells_what_to_do_and_where_it_stands(client_of, case_at):
    arende = case_at("Task_PlaneraUtredning")
    task = Task.objects.get(arende_id=arende, status="open")
    page = read(client_of("handlaggare").get(reverse("web:task", args=[task.pk])))
    drawing = page.xpath("//*[@data-bpmn-url]")[0]
    assert drawing.get("data-bpmn-current") == "Task_PlaneraUtredning"
    assert page.xpath("//li[@aria-current='step']")[0].text_content().startswith("Planera")
    assert page.xpath("//h2[@id='instr']")
    xml = client_of("handlaggare").get(drawing.get("data-bpmn-url"))
    assert b'id="Task_PlaneraUtredning"' in xml.content
    assert Client().get(drawing.get("data-bpmn-url")).status_code == 302


def test_another_organisation_finds_nothing(client_of, case_at):
    arende = case_at("Task_PlaneraMedDenEnskilde")
    tasks = Task.objects.filter(arende_id=arende, status="open")
    addresses = [reverse("web:case", args=[arende])]
    addresses += [reverse("web:task", args=[task.pk]) for task in tasks]
    for name in ("enhetschef.bjorken", "kontakt.soder", "handlaggare.fn"):
        client = client_of(name)
        for address in addresses:
            answer = client.get(address)
            # A case that is there is refused and logged; a task says nothing.
            assert answer.status_code == (403 if "arenden" in address else 404), (name, address)
            assert "Astrid" not in answer.content.decode()
        assert text(client.get("/arenden/")).count("Astrid") == 0


def test_no_page_shows_a_whole_number_and_no_title_a_name(client_of, case_at):
    arende = case_at("Task_PlaneraMedDenEnskilde")
    for name in ("handlaggare", "mottagning", "enhetschef.norr", "kontakt.norr"):
        client = client_of(name)
        tasks = Task.objects.filter(arende_id=arende)
        addresses = ["/", "/arenden/", reverse("web:case", args=[arende])]
        for address in [*addresses, *(reverse("web:task", args=[row.pk]) for row in tasks)]:
            answer = client.get(address)
            seen = answer.content.decode()
            assert NUMBER not in seen, (name, address)
            assert NUMBER[-4:] not in text(answer), (name, address)
            assert "Ekholt" not in title(answer)
    assert "Ekholt" not in text(client_of("kontakt.norr").get("/"))


def test_k7_the_provider_never_meets_the_utredning(client_of, case_at):
    arende = case_at("Task_PlaneraMedDenEnskilde")
    theirs = all_pages(client_of("kontakt.norr"), arende)
    ours = all_pages(client_of("handlaggare"), arende)
    for word in ("Klarar inte dusch", "Utredning inledd", "Behovet är styrkt"):
        assert word in ours
        assert word not in theirs
    assert "Duscha säkert" in theirs


def test_the_case_page_shows_decision_uppdrag_and_plan(client_of, case_at):
    arende = case_at("Task_FaststallPlan")
    papers = reverse("web:case_papers", args=[arende])
    ours, theirs = client_of("handlaggare"), client_of("kontakt.norr")
    assert {"Beslut", "Uppdrag", "Utredning"} <= set(headings(ours.get(papers)))
    assert {"Akt", "Uppdrag"} <= set(headings(theirs.get(papers)))
    plan = reverse("web:case_plan", args=[arende])
    assert "Genomförandeplan" in headings(theirs.get(plan))
    assert "Genomförandeplanen finns hos utföraren" in text(ours.get(plan))
    said = all_pages(theirs, arende)
    assert "hemtjanst_omvardnad" not in said
    assert "Hemtjänst, omvårdnad" in said
    assert "Besked kom: uppdrag skickat" not in said
    assert "Bekräfta uppdraget: utfört" in said


def all_pages(client, arende):
    names = ("case", "journal", "case_plan", "case_papers", "case_people", "case_history")
    return " ".join(text(client.get(reverse(f"web:{name}", args=[arende]))) for name in names)


def headings(answer):
    return [found.text_content() for found in read(answer).xpath("//h2")]


def test_who_follows_up_sees_the_goals_by_their_numbers(client_of, case_at):
    arende = case_at("Task_FoljUppPlan")
    task = Task.objects.get(arende_id=arende, element="Task_FoljUppPlan", status="open")
    page = read(client_of("kontakt.norr").get(reverse("web:task", args=[task.pk])))
    plan = page.xpath("//details[summary='Genomförandeplan'][@open]")[0]
    goals = [" ".join(row.text_content().split()) for row in plan.xpath(".//ul[1]/li")]
    assert goals[0].startswith("Nummer 1Duscha säkert")


def test_p7_a_protected_person_is_marked_and_has_no_address(client_of, case_at):
    arende = case_at("Task_KontrolleraAnsokan", skydd=Skydd.SEKRETESSMARKERING)
    address = reverse("web:case", args=[arende])
    head = client_of("arbetsledare")
    answer = head.get(address)
    assert "Skyddade personuppgifter: sekretessmarkering." in text(answer)
    assert "c/o " in text(answer)
    assert "Testgatan" not in answer.content.decode()
    assert "Skyddad" in text(head.get("/arenden/"))
    # Who registered her is not named, and the next one not even cleared (P-2).
    for name in ("mottagning", "handlaggare"):
        closed = client_of(name).get(address)
        assert closed.status_code == 403
        assert "Testgatan" not in closed.content.decode()


def test_who_meets_the_person_sees_the_address(client_of, case_at):
    arende = case_at("Task_KontrolleraAnsokan")
    answer = client_of("mottagning").get(reverse("web:case", args=[arende]))
    assert "Testgatan 1, 000 10 Ekviken" in text(answer)


def test_a_note_is_written_and_signed(client_of, case_at):
    client, arende = client_of("handlaggare"), case_at("Task_PlaneraUtredning")
    address = reverse("web:note", args=[arende])
    refused = client.post(address, {"typ": "", "text": "Ringde dottern."})
    assert refused.status_code == 422
    assert "anteckning-typ" in summary(refused)
    assert read(refused).xpath("//textarea[@name='text']")[0].text.strip() == "Ringde dottern."
    written = {"typ": "kontakt", "text": "Ringde dottern.", "kalla": "Dottern"}
    done = client.post(address, written, follow=True)
    assert "Anteckningen är skriven och signerad." in text(done)
    note = JournalEntry.objects.get(text="Ringde dottern.")
    assert note.signerad is not None
    assert note.forfattare_namn == "Hanna Handlén"
    assert note.kalla == "Dottern"


def test_r134_a_contact_is_noted_with_who_told(client_of, case_at):
    client, arende = client_of("handlaggare"), case_at("Task_PlaneraUtredning")
    address = reverse("web:note", args=[arende])
    refused = client.post(address, {"typ": "kontakt", "text": "Ringde dottern."})
    assert refused.status_code == 422
    assert "anteckning-kalla" in summary(refused)
    assert read(refused).xpath("//input[@id='anteckning-kalla']/@aria-invalid") == ["true"]
    assert not JournalEntry.objects.filter(text="Ringde dottern.").exists()


def test_a_kind_the_note_form_cannot_complete_is_not_offered(client_of, case_at):
    client, arende = client_of("handlaggare"), case_at("Task_PlaneraUtredning")
    page = read(client.get(reverse("web:journal", args=[arende])))
    offered = page.xpath("//select[@id='anteckning-typ']/option/@value")
    assert {"kontakt", "viktig_livshandelse", "formaga"} <= set(offered)
    assert not {"omgivning", "klagomal"} & set(offered)


def test_a_reminder_whose_day_has_passed_says_so_and_routines_are_one_step_away(edition, client_of):
    unit = Unit.objects.get(name="Hemtjänst Norr")
    now = clock.now()
    for typ, days in (("las_rutiner", 14), ("kvalitetsberattelse", -2)):
        Notis.objects.create(
            organisation_id=unit.organisation_id,
            unit=unit,
            typ=typ,
            niva="T0",
            roll="enhetschef",
            forfallen_datum=localdate(now + timedelta(days=days)),
            skapad=now,
        )
    page = client_of("enhetschef.norr").get("/")
    rows = read(page).xpath("//li[.//form[contains(@action, '/paminnelser/')]]")
    [late] = [row for row in rows if "kvalitetsberättelsen" in row.text_content()]
    [routines] = [row for row in rows if "rutiner" in row.text_content()]
    assert "(har passerat)" in late.text_content()
    assert "(har passerat)" not in routines.text_content()
    assert routines.xpath(".//a/@href") == [reverse("web:routines")]


def test_r065_routines_to_read_are_one_reminder_whichever_unit_sent_it(edition, client_of):
    now, who = clock.now(), user("kvalitet.ekviken")
    for name in ("Hemtjänst Norr", "Hemtjänst Söder"):
        unit = Unit.objects.get(name=name)
        Notis.objects.create(
            organisation_id=unit.organisation_id,
            unit=unit,
            typ="las_rutiner",
            mottagare=who,
            forfallen_datum=localdate(now + timedelta(days=14)),
            skapad=now,
        )
    client = client_of("kvalitet.ekviken")
    rows = read(client.get("/")).xpath("//li[.//form[contains(@action, '/paminnelser/')]]")
    [one] = [row for row in rows if "rutiner" in row.text_content()]
    assert one.xpath(".//a/@href") == [reverse("web:routines")]
    assert "Hemtjänst" not in one.text_content()
    client.post(one.xpath(".//form/@action")[0])
    assert "rutiner att läsa" not in text(client.get("/"))
    assert not Notis.objects.filter(last=None, mottagare=who).exists(), "it was one list"


def test_a_reminder_is_shown_and_put_away(client_of, case_at):
    case_at("Task_PlaneraMedDenEnskilde")
    machinery.Worker().advance(clock.now() - timedelta(days=DAYS), clock.now())
    client = client_of("kontakt.norr")
    page = client.get("/")
    assert "Genomförandeplanen ska vara klar om tre dagar." in text(page)
    before = len(read(page).xpath("//form[contains(@action, '/paminnelser/')]"))
    client.post(read(page).xpath("//form[contains(@action, '/paminnelser/')]/@action")[0])
    after = len(read(client.get("/")).xpath("//form[contains(@action, '/paminnelser/')]"))
    assert after == before - 1


def test_what_begins_in_a_case_is_started_from_it(client_of, case_at):
    client, arende = client_of("handlaggare"), case_at("Task_PlaneraUtredning")
    offers = links(client.get(reverse("web:case", args=[arende])), "//*[@aria-labelledby='borja']")
    ending = next(href for href in offers.values() if href and "avsluta_arende" in href)
    page = client.get(ending)
    assert "Astrid Ekholt" in text(page)
    answer = client.post(ending, {"anledning": "flytt"}, follow=True)
    assert Instance.objects.filter(arende_id=arende, process_key="avsluta_arende").exists()
    assert "Avsluta ärendet" in task_links(answer)
    assert client.get("/starta/avsluta_arende/").status_code == 404


@pytest.mark.parametrize("address", ["/finns-inte/", "/starta/finns_inte/", "/diagram/x/y.bpmn"])
def test_what_is_not_there_is_said_in_swedish(client_of, address):
    answer = client_of("handlaggare").get(address)
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.content.decode()


def test_a_reminder_leads_nowhere_that_is_closed(client_of, case_at):
    """Verksamhetsansvarig learns that something is late and where, and reads no case by it."""
    case_at("Task_PlaneraMedDenEnskilde")
    machinery.Worker().advance(clock.now() - timedelta(days=DAYS), clock.now())
    client = client_of("ansvarig.ekviken")
    page = client.get("/")
    assert "En genomförandeplan är två veckor sen." in text(page)
    assert "Hemtjänst Norr" in text(page)
    for address in links(page).values():
        assert client.get(address).status_code == 200
