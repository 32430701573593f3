"""Påminnelser on the pages: what is done leaves Min dag, and is read under Tidigare påminnelser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Instance, Task, Unit
from config import clock
from config.scenarios import machinery
from engine.notices import STEP
from records.models import Notis
from records.routines import ALL_READ, acknowledge, reading_list
from tests.municipality import actor, user
from tests.web.reading import read, text, title
from web.reminders import ENDED

EARLIER = reverse("web:earlier_reminders")
SOON = "Genomförandeplanen ska vara klar om tre dagar."
DAYS = 20
ROWS = "//ul[@class='reminders']/li"


def test_what_is_done_leaves_the_list_and_says_how_it_ended(client_of, case_at):
    case = case_at("Task_PlaneraMedDenEnskilde")
    machinery.Worker().advance(clock.now() - timedelta(days=DAYS), clock.now())
    client = client_of("kontakt.norr")
    assert SOON in text(client.get("/"))
    assert SOON not in text(client.get(EARLIER))
    row = Notis.objects.get(typ="gp_frist", niva="T-3")
    sender = Instance.objects.get(pk=row.instans)
    assert sender.arende_id == case
    assert set(row.upphor_med) == {"plan", "akt", "process"}, "the edition says what ends it"
    Instance.objects.filter(pk=sender.pk).update(status="completed", ended_at=clock.now())
    day = text(client.get("/"))
    assert SOON not in day
    page = client.get(EARLIER)
    assert title(page).startswith("Tidigare påminnelser")
    [told] = [one for one in read(page).xpath(ROWS) if SOON in one.text_content()]
    assert "Steget i ärendet är avslutat" in told.text_content()
    assert not told.xpath(".//form"), "there is nothing left to put away"
    assert EARLIER in read(client.get("/")).xpath("//a/@href")


def reminders(days, **more):
    unit = Unit.objects.get(name="Hemtjänst Norr")
    made = [
        Notis(
            organisation_id=unit.organisation_id,
            unit=unit,
            typ="kvalitetsberattelse",
            niva=f"T{day}",
            roll="enhetschef",
            forfallen_datum=localdate(clock.now()) - timedelta(days=day),
            skapad=clock.now() - timedelta(minutes=day),
            **more,
        )
        for day in days
    ]
    Notis.objects.bulk_create(made)


def test_the_page_says_who_ended_what_and_costs_the_same(client_of):
    client = client_of("enhetschef.norr")
    assert "Inga tidigare påminnelser" in text(client.get(EARLIER))
    costs = []
    for days in (range(1), range(1, 60)):
        reminders(days, klar=clock.now(), klar_genom="uppgift", last=clock.now())
        client.get(EARLIER)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(EARLIER)
        costs.append(len(asked))
    assert costs[0] == costs[1]
    said = read(page).xpath(ROWS)[0].text_content()
    assert "Uppgiften är klar" in said
    assert "undanlagd" in said
    assert len(read(page).xpath(ROWS)) == 50
    [more] = read(page).xpath("//a[@rel='next']/@href")
    assert len(read(client.get(EARLIER + more)).xpath(ROWS)) == 10
    assert client.get(EARLIER + "?fran=fel").status_code == 200
    assert client.get(EARLIER + "?fran=eyJzYW50IjoieCJ9").status_code == 200


@pytest.mark.django_db
def test_every_way_to_end_has_its_words():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname LIKE 'records_notis_%'")
        sources = "\n".join(source for (source,) in cursor.fetchall())
    written = {word for word in ENDED if f"'{word}'" in sources}
    assert written == set(ENDED) - {ALL_READ}


def test_r065_who_has_read_everything_is_not_reminded_to_read(client_of):
    now, client = clock.now(), client_of("kvalitet.ekviken")
    unit = Unit.objects.get(name="Hemtjänst Norr")
    Notis.objects.create(
        organisation_id=unit.organisation_id,
        unit=unit,
        typ="las_rutiner",
        mottagare=user("kvalitet.ekviken"),
        forfallen_datum=localdate(now),
        skapad=now,
    )
    who = actor("kvalitet.ekviken", now)
    wanted = {row.reading.subject: row.reading.version for row in reading_list(who, now)}
    last = wanted.popitem()
    acknowledge(wanted, actor=who, now=now)
    assert "rutiner eller instruktioner att läsa" in text(client.get("/")), "one is left"
    acknowledge(dict([last]), actor=who, now=now)
    assert "rutiner eller instruktioner att läsa" not in text(client.get("/"))
    assert "Du har läst allt" in text(client.get(EARLIER))


def test_the_steps_that_end_a_reminder_have_its_own_day(case_at):
    """What the data says of a step holds in the diagrams: its task is due the day it reminds of."""
    case_at("Task_FoljUppPlan")
    machinery.Worker().advance(clock.now(), clock.now() + timedelta(days=400))
    checked = set()
    for row in Notis.objects.exclude(instans=None):
        steps = [word.removeprefix(STEP) for word in row.upphor_med if word.startswith(STEP)]
        tasks = Task.objects.filter(instance_id=row.instans, element__in=steps)
        if steps:
            days = {localdate(due) for due in tasks.values_list("due", flat=True) if due}
            assert row.forfallen_datum in days, (row.typ, row.niva)
            checked.add(row.typ)
    assert "uppfoljning_beslut" in checked
    told = Notis.objects.filter(typ="uppfoljning_beslut", klar=None)
    first = told.order_by("forfallen_datum", "skapad").first()
    same = told.filter(forfallen_datum=first.forfallen_datum)
    Task.objects.filter(
        instance_id=first.instans, element="Task_FoljUppBeslut", status="open"
    ).update(status="completed", completed_at=clock.now())
    assert not same.exists(), "each step of the ladder for that day"
