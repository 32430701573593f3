"""A task says what it is about where no ärende does: which insats, which unit, whose proposal."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Task
from cases.results import Started
from config import clock
from config.scenarios import machinery
from records.models import Avvikelse, Klagomal, LexSarah
from tests.municipality import actor
from tests.open_town import LEADER
from tests.processes.town import edition
from tests.web.reading import filled, links, read, text
from web.door import Visit
from web.reported import next_task
from web.subject import subject
from web.subject_event import event_rows

HAPPENED = {
    "handelse": "Morgonbesöket kom två timmar för sent.\nIngen ringde.",
    "kategori": "uteblivet",
    "konsekvens": "liten",
    "krav": "insatsen_ges",
    "omrade": "socialtjanst",
    "omedelbar_atgard": "Besöket gjordes klockan elva.",
}
COMPLAINT = {
    "typ": "klagomal",
    "kanal": "telefon",
    "kategori": "bemotande",
    "anonym": "ja",
    "text": "Ingen hörde av sig om ändringen.",
}
GRAVE = {
    "handelse": "Larmet besvarades inte på två timmar.",
    "upptackt": "Grannen ringde.",
    "konsekvens": "allvarlig",
    "konsekvens_enskild": "Låg på golvet.",
    "slag": "missforhallande",
    "lag": "sol",
}


def told(answer):
    """What stands under "Det gäller", by heading."""
    rows = read(answer).xpath("//section[@aria-labelledby='galler']//*[self::dt or self::dd]")
    words = [" ".join(row.text_content().split()) for row in rows]
    return dict(zip(words[::2], words[1::2], strict=True))


def prepared(answer):
    """What earlier steps have prepared, as one text; "" where nothing is shown."""
    return " ".join(read(answer).xpath("string(//section[@aria-labelledby='berett'])").split())


def propose(client, name):
    address = reverse("web:start", args=["undantagsbeslut"])
    page = read(client.get(address))
    posted = {
        "_nyckel": page.xpath("//input[@name='_nyckel']/@value")[0],
        "namn": name,
        "slag": "oppen_verksamhet",
        "malgrupp": "Alla över 65 år",
        "villkor": "Den som kommer får delta.",
    }
    assert client.post(address, posted).status_code == 302


def judged(page):
    inputs = read(page).xpath("//form[@method='post']//input[@name='_version' or @name='_nyckel']")
    return {one.get("name"): one.get("value") for one in inputs} | {"sarskilda_skal": "nej"}


def test_r224_who_decides_about_an_insats_sees_which(client_of):
    """Two may wait at the same time; the namnd's decision is about one of them."""
    for name in ("Träffpunkt Linden", "Träffpunkt Viken"):
        propose(client_of(LEADER), name)
    tasks = Task.objects.filter(process_key="undantagsbeslut", status="open").order_by("pk")
    pages = [client_of("jurist").get(f"/uppgifter/{task.pk}/") for task in tasks]
    assert {told(page)["Insats"] for page in pages} == {"Träffpunkt Linden", "Träffpunkt Viken"}
    done = client_of("jurist").post(f"/uppgifter/{tasks[0].pk}/", judged(pages[0]))
    assert done.status_code == 302, text(done)
    decides = Task.objects.get(element="Task_NamndBeslutar", status="open")
    shown = client_of("namnd").get(f"/uppgifter/{decides.pk}/")
    assert told(shown)["Insats"] == told(pages[0])["Insats"]
    for page in pages:
        assert told(page)["Målgrupp"] == "Alla över 65 år"
        assert told(page)["Enhet"] == "Öppna verksamheter"
        assert told(page)["Insats"] not in read(page).xpath("string(//title)")


def test_r222_the_namnd_sees_what_the_jurist_came_to_and_who_said_so(client_of):
    propose(client_of(LEADER), "Träffpunkt Linden")
    task = Task.objects.get(process_key="undantagsbeslut", status="open")
    jurist = client_of("jurist")
    page = jurist.get(f"/uppgifter/{task.pk}/")
    assert prepared(page) == ""
    text_ = "En lista över besökare skulle hålla människor borta."
    answers = {"sarskilda_skal": "ja", "skal": "oppen_verksamhet", "skal_text": text_}
    done = jurist.post(f"/uppgifter/{task.pk}/", judged(page) | answers)
    assert done.status_code == 302, text(done)
    decides = Task.objects.get(element="Task_NamndBeslutar", status="open")
    said = prepared(client_of("namnd").get(f"/uppgifter/{decides.pk}/"))
    assert "Pröva särskilda skäl" in said
    # As in the form: the conclusion first.
    assert said.index("Finns särskilda skäl att inte dokumentera") < said.index(text_)
    assert "Öppen verksamhet där dokumentation om person är olämplig" in said
    assert text_ in said
    assert "Ifyllt i dag" in said
    assert ", Jurist" in said


