"""The pages of a case: the chain, what hinders its end, journal, plan, papers, people, readers."""

import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from cases.models import Task
from config import clock
from records.models import JournalEntry, ListLasning, Person, PlanAktivitet, PlanVersion
from tests.protected import protected_case
from tests.web.reading import links, read, text, title
from tests.web.town import NUMBER

TABS = ("case", "journal", "case_plan", "case_papers", "case_people", "case_history")


def at(name, arende):
    return reverse(f"web:{name}", args=[arende])


def chain(answer):
    """The strip as a person hears it: step to what is said of it, without the dates."""
    rows = read(answer).xpath("//section[@aria-labelledby='kedja']//li")
    found = {}
    for row in rows:
        said = " ".join(row.xpath(".//span[@class='said']/text()")[0].split())
        found[row.xpath(".//strong")[0].text] = said.removesuffix(" sedan")
    return found


def hinders(answer):
    (panel,) = read(answer).xpath("//section[@aria-labelledby='hindrar']")
    return " ".join(panel.text_content().split())


def test_k3_k7_the_pages_of_a_running_case(client_of, case_at, monkeypatch):
    """One case for all of them: to walk it there is what costs time."""
    arende = case_at("Task_FoljUppPlan")
    every_page_costs_the_same_however_much_there_is(client_of, arende)
    the_strip_tells_each_side_its_own_steps(client_of, arende)
    the_panel_says_what_hinders_and_who_can_do_what(client_of, arende)
    two_versions_of_a_plan_stand_side_by_side(client_of, arende)
    a_note_is_tied_to_goal_and_area_and_found_again(client_of, arende)
    the_searched_words_stand_in_no_address(client_of, arende, monkeypatch)


def test_r163_k3_the_pages_of_a_new_case(client_of, case_at):
    arende = case_at("Task_PlaneraUtredning")
    said = hinders(client_of("handlaggare").get(at("case", arende)))
    assert "Inget stoppar ett avslut, men ärendet är inte färdigt." in said
    assert "Inget hindrar" not in said
    assert "Inget beslut är fattat i ärendet." in said
    assert "Orsaken skrivs när ärendet avslutas" in said
    assert "öppen uppgift" in said or "öppna uppgifter" in said
    who_has_read_is_told_to_the_head_alone(client_of, arende)
    a_case_is_found_by_number_and_personnummer(client_of, arende)


def the_strip_tells_each_side_its_own_steps(client_of, arende):
    ours = client_of("handlaggare").get(at("case", arende))
    assert list(chain(ours)) == [
        "Aktualisera", "Utreda", "Besluta", "Utforma uppdrag", "Genomföra", "Följa upp", "Avsluta",
    ]  # fmt: skip
    assert chain(ours) | {"Besluta": "Klart"} == {
        "Aktualisera": "Klart",
        "Utreda": "Klart",
        "Besluta": "Klart",
        "Utforma uppdrag": "Klart",
        "Genomföra": "Pågår nu",
        "Följa upp": "Pågår nu",
        "Avsluta": "Nästa steg",
    }
    assert read(ours).xpath("//li[@aria-current='step']")
    theirs = client_of("kontakt.norr").get(at("case", arende))
    assert list(chain(theirs)) == ["Genomföra", "Följa upp", "Avsluta"]
    Task.objects.filter(arende_id=arende, status="open", name="Extra 0").update(
        due=clock.now() - timedelta(days=3)
    )
    assert "1 uppgift försenad" in text(client_of("kontakt.norr").get(at("case", arende)))


def the_panel_says_what_hinders_and_who_can_do_what(client_of, arende):
    client = client_of("handlaggare")
    ours = client.get(at("case", arende))
    said = hinders(ours)
    assert re.search(r"Slutanteckning saknas: uppdrag \S+ hos Hemtjänst Norr\.", said)
    assert "Utföraren skriver och signerar den" in said
    assert "Be utföraren avsluta stödet" in links(ours)
    theirs = hinders(client_of("kontakt.norr").get(at("case", arende)))
    assert "Slutanteckning saknas i akten hos Hemtjänst Norr." in theirs
    assert "Utredning" not in theirs


