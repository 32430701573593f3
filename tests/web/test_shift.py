"""Skiftet: what is new, marked as read, the day's support, the report, a note sent once."""

import base64
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from lxml import html

from cases.context import access_context
from cases.errors import NotFoundError
from cases.models import Task, Utkast
from config import clock
from config.environment import PROJECT_ROOT
from records.models import (
    Akt,
    Avvikelse,
    JournalEntry,
    ListLasning,
    Person,
    ReadLog,
    Skiftlasning,
    Uppehall,
)
from records.queries import shift as queries_shift
from records.queries.shift_day import Day
from records.shift import add_note_once, mark_read
from tests.municipality import actor, user
from tests.needs import require
from tests.racing import at_once
from tests.records.chain import database_role
from tests.web.browser import LIMIT_MS, browser
from tests.web.reading import field, links, read, summary, text, title, value
from tests.web.town import NUMBER
from web.shift import day_of
from web.views import shift as shift_views

JSON = {"Accept": "application/json"}
SAID = "Åt god frukost och ville gå ut."
EVERYTHING = {"visa": "allt"}
"""The list with all that is new told on it."""
PART = re.compile(r'name="(\w+)"\r\n\r\n(.*?)\r\n--', re.DOTALL)
"""A field of a form as a browser sends it."""


@pytest.fixture
def arende(case_at):
    """A case whose plan is in force."""
    return case_at("Task_FoljUppPlan")


def at(name, case):
    return reverse(f"web:{name}", args=[case])


def write(client, case, **sent):
    """Send the form of the card as it stands, with what is written in it."""
    form = next(one for one in read(client.get(at("shift_card", case))).forms if one.get("id"))
    kept = {key: val for key, val in form.form_values() if key != "csrfmiddlewaretoken"}
    return kept | sent


def mine(case):
    return JournalEntry.objects.filter(journal__akt__arende_id=case, text=SAID)


def test_a_shift_from_what_is_new_to_the_report(client_of, arende):
    personal, kontakt = client_of("personal.norr"), client_of("kontakt.norr")
    a_note_is_written_once(personal, kontakt, arende)
    what_is_new_is_told_and_marked(personal, kontakt, arende)
    the_support_of_the_day_stands_in_the_plan(personal, arende)
    the_report_tells_when_it_happened_and_when_it_was_written(kontakt, arende)
    what_is_not_sent_is_kept(personal, kontakt, arende)
    the_plan_is_shown_in_the_meeting(kontakt, client_of("handlaggare"), arende)
    others_than_care_staff_have_no_shift(client_of, arende)
    every_page_costs_the_same(kontakt, arende)


def a_note_is_written_once(client, other, case):
    page = client.get(at("shift_card", case))
    assert title(page).startswith("Kort för uppdrag")
    assert NUMBER not in page.content.decode()
    when = value(page, "handelsetid")
    sent = write(client, case, text=SAID, galler="mal:1")
    first = client.post(at("shift_note", case), sent, headers=JSON)
    assert first.status_code == 200, first.content
    assert first.json()["nyckel"] != sent["_nyckel"]
    again = client.post(at("shift_note", case), sent, headers=JSON)
    assert again.status_code == 200
    row = mine(case).get()
    assert (row.typ, row.uppdragsmal.nummer, row.forfattare.username) == (
        "handelse_av_betydelse",
        1,
        "personal.norr",
    )
    assert row.livsomrade == row.uppdragsmal.livsomrade
    assert f"{row.handelsetid.astimezone():%Y-%m-%dT%H:%M}" == when
    changed = client.post(at("shift_note", case), {**sent, "text": "Annat."}, headers=JSON)
    assert (changed.status_code, changed.json()["code"]) == (409, "idempotency_conflict")
    page = client.post(at("shift_note", case), {**sent, "text": "Annat."})
    assert page.status_code == 409
    assert value(page, "text") == "Annat."
    assert value(page, "_nyckel") != sent["_nyckel"], "what is sent next is a new note"
    wrong = client.post(at("shift_note", case), write(client, case, text=""), headers=JSON)
    assert wrong.status_code == 422
    assert set(wrong.json()["errors"]) == {"text"}
    late = {"handelsetid": "2199-01-01T10:00", "text": "Sedan"}
    plain = client.post(at("shift_note", case), write(client, case, **late))
    assert set(summary(plain)) == {"anteckning-handelsetid"}
    assert value(plain, "text") == "Sedan"
    nobody = Client().post(at("shift_note", case), sent, headers=JSON)
    assert (nobody.status_code, nobody.json()) == (401, {"code": "logged_out"})
    theirs = other.post(at("shift_note", case), {**sent, "text": "Min."}, headers=JSON)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "other_user")
    assert JournalEntry.objects.filter(text__in=("Annat.", "Min.")).count() == 0