def test_nobody_is_shown_what_the_diagram_does_not_name(client_of, case_at):
    case = case_at("Task_KartlaggLivsomraden")
    task = Task.objects.get(arende_id=case, element="Task_KartlaggLivsomraden", status="open")
    assert prepared(client_of("handlaggare").get(f"/uppgifter/{task.pk}/")) == ""


def test_what_is_proposed_and_which_quarter_are_said_in_words():
    task = SimpleNamespace(process_key="rapportera_avvikelse", arende_id=uuid4())
    known = {"kalla": "uppfoljning", "period": {"ar": Decimal(2026), "kvartal": Decimal(1)}}
    parts = SimpleNamespace(task=task, variables=known, inputs={})
    assert subject(None, parts) == [("Förslaget kommer från", "Försenad uppföljning")]
    apart = SimpleNamespace(
        process_key="kvartalsrapport", arende_id=None, unit=SimpleNamespace(name="Äldre")
    )
    told_of = SimpleNamespace(task=apart, variables=known, inputs={})
    assert subject(None, told_of) == [("Gäller", "Kvartal 1 2026"), ("Enhet", "Äldre")]


def test_a_task_in_an_arende_has_its_banner_instead(client_of, case_at):
    case = case_at("Task_FaststallPlan")
    task = Task.objects.get(arende_id=case, element="Task_FaststallPlan", status="open")
    page = client_of("enhetschef.norr").get(f"/uppgifter/{task.pk}/")
    assert told(page) == {}
    assert "Den enskilde" in text(page)


def reported(client, key, answers):
    address = reverse("web:start", args=[key])
    answer = client.post(address, {**filled(client.get(address)), **answers}, follow=True)
    assert answer.redirect_chain, text(answer)
    machinery.settle(clock.now())
    return answer


def test_k12_who_judges_a_deviation_is_shown_what_happened(client_of):
    answer = reported(client_of("personal.norr"), "rapportera_avvikelse", HAPPENED)
    row = Avvikelse.objects.get()
    assert f"Registrerat med nummer {row.nummer}. Nästa steg: ”Bedöm avvikelsen”" in text(answer)
    task = Task.objects.get(element="Task_BedomAvvikelse", status="open")
    page = client_of("enhetschef.norr").get(f"/uppgifter/{task.pk}/")
    said = told(page)
    assert said["Händelsen"].startswith("Morgonbesöket kom två timmar för sent.")
    assert said["Följd"].startswith("Liten")
    assert said["Vad som gjordes genast"] == HAPPENED["omedelbar_atgard"]
    assert said["Slag"] == "Stöd som uteblev eller blev sent"
    assert links(page)[row.nummer] == reverse("web:deviation", args=[row.pk])
    assert "personal" not in str(said), "who reported is not shown"
    now = clock.now()
    other = Visit(None, actor("personal.norr", now), now, None)
    assert list(event_rows(other, {"avvikelse": str(row.pk)})) == []
    again = Visit(None, actor("enhetschef.norr", now), now, None)
    called = {"kalla": "avvikelse", "kalla_id": str(row.pk)}
    assert dict(event_rows(again, called))["Händelsen"] == row.handelse
    assert list(event_rows(again, {"avvikelse": "skräp"})) == []
    assert list(event_rows(again, {"kalla": "risk", "kalla_id": str(row.pk)})) == []


def test_who_answers_a_complaint_is_shown_it(client_of):
    answer = reported(client_of("personal.norr"), "klagomal", COMPLAINT)
    row = Klagomal.objects.get()
    assert f"Registrerat med nummer {row.nummer}. Nästa steg: " in text(answer)
    task = Task.objects.filter(process_key="klagomal", status="open").first()
    said = told(client_of("enhetschef.norr").get(f"/uppgifter/{task.pk}/"))
    assert said["Med egna ord"] == COMPLAINT["text"]


def test_l24_who_reports_lex_sarah_is_told_its_number_and_who_receives_it(client_of):
    sent = {**GRAVE, "handelse_datum": localdate(clock.now()).isoformat()}
    answer = reported(client_of("personal.norr"), "lex_sarah", sent)
    number = LexSarah.objects.get().nummer
    said = f"Registrerat med nummer {number}. Nästa steg: ”Ta emot rapporten”, av "
    assert said in text(answer)
    assert f"{said}." not in text(answer)


def test_what_depends_on_an_answer_is_not_promised():
    """A deviation leads on for certain; a contact without a name need not become anything."""
    done = Started(instance_id=uuid4(), arende_id=None, status="completed", tasks=())
    sure = next_task(edition(), "rapportera_avvikelse", done)
    assert sure is not None
    assert sure.id == "Task_BedomAvvikelse"
    assert next_task(edition(), "anonym_kontakt", done) is None
    assert next_task(edition(), "rapportera_avvikelse", replace(done, status="running")) is None