def a_note_is_tied_to_goal_and_area_and_found_again(client_of, arende):
    client = client_of("kontakt.norr")
    begun = client.get(at("journal", arende) + "?ny=avvikelse_fran_plan")
    form = read(begun)
    assert form.xpath("//select[@name='typ']/option[@selected]/@value") == ["avvikelse_fran_plan"]
    assert "Vad gjordes i stället:" in form.xpath("//textarea[@name='text']")[0].text
    goals = form.xpath("//select[@id='anteckning-mal']/option/@value")
    assert goals[:2] == ["", "1"]
    happened = (clock.now() - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "typ": "avvikelse_fran_plan",
        "text": "Duschen byttes mot tvätt vid handfatet.",
        "mal": "1",
        "handelsetid": happened,
    }
    page = client.post(at("note", arende), sent, follow=True)
    assert "skriven och signerad" in text(page)
    row = JournalEntry.objects.get(typ="avvikelse_fran_plan")
    assert row.uppdragsmal.nummer == 1
    assert row.livsomrade == row.uppdragsmal.livsomrade != ""
    assert localtime(row.handelsetid).strftime("%Y-%m-%dT%H:%M") == happened
    assert row.registrerad > row.handelsetid
    for wanted, there in (
        ("?typ=avvikelse_fran_plan", True),
        ("?typ=kontakt", False),
        ("?mal=1", True),
        ("?mal=2", False),
        (f"?fran={happened[:10]}", True),
        ("?till=2000-01-01", False),
        ("?fran=skräp&efter=skräp&mal=x", True),
    ):
        assert ("handfatet" in text(client.get(at("journal", arende) + wanted))) is there, wanted
    found = client.post(at("journal_search", arende), {"text": "HANDFATET"})
    assert "1 anteckning med" in text(found)
    missed = client.post(at("journal_search", arende), {"text": "handfatet", "typ": "kontakt"})
    assert "Ingen anteckning passar urvalet" in text(missed)
    assert "handfatet" in text(client.get(at("journal_search", arende)))


def the_searched_words_stand_in_no_address(client_of, arende, monkeypatch):
    monkeypatch.setattr("web.views.case_journal.PAGE", 1)
    client = client_of("kontakt.norr")
    found = client.post(at("journal_search", arende), {"text": "hjälpte"})
    assert "hjälpte" not in "".join(read(found).xpath("//main//@href | //main//@action")).lower()
    (more,) = [form for form in read(found).forms if "efter" in form.fields]
    older = client.post(at("journal_search", arende), dict(more.form_values()))
    told = [read(page).xpath("//article/p")[0].text for page in (found, older)]
    assert told == ["Hjälpte till, gång 11.", "Hjälpte till, gång 10."]


def two_versions_of_a_plan_stand_side_by_side(client_of, arende):
    client = client_of("kontakt.norr")
    assert "Jämför versioner" not in text(client.get(at("case_plan", arende)))
    second_version(arende)
    page = read(client.get(at("case_plan", arende)))
    marks = {
        row.xpath("./th")[0].text.strip(): row.xpath(".//span[contains(@class,'tag')]/text()")
        for row in page.xpath("//table[contains(@class,'versus')]//tbody/tr")
    }
    assert marks["Önskemål"] == ["Ändrat"]
    assert marks["Mål 1"] == []
    assert marks["Aktivitet 9"] == ["Nytt"]
    said = page.xpath("//main")[0].text_content()
    assert "Fanns inte" in said
    assert marks["Aktivitet 1"] == ["Ändrat"]
    assert "Dagar: måndag och torsdag, på morgonen" in said
    assert "Dagar: lördag och söndag, på morgonen" in said


def second_version(arende):
    row = PlanVersion.objects.get(plan__akt__arende_id=arende)
    goals, acts = list(row.mal.all()), list(row.aktiviteter.all())
    row.pk, row.nummer, row.faststalld, row.faststalld_datum = None, 2, None, None
    row.onskemal = "Vill helst duscha på kvällen."
    row._state.adding = True
    row.save()
    known = {}
    for goal in goals:
        old = goal.pk
        goal.pk, goal.version, goal._state.adding = None, row, True
        goal.save()
        known[old] = goal
    acts[0].dagar = ["lordag", "sondag"]
    for act in [*acts, PlanAktivitet(**values(acts[0]), nummer=9)]:
        act.mal = known.get(act.mal_id, act.mal)
        act.pk, act.version, act._state.adding = None, row, True
        act.save()