def what_is_new_is_told_and_marked(personal, kontakt, case):
    akt = Akt.objects.get(arende_id=case)
    assert new_of(kontakt, akt)["anteckningar"] >= 1
    a_minute_goes()
    listed = kontakt.get(reverse("web:shift"))
    assert "Det finns något nytt om 1 av 1 person." in text(listed)
    assert marking(listed) == [], "what is not shown is not marked"
    assert SAID not in text(listed)
    shown = kontakt.get(at("shift_card", case))
    assert SAID in text(shown)
    notes = read(shown).xpath("//section[@aria-labelledby='nytt']//article")
    assert len(notes) == new_of(kontakt, akt)["anteckningar"], "the count is the list"
    assert ReadLog.objects.filter(vad="skiftet", user__username="kontakt.norr").exists()
    assert ListLasning.objects.filter(vad="skiftet", arenden=[case]).exists()
    deviation(akt)
    assert new_of(kontakt, akt)["avvikelse"] == 1
    (form,) = marking(shown)
    marked = kontakt.post(reverse("web:shift_read"), dict(form.form_values()), follow=True)
    assert "Markerat som läst." in text(marked)
    # What came after the page was made is new still.
    assert new_of(kontakt, akt) == {"avvikelse": 1}
    assert kontakt.get(reverse("web:shift_read")).status_code == 405
    assert marking(marked) == []
    a_minute_goes()
    whole = kontakt.get(reverse("web:shift"), EVERYTHING)
    assert "rapporterad i dag" in text(whole)
    (one,) = marking(whole)
    assert "Markera alla" not in text(whole), "one person has a button of her own"
    kontakt.post(reverse("web:shift_read"), dict(one.form_values()))
    assert new_of(kontakt, akt) == {}
    assert "Det finns inget nytt." in text(kontakt.get(reverse("web:shift")))
    assert "Inget nytt." in text(kontakt.get(at("shift_card", case)))
    personal.post(at("shift_note", case), write(personal, case, text="En till."), headers=JSON)
    assert new_of(kontakt, akt) == {"anteckningar": 1}
    assert "En till." not in str(new_notes(personal, case)), "one's own is not new"
    back = {"akt": str(akt.pk), "till": "2020-01-01T00:00:00+00:00"}
    kontakt.post(reverse("web:shift_read"), back)
    assert Skiftlasning.objects.get(user__username="kontakt.norr").read_until.year > 2020
    assert kontakt.post(reverse("web:shift_read"), {**back, "akt": "x"}).status_code == 404
    assert kontakt.post(reverse("web:shift_read"), {**back, "akt": uuid4()}).status_code == 404


def a_minute_goes():
    """What has just been written is not marked as read: something else may be on its way."""
    clock.advance(timedelta(minutes=1))


def marking(answer):
    """The forms of a page with which something is marked as read."""
    return [one for one in read(answer).forms if one.get("action") == reverse("web:shift_read")]


def new_notes(client, case):
    page = read(client.get(at("shift_card", case)))
    return [one.text_content() for one in page.xpath("//section[@aria-labelledby='nytt']//article")]


def new_of(client, akt):
    """What the list says is new about one person, by kind."""
    page = read(client.get(reverse("web:shift")))
    (row,) = [one for one in page.xpath("//ul[@class='people']/li") if str(akt.pk) in links_in(one)]
    said = row.xpath(".//p[@class='said']")[0].xpath("text()")[0].strip()
    words = [part.split(maxsplit=1) for part in said.split(", ") if part and part[0].isdigit()]
    kinds = {"anteckning": "anteckningar", "avvikelser": "avvikelse"}
    return {kinds.get(kind, kind): int(number) for number, kind in words}


