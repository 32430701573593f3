"""Notiser on the pages: choices, address, calendar, and what needs no log-in (issue 6)."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import resolve, reverse
from django.utils.timezone import localdate

from cases.models import Epostadress, Notisinstallning, Notisval, Task, Utskick
from cases.notices import links
from cases.notices.sending import send_due
from config import clock
from records.models import Notis
from tests.municipality import user
from tests.protected import protected_case
from tests.web.reading import text, title
from tests.web.town import NUMBER

PAGE = "/notiser/"


@pytest.fixture
def town(edition, settings):
    settings.KEDJA_MAIL = True
    settings.KEDJA_PUBLIC_URL = "https://kedja.example"
    return edition


def path_in(letter):
    (found,) = re.findall(r"https://kedja\.example(/notiser/bekrafta/\S+)", letter.body)
    return found


def good_address(name):
    return Epostadress.objects.create(
        user=user(name), adress=f"{name}@prov.example", tillstand="god", sedan=clock.now()
    )


def test_an_address_is_used_when_its_owner_has_opened_the_letter(town, client_of):
    client = client_of("handlaggare")
    assert "Du har ingen bekräftad adress" in text(client.get(PAGE))
    wrong = client.post("/notiser/adress/", {"adress": "anna at kommun"})
    assert wrong.status_code == 422
    assert "Skriv en e-postadress" in text(wrong)
    client.post("/notiser/adress/", {"adress": "anna@prov.example"})
    again = client.post("/notiser/adress/", {"adress": "anna@prov.example"})
    assert again.status_code == 422, "no stream of letters to somebody else"
    assert "Ett brev är på väg till anna@prov.example" in text(client.get(PAGE)), "queued, not sent"
    send_due(clock.now())
    (letter,) = mail.outbox
    assert letter.to == ["anna@prov.example"]
    assert "List-Unsubscribe" not in letter.message()
    confirm = path_in(letter)
    assert client_of("handlaggare2").post(confirm).status_code == 409, "somebody else's link"
    assert Client().post(confirm).status_code == 302, "nobody: to the log-in"
    page = client.get(confirm)
    assert page.status_code == 200
    assert Epostadress.objects.get().tillstand == "ingen", "reading changes nothing"
    assert "Adressen är bekräftad" in text(client.post(confirm, follow=True))
    assert client.post(confirm).status_code == 302, "a double click"
    assert "anna@prov.example Bekräftad" in text(client.get(PAGE))
    # A bad one is told on Min dag until a new one is confirmed.
    Epostadress.objects.update(tillstand="dalig", kod="550")
    assert "kommer inte fram" in text(client.get("/"))
    assert "Tar inte emot brev" in text(client.get(PAGE))
    client.post("/notiser/adress/", {"adress": "anna.ny@prov.example"})
    send_due(clock.now())
    late = clock.now() + timedelta(hours=49)
    Epostadress.objects.update(ny_sand=clock.now() - timedelta(hours=49))
    assert client.post(path_in(mail.outbox[-1])).status_code == 409, late
    said = text(client.get(PAGE))
    assert "Länken i brevet till anna.ny@prov.example gäller inte längre" in said
    assert "på väg" not in said
    Epostadress.objects.update(ny_sand=clock.now())
    client.post(path_in(mail.outbox[-1]))
    row = Epostadress.objects.get()
    assert (row.adress, row.tillstand, row.kod) == ("anna.ny@prov.example", "god", "")
    assert "kommer inte fram" not in text(client.get("/"))


def test_each_kind_is_chosen_and_escalations_stay_in_kedja(
    town, client_of, case_at, django_assert_max_num_queries
):
    client = client_of("handlaggare")
    with django_assert_max_num_queries(20) as asked:
        client.get(PAGE)
    cost = len(asked)
    case = case_at("Task_PlaneraUtredning")
    task = Task.objects.filter(arende_id=case).first()
    place = {"organisation_id": task.organisation_id, "unit_id": task.unit_id, "arende_id": case}
    for niva in ("T-7", "T0"):
        Notis.objects.create(
            **place, typ="utredning", niva=niva, mottagare=user("handlaggare"), skapad=clock.now()
        )
    before = text(client.get("/"))
    assert before.count("· påmint") == 3
    given = {"slag-fore_dagen": "inte", "slag-uppgift_mig": "kedja", "timme": "16"}
    assert client.post(PAGE, given).status_code == 302
    own = Notisinstallning.objects.get()
    assert (own.timme, own.sammandrag) == (16, False), "the box was not ticked"
    assert text(client.get("/")).count("· påmint") == 2, "only the one before the day"
    for refused in (
        {**given, "slag-eskalering": "inte"},
        {**given, "timme": "3"},
        {**given, "slag-okand": "kedja"},
    ):
        assert client.post(PAGE, refused).status_code == 422
    assert dict(Notisval.objects.values_list("slag", "satt")) == {
        "fore_dagen": "inte",
        "uppgift_mig": "kedja",
    }
    page = client.get(PAGE)
    for number in range(12):
        Utskick.objects.create(
            user=user("handlaggare"), slag="uppgift_mig", tillstand="sant", nasta=clock.now(),
            skapad=clock.now(), klar=clock.now() - timedelta(days=number),
        )  # fmt: skip
    with django_assert_max_num_queries(cost):
        client.get(PAGE)
    assert str(case) not in page.content.decode()


def test_letters_end_with_one_click_and_no_log_in(town, client_of):
    row = good_address("handlaggare")
    word = links.stop_word(row.pk, "uppgift_mig")
    path = f"{links.STOP}{word}/"
    assert resolve(path).url_name == "stop_letters"
    assert resolve(links.SETTINGS).url_name == "notice_settings"
    assert resolve(f"{links.CONFIRM}x/").url_name == "confirm_address"
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(path)
    assert "Uppgift till dig" in text(page)
    assert row.adress not in page.content.decode()
    assert not Notisval.objects.exists(), "a mail program that reads links ends nothing"
    ended = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert (ended.status_code, Notisval.objects.get().satt) == (200, "kedja")
    strict.post(f"{links.STOP}{links.stop_word(row.pk, 'sammandrag')}/")
    assert Notisinstallning.objects.get().sammandrag is False
    assert strict.post(f"{links.STOP}{word[:-2]}xx/").status_code == 404
    assert Notisval.objects.count() == 1


def test_the_calendar_has_days_and_no_person(town, client_of, case_at):
    case = case_at("Task_PlaneraUtredning")
    hidden = protected_case(personnummer="193501752384", ansokan_for_dagar_sedan=50)
    client, nobody = client_of("arbetsledare"), Client()  # she has part in the protected one too
    me = user("arbetsledare")
    made = client.post("/notiser/kalender/", {"gor": "ny"})
    (path,) = re.findall(r"https://kedja\.example(/kalender/\S+?\.ics)", made.content.decode())
    word = path.rpartition("/")[2].removesuffix(".ics")
    assert word not in str(list(Notisinstallning.objects.values())), "only its hash is kept"
    assert nobody.get(path).content.count(b"VEVENT") == 0
    day = clock.now() + timedelta(days=3)
    tasks = Task.objects.filter(status="open", arende_id__in=[case, hidden])
    tasks.update(claimed_by=me, due=day)
    answer = nobody.get(path)
    body = answer.content.decode().replace("\r\n ", "")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    titles = re.findall("SUMMARY:(.*)\r", body)
    names = [f"{task.name}: sista dag" for task in tasks.filter(arende_id=case)]
    assert sorted(titles) == sorted([*names, *["Uppgift i Kedja"] * (len(titles) - len(names))])
    assert len(titles) > len(names) > 0, "the protected one says that there is something"
    assert f"DTSTART;VALUE=DATE:{localdate(day):%Y%m%d}" in body
    for secret in (NUMBER, "Astrid", "Ekholt", str(case), str(hidden), me.username, word):
        assert secret not in body
    numbers = {str(task.pk) for task in tasks}
    assert not [number for number in numbers if number in body]
    # Nothing has changed: nothing is sent again, whichever way the program asks.
    assert nobody.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    since = {"If-Modified-Since": answer["Last-Modified"]}
    assert nobody.get(path, headers=since).status_code == 304
    assert nobody.get(path).content == answer.content
    Task.objects.filter(claimed_by=me).update(claimed_by=None)
    clock.advance(timedelta(minutes=1))
    gone = nobody.get(path, headers={"If-None-Match": answer["ETag"], **since})
    assert (gone.status_code, gone.content.count(b"VEVENT")) == (200, 0)
    assert nobody.get(path, headers=since).status_code == 200, "less is news too"
    # A new address ends the old one; a person who has left has none.
    again = client.post("/notiser/kalender/", {"gor": "ny"}).content.decode()
    (newer,) = re.findall(r"https://kedja\.example(/kalender/\S+?\.ics)", again)
    assert nobody.get(path).status_code == 404
    assert nobody.get(newer).status_code == 200
    assert newer not in client.get(PAGE).content.decode(), "shown once"
    client.post("/notiser/kalender/", {"gor": "avsluta"})
    assert nobody.get(newer).status_code == 404


def test_managers_see_bad_addresses_of_their_own_organisation(town, client_of):
    good_address("handlaggare")
    for name in ("handlaggare2", "personal.norr"):
        good_address(name)
    Epostadress.objects.exclude(user=user("handlaggare")).update(tillstand="dalig", kod="550")
    assert client_of("handlaggare").get("/notiser/adresser/").status_code == 403
    page = client_of("systemforvaltare").get("/notiser/adresser/")
    said = text(page)
    assert "handlaggare2@prov.example" in said
    assert "personal.norr@" not in said, "another organisation"
    assert "handlaggare@prov.example" not in said, "a good one is nobody's business"
    assert title(page).startswith("Adresser")
    metrics = Client().get("/metrics").content.decode()
    assert "kedja_bad_addresses 2" in metrics
    assert "kedja_letters_waiting 0" in metrics


def test_the_words_that_are_no_words(town, client_of):
    client = client_of("handlaggare")
    assert client.post(reverse("web:confirm_address", args=["x~y"])).status_code == 409
    assert client.get("/kalender/x.ics").status_code == 404
    assert client.post("/kalender/x.ics").status_code == 405
