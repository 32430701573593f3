"""Min dag: what is listed, counted, saved, done together, put to sleep, and the way back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Bevakning, Event, SparatFilter, Task, Unit
from config import clock
from tests.municipality import user
from tests.web.reading import filled, links, read, task_links, text, title
from tests.web.town import NUMBER, application

PEOPLE = (NUMBER, "189410059803", "193501752384")


@pytest.fixture
def reception(client_of):
    """Three tasks for the reception, in three ärenden."""
    client = client_of("mottagning")
    for number in PEOPLE:
        client.post("/starta/aktualisera/", application(personnummer=number))
    return client


def tasks():
    return list(Task.objects.filter(status="open").order_by("due", "created_at", "pk"))


def marked(*rows, **more):
    return {"uppgift": [f"{row.pk}:{row.version}" for row in rows], **more}


def tabs(answer):
    """What stands in each tab, by its words."""
    found = read(answer).xpath("//nav[@class='tabs']//a")
    return {a.text.strip(): a.xpath("span")[0].text for a in found}


def test_counts_filters_and_search(reception, client_of):
    late, soon, _later = tasks()
    now = clock.now()
    Task.objects.filter(pk=late.pk).update(due=now - timedelta(days=2))
    Task.objects.filter(pk=soon.pk).update(due=now + timedelta(days=5))
    reception.post("/uppgifter/flera/", marked(late, gor="ta"))
    page = reception.get("/")
    assert title(page) == "Min dag – Kedja"
    expected = {"Allt att göra": "3", "Försenade": "1", "Mina": "1", "Bevakas": "0"}
    # Not "ledig": that may be somebody who is away.
    expected["Ingen har tagit"] = "2"
    assert expected.items() <= tabs(page).items()
    assert task_ids(reception.get("/?nar=forsenade")) == [late.pk]
    assert task_ids(reception.get("/?visa=mina")) == [late.pk]
    assert len(task_ids(reception.get("/?process=aktualisera"))) == 3
    assert task_ids(reception.get("/?process=utreda")) == []
    assert len(task_ids(reception.get("/?visa=skr%C3%A4p&fran=skr%C3%A4p&hos=x&enhet=1"))) == 3
    # A search goes into the address only where it is part of a task's name.
    found = reception.post("/", {"sok": late.name[:5].upper()})
    assert found.status_code == 302
    assert f"sok={late.name[:5].upper()}" in found["Location"]
    assert len(task_ids(reception.get(found["Location"]))) == 3
    number = next(iter(links(page, "//table//td[@data-label='Ärende']")))
    by_number = reception.post("/", {"sok": number})
    assert len(task_ids(reception.get(by_number["Location"]))) == 1
    missed = reception.post("/", {"sok": "Astrid Ekholt"})
    assert missed.status_code == 200
    assert "Ingen uppgift heter" in text(missed)
    other = client_of("handlaggare").post("/", {"sok": "Registrera"})
    assert other.status_code == 200


def task_ids(answer):
    rows = read(answer).xpath("//tr[@data-row]/@id")
    return [UUID(row.removeprefix("u-")) for row in rows]


def test_what_could_not_be_done_together_is_said_of_each(reception, client_of):
    first, second, third = tasks()
    reception.post("/uppgifter/flera/", marked(first, gor="ta"))
    answer = reception.post("/uppgifter/flera/", marked(first, second, gor="ta"), follow=True)
    said = [" ".join(p.text_content().split()) for p in read(answer).xpath("//p[@role='status']")]
    assert any("har ändrats sedan du läste den" in line and "ärende" in line for line in said)
    assert "1 uppgift är tagen." in said
    assert Task.objects.filter(claimed_by=user("mottagning")).count() == 2
    stranger = client_of("enhetschef.norr").post("/uppgifter/flera/", marked(third), follow=True)
    assert "Markera minst en" in text(stranger), "what one may not see cannot be marked"
    assert "Markera minst en" in text(reception.post("/uppgifter/flera/", {}, follow=True))
    assert reception.get("/uppgifter/flera/").status_code == 405


def test_a_head_hands_over_what_somebody_ill_has(client_of, case_at):
    case_at("Task_PlaneraUtredning")
    task = Task.objects.get(status="open", element="Task_PlaneraUtredning")
    ill, well = user("handlaggare"), user("handlaggare2")
    Task.objects.filter(pk=task.pk).update(claimed_by=ill)
    head = client_of("arbetsledare")
    page = head.get(f"/?visa=alla&hos={ill.pk}")
    assert task_ids(page) == [task.pk]
    assert task_ids(client_of("handlaggare2").get(f"/?visa=alla&hos={ill.pk}")) == []
    form = head.post("/uppgifter/flera/", marked(task, gor="lamna"))
    names = read(form).xpath("//select[@name='till']/option/@value")
    assert str(well.pk) in names
    assert head.post("/uppgifter/flera/", marked(task, gor="lamna", till="0")).status_code == 422
    answer = head.post("/uppgifter/flera/", marked(task, gor="lamna", till=well.pk), follow=True)
    assert "1 uppgift är överlämnad." in text(answer)
    task.refresh_from_db()
    assert task.claimed_by == well
    assert "reassigned" in Event.objects.filter(task_id=str(task.pk)).values_list("kind", flat=True)


def test_a_task_sleeps_until_its_day_and_wakes(reception):
    task, other, _third = tasks()
    due = clock.now() + timedelta(days=10)
    Task.objects.filter(pk=task.pk).update(due=due)
    assert reception.get(reverse("web:watch", args=[task.pk])).status_code == 200
    day = localdate(clock.now()) + timedelta(days=3)
    asked = marked(task, gor="bevaka", datum=day.isoformat(), skal="väntar på läkarintyg")
    assert reception.post("/uppgifter/flera/", {**asked, "skal": " "}).status_code == 422
    too_late = (localdate(due) + timedelta(days=1)).isoformat()
    refused = reception.post("/uppgifter/flera/", {**asked, "datum": too_late}, follow=True)
    assert "inte är efter uppgiftens sista dag" in text(refused)
    reception.post("/uppgifter/flera/", asked)
    task.refresh_from_db()
    assert task.claimed_by == user("mottagning"), "who puts it to sleep has it"
    assert task.pk not in task_ids(reception.get("/"))
    asleep = reception.get("/?visa=bevakas")
    assert task_ids(asleep) == [task.pk]
    assert "väntar på läkarintyg" in text(asleep)
    assert tabs(asleep)["Bevakas"] == "1"
    line = Event.objects.get(task_id=str(task.pk), kind="bevakad")
    assert "läkarintyg" not in str(line.detail)
    # Its day comes; or it is woken by hand; or it is released; or something happens in the case.
    Bevakning.objects.update(at=clock.now() - timedelta(days=4))
    for wakes in (by_day, by_hand, by_release, by_event):
        reception.post("/uppgifter/flera/", marked_again(task, asked))
        assert task.pk not in task_ids(reception.get("/")), wakes
        wakes(reception, task)
        assert task.pk in task_ids(reception.get("/")), wakes
    reception.post("/uppgifter/flera/", marked_again(task, asked))
    task.refresh_from_db()
    assert Bevakning.objects.get().until.date() <= day
    Task.objects.filter(pk=task.pk).update(status="completed")
    assert not Bevakning.objects.exists(), "the reason does not stay"
    assert other.pk in task_ids(reception.get("/"))


def marked_again(task, asked):
    task.refresh_from_db()
    return {**asked, **marked(task)}


def by_day(_client, _task):
    past = clock.now() - timedelta(hours=1)
    Bevakning.objects.update(at=past - timedelta(days=1), until=past)


def by_hand(client, task):
    client.post("/uppgifter/flera/", {**marked(task), "gor": "vack"})


def by_release(client, task):
    task.refresh_from_db()
    client.post(reverse("web:release", args=[task.pk]), {"version": task.version})


def by_event(_client, task):
    place = {
        "instance_id": task.instance_id, "organisation_id": task.organisation_id,
        "unit_id": task.unit_id, "secrecy": 0, "arende_id": task.arende_id,
    }  # fmt: skip
    Event.objects.create(
        **place, version=9_000, seq=1, kind="received", cause="deliver", actor="system",
        at=clock.now() + timedelta(minutes=1),
    )  # fmt: skip


def test_saved_choices_are_ones_own_or_the_units(reception, client_of):
    unit = tasks()[0].unit_id
    kept = {"namn": "Morgonens", "visa": "lediga", "process": "aktualisera"}
    page = reception.post("/urval/spara/", kept, follow=True)
    found = links(page, "//details[@class='saved']")
    assert found["Morgonens 3"] == "/?visa=lediga&process=aktualisera"
    reception.post("/urval/spara/", {**kept, "namn": "Enhetens", "dela": str(unit)})
    colleague = client_of("handlaggare")
    assert "Enhetens" in text(colleague.get("/"))
    assert "Morgonens" not in text(colleague.get("/"))
    assert "Enhetens" not in text(client_of("enhetschef.norr").get("/"))
    shared = SparatFilter.objects.get(name="Enhetens")
    drop = reverse("web:drop_filter", args=[shared.pk])
    assert colleague.post(drop).status_code == 404
    assert reception.post(drop).status_code == 302
    assert not SparatFilter.objects.filter(name="Enhetens").exists()
    assert "ett namn på" in text(reception.post("/urval/spara/", {"namn": " "}, follow=True))
    elsewhere = str(another_unit(unit))
    assert reception.post("/urval/spara/", {**kept, "dela": elsewhere}).status_code == 403


def another_unit(unit):
    return Unit.objects.exclude(pk=unit).values_list("pk", flat=True).first()


def test_the_way_back_leads_to_the_same_row(reception):
    first, second, third = tasks()
    reception.get("/?process=aktualisera")
    page = reception.get(reverse("web:task", args=[second.pk]))
    assert f"/?process=aktualisera#u-{second.pk}" in links(page).values()
    assert {first.pk, third.pk} <= set(task_ids(reception.get("/")))


def test_what_is_done_leads_on_in_the_case_else_names_the_other_case(reception):
    first, second, third = tasks()
    number = case_links(reception.get("/"))[second.pk]
    told = text(completed(reception, first, komplett="ja"))
    assert f"Nästa i din lista, ett annat ärende: {second.name}, {number}." in told
    now = clock.now()
    also_in_the_case(third, second, element="T1", name="Följ upp", due=now + timedelta(days=300))
    waiting = also_in_the_case(third, second, element="T2", name="Skriv brev", due=None)
    done = completed(reception, third, komplett="ja")
    assert "Nästa i samma ärende: Skriv brev." in text(done)
    assert links(done, "//p[@role='status']")["Skriv brev"] == f"/uppgifter/{waiting.pk}/"


def also_in_the_case(task, other, **more):
    """Of another process than the task, which would end what it does not know of."""
    return Task.objects.create(
        instance_id=other.instance_id, process_key=task.process_key, groups=task.groups,
        created_at=task.created_at, organisation_id=task.organisation_id, unit_id=task.unit_id,
        arende_id=task.arende_id, **more,
    )  # fmt: skip


def completed(client, task, **answers):
    address = f"/uppgifter/{task.pk}/"
    return client.post(address, {**filled(client.get(address)), **answers}, follow=True)


def case_links(answer):
    rows = read(answer).xpath("//tr[@data-row]")
    return {
        UUID(row.get("id").removeprefix("u-")): row.xpath("td[@data-label='Ärende']//a")[0].text
        for row in rows
    }


def test_the_page_costs_the_same_with_many(reception, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as few:
        reception.get("/")
    row = tasks()[0]
    Task.objects.bulk_create(
        Task(
            instance_id=row.instance_id, process_key=row.process_key, element=f"T{number}",
            name=row.name, groups=row.groups, created_at=row.created_at,
            organisation_id=row.organisation_id, unit_id=row.unit_id, arende_id=row.arende_id,
        )
        for number in range(150)
    )  # fmt: skip
    with django_assert_max_num_queries(len(few)):
        page = reception.get("/")
    assert tabs(page)["Allt att göra"] == "99+"
    assert len(task_links(page)) == 1, "by name"
    assert len(task_ids(page)) == 30
    second = reception.get(links(page)["Nästa sida"])
    assert not set(task_ids(page)) & set(task_ids(second))