def links_in(row):
    return " ".join(row.xpath(".//a/@href"))


def deviation(akt):
    now = clock.now()
    Avvikelse.objects.create(
        organisation_id=akt.organisation_id,
        unit_id=akt.unit_id,
        secrecy=akt.secrecy,
        nummer=f"A-{uuid4().hex[:8]}",
        kategori="ovrigt",
        handelse="Insatsen blev av för sent.",
        handelse_datum=now.date(),
        konsekvens="ingen",
        krav=["R-050"],
        arende_id=akt.arende_id,
        rapporterad=now,
        rapportor=user("enhetschef.norr"),
    )


def the_support_of_the_day_stands_in_the_plan(client, case):
    page = text(client.get(reverse("web:shift_day")))
    akt = Akt.objects.get(arende_id=case)
    acts = list(akt.plan.versioner.get().aktiviteter.all())
    assert acts
    for act in acts:
        assert all(said in page for said in (act.nar, act.vad, act.hur, act.vem))
    the_days_of_the_plan_part_its_activities(akt)
    assert ReadLog.objects.filter(vad="dagens_insatser", person=akt.person).exists()
    document = akt.plan.versioner.get().dokument_id
    Uppehall.objects.create(
        organisation_id=akt.organisation_id,
        unit_id=akt.unit_id,
        akt=akt,
        orsak="sjukhus",
        fran=localdate(clock.now()) - timedelta(days=1),
        dokument_id=document,
        registrerad=clock.now(),
    )
    for address in (reverse("web:shift_day"), at("shift_card", case)):
        assert "Uppehåll sedan i går" in text(client.get(address))


def the_days_of_the_plan_part_its_activities(akt):
    """The demo's plan has a shower on Mondays and Thursdays, and dinner every day at noon."""
    plan = akt.plan.versioner.get()
    day = Day(akt=akt, number="", plan=plan, pause=None)
    monday = date(2026, 11, 23)
    found = [day_of(day, None, monday + timedelta(days=ahead)) for ahead in (0, 1)]
    assert [[(row["act"].vad, row["when"]) for row in one["today"]] for one in found] == [
        [("Dusch", "på morgonen"), ("Middag", "på dagen")],
        [("Middag", "på dagen")],
    ]
    assert [(row["act"].vad, row["when"]) for row in found[1]["other"]] == [
        ("Dusch", "måndag och torsdag, på morgonen")
    ]
    assert found[0]["dated"]
    known = {"case": akt.arende_id, "now": clock.now()}
    said = render_to_string("web/shift/acts.html", {"day": found[1], **known})
    part = html.fromstring(f"<main>{said}</main>")
    assert [one.text_content() for one in part.xpath("//h3")] == ["I dag"]
    assert part.xpath("string(//details[not(@open)]/summary)") == "Andra dagar: 1 aktivitet"
    assert "Dusch" in part.xpath("string(//details)")
    assert "Dusch" not in part.xpath("string(//h3/following-sibling::ul)")
    before = Akt.objects.get(pk=akt.pk).plan.versioner.prefetch_related("aktiviteter__mal").get()
    for act in before.aktiviteter.all():
        act.dagar = act.tider = []
    old = day_of(replace(day, plan=before), None, monday)
    assert not old["dated"]
    assert [row["act"].vad for row in old["undated"]] == ["Dusch", "Middag"]
    said = render_to_string("web/shift/acts.html", {"day": old, **known})
    assert "<h3>" not in said, "a plan from before the days were asked for is shown as it was"


