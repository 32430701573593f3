"""What is written is kept: on the pages, and by the script that saves every few seconds."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Task, Utkast
from config import clock
from records.models import Arende, ReadLog
from tests.municipality import user
from tests.web.reading import field, filled, links, read, text, title, value
from tests.web.town import NUMBER, application

START = "/starta/aktualisera/"
WRITTEN = "Utreda behovet av stöd <i hemmet> & ute."


@pytest.fixture
def planning(case_at):
    """A task that handlaggare and handlaggare2 may both do."""
    arende = case_at("Task_PlaneraUtredning")
    return Task.objects.get(arende_id=arende, status="open")


def address(task):
    return reverse("web:task", args=[task.pk])


def save(client, task, page, **changes):
    return client.post(reverse("web:task_draft", args=[task.pk]), {**filled(page), **changes})


def minutes(said):
    hour, minute = said.split(".")
    return 60 * int(hour) + int(minute)


def test_ones_own_draft_from_the_first_word_to_the_last(
    client_of, planning, django_assert_max_num_queries
):
    client = client_of("handlaggare")
    comes_back_after_log_in(client, client_of, planning)
    is_saved_at_a_steady_cost(client, planning, django_assert_max_num_queries)
    is_kept_without_scripts(client, planning)
    is_guarded_from_ones_other_window(client, planning)
    goes_when_it_is_sent(client, planning)


def test_who_is_logged_out_or_somebody_else_saves_nothing(client_of, planning):
    client = client_of("handlaggare")
    page = client.get(address(planning))
    nobody = save(Client(), planning, page, syfte=WRITTEN)
    assert (nobody.status_code, nobody.json()) == (401, {"code": "logged_out"})
    other = save(client_of("handlaggare2"), planning, page, syfte=WRITTEN)
    assert (other.status_code, other.json()) == (409, {"code": "other_user"})
    assert not Utkast.objects.exists()
    token = client.get(reverse("web:task_draft", args=[planning.pk])).json()
    assert token["who"] == user("handlaggare").pk
    assert token["left"] > 3600
    strict = client_of("handlaggare", enforce_csrf_checks=True)
    assert save(strict, planning, page, syfte=WRITTEN).status_code == 403
    fresh = strict.get(reverse("web:task_draft", args=[planning.pk])).json()["token"]
    sent = save(strict, planning, page, syfte=WRITTEN, csrfmiddlewaretoken=fresh)
    assert sent.status_code == 200
    save(client, planning, client.get(address(planning)), syfte=WRITTEN)
    row = Utkast.objects.get()
    assert client.get(reverse("web:draft", args=[row.pk])).status_code == 200
    assert client_of("handlaggare2").get(reverse("web:draft", args=[row.pk])).status_code == 404
    user("handlaggare").grants.update(valid_to=datetime(2026, 1, 1, tzinfo=clock.now().tzinfo))
    assert client.get(reverse("web:draft", args=[row.pk])).status_code == 404
    assert "Du har inga utkast" in text(client.get("/utkast/"))
    assert field(client_of("handlaggare2").get(address(planning)), "syfte") is not None


def comes_back_after_log_in(client, client_of, planning):
    answer = save(client, planning, client.get(address(planning)), syfte=WRITTEN).json()
    now = clock.now()
    assert answer["revision"] == 1
    assert abs(minutes(answer["saved"]) - minutes(f"{now.astimezone():%H.%M}")) <= 1
    assert answer["notice"] == ""
    client.post("/logga-ut/")
    again = client_of("handlaggare").get(address(planning))
    assert value(again, "syfte") == WRITTEN
    assert "är hämtat" in text(again)
    other = client_of("handlaggare2").get(address(planning))
    assert value(other, "syfte") != WRITTEN
    assert WRITTEN[:20] not in other.content.decode()
    client.force_login(user("handlaggare"))


def is_saved_at_a_steady_cost(client, planning, most):
    page = client.get(address(planning))
    with most(24):
        save(client, planning, page, syfte=WRITTEN)


def is_kept_without_scripts(client, planning):
    page = client.get(address(planning))
    aside = client.post(
        address(planning), {**filled(page), "syfte": WRITTEN, "_spara": "1"}, follow=True
    )
    assert "Det du skrev finns kvar i uppgiften." in text(aside)
    again = client.get(address(planning))
    assert value(again, "syfte") == WRITTEN
    refused = client.post(address(planning), {**filled(again), "syfte": f"{WRITTEN} Mer."})
    assert refused.status_code == 422
    assert value(client.get(address(planning)), "syfte") == f"{WRITTEN} Mer."
    (discard,) = read(client.get(address(planning))).xpath("//form[contains(@action,'slang')]")
    client.post(discard.get("action"), {"_stanna": "1"})
    assert value(client.get(address(planning)), "syfte") in (None, "")


def is_guarded_from_ones_other_window(client, planning):
    page = client.get(address(planning))
    assert save(client, planning, page, syfte="Ett").status_code == 200
    told = save(client, planning, page, syfte="Två")
    assert told.status_code == 409
    assert {key: told.json()[key] for key in ("code", "revision")} == {
        "code": "draft_elsewhere",
        "revision": 1,
    }
    refused = client.post(address(planning), {**filled(page), "syfte": "Tre", "_spara": "1"})
    assert refused.status_code == 409
    assert "i ett annat fönster" in text(refused)
    assert value(refused, "syfte") == "Tre"
    assert Utkast.objects.get().answers["syfte"] == "Ett"
    Utkast.objects.all().delete()


def goes_when_it_is_sent(client, planning):
    page = client.get(address(planning))
    save(client, planning, page, syfte=WRITTEN)
    sent = client.post(address(planning), complete(page))
    assert sent.status_code == 302, text(sent)
    assert not Utkast.objects.exists()
    late = save(client, planning, page, syfte="för sent")
    assert late.json() == {"code": "sent"}
    assert not Utkast.objects.exists()


def test_the_second_one_of_two_loses_nothing_and_sees_what_happened(client_of, planning):
    first, second = client_of("handlaggare"), client_of("handlaggare2")
    page = second.get(address(planning))
    theirs = first.get(address(planning))
    done = first.post(address(planning), complete(theirs))
    assert done.status_code == 302
    told = save(second, planning, page, syfte=WRITTEN).json()
    assert "Uppgiften är redan gjord" in told["notice"]
    assert "Handläggare (Hanna Handlén) gjorde klart den" in told["notice"]
    assert "Planera utredningen: utfört – Handläggare (Hanna Handlén)" in told["notice"]
    refused = second.post(address(planning), {**filled(page), "syfte": WRITTEN, "_utkast": "1"})
    assert refused.status_code == 409
    assert "Uppgiften är redan klar." in text(refused)
    assert WRITTEN in read(refused).xpath("//textarea[@data-copy]")[0].text
    later = client_of("handlaggare2").get(address(planning))
    assert WRITTEN in read(later).xpath("//textarea[@data-copy]")[0].text
    assert not read(later).xpath("//form[@id='svar']")
    assert WRITTEN[:20] not in first.get(address(planning)).content.decode()
    listed = client_of("handlaggare2").get("/utkast/")
    assert "Uppgiften är gjord av någon annan" in text(listed)
    before = ReadLog.objects.count()
    one = second.get(links(listed, "//table")["Planera utredningen"])
    assert ReadLog.objects.count() == before + 1, "to read it is to read about her"
    assert title(one) == "Utkast: Planera utredningen – Kedja"
    assert WRITTEN in read(one).xpath("//textarea[@data-copy]")[0].text
    assert NUMBER not in one.content.decode()
    second.post(read(one).xpath("//main//form/@action")[0])
    assert not Utkast.objects.exists()


def complete(page):
    return {
        **filled(page),
        "syfte": "Utreda behovet av stöd.",
        "fragestallningar": "Vilket stöd behövs?",
        "informerad_datum": localdate(clock.now()).isoformat(),
        "tidplan": "Klart inom en månad.",
    }


def test_a_start_form_is_never_filled_in_by_itself(client_of):
    client = client_of("mottagning")
    page = client.get(START)
    sent = {**filled(page), **application(framstallning=WRITTEN)}
    assert client.post(f"{START}utkast/", sent).status_code == 200
    fresh = client.get(START)
    assert value(fresh, "fornamn") in (None, "")
    assert "Du har börjat förut" in text(fresh)
    (again,) = [href for href in links(fresh).values() if href and "utkast=" in href]
    goes_on = client.get(START + again)
    assert value(goes_on, "fornamn") == "Astrid"
    assert value(goes_on, "framstallning") == WRITTEN
    assert filled(goes_on)["_nyckel"] == filled(page)["_nyckel"]
    other = client_of("handlaggare").get("/utkast/")
    assert "Du har inga utkast" in text(other)
    assert client.post(START, {**filled(goes_on), **application()}).status_code == 302
    assert Arende.objects.count() == 1
    assert not Utkast.objects.exists()
