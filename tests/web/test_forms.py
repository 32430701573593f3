"""Forms: errors at the field, what was written stays, rows, one submit counts once."""

import pytest
from django.urls import reverse

from cases.models import Event, Task
from records.models import Arende
from tests.municipality import user
from tests.web.reading import field, filled, read, summary, task_links, text, title, value
from tests.web.town import application

START = "/starta/aktualisera/"


def only_task(client):
    (address,) = task_links(client.get("/")).values()
    return address


def test_the_start_form_opens_a_case_and_shows_it(client_of):
    client = client_of("mottagning")
    answer = client.post(START, application(), follow=True)
    assert answer.status_code == 200
    assert "Registrerat." in text(answer)
    assert "Kontrollera ansökan" in task_links(answer)
    assert title(answer) == f"Ärende {Arende.objects.get().nummer} – Kedja"


def test_every_error_stands_at_its_field_and_in_the_summary(client_of):
    answer = client_of("mottagning").post(START, application(fornamn="", satt=""))
    assert answer.status_code == 422
    page = read(answer)
    found = summary(answer)
    assert {"f-fornamn", "f-satt"} <= found.keys()
    for target in found:
        assert page.xpath(f"//*[@id='{target}']"), f"the summary leads nowhere: {target}"
        assert page.xpath(f"//*[@id='{target}-fel']"), f"no sentence at the field {target}"
    first_name = field(answer, "fornamn")
    assert first_name.get("aria-invalid") == "true"
    assert "f-fornamn-fel" in first_name.get("aria-describedby").split()
    group = page.xpath("//fieldset[@id='f-satt']")[0]
    assert "f-satt-fel" in group.get("aria-describedby").split()


def test_what_was_written_stays_after_a_refusal(client_of):
    sent = application(fornamn="", framstallning="Ett <långt> & noga svar.")
    answer = client_of("mottagning").post(START, sent)
    assert value(answer, "efternamn") == "Ekholt"
    assert value(answer, "framstallning") == "Ett <långt> & noga svar."
    assert read(answer).xpath("//input[@name='satt'][@value='muntligt']/@checked")
    assert not Arende.objects.exists()


def test_two_submits_of_one_page_start_one_case(client_of):
    client = client_of("mottagning")
    key = value(client.get(START), "_nyckel")
    first = client.post(START, application(_nyckel=key))
    second = client.post(START, application(_nyckel=key))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Arende.objects.count() == 1


@pytest.fixture
def first_task(client_of):
    client = client_of("mottagning")
    client.post(START, application())
    return client, only_task(client)