def the_report_tells_when_it_happened_and_when_it_was_written(client, case):
    now = clock.now()
    page = read(client.get(reverse("web:shift_report")))
    (note,) = page.xpath(f"//article[@class='note'][contains(., '{SAID}')]")
    (happened,) = note.xpath("./h3/span[contains(., 'Hände')]/time/@datetime")
    (written,) = note.xpath("./p[contains(., 'skrivet')]/time/@datetime")
    row = mine(case).get()
    to_the_minute = [
        one.replace(second=0, microsecond=0) for one in (row.handelsetid, row.registrerad)
    ]
    assert [datetime.fromisoformat(one) for one in (happened, written)] == to_the_minute
    early = (now - timedelta(days=400)).astimezone().strftime("%Y-%m-%dT%H:%M")
    late = (now - timedelta(days=399)).astimezone().strftime("%Y-%m-%dT%H:%M")
    empty = client.get(reverse("web:shift_report"), {"fran": early, "till": late})
    assert "Inget är skrivet" in text(empty)
    assert value(empty, "fran") == early
    turned = client.get(reverse("web:shift_report"), {"fran": late, "till": early})
    assert "Tiden till är före tiden från" in text(turned)
    assert SAID in text(client.get(reverse("web:shift_report"), {"fran": "skräp", "enhet": "x"}))
    assert ReadLog.objects.filter(vad="skiftrapport", arende_id=case).exists()


def what_is_not_sent_is_kept(client, other, case):
    written = write(client, case, text="Det här hann jag inte", galler="omrade:hemliv")
    readings = ReadLog.objects.filter(vad="skiftet")
    before = readings.count()
    kept = client.post(at("shift_draft", case), written)
    assert kept.status_code == 200, kept.content
    wrong = client.post(at("shift_note", case), {**written, "text": ""}, headers=JSON)
    assert wrong.status_code == 422
    assert readings.count() == before, "to save what is written is to read nothing (R-163)"
    row = Utkast.objects.get(user__username="personal.norr")
    assert row.answers["livsomrade"] == "hemliv"
    page = client.get(at("shift_card", case))
    assert value(page, "text") == "Det här hann jag inte"
    assert value(page, "_nyckel") == written["_nyckel"]
    assert field(page, "galler").xpath(".//option[@selected]/@value") == ["omrade:hemliv"]
    assert "Det här hann jag inte" not in other.get(at("shift_card", case)).content.decode()
    listed = links(client.get(reverse("web:drafts")))["Skriv i journalen"]
    assert client.get(listed).status_code == 200
    assert client.get(at("shift_draft", case)).json()["who"] == user("personal.norr").pk
    assert client.post(at("shift_draft", case), {**written, "_nyckel": "x"}).status_code == 404
    sent = client.post(at("shift_note", case), written, follow=True)
    assert "Anteckningen är skriven och signerad." in text(sent)
    assert not Utkast.objects.exists(), "what is sent is no draft"
    assert not value(client.get(at("shift_card", case)), "text")


def the_plan_is_shown_in_the_meeting(client, authority, case):
    page = client.get(at("meeting", case))
    version = Akt.objects.get(arende_id=case).plan.versioner.get()
    goals = [goal.eget_mal or goal.mal for goal in version.mal.order_by("nummer")]
    assert goals[0] in text(page)
    assert all(act.vad in text(page) for act in version.aktiviteter.filter(mal__nummer=1))
    assert read(page).xpath("count(//section[contains(@aria-labelledby,'mal-')])") == 1
    whole = text(client.get(at("meeting", case) + "?mal=alla"))
    assert all(goal in whole for goal in goals)
    assert "Visa ett mål i taget" in whole
    assert version.delaktighet_satt in whole
    task = Task.objects.get(arende_id=case, element="Task_FoljUppPlan", status="open")
    assert links(page)[task.name] == reverse("web:task", args=[task.pk])
    assert NUMBER not in page.content.decode()
    assert client.get(at("meeting", case) + "?mal=skräp").status_code == 200
    assert "Det finns ingen plan att visa" in text(authority.get(at("meeting", case)))


def others_than_care_staff_have_no_shift(client_of, case):
    client = client_of("handlaggare")
    assert "Skiftet" not in links(client.get("/"), "//header")
    assert "Skiftet" in links(client_of("enhetschef.norr").get("/"), "//header")
    for address in (reverse("web:shift"), reverse("web:shift_report"), at("shift_card", case)):
        assert client.get(address).status_code == 403
    assert client_of("personal.norr").get(at("shift_card", uuid4())).status_code == 404