def values(act):
    names = ("organisation_id", "unit_id", "secrecy", "mal", "vad", "hur", "nar", "vem")
    return {name: getattr(act, name) for name in names}


def who_has_read_is_told_to_the_head_alone(client_of, arende):
    client_of("handlaggare").get(at("case", arende))
    client_of("enhetschef.norr").get(at("case", arende))
    head = client_of("arbetsledare")
    head.post(reverse("web:find_case"), {"nummer": NUMBER})
    assert "Vem har läst ärendet?" in links(head.get(at("case_history", arende)))
    page = text(head.get(at("case_readers", arende)))
    assert "Hanna Handlén" in page
    assert "Nekad" in page
    assert "Sökning" in page
    assert client_of("handlaggare").get(at("case_readers", arende)).status_code == 403
    assert "Vem har läst" not in text(client_of("handlaggare").get(at("case_history", arende)))


def a_case_is_found_by_number_and_personnummer(client_of, arende):
    client, find = client_of("handlaggare"), reverse("web:find_case")
    number = read(client.get(reverse("web:cases"))).xpath("//tbody//th//a")[0].text
    for asked in (number, NUMBER, f"{NUMBER[2:8]}-{NUMBER[8:]}"):
        answer = client.post(find, {"nummer": asked})
        assert answer["Location"] == at("case", arende), asked
    assert ListLasning.objects.filter(vad="sok", user__username="handlaggare").count() == 3
    page = client.post(find, {"nummer": "19121212"})
    assert "har det numret" in text(page)
    assert client_of("enhetschef.norr").post(find, {"nummer": NUMBER}).status_code == 200
    assert number in text(client.get(find))
    assert number in text(client.post(find, {"nummer": ""}))


def test_p2_a_protected_persons_name_stands_only_where_she_is_met(client_of, edition):
    """Every page of hers and every list, for everyone: name and number in no wrong place."""
    arende = protected_case()
    page = text(client_of("arbetsledare").get("/arenden/"))
    assert "Namnet visas i ärendet" in page
    assert "Skyddad" in page
    named = ("arbetsledare",)
    others = ("handlaggare", "mottagning", "enhetschef.norr", "kontakt.norr", "personal.norr")
    person = Person.objects.get(arenden=arende)
    secrets = (person.fornamn, person.efternamn, NUMBER, NUMBER[2:8] + "-" + NUMBER[8:])
    for name in (*named, *others):
        client = client_of(name)
        lists = [client.get(address) for address in ("/", "/arenden/", "/arenden/?status=all")]
        lists.append(client.post("/arenden/sok/", {"nummer": str(person.arenden.get().nummer)}))
        pages = [client.get(at(tab, arende)) for tab in (*TABS, "case_readers")]
        pages.append(client.post(at("journal_search", arende), {"text": person.efternamn}))
        for answer in lists:
            body = answer.content.decode()
            assert not [word for word in secrets if word in body], (name, answer.request)
        for answer in pages:
            body, html = answer.content.decode(), read(answer)
            assert NUMBER not in body
            place = "".join([title(answer), *html.xpath("//@href | //@action | //@src")])
            assert not [word for word in secrets if word in place], (name, answer.request)
            if name in others:
                assert not [word for word in secrets if word in body], (name, answer.request)
    met = client_of("arbetsledare").get(at("case", arende))
    assert person.efternamn in met.content.decode()


def every_page_costs_the_same_however_much_there_is(client_of, arende):
    client = client_of("kontakt.norr")
    counts = {tab: queries(client, at(tab, arende)) for tab in TABS}
    for number in range(12):
        sent = {"typ": "atgard", "text": f"Hjälpte till, gång {number}.", "mal": "1"}
        client.post(at("note", arende), sent)
    task = Task.objects.get(arende_id=arende, status="open", element="Task_FoljUppPlan")
    for number in range(5):
        Task.objects.create(**copy_of(task), name=f"Extra {number}")
    assert {tab: queries(client, at(tab, arende)) for tab in TABS} == counts
    assert max(counts.values()) <= 70, counts


def copy_of(task):
    names = ("organisation_id", "unit_id", "secrecy", "instance_id", "arende_id", "process_key")
    more = ("element", "role", "groups", "form_id", "due", "created_at")
    return {name: getattr(task, name) for name in (*names, *more)}


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)
