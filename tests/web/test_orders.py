"""Uppdrag between handläggare and provider: state, last day, answer, messages; nobody else's."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Event, RoleGrant, Task, Unit, Utkast
from config import clock
from records.meddelanden import send_message
from records.models import Meddelande, NekadLasning, Notis, Person, Uppdrag, UppdragOppning
from tests.municipality import actor, user, work
from tests.web.reading import filled, links, read, summary, text, title, value

ORDERS = "/uppdrag/"


def page(uppdrag):
    return reverse("web:order", args=[uppdrag])


def row(answer, number):
    (found,) = [one for one in read(answer).xpath("//table//tr") if number in one.text_content()]
    return " ".join(found.text_content().split())


def tabs(answer):
    found = {}
    for tab in read(answer).xpath("//nav[@class='tabs']//a"):
        count = tab.xpath("./span")[0].text
        found[tab.text.strip()] = int(count)
    return found


def write(client, uppdrag, said, key=None, **more):
    sent = {"text": said, "_nyckel": key or uuid4().hex}
    return client.post(reverse("web:write_message", args=[uppdrag]), sent, **more)


def test_w3_k7_an_uppdrag_from_sent_to_running(client_of, case_at, django_assert_max_num_queries):
    """One case for all of it: to walk it there is what costs time."""
    arende = case_at("Task_BekraftaUppdrag")
    uppdrag = Uppdrag.objects.get(arende_id=arende)
    an_unopened_uppdrag_shows_its_last_day_to_both(client_of, uppdrag)
    who_answers_for_the_units_sees_delay_and_no_name(client_of, uppdrag)
    another_provider_gets_the_same_answer_as_for_nothing(client_of, uppdrag)
    opening_it_is_told_to_the_sender(client_of, uppdrag)
    the_two_sides_write_to_each_other(client_of, uppdrag)
    what_is_no_message_comes_back_with_the_text(client_of, uppdrag)
    a_late_answer_shows_who_has_been_reminded(client_of, uppdrag)
    it_costs_the_same_however_many_there_are(client_of, uppdrag, django_assert_max_num_queries)
    it_is_received_from_there(client_of, uppdrag)


def an_unopened_uppdrag_shows_its_last_day_to_both(client_of, uppdrag):
    for name, way in (("handlaggare", "Till"), ("enhetschef.norr", "Från")):
        answer = client_of(name).get(ORDERS)
        assert title(answer) == "Uppdrag – Kedja"
        said = row(answer, uppdrag.nummer)
        assert "Inte öppnat" in said
        assert "Sista dag att svara var" in said
        assert "Astrid Ekholt" in said
        assert f"{way} " in said
        assert tabs(answer)["Väntar på svar"] == 1
        assert "Uppdrag" in links(answer, "//header")
    assert not UppdragOppning.objects.exists()
    assert "Ta emot eller avböj" in row(client_of("enhetschef.norr").get(ORDERS), uppdrag.nummer)
    assert "Ta emot" not in row(client_of("handlaggare").get(ORDERS), uppdrag.nummer)
    theirs = client_of("kontakt.norr").get(ORDERS)
    assert "Ta emot eller avböj" not in links(theirs)
    assert "Enhetschef tar emot eller avböjer" in row(theirs, uppdrag.nummer)


def who_answers_for_the_units_sees_delay_and_no_name(client_of, uppdrag):
    unit = uppdrag.mottagare_unit
    chief = user("ansvarig.ekviken")
    assert chief.grants.filter(role="verksamhetsansvarig", organisation=unit.organisation).exists()
    client = client_of("ansvarig.ekviken")
    answer = client.get(ORDERS)
    said = row(answer, uppdrag.nummer)
    assert "Sista dag att svara var" in said
    assert "Visas inte för din roll" in said
    assert "Ekholt" not in answer.content.decode()
    assert page(uppdrag.pk) not in links(answer).values()
    assert client.get(page(uppdrag.pk)).status_code == 404


def another_provider_gets_the_same_answer_as_for_nothing(client_of, uppdrag):
    other = (
        RoleGrant.objects.filter(role="enhetschef", organisation__kind="utforare")
        .exclude(organisation=uppdrag.mottagare_organisation)
        .select_related("user")
        .first()
    )
    assert other is not None
    client = client_of(other.user.username)
    refused = NekadLasning.objects.filter(user=other.user, arende_id=uppdrag.arende_id)
    answers = [client.get(page(ref)) for ref in (uppdrag.pk, uuid4())]
    assert refused.count() == 1
    posts = [write(client, ref, "Hej") for ref in (uppdrag.pk, uuid4())]
    assert refused.count() == 2
    assert {one.status_code for one in answers + posts} == {404}
    bodies = {re.sub(r"csrf\w+|[0-9a-zA-Z]{64}", "", text(one)) for one in answers}
    assert len(bodies) == 1
    assert uppdrag.nummer not in client.get(f"{ORDERS}?visa=alla").content.decode()
    assert not Meddelande.objects.exists()


def opening_it_is_told_to_the_sender(client_of, uppdrag):
    answer = client_of("enhetschef.norr").get(page(uppdrag.pk))
    assert title(answer) == f"Uppdrag {uppdrag.nummer} – Kedja"
    said = text(answer)
    assert "Öppnat, inte besvarat" in said
    assert "Ta emot eller avböj" in links(answer)
    theirs = client_of("kontakt.norr").get(page(uppdrag.pk))
    assert "Ta emot eller avböj" not in links(theirs)
    assert "Enhetschef tar emot eller avböjer uppdraget." in text(theirs)
    task = Task.objects.get(arende_id=uppdrag.arende_id, element="Task_BekraftaUppdrag")
    assert "Slutför" not in text(client_of("kontakt.norr").get(f"/uppgifter/{task.pk}/"))
    assert not {"Journalen", "Genomförandeplanen"} & links(answer).keys()
    opening = UppdragOppning.objects.get()
    name = user("enhetschef.norr").get_full_name()
    client_of("personal.norr").get(page(uppdrag.pk))
    assert UppdragOppning.objects.get() == opening
    assert re.search(
        rf"Öppnat i dag kl\. \d\d\.\d\d \(.+?\) av {name}",
        row(client_of("handlaggare").get(ORDERS), uppdrag.nummer),
    )
    told = text(client_of("handlaggare").get(page(uppdrag.pk)))
    assert f"av {name}" in told
    assert "Utföraren tar emot eller avböjer" in told


def the_two_sides_write_to_each_other(client_of, uppdrag):
    ours, theirs = client_of("handlaggare"), client_of("enhetschef.norr")
    key = uuid4().hex
    sent = write(ours, uppdrag.pk, "Kan ni börja på måndag?", key, follow=True)
    assert "Meddelandet är skickat." in text(sent)
    assert "Inte läst än" in text(sent)
    write(ours, uppdrag.pk, "Kan ni börja på måndag?", key)
    assert Meddelande.objects.count() == 1
    lines = Event.objects.filter(kind="recorded", detail__record="meddelande")
    assert [line.detail["uppdrag"] for line in lines] == [str(uppdrag.pk)]
    day = theirs.get("/")
    assert links(day)["Läs meddelandet"] == f"{page(uppdrag.pk)}#meddelanden"
    assert "måndag?" not in text(day)
    found = theirs.get(f"{ORDERS}?visa=olasta")
    assert tabs(found)["Olästa meddelanden"] == 1
    assert "1 oläst" in row(found, uppdrag.nummer)
    read_there = theirs.get(page(uppdrag.pk))
    assert "Kan ni börja på måndag?" in text(read_there)
    assert "Nytt" in text(read_there)
    assert "Läs meddelandet" not in links(theirs.get("/"))
    assert tabs(theirs.get(ORDERS))["Olästa meddelanden"] == 0
    assert f"Läst av {user('enhetschef.norr').get_full_name()}" in text(ours.get(page(uppdrag.pk)))
    write(theirs, uppdrag.pk, "<script>alert(1)</script>\nJa.")
    people = ours.get(reverse("web:case_people", args=[uppdrag.arende_id]))
    assert "1 oläst" in text(people)
    assert links(people)[f"Uppdrag {uppdrag.nummer}"] == f"{page(uppdrag.pk)}#meddelanden"
    answer = ours.get(page(uppdrag.pk))
    assert "<script>alert(1)" not in answer.content.decode()
    headings = [one.text_content() for one in read(answer).xpath("//ol[@class='messages']//h3")]
    assert [user("handlaggare").get_full_name() in headings[0], len(headings)] == [True, 2]


def what_is_no_message_comes_back_with_the_text(client_of, uppdrag):
    client = client_of("handlaggare")
    empty = write(client, uppdrag.pk, "  ")
    assert empty.status_code == 422
    assert summary(empty) == {"meddelande": "Meddelande: Skriv ett meddelande."}
    long = write(client, uppdrag.pk, "x" * 5001)
    assert long.status_code == 422
    assert value(long, "text") == "x" * 5001
    assert client.get(reverse("web:write_message", args=[uppdrag.pk])).status_code == 405
    assert Meddelande.objects.count() == 2
    for odd in ("?fore=x", "?fore=2026-01-01T10:00|x", f"?fore=9999-99|{uuid4()}"):
        assert client.get(page(uppdrag.pk) + odd).status_code == 200
    for odd in ("?visa=x&fran=y", "?av=x", "?visa=alla&fran=2026-01-01T10:00:00+00:00|x"):
        assert client.get(ORDERS + odd).status_code == 200


def a_late_answer_shows_who_has_been_reminded(client_of, uppdrag):
    late = localdate(clock.now()) - timedelta(days=5)
    task = Task.objects.get(element="Task_BekraftaUppdrag", status="open")
    Task.objects.filter(pk=task.pk).update(due=clock.now() + timedelta(days=1))
    said = row(client_of("enhetschef.norr").get(ORDERS), uppdrag.nummer)
    assert "Svar senast i morgon" in said
    assert "Nästa påminnelse: enhetschef, i morgon" in said
    Task.objects.filter(pk=task.pk).update(due=clock.now() - timedelta(days=5))
    Notis.objects.create(
        organisation_id=uppdrag.organisation_id,
        unit_id=uppdrag.unit_id,
        arende_id=uppdrag.arende_id,
        typ="bekraftelse_uppdrag",
        handelse_id=uppdrag.pk,
        niva="T0",
        roll="enhetschef",
        forfallen_datum=late,
        delad_med_id=uppdrag.mottagare_unit_id,
        skapad=clock.now(),
    )
    answer = client_of("enhetschef.norr").get(ORDERS)
    said = row(answer, uppdrag.nummer)
    assert "Sista dag att svara var" in said
    assert "Påmint: enhetschef" in said
    assert read(answer).xpath("//tr[@class='late']")
    assert links(client_of("enhetschef.norr").get("/"))["Öppna uppdraget"] == page(uppdrag.pk)


def it_costs_the_same_however_many_there_are(client_of, uppdrag, at_most):
    client = client_of("enhetschef.norr")
    client.get(ORDERS)
    with at_most(60) as one:
        client.get(ORDERS)
    spent = len(one)
    copies = []
    for number in range(2, 12):
        copy = Uppdrag.objects.get(pk=uppdrag.pk)
        copy.pk, copy.nummer, copy.delad_med_id = uuid4(), f"{uppdrag.nummer}{number}", None
        copy.status, copy.skickad = "utkast", None
        copy.save(force_insert=True)
        copies.append(copy)
    for copy in copies:
        for part in (*uppdrag.insatser.all(), *uppdrag.mal.all()):
            part.pk, part.uppdrag_id, part.delad_med_id = uuid4(), copy.pk, None
            part.save(force_insert=True)
        copy.status, copy.skickad = "skickat", uppdrag.skickad
        copy.delad_med_id = uppdrag.delad_med_id
        copy.save()
        send_message(
            copy.pk,
            "Hej",
            key=uuid4().hex,
            actor=actor("handlaggare", clock.now()),
            now=clock.now(),
        )
    with at_most(spent):
        many = client.get(ORDERS)
    assert tabs(many) | {"Väntar på svar": 11, "Olästa meddelanden": 10} == tabs(many)
    assert len(read(many).xpath("//tbody/tr")) == 11


def it_is_received_from_there(client_of, uppdrag):
    client = client_of("enhetschef.norr")
    task = links(client.get(page(uppdrag.pk)))["Ta emot eller avböj"]
    day = localdate(clock.now()).isoformat()
    sent = {"kan_verkstallas": "ja", "start_datum": day}
    answer = client.post(task, {**filled(client.get(task)), **sent})
    assert answer.status_code == 302, text(answer)[:600]
    work(clock.now())
    found = client.get(f"{ORDERS}?visa=pagar")
    assert "Mottaget" in row(found, uppdrag.nummer)
    answer = client.get(page(uppdrag.pk))
    assert {"Journalen", "Genomförandeplanen"} <= links(answer).keys()
    assert "Utredning" not in text(answer)
    ours = client_of("handlaggare").get(page(uppdrag.pk))
    assert "Journalen" not in links(ours)
    assert "Mottaget" in text(ours)


@pytest.mark.usefixtures("edition")
def test_an_empty_list_says_what_to_do(client_of):
    for choice in ("vantar", "olasta", "pagar", "slut", "alla"):
        said = text(client_of("handlaggare").get(f"{ORDERS}?visa={choice}"))
        assert "Visa" in said
    ours, theirs = (
        text(client_of(name).get(ORDERS)) for name in ("handlaggare", "enhetschef.norr")
    )
    assert "tills utföraren har svarat" in ours
    assert "tills ni har svarat" in theirs
    assert "utföraren" not in theirs
    assert "Uppdrag" not in links(client_of("personal.norr").get("/"), "//header")
    assert client_of("handlaggare").get(page(uuid4())).status_code == 404
    assert Person.objects.count() == Unit.objects.filter(name="finns inte").count()


def test_w5_a_message_is_kept_until_it_is_sent(client_of, case_at):
    uppdrag = Uppdrag.objects.get(arende_id=case_at("Task_BekraftaUppdrag"))
    ours = client_of("handlaggare")
    it_comes_back_after_a_log_out_and_to_nobody_else(client_of, ours, uppdrag)
    it_is_guarded_from_ones_other_window(ours, uppdrag)
    it_is_kept_without_scripts_and_found_again(ours, uppdrag)
    it_goes_with_the_sending_and_a_late_saving_keeps_nothing(ours, uppdrag)
    who_may_not_write_keeps_nothing(client_of, uppdrag)
    what_the_provider_wrote_goes_out_of_sight_with_the_uppdrag(client_of, uppdrag)


def drafted(client, uppdrag, answer, said, **more):
    sent = {**filled(answer), "text": said, **more}
    return client.post(reverse("web:message_draft", args=[uppdrag.pk]), sent)


def it_comes_back_after_a_log_out_and_to_nobody_else(client_of, ours, uppdrag):
    answer = ours.get(page(uppdrag.pk))
    assert read(answer).xpath("//form[@data-draft]/@data-here") == [page(uppdrag.pk)]
    assert "web/draft.js" in answer.content.decode()
    saved = drafted(ours, uppdrag, answer, "Kan ni <ringa>?")
    assert (saved.status_code, saved.json()["revision"]) == (200, 1)
    ours.post("/logga-ut/")
    gone = drafted(ours, uppdrag, answer, "Utloggad")
    assert (gone.status_code, gone.json()) == (401, {"code": "logged_out"})
    ours.force_login(user("handlaggare"))
    again = ours.get(page(uppdrag.pk))
    assert value(again, "text") == "Kan ni <ringa>?"
    assert "är hämtat" in text(again)
    for other in ("handlaggare2", "enhetschef.norr"):
        assert "ringa" not in client_of(other).get(page(uppdrag.pk)).content.decode()
    theirs = drafted(client_of("handlaggare2"), uppdrag, again, "Min text")
    assert theirs.json() == {"code": "other_user"}
    assert Utkast.objects.get().answers == {"text": "Kan ni <ringa>?"}


def it_is_guarded_from_ones_other_window(ours, uppdrag):
    first, second = ours.get(page(uppdrag.pk)), ours.get(page(uppdrag.pk))
    assert drafted(ours, uppdrag, first, "Ett").status_code == 200
    told = drafted(ours, uppdrag, second, "Två")
    assert (told.status_code, told.json()["code"]) == (409, "draft_elsewhere")
    assert Utkast.objects.get().answers["text"] == "Ett"


def it_is_kept_without_scripts_and_found_again(ours, uppdrag):
    address = reverse("web:write_message", args=[uppdrag.pk])
    aside = {**filled(ours.get(page(uppdrag.pk))), "text": "Vi hörs.", "_spara": "1"}
    assert "Mina utkast" in text(ours.post(address, aside, follow=True))
    assert not Meddelande.objects.exists()
    found = ours.get("/utkast/")
    place = links(found, "//table")["Meddelande om ett uppdrag"]
    assert place == f"{page(uppdrag.pk)}#meddelanden"
    row = Utkast.objects.get()
    assert ours.get(reverse("web:draft", args=[row.pk])).url == place
    too_long = {**filled(ours.get(page(uppdrag.pk))), "text": "x" * 5001}
    assert ours.post(address, too_long).status_code == 422
    assert value(ours.get(page(uppdrag.pk)), "text") == "x" * 5001
    away = ours.post(reverse("web:discard_draft", args=[row.pk]), {"_stanna": "1"})
    assert away.url == place
    assert value(ours.get(page(uppdrag.pk)), "text") in (None, "")


def it_goes_with_the_sending_and_a_late_saving_keeps_nothing(ours, uppdrag):
    answer = ours.get(page(uppdrag.pk))
    drafted(ours, uppdrag, answer, "Kan ni börja?")
    address = reverse("web:write_message", args=[uppdrag.pk])
    sent = ours.post(address, {**filled(answer), "text": "Kan ni börja?"})
    assert sent.status_code == 302
    assert not Utkast.objects.exists()
    late = drafted(ours, uppdrag, answer, "Kan ni börja?")
    assert (late.status_code, late.json()) == (409, {"code": "message_sent"})
    assert not Utkast.objects.exists()
    assert value(ours.get(page(uppdrag.pk)), "text") in (None, "")


def who_may_not_write_keeps_nothing(client_of, uppdrag):
    answer = client_of("enhetschef.norr").get(page(uppdrag.pk))
    refused = NekadLasning.objects.filter(arende_id=uppdrag.arende_id)
    before = refused.count()
    for name in ("enhetschef.bjorken", "ansvarig.ekviken"):
        assert drafted(client_of(name), uppdrag, answer, "Hej").status_code == 404
    assert refused.count() == before + 2
    assert not Utkast.objects.exists()


def what_the_provider_wrote_goes_out_of_sight_with_the_uppdrag(client_of, uppdrag):
    theirs = client_of("enhetschef.norr")
    drafted(theirs, uppdrag, theirs.get(page(uppdrag.pk)), "Vi har ont om folk.")
    task = Task.objects.get(element="Task_BekraftaUppdrag", status="open")
    path = reverse("web:task", args=[task.pk])
    said = {"kan_verkstallas": "nej", "avbojandeskal": "Ingen personal."}
    assert theirs.post(path, {**filled(theirs.get(path)), **said}).status_code == 302
    work(clock.now())
    ended = theirs.get(f"{ORDERS}?visa=slut")
    said = row(ended, uppdrag.nummer)
    assert "Ingen personal." in said
    assert f"av {user('enhetschef.norr').get_full_name()}" in said
    assert "Inga uppdrag här" not in text(ended)
    assert "Ekholt" not in ended.content.decode()
    assert uppdrag.nummer not in text(client_of("enhetschef.bjorken").get(f"{ORDERS}?visa=slut"))
    assert Utkast.objects.filter(user=user("enhetschef.norr")).exists()
    assert "Meddelande om ett uppdrag" not in links(theirs.get("/utkast/"))
    mine = Utkast.objects.get(user=user("enhetschef.norr"))
    assert theirs.get(reverse("web:draft", args=[mine.pk])).status_code == 404