def every_page_costs_the_same(client, case):
    names = ("shift", "shift_day", "shift_report")
    card = f"{at('shift_card', case)}?akt={Akt.objects.get(arende_id=case).pk}"
    everything = reverse("web:shift") + "?visa=allt"
    addresses = [*(reverse(f"web:{name}") for name in names), card, everything]
    before = [queries(client, address) for address in addresses]
    more_akter(case, 5)
    assert [queries(client, address) for address in addresses] == before
    assert max(before) <= 24, before
    assert "av 6 personer" in text(client.get(reverse("web:shift")))
    listed = client.get(everything)
    (every,) = read(listed).xpath("//form[.//button[.='Markera alla 6 som lästa']]")
    marks = [pair for pair in every.form_values() if pair[0] == "akt"]
    assert len(marks) == 6
    pages_are_bounded_and_name_nobody_in_the_address(client, case)


def pages_are_bounded_and_name_nobody_in_the_address(client, case):
    name = Akt.objects.filter(arende_id=case)[0].person.sortnamn
    assert name
    a_minute_goes()
    with pytest.MonkeyPatch.context() as small:
        small.setattr(shift_views, "PAGE", 4)
        for place in ("shift", "shift_day"):
            first = client.get(reverse(f"web:{place}"))
            second = client.get(reverse(f"web:{place}") + links(first)["Nästa sida"])
            assert len(people(first)) == 4
            assert len(people(second)) == 2
            assert len({*people(first), *people(second)}) == 6
            assert "Nästa sida" not in links(second)
            word = parse_qs(links(first)["Nästa sida"][1:])["fran"][0]
            assert name not in base64.urlsafe_b64decode(word).decode()
            assert "Till början av listan" in links(second)
            assert client.get(reverse(f"web:{place}") + "?fran=eyJpZCI6IDF9").status_code == 404
        some = client.get(reverse("web:shift"), EVERYTHING)
        (every,) = read(some).xpath("//form[.//button[.='Markera alla 4 som lästa']]")
        sent = every.form_values()
        shown = [value for name, value in sent if name == "akt"]
        client.post(reverse("web:shift_read"), {**dict(sent), "akt": shown})
    left = client.get(reverse("web:shift"))
    assert "något nytt om 2 av 6" in text(left), "only those on the page were marked"


def people(answer):
    """Whom a page is about, by akt."""
    rows = read(answer).xpath("//main//h2//a[contains(@href,'akt=')]/@href")
    return [one.partition("akt=")[2] for one in rows]


def more_akter(case, number):
    """As many more open akter in the unit, each with a note."""
    akt = Akt.objects.select_related("uppdrag", "person", "journal").get(arende_id=case)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE records_uppdrag DISABLE TRIGGER USER")
    for _ in range(number):
        uppdrag, person, journal = akt.uppdrag, akt.person, akt.journal
        note = JournalEntry.objects.filter(journal_id=journal.pk, typ="handelse_av_betydelse")[0]
        person = copy(Person.objects.get(pk=person.pk), personnummer=None, utan_id_skal="Prov")
        uppdrag = copy(type(uppdrag).objects.get(pk=uppdrag.pk), nummer=uuid4().hex[:20])
        akt_of = {"uppdrag": uppdrag, "person": person, "slutanteckning": None}
        akt = copy(Akt.objects.get(pk=akt.pk), **akt_of)
        journal = copy(type(journal).objects.get(pk=journal.pk), akt=akt, person=person)
        copy(note, journal=journal, uppdragsmal=None)
        akt = Akt.objects.select_related("uppdrag", "person", "journal").get(pk=akt.pk)


