"""Two people at once: the database undoes one, and she is told that nothing of hers is lost."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from cases.models import Task
from records.models import Arende
from tests.municipality import user
from tests.web.reading import filled, links, read, text, title, value
from tests.web.town import application

pytestmark = pytest.mark.django_db
WRITTEN = "Utreda behovet av stöd efter fallet i hallen."


def refusing(cause):
    """A use case that the database undoes."""

    def refuse(*_given, **_words):
        raise OperationalError("refused") from cause

    return refuse


@pytest.fixture
def planning(case_at):
    arende = case_at("Task_PlaneraUtredning")
    return Task.objects.get(arende_id=arende, status="open")


@pytest.mark.parametrize("cause", [DeadlockDetected, SerializationFailure, LockNotAvailable])
def test_a_task_that_somebody_was_in_the_way_of_is_kept_as_a_draft(
    client_of, planning, monkeypatch, cause
):
    client, address = client_of("handlaggare"), reverse("web:task", args=[planning.pk])
    sent = {**filled(client.get(address)), "syfte": WRITTEN}
    monkeypatch.setattr("web.views.task.complete_task", refusing(cause()))
    answer = client.post(address, sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    said = text(answer)
    assert "Inget av det du skickade är gjort" in said
    assert "sparat som ett utkast" in said
    assert links(answer) == {"Öppna formuläret igen": address}
    assert value(client.get(address), "syfte") == WRITTEN
    planning.refresh_from_db()
    assert planning.status == "open"
    assert "Ekholt" not in answer.content.decode()
    assert "Någon annan var före" in title(answer)


def test_a_start_form_that_somebody_was_in_the_way_of_is_opened_again_as_it_was(
    client_of, monkeypatch
):
    client, start = client_of("mottagning"), reverse("web:start", args=["aktualisera"])
    sent = {**filled(client.get(start)), **application(framstallning=WRITTEN)}
    monkeypatch.setattr("web.views.starting.start_process", refusing(DeadlockDetected()))
    answer = client.post(start, sent)
    assert answer.status_code == 503
    again = client.get(links(answer)["Öppna formuläret igen"])
    assert value(again, "framstallning") == WRITTEN
    assert filled(again)["_nyckel"] == sent["_nyckel"], "sent again it is the same matter"
    assert not Arende.objects.exists()


def test_elsewhere_the_page_says_how_to_get_back_to_what_was_written(client_of, monkeypatch):
    monkeypatch.setattr("web.views.inbox.read_notice", refusing(DeadlockDetected()))
    put_away = reverse("web:notice_read", args=["00000000-0000-0000-0000-000000000000"])
    answer = client_of("handlaggare").post(put_away)
    assert answer.status_code == 503
    said = text(answer)
    assert "Inget av det du skickade är sparat" in said
    assert "Gå tillbaka i webbläsaren" in said
    assert "utkast" not in said
    assert read(answer).xpath("//main//h1")


def test_a_page_that_could_not_be_read_is_asked_for_again(client_of, monkeypatch):
    monkeypatch.setattr("web.views.inbox.reminders", refusing(SerializationFailure()))
    answer = client_of("handlaggare").get("/?visa=")
    assert answer.status_code == 503
    assert links(answer) == {"Försök igen": "/?visa="}


def test_another_fault_of_the_database_is_no_collision(edition, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(user("handlaggare"))
    monkeypatch.setattr("web.views.inbox.reminders", refusing(None))
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Något gick fel hos oss" in text(answer)
