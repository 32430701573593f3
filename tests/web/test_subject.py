"""A task says what it is about where no ärende does: which insats, which unit, whose proposal."""

from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

from django.urls import reverse

from cases.models import Task
from tests.open_town import LEADER
from tests.web.reading import read, text
from web.subject import subject


def told(answer):
    """What stands under "Det gäller", by heading."""
    rows = read(answer).xpath("//section[@aria-labelledby='galler']//*[self::dt or self::dd]")
    words = [" ".join(row.text_content().split()) for row in rows]
    return dict(zip(words[::2], words[1::2], strict=True))


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


def test_what_is_proposed_and_which_quarter_are_said_in_words():
    task = SimpleNamespace(process_key="rapportera_avvikelse", arende_id=uuid4())
    known = {"kalla": "uppfoljning", "period": {"ar": Decimal(2026), "kvartal": Decimal(1)}}
    parts = SimpleNamespace(task=task, variables=known)
    assert subject(None, parts) == [("Förslaget kommer från", "Försenad uppföljning")]
    apart = SimpleNamespace(
        process_key="kvartalsrapport", arende_id=None, unit=SimpleNamespace(name="Äldre")
    )
    told_of = SimpleNamespace(task=apart, variables=known)
    assert subject(None, told_of) == [("Gäller", "Kvartal 1 2026"), ("Enhet", "Äldre")]


def test_a_task_in_an_arende_has_its_banner_instead(client_of, case_at):
    case = case_at("Task_FaststallPlan")
    task = Task.objects.get(arende_id=case, element="Task_FaststallPlan", status="open")
    page = client_of("enhetschef.norr").get(f"/uppgifter/{task.pk}/")
    assert told(page) == {}
    assert "Den enskilde" in text(page)