def copy(row, **changes):
    for name, changed in {"pk": uuid4(), **changes}.items():
        setattr(row, name, changed)
    row._state.adding = True
    row.save(force_insert=True)
    return row


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_p2_who_has_no_part_in_a_protected_case_sees_nothing_of_it(client_of, arende):
    akt = Akt.objects.select_related("person").get(arende_id=arende)
    write_as = client_of("kontakt.norr")
    write_as.post(at("shift_note", arende), write(write_as, arende, text=SAID), headers=JSON)
    number = akt.uppdrag.nummer
    protect(arende)
    for name in ("personal.norr", "kontakt.norr"):
        client = client_of(name)
        for address in ("shift", "shift_day", "shift_report"):
            body = client.get(reverse(f"web:{address}")).content.decode()
            assert not [word for word in (akt.person.efternamn, number, SAID) if word in body]
        closed = client.get(at("shift_card", arende))
        assert closed.status_code == 403
        assert akt.person.efternamn not in closed.content.decode()
        marks = {"akt": akt.pk, "till": clock.now().isoformat()}
        assert client.post(reverse("web:shift_read"), marks).status_code == 404
    assert not Skiftlasning.objects.exists()
    chief = client_of("enhetschef.norr")
    for address in ("shift", "shift_day", "shift_report"):
        page = chief.get(reverse(f"web:{address}"))
        assert akt.person.efternamn not in page.content.decode(), "the list names nobody protected"
        assert f"Uppdrag {number}" in links(page)
    assert "skyddade personuppgifter" in text(chief.get(reverse("web:shift")))
    told = chief.get(reverse("web:shift"), EVERYTHING)
    assert SAID not in text(told), "what is written about her names her: it is read on the card"
    assert marking(told) == []
    card = chief.get(at("shift_card", arende))
    assert akt.person.efternamn in text(card)
    assert akt.person.efternamn not in title(card)


def test_l34_who_opens_it_in_an_emergency_reads_the_plan_and_is_offered_no_form(client_of, arende):
    client, chief = client_of("personal.norr"), client_of("enhetschef.norr")
    protect(arende)
    assert client.post(at("shift_draft", arende), {"_nyckel": "skift1"}).status_code == 403
    reason = {"skal": "Larm i natt, ingen utsedd svarar."}
    assert client.post(at("open_case", arende), reason).status_code == 302
    opened = client.get(at("shift_card", arende))
    acts = Akt.objects.get(arende_id=arende).plan.versioner.get().aktiviteter.all()
    assert acts
    assert all(act.vad in text(opened) for act in acts)
    assert "Du har öppnat ärendet i nödfall." in text(opened)
    offered = (at("shift_note", arende), reverse("web:shift_read"))
    assert not [one for one in read(opened).forms if one.get("action") in offered]
    named = chief.get(at("shift_card", arende))
    assert {one.get("action") for one in read(named).forms} >= set(offered)


@pytest.mark.needs("browser")
@pytest.mark.xdist_group("browser")
def test_w5_a_note_sent_again_says_what_it_said_whatever_is_chosen_meanwhile(client_of, arende):
    card = client_of("personal.norr").get(at("shift_card", arende))
    drafted = {"token": "ny", "who": value(card, "_vem"), "saved": "nu", "revision": 1}
    script = (PROJECT_ROOT / "web/static/web/shift.js").read_text()
    sent = []

    def answer(route):
        asked = route.request
        if asked.url.endswith("/utkast/"):
            return route.fulfill(json=drafted)
        if asked.method == "POST":
            sent.append(dict(PART.findall(asked.post_data_buffer.decode())))
            if len(sent) == 1:  # no contact
                return route.abort()
            status = 403 if len(sent) == 2 else 200  # logged in again, in another window
            said = {"saved": "nu", "nyckel": "skift2", "handelsetid": ""}
            return route.fulfill(status=status, json=said)
        if asked.url.endswith(".js"):
            body = script if "shift" in asked.url else ""
            return route.fulfill(body=body, content_type="text/javascript")
        return route.fulfill(body=card.content, content_type="text/html; charset=utf-8")

    with browser(require("browser")) as found:
        page = found.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.route("**/*", answer)
        page.goto("http://skift.test/")
        page.locator("[name=galler]").select_option("mal:1")
        page.locator("[name=text]").fill(SAID)
        page.get_by_role("button", name="Spara och signera").click()
        page.get_by_text("ingen kontakt").wait_for()
        page.locator("[name=galler]").select_option("omrade:hemliv")
        page.evaluate("dispatchEvent(new Event('online'))")
        page.get_by_text("Sparad och signerad").wait_for()
    first, *others = sent
    assert (first["galler"], first["text"]) == ("mal:1", SAID)
    token = "csrfmiddlewaretoken"
    assert [{**one, token: ""} for one in others] == [{**first, token: ""}] * len(others)
    assert others[-1][token] == "ny"