def test_completing_a_task_leads_to_the_case(first_task):
    client, address = first_task
    page = client.get(address)
    answer = client.post(address, {**filled(page), "komplett": "ja"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/arenden/")
    assert "”Kontrollera ansökan” är klar." in text(answer)


def test_two_submits_of_one_page_complete_once(first_task):
    client, address = first_task
    sent = {**filled(client.get(address)), "komplett": "ja"}
    answers = [client.post(address, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Event.objects.filter(kind="completed", element="Task_KontrolleraAnsokan").count() == 1


def test_a_task_that_somebody_finished_is_said_in_a_sentence(first_task):
    client, address = first_task
    sent = {**filled(client.get(address)), "komplett": "ja"}
    client.post(address, sent)
    answer = client.post(address, {**sent, "_nyckel": "a page that was open all the time"})
    assert answer.status_code == 409
    assert "Uppgiften är redan klar." in text(answer)


def test_a_page_that_has_grown_old_keeps_what_was_written(client_of, case_at):
    client, arende = client_of("handlaggare"), case_at("Task_PlaneraUtredning")
    task = Task.objects.get(arende_id=arende, status="open")
    address = reverse("web:task", args=[task.pk])
    sent = {**filled(client.get(address)), "syfte": "Utreda behovet av stöd."}
    claim = reverse("web:claim", args=[task.pk])
    client.post(claim, {"version": sent["_version"]})
    answer = client.post(address, sent)
    assert answer.status_code in (409, 422)
    assert value(answer, "syfte") == "Utreda behovet av stöd."


def test_rows_are_added_and_removed_without_a_script(client_of, case_at):
    arende = case_at("Task_SattMal")
    task = Task.objects.get(arende_id=arende, element="Task_SattMal", status="open")
    client, address = client_of("handlaggare"), reverse("web:task", args=[task.pk])
    first = client.get(address)
    assert read(first).xpath("//*[@name='mal.0.mal']")
    written = {**filled(first), "mal.0.mal": "Duscha säkert.", "mal.0.behov": "Stöd vid dusch."}
    more = client.post(address, {**written, "_lagg_till": "mal"})
    assert more.status_code == 200
    assert read(more).xpath("//*[@name='mal.1.mal']")
    assert value(more, "mal.0.mal") == "Duscha säkert."
    both = {**filled(more), "mal.1.mal": "Äta varje dag.", "_ta_bort": "mal.0"}
    fewer = client.post(address, both)
    assert value(fewer, "mal.0.mal") == "Äta varje dag."
    assert not read(fewer).xpath("//*[@name='mal.1.mal']")
    assert Task.objects.get(pk=task.pk).status == "open"


def test_fields_that_follow_from_an_answer_come_without_a_script(client_of, case_at):
    arende = case_at("Task_KartlaggLivsomraden")
    task = Task.objects.get(arende_id=arende, element="Task_KartlaggLivsomraden", status="open")
    client, address = client_of("handlaggare"), reverse("web:task", args=[task.pk])
    first = client.get(address)
    assert len(read(first).xpath("//fieldset[contains(@class, 'group')]")) == 11
    assert not read(first).xpath("//*[@name='hemliv_nulage']")
    assert "Visa fält som följer av svaren" in text(first)
    more = client.post(address, {**filled(first), "hemliv_status": "aktuellt", "_visa": "1"})
    assert read(more).xpath("//*[@name='hemliv_nulage']")
    assert summary(more) == {}


def test_a_text_with_a_condition_stands_only_where_it_holds(client_of):
    client = client_of("mottagning")
    told = "Personen finns sedan tidigare i andra ärenden."
    client.post(START, application())
    first = task_links(client.get("/"))["Kontrollera ansökan"]
    assert told not in text(client.get(first))
    second = task_links(client.post(START, application(), follow=True))["Kontrollera ansökan"]
    assert told in text(client.get(second))


def test_a_post_without_the_token_is_refused_in_swedish(client_of):
    client = client_of("mottagning", enforce_csrf_checks=True)
    answer = client.post(START, application())
    assert answer.status_code == 403
    assert "ladda om sidan" in answer.content.decode()
    assert not Arende.objects.exists()


def test_delegation_goes_to_a_colleague_and_comes_back(client_of, case_at):
    arende = case_at("Task_PlaneraUtredning")
    task = Task.objects.get(arende_id=arende, status="open")
    address = reverse("web:task", args=[task.pk])
    client, colleague = client_of("handlaggare"), client_of("handlaggare2")
    page = read(client.get(address))
    assert page.xpath("//select[@name='to']/option/@value") == ["handlaggare2"]
    (form,) = page.xpath("//form[contains(@action, 'lamna-over')]")
    (version,) = form.xpath(".//input[@name='version']/@value")
    delegate = reverse("web:delegate", args=[task.pk])
    client.post(delegate, {"to": "handlaggare2", "version": version})
    task.refresh_from_db()
    assert task.claimed_by == user("handlaggare2")
    assert "lämnas tillbaka till Hanna Handlén" in text(colleague.get(address))
    assert "Du kan läsa uppgiften men inte utföra den." in text(client.get(address))
    colleague.post(reverse("web:release", args=[task.pk]), {"version": task.version})
    task.refresh_from_db()
    assert task.claimed_by == user("handlaggare")


def test_a_task_that_a_colleague_took_is_said_in_a_sentence(client_of, case_at):
    arende = case_at("Task_PlaneraUtredning")
    task = Task.objects.get(arende_id=arende, status="open")
    claim = reverse("web:claim", args=[task.pk])
    client_of("handlaggare2").post(claim, {"version": task.version})
    answer = client_of("handlaggare").post(claim, {"version": task.version}, follow=True)
    assert "En kollega har tagit uppgiften." in text(answer) or "har ändrats" in text(answer)


def test_enter_in_a_field_sends_the_form_and_removes_no_row(client_of, case_at):
    """A browser presses the first submit button of a form: it must be the one that sends it."""
    arende = case_at("Task_SattMal")
    task = Task.objects.get(arende_id=arende, element="Task_SattMal", status="open")
    page = read(client_of("handlaggare").get(reverse("web:task", args=[task.pk])))
    buttons = page.xpath("//form[@id='svar']//button[@type='submit']")
    assert len(buttons) > 2
    assert buttons[0].get("name") is None