def protect(case: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.units', '', true)")  # of the client before
        cursor.execute(
            "SELECT records_protect(%s, 'sekretessmarkering', 1, %s, %s)",
            [case, user("handlaggare").pk, clock.now()],
        )


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_who_marks_in_two_windows_at_once_has_the_later_mark(edition, case_at):
    case = case_at("Task_FoljUppPlan")
    akt, now = Akt.objects.get(arende_id=case).pk, clock.now()
    who = actor("personal.norr", now)
    moments = [now - timedelta(minutes=number) for number in (3, 1, 2, 4)]

    def marking(until):
        return lambda: mark_read([akt], until=until, actor=who, now=now)

    assert at_once(*(marking(until) for until in moments)) == [1, 1, 1, 1]
    assert Skiftlasning.objects.get().read_until == now - timedelta(minutes=1)
    with pytest.raises(NotFoundError):
        mark_read([akt], until=now, actor=actor("handlaggare", now), now=now)
    other = actor("kontakt.norr", now)
    with database_role("app"):
        assert mark_read([akt], until=now, actor=other, now=now) == 1
        assert mark_read([akt], until=now, actor=who, now=now) == 1
        for reader in (who, other):
            with access_context(reader):
                seen = list(Skiftlasning.objects.values_list("user_id", flat=True))
            assert seen == [reader.user_id], "the marks of a colleague are hers alone"
    protect(case)
    with database_role("app"), access_context(who):
        assert not Skiftlasning.objects.exists()


@pytest.mark.parametrize("shown_on", ["the card", "the list"])
def test_what_is_on_its_way_when_the_page_is_made_is_new_still(client_of, arende, shown_on):
    personal, kontakt = client_of("personal.norr"), client_of("kontakt.norr")
    akt = Akt.objects.get(arende_id=arende)
    sent = write(personal, arende, text=SAID)
    assert personal.post(at("shift_note", arende), sent, headers=JSON).status_code == 200
    a_minute_goes()
    begun = clock.now()  # of a request that takes its time
    on_card, on_list = at("shift_card", arende), reverse("web:shift") + "?visa=allt"
    page = kontakt.get(on_card if shown_on == "the card" else on_list)
    answers = {"typ": "handelse_av_betydelse", "text": "Skrivet under tiden."}
    add_note_once(arende, answers, key="", actor=actor("personal.norr", begun), now=begun)
    assert "Skrivet under tiden." not in text(page)
    (form,) = marking(page)
    kontakt.post(reverse("web:shift_read"), dict(form.form_values()))
    assert new_of(kontakt, akt) == {"anteckningar": 1}, "the one that was shown is read"
    assert "Skrivet under tiden." in text(kontakt.get(on_card))


def test_of_more_than_fits_the_card_marks_only_what_it_shows(client_of, arende, monkeypatch):
    personal, kontakt = client_of("personal.norr"), client_of("kontakt.norr")
    akt = Akt.objects.get(arende_id=arende)
    for number in range(3):
        sent = write(personal, arende, text=f"Sak nummer {number}.")
        assert personal.post(at("shift_note", arende), sent, headers=JSON).status_code == 200
    kontakt.post(reverse("web:shift_read"), mark_until_before(arende, "Sak nummer 0."))
    monkeypatch.setattr(queries_shift, "MOST_NEW", 2)
    a_minute_goes()
    shown = kontakt.get(at("shift_card", arende))
    assert "Här står det äldsta." in text(shown)
    assert "Sak nummer 1." in text(shown)
    assert "Sak nummer 2." not in text(shown)
    (form,) = marking(shown)
    kontakt.post(reverse("web:shift_read"), dict(form.form_values()))
    assert new_of(kontakt, akt) == {"anteckningar": 1}
    assert "Sak nummer 2." in text(kontakt.get(at("shift_card", arende)))


def mark_until_before(case, said):
    note = JournalEntry.objects.get(journal__akt__arende_id=case, text=said)
    before = note.registrerad - timedelta(microseconds=1)
    return {"akt": note.journal.akt_id, "till": before.isoformat()}
